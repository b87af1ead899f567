"""The API's manners: pages, and one shape for every refusal.

An error answers `{"detail": sentence, "reasons": [{"clause", "text", "field"}]}`; a reason that comes from a clause of a
policy has its address in `url` too.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from accounts.clauses import addresses
from accounts.models import Person
from policies.reasons import Reason, Refused

NOT_YOURS = "You may not do this."
NOT_FOUND = "There is nothing here, or it is not yours to see."
NOT_NOW = "This cannot be done now."
TOO_DEEP = "What you sent is nested too deeply."
INVALID = "Something in what you sent needs correcting."


class Pages(PageNumberPagination):
    """Lists as {count, next, previous, results}, 50 rows a page, up to 500 on request."""

    page_size_query_param = "page_size"
    max_page_size = 500


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn refusals into answers: ValidationError 409, PermissionDenied 403, Http404 404.

    Faults of the request itself (a missing field, wrong JSON) stay 400, in the same shape.
    Anything else is ours to repair and goes on as a 500.
    """
    if isinstance(error, ValidationError):
        refusal = answer(status.HTTP_409_CONFLICT, NOT_NOW, reasons_of(error))
        refusal.data |= error.also if isinstance(error, Refused) else {}
        return _with_addresses(refusal, context)
    if isinstance(error, RecursionError):  # JSON nested endlessly; nothing of ours goes deep
        return answer(status.HTTP_400_BAD_REQUEST, TOO_DEEP, [])
    if isinstance(error, exceptions.ValidationError):
        return answer(status.HTTP_400_BAD_REQUEST, INVALID, list(_field_reasons("", error.detail)))
    response = drf_exception_handler(error, context)
    if response is not None:
        response.data = {"detail": _sentence(error, response), "reasons": []}
    return response


def answer(code: int, detail: str, reasons: list[Reason]) -> Response:
    """The one shape of a refusal; a single reason becomes the sentence itself."""
    sentence = reasons[0].text if len(reasons) == 1 else detail
    rows = [reason.as_dict() for reason in reasons]
    return Response({"detail": sentence, "reasons": rows}, status=code)


def _with_addresses(response: Response, context: dict[str, Any]) -> Response:
    """Where each clause stands on the caller's campus."""
    request = context.get("request")
    rows = response.data["reasons"]
    if request is not None and isinstance(request.user, Person):
        found = addresses(request.user, [row["clause"] for row in rows])
        for row in rows:
            if row["clause"] in found:
                row["url"] = found[row["clause"]]
    return response


def reasons_of(error: ValidationError) -> list[Reason]:
    """Our reasons as they are; any other ValidationError as reasons without a clause."""
    if isinstance(error, Refused):
        return list(error.reasons)
    if hasattr(error, "error_dict"):
        items = error.message_dict.items()
        return [Reason(text=text, field=_field(name)) for name, texts in items for text in texts]
    return [Reason(text=text) for text in error.messages]


def _field(name: str) -> str:
    return "" if name in ("__all__", "non_field_errors") else name


def _field_reasons(name: str, detail: Any) -> list[Reason]:
    """Flatten DRF's nested details; a field inside another is written `outer.inner`."""
    if isinstance(detail, dict):
        pairs = list(detail.items())
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(str(place), item) for place, item in enumerate(detail) if item]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return [Reason(text=str(text), field=name) for text in texts]
    found: list[Reason] = []
    for key, inner in pairs:
        path = ".".join(part for part in (name, _field(str(key))) if part)
        found += _field_reasons(path, inner)
    return found


def _sentence(error: Exception, response: Response) -> str:
    if isinstance(error, Http404):
        return NOT_FOUND
    if isinstance(error, PermissionDenied):
        return str(error) or NOT_YOURS
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    return str(detail or NOT_NOW)

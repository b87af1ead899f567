"""What every app's API needs: one page of a list ({count, next, previous, results}), who calls, what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings

if TYPE_CHECKING:
    from accounts.models import Person


def page(request: Request, rows: QuerySet[Any], show: Callable[..., Any]) -> Response:
    """Answer with the page asked for; `show` is a serializer class, or a function of one row."""
    if isinstance(show, type):
        return whole_page(request, rows, lambda found: show(found, many=True).data)
    return whole_page(request, rows, lambda found: [show(row) for row in found])


def whole_page(request: Request, rows: QuerySet[Any] | list[Any], show: Callable[[Any], Any]) -> Response:
    """Answer with the page asked for; `show` shapes its rows together, as where they share what is looked up."""
    pages = cast("type[BasePagination]", api_settings.DEFAULT_PAGINATION_CLASS)()
    found = pages.paginate_queryset(cast("QuerySet[Any]", rows), request) or []
    return pages.get_paginated_response(show(found))


def caller(request: Request) -> Person:
    """Who calls the API; the permission classes have turned strangers away before."""
    return cast("Person", request.user)


def given(form: Serializer[Any]) -> dict[str, Any]:
    """What was sent, checked; wrong input is answered with 400 by field."""
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)

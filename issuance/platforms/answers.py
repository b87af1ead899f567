"""What platforms answer, and what a bad answer means in words. Pure: values in, values out."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from issuance.platforms.failures import PlatformError

LONGEST_WORDS = 300
LONGEST_WAIT = 24 * 3600.0  # beyond that a Retry-After is a mistake
LABELS = ("attribute_label", "attribute", "property", "field")
TEXTS = ("messages", "message", "reason")
COMPLAINTS = ("validationErrors", "nonFieldErrors", "fieldErrors")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end. `data` is the parsed JSON, None when the body is not JSON."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    @property
    def data(self) -> Any:
        """The body as JSON, or None."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    def mapping(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is anything else."""
        data = self.data
        return data if isinstance(data, dict) else {}


def words(answer: Answer) -> str:
    """The platform's own words for what is wrong, in one short line; "" when it gives none.

    Takes every shape seen: plain text; `errors` as text, map, list or object with details; `error`;
    `success: false` with `data`; `data.message` with `data.errors`; `message`; `status.description` with
    `validationErrors` and `fieldErrors`. Markup is not quoted.
    """
    if answer.data is None:
        return "" if _markup(answer) or answer.text.strip() == "null" else _line(answer.text)
    return said(answer.data)


def said(data: Any) -> str:
    """What parsed JSON says is wrong, in one short line; "" when it says nothing."""
    try:
        return _line(_said(data))
    except RecursionError:
        return ""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The Retry-After header in seconds, from either form; None when absent or unreadable.

    A moment counts from the answer's own Date, so that our clock may go wrong; from `now` where there is none.
    """
    text = _header(headers, "retry-after")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return min(float(text), LONGEST_WAIT)
    then, since = _http_date(text), _http_date(_header(headers, "date")) or now
    return min(max((then - since).total_seconds(), 0.0), LONGEST_WAIT) if then else None


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "").strip()


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def failure(answer: Answer, *, label: str, token_variable: str, writes: bool, now: datetime) -> PlatformError:
    """The PlatformError for an answer that is not 2xx."""
    wait, status = retry_after(answer.headers, now), answer.status
    quoted = f": {text}" if (text := words(answer)) else "."
    if status == HTTPStatus.UNAUTHORIZED:
        message = (
            f"The access token for {label} was refused. Ask for a new one at {label}, put it in "
            f"{token_variable} and retry."
        )
        return PlatformError(message, True, account_wide=True, code="token_refused", status=status)
    if status == HTTPStatus.FORBIDDEN:
        message = f"{label} does not allow our account to do this{quoted}"
        return PlatformError(message, True, code="refused", status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        message = f"{label} asked us to slow down; it goes on by itself."
        return PlatformError(
            message, False, retry_after=wait, account_wide=True, code="rate_limited", status=status
        )
    if status >= 500 or status == HTTPStatus.REQUEST_TIMEOUT:
        message = f"{label} had a fault of its own ({status}){quoted}"
        return PlatformError(
            message, False, retry_after=wait, ambiguous=writes, code="server_error", status=status
        )
    if 300 <= status < 400:
        message = f"{label} answered with a redirect ({status}). Check the account's base URL."
        return PlatformError(message, True, account_wide=True, code="configuration", status=status)
    code = "template" if status == HTTPStatus.NOT_FOUND else "refused"
    return PlatformError(f"{label} refused it ({status}){quoted}", True, code=code, status=status)


def unreadable(label: str, what: str, *, writes: bool) -> PlatformError:
    """The error for a 2xx answer that does not hold what it must."""
    message = f"{label} answered, but {what}. We ask it what it holds before sending again."
    return PlatformError(message, False, ambiguous=writes, code="unreadable")


def inner(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under `name`; empty when there is none."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def moment(text: Any, otherwise: datetime) -> datetime:
    """A time as platforms write it; `otherwise` when there is none or it cannot be read."""
    try:
        read = datetime.fromisoformat(str(text)) if text else otherwise
    except ValueError:
        return otherwise
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _said(data: Any) -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return "; ".join(filter(None, map(_said, data)))
    if not isinstance(data, dict):
        return ""
    if data.get("success") is False and isinstance(data.get("data"), str):
        return str(data["data"])
    if isinstance(data.get("data"), dict):
        return _said(data["data"])  # Credly's envelope; what else it holds is no complaint
    if isinstance(data.get("status"), dict):
        return _of_status(data, data["status"])
    if any(data.get(name) for name in TEXTS):
        return _problem(data)
    found = (_items(data.get(name)) for name in ("errors", "error_description", "error"))
    return next(filter(None, found), "")


def _of_status(data: dict[str, Any], status: dict[str, Any]) -> str:
    """Badgr's envelope: what is wrong, field by field, stands beside or inside the status."""
    if status.get("success") is not False:
        return ""
    found = [_items(where.get(name)) for where in (data, status) for name in COMPLAINTS]
    return "; ".join(filter(None, found)) or _said(status.get("description"))


def _problem(problem: dict[str, Any]) -> str:
    """An object that says what is wrong: a message with details, an item with a label, or field -> texts."""
    text = next((_said(problem[name]) for name in TEXTS if problem.get(name)), "")
    subject = next((str(problem[name]) for name in LABELS if problem.get(name)), "")
    details = problem.get("details") or problem.get("errors")
    parts = [f"{subject} {text}".strip(), _items(details)]
    if any(parts):
        return ": ".join(filter(None, parts)) if text else "; ".join(filter(None, parts))
    return "; ".join(f"{name} {text}" for name, value in problem.items() if (text := _texts(value)))


def _items(details: Any) -> str:
    if isinstance(details, list):
        return "; ".join(_problem(item) if isinstance(item, dict) else _said(item) for item in details)
    return _problem(details) if isinstance(details, dict) else _said(details)


def _texts(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_texts, value)))
    return _problem(value) if isinstance(value, dict) else value if isinstance(value, str) else ""


def _markup(answer: Answer) -> bool:
    kind = next((value for name, value in answer.headers.items() if name.lower() == "content-type"), "")
    return "html" in kind.lower() or answer.text.lstrip().startswith("<")


def _line(text: str) -> str:
    text = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1] + "…"

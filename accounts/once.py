"""What a page that only reads asks about its reader, it asks once, however many parts of it want to know.

Nobody's rights change while such a page is made. Outside of one everything is looked up each time: an action may have
just changed it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from django.utils.functional import SimpleLazyObject

from accounts.models import Person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

KNOWN = "_known_while_reading"
Found = TypeVar("Found")


class ReadingMiddleware:
    """Marks who reads a page, so that `once` remembers; after Django's own that knows who it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            reader = request.user
            request.user = SimpleLazyObject(lambda: _reading(reader))  # type: ignore[assignment]
        return self.get_response(request)


def _reading(user: object) -> object:
    if isinstance(user, Person):
        setattr(user, KNOWN, {})
    return user


def once(person: Person, what: str, find: Callable[[], Found]) -> Found:
    """`find()`, remembered under `what` for as long as the person reads this page."""
    known = getattr(person, KNOWN, None)
    if known is None:
        return find()
    if what not in known:
        known[what] = find()
    found: Found = known[what]
    return found


def reading(person: Person) -> bool:
    """Whether `once` remembers for this person now."""
    return getattr(person, KNOWN, None) is not None

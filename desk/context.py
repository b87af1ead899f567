"""What the frame of every page needs when its view does not say it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Institution, Person
from credentials.reach import campuses_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """`institution`: the one campus of the person who looks; none for strangers and for people of several.

    It is looked up only where a template reads it; a view that names an institution wins.
    """
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {}
    return {"institution": SimpleLazyObject(lambda: _only_campus(person))}


def _only_campus(person: Person) -> Institution | None:
    campuses = campuses_of(person)
    return campuses[0] if len(campuses) == 1 else None

"""Who is writing where just now. Kept in the cache for less than a minute; with the cache away nobody is seen."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.cache import cache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person

SECONDS = 50  # a page says that it is open every 20 seconds


def come(proposal: uuid.UUID, section: str, person: Person) -> None:
    """This person has the section open."""
    cache.set(_key(proposal, section, person), 1, SECONDS)


def others(proposal: uuid.UUID, section: str, team: Iterable[Person], me: Person) -> list[Person]:
    """Those of the team who have it open too; one call to the cache."""
    keys = {_key(proposal, section, person): person for person in team if person.pk != me.pk}
    found = cache.get_many(list(keys)) if keys else {}
    return [person for key, person in keys.items() if key in found]


def _key(proposal: uuid.UUID, section: str, person: Person) -> str:
    return f"writing:{proposal}:{section}:{person.pk}"

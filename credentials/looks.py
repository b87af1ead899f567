"""What pages need of an adopted policy without reading it each time: an adopted policy never changes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from accounts.models import AdoptedPolicy

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.schema import Pack


@dataclass(frozen=True)
class Look:
    """A campus as the frame of a page shows it."""

    name: str
    slug: str
    colour: str
    badge_shape: str = "round"

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=256)
def pack_of(policy_id: uuid.UUID) -> Pack:
    """The rules of an adopted policy; read once a process."""
    return AdoptedPolicy.objects.get(pk=policy_id).pack


@lru_cache(maxsize=256)
def rules_page(policy_id: uuid.UUID) -> str:
    """Where the rules of an adopted policy stand; the page of a revision never moves."""
    policy = (
        AdoptedPolicy.objects.select_related("institution")
        .only("revision", "institution__slug")
        .get(pk=policy_id)
    )
    return f"/policies/{policy.institution.slug}/{quote(policy.revision, safe='')}/"


def look_of(institution: Institution, policy_id: uuid.UUID | None) -> Look:
    """Name and colour of the campus, the colour as in this revision of its policy."""
    if policy_id is None:
        return Look(institution.name, institution.slug, colour="")
    look = pack_of(policy_id).look
    return Look(institution.name, institution.slug, look.colour, look.badge_shape)

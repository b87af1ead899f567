"""What a learner does with an award: who may see it, links to share, links withdrawn."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials.actions import shares
from credentials.models import Award, Destination, ShareLink
from credentials.models.award import Item, Visibility
from journal import clock
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import Person

MOST_LINKS = 20


def own(award: Award, person: Person) -> Award:
    """The award, locked; only its holder changes what is shown of it."""
    award = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    if award.holder_id != person.pk:
        raise PermissionDenied("Only the holder decides what is shown of a badge.")
    return award


def choice_of(visibility: str) -> str:
    """The choice of who may see an award; refused when it is none of the three."""
    if visibility not in Visibility.values:
        raise Refused(Reason("Choose one of the three.", field="visibility"))
    return visibility


def _accepted(award: Award) -> Award:
    if award.accepted_at is None:
        raise Refused("Accept this badge first. Until then nobody else sees it.")
    return award


@transaction.atomic
def show(*, award: Award, visibility: str, by: Person, hidden: Collection[str] | None = None) -> Award:
    """Choose who may see the award (nobody else, people with the link, or anyone), and which items even they do not see.

    `hidden` are names of `Item`; None leaves them as they are. With one hidden the award's files are its holder's alone,
    since a signed file holds everything. Refused before it is accepted.
    """
    award = _accepted(own(award, by))
    if hidden is not None:
        if not set(hidden) <= set(Item.values):
            raise Refused(Reason("Choose among what the page offers.", field="hidden"))
        award.hidden = [item for item in Item.values if item in hidden]
    award.visibility = choice_of(visibility)
    award.save(update_fields=["visibility", "hidden"])
    return award


@transaction.atomic
def share(*, award: Award, label: str, by: Person) -> ShareLink:
    """Make a link that shows the award to whoever has it, until it is withdrawn. Refused for a revoked award,
    and for one that is not accepted.
    """
    award = _accepted(own(award, by))
    if award.revoked_at:
        raise Refused("This badge was revoked; it cannot be shared any more.")
    if award.share_links.filter(withdrawn_at__isnull=True).count() >= MOST_LINKS:
        raise Refused(f"You have {MOST_LINKS} links for this badge. Withdraw one first.")
    shares.note_share(award, Destination.OWN)
    return ShareLink.objects.create(
        award=award, token=secrets.token_urlsafe(16), label=label.strip()[:100], created_at=clock.now()
    )


@transaction.atomic
def withdraw(*, link_id: uuid.UUID, by: Person) -> ShareLink:
    """The link stops working at once; doing it twice is harmless."""
    link = locked(ShareLink.objects.select_related("award"), link_id)
    own(link.award, by)
    if link.withdrawn_at is None:
        link.withdrawn_at = clock.now()
        link.save(update_fields=["withdrawn_at"])
    return link

"""What credentials keeps of a learner: awards with their signed files, links, and how they were shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Value, When

from accounts.keepers import Told
from credentials.models import (
    Award,
    ClaimLink,
    ImportedBadge,
    Notation,
    Offer,
    RecordEntry,
    Share,
    ShareLink,
    StudentNumber,
)
from credentials.models.award import Visibility
from credentials.models.collection import Collection, Profile
from journal import clock
from journal.models import Mail, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person
    from policies.reasons import Reason

BLANK = "Erased"
# The kinds of mail and notices that people get as learners.
MAIL = (
    "award_corrected", "award_gained_credit", "award_reinstated", "award_renewed", "award_revoked", "award_suspended", "badge_awarded",
    "badge_expires", "badge_reminder", "notation_awarded", "wallet_link",
)  # fmt: skip


def told(person: Person) -> list[Told]:
    """Awards with their credentials, what was brought from elsewhere, and how any of it was shown and shared."""
    awards = Award.objects.held_by(person).select_related("institution", "version").order_by("awarded_at")
    brought = ImportedBadge.objects.held_by(person).values("title", "issuer", "address", "checks", "added_at")
    return [
        Told(
            "awards",
            "Your badges",
            "So that anyone to whom you show one can check it.",
            "Your name, address and the signed file are taken out, with all evidence in it. Number, days and standing are "
            "kept, so that a file that you have yourself can still be checked.",
            [_award(row) for row in awards],
        ),
        Told(
            "elsewhere",
            "Badges from elsewhere that you brought",
            "So that you have them in one place.",
            "Deleted.",
            list(brought),
        ),
        Told(
            "student_records",
            "What the student system holds of your badges",
            "So that your transcript and record there say what was awarded here.",
            "The days are kept without your name; your student number is taken out. What stands there is the campus’s own.",
            _in_student_systems(person),
        ),
        *_shown(person),
    ]


def _in_student_systems(person: Person) -> list[dict[str, Any]]:
    """Student numbers, notations on transcripts, and entries on micro-credential records."""
    numbers = StudentNumber.objects.filter(person=person).select_related("institution")
    found = [{"campus": one.institution.name, "student_number": one.number} for one in numbers]
    columns = ("award_id", "recorded_on", "removed_on")
    for what, model in (("transcript", Notation), ("micro-credential record", RecordEntry)):
        rows = model._default_manager.filter(award__holder=person).order_by("recorded_at").values(*columns)
        found += [{"in": what, **row} for row in rows]
    return found


def _shown(person: Person) -> list[Told]:
    links = ShareLink.objects.filter(award__holder=person).order_by("created_at")
    shares = Share.objects.filter(award__holder=person).order_by("day", "destination")
    collections, profile = (
        Collection.objects.made_by(person).prefetch_related("placed__imported"),
        Profile.objects.filter(person=person),
    )
    return [
        Told(
            "links",
            "Links that you made",
            "So that whoever has one sees the badge.",
            "Deleted; they stop working.",
            list(links.values("award_id", "label", "created_at", "withdrawn_at", "views")),
        ),
        Told(
            "shares",
            "How often your badges were shared and seen",
            "So that you see what becomes of them.",
            "Deleted.",
            list(shares.values("award_id", "destination", "day", "shares", "views")),
        ),
        Told(
            "collections",
            "Your collections and your public page",
            "So that others see what you chose to show.",
            "Deleted; their addresses stop working.",
            [*map(_collection, collections), *profile.values()],
        ),
    ]


def _collection(row: Collection) -> dict[str, Any]:
    placed = row.placed.all()
    held = [one.award_id for one in placed if one.award_id]
    brought = [one.imported.title for one in placed if one.imported]
    said = {"title": row.title, "words": row.words, "seen_by": row.visibility}
    return said | {"awards": held, "from_elsewhere": brought}


def _award(row: Award) -> dict[str, Any]:
    return {
        "id": row.pk,
        "campus": row.institution.name,
        "title": row.version.title,
        "name": row.recipient_name,
        "email": row.recipient_email,
        "awarded_on": row.awarded_on,
        "expires_on": row.expires_on,
        "standing": row.status_on(row.institution.today()),
        "revocation_reason": row.revocation_reason,
        "suspension_reason": row.suspension_reason,
        "seen_by": row.visibility,
        "hidden": row.hidden,
        "accepted_at": row.accepted_at,
        "declined_at": row.declined_at,
        "decline_reason": row.decline_reason,
        "credential": row.credential,
    }


def refusals(person: Person) -> list[Reason]:
    """None."""
    return []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Blank what names the holder and the signed bytes, whose hash stays; withdraw every link; delete what told of badges."""
    awards = Award.objects.held_by(person)
    campuses = {row.institution for row in awards.defer("document").select_related("institution")}
    for model in (ShareLink, Share, Offer):
        model.objects.filter(award__holder=person).delete()
    ClaimLink.objects.filter(person=person).delete()
    Mail.objects.filter(recipient=person, kind__in=MAIL).delete()
    Notice.objects.filter(person=person, kind__in=MAIL).delete()
    Collection.objects.made_by(person).delete()
    Profile.objects.filter(person=person).delete()
    ImportedBadge.objects.filter(holder=person).delete()
    StudentNumber.objects.filter(person=person).delete()
    awards.update(
        holder=to,
        erased_at=clock.now(),
        recipient_name="",
        recipient_email="",
        document="",
        decline_reason="",
        hidden=[],
        visibility=Visibility.PRIVATE,
        revocation_reason=Case(When(revoked_at__isnull=True, then=Value("")), default=Value(BLANK)),
        suspension_reason=Case(When(suspended_at__isnull=True, then=Value("")), default=Value(BLANK)),
    )
    return campuses

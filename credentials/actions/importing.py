"""A learner brings a badge that they earned elsewhere: taken when it is genuine, in force and theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.models import Person
from credentials.models import ImportedBadge
from credentials.openbadges.answers import Answer
from credentials.openbadges.jwt import is_record
from journal import clock
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    import uuid

    from credentials.openbadges.verify import Report

LARGEST = 1024 * 1024
MOST = 50
TOO_LARGE = "The file is larger than 1 MB. Bring the badge as JSON, or with a smaller image."
MANY = f"You keep {MOST} badges from elsewhere. Remove one first."
HELD = "This badge is in your wallet already."
OURS = "This badge was issued here, so it is in the wallet of the person whom it was made out to. There is nothing to bring."
NOT_YOURS = (
    "It does not say that it was made out to {address}, so it cannot be kept as yours. Choose another of your addresses, or add "
    "the one that you earned it with to your wallet first."
)

RECORD = "This is a record of several badges. Bring each of them by itself."


@dataclass(frozen=True)
class Brought:
    """A badge that was brought and checked: its bytes, the report, and its checks as they are shown and kept."""

    source: bytes
    report: Report
    checks: Sequence[Mapping[str, Any]]
    title: str
    issuer: str


def problems(brought: Brought, address: str) -> list[Reason]:
    """Why it cannot be kept: too large, no badge, a check that says no, or not made out to the address."""
    if len(brought.source) > LARGEST:
        return [Reason(TOO_LARGE, field="file")]
    wrong = [
        check for check in brought.report.checks if check.answer is Answer.NO and check.key != "recipient"
    ]
    if brought.report.credential and is_record(brought.report.credential):
        return [Reason(RECORD, field="file")]
    if brought.report.answer("document") is not Answer.YES or wrong:
        decisive = wrong or [check for check in brought.report.checks if check.key == "document"]
        return [Reason(check.sentence, field="file") for check in decisive]
    if brought.report.answer("recipient") is not Answer.YES:
        return [Reason(NOT_YOURS.format(address=address), field="email")]
    return []


@transaction.atomic
def keep(*, brought: Brought, address: str, by: Person) -> ImportedBadge:
    """Keep a badge from elsewhere in one's own wallet, for oneself alone.

    Refused as in `problems`, for one that is there already, and beyond fifty. What could not be checked is said beside it.
    """
    refuse_if(problems(brought, address))
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once count each other
    digest, now = hashlib.sha256(brought.source).hexdigest(), clock.now()
    mine = ImportedBadge.objects.held_by(by)
    if mine.filter(digest=digest).exists():
        raise Refused(Reason(HELD, field="file"))
    if mine.count() >= MOST:
        raise Refused(Reason(MANY, field="file"))
    return ImportedBadge.objects.create(
        holder=by,
        source=brought.source,
        digest=digest,
        address=address,
        title=brought.title[:300],
        issuer=brought.issuer[:300],
        checks=list(brought.checks),
        added_at=now,
        checked_at=now,
    )


@transaction.atomic
def note(*, key: uuid.UUID, brought: Brought, by: Person) -> ImportedBadge:
    """Write down what a further look at a kept badge found. Only its holder's; it stays whatever was found."""
    row = ImportedBadge.objects.select_for_update().get(pk=key, holder=by)
    row.checks, row.checked_at = list(brought.checks), clock.now()
    row.save(update_fields=["checks", "checked_at"])
    return row


@transaction.atomic
def remove(*, key: uuid.UUID, by: Person) -> None:
    """Take it out of the wallet; doing it twice is harmless."""
    ImportedBadge.objects.filter(pk=key, holder=by).delete()

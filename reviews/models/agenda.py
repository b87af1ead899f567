"""What a meeting has before it, in which order, what came of it; the votes that it takes; notes to its minutes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q

from reviews.models.attendance import ONLY_IN
from reviews.models.ballot import Ballot
from reviews.models.meeting import Meeting

if TYPE_CHECKING:
    from proposals.models import Proposal


class ItemKind(models.TextChoices):
    PROPOSAL = "proposal", "Proposal"
    MINUTES = "minutes", "Minutes of an earlier meeting"
    OTHER = "other", "Other business"


class Came(models.TextChoices):
    """What came of an item; of one that was voted on, its ballot says it."""

    READ = "read", "First reading held"
    APPROVED = "approved", "Minutes approved"
    NOTED = "noted", "Dealt with"
    PUT_OFF = "put_off", "Put off"


class AgendaItem(models.Model):
    """One item of the agenda. A proposal stands on it with the revision that it had then; `reading` is 1 or 2 where the
    body reads twice, else 0. An item of the consent group is adopted without debate unless a member pulls it out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    step = models.ForeignKey(
        "proposals.Step", null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items"
    )
    revision = models.ForeignKey(
        "proposals.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reading = models.PositiveSmallIntegerField(default=0)
    minutes_of = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="on_agendas"
    )
    title = models.CharField(max_length=300, blank=True)  # of other business
    text = models.TextField(blank=True)  # what the chair says about it beforehand
    consent = models.BooleanField(default=False)
    pulled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pulled_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    came = models.CharField(max_length=10, choices=Came.choices, blank=True)
    note = models.TextField(blank=True)  # what was said or settled, for the minutes
    dealt_at = models.DateTimeField(null=True, blank=True)
    dealt_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("meeting", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agenda_place_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Two items cannot stand at the same place.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "step"],
                name="step_once_a_meeting",
                violation_error_message="It stands on this agenda already.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "minutes_of"],
                name="minutes_once_a_meeting",
                violation_error_message="These minutes stand on this agenda already.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="proposal", step__isnull=False, revision__isnull=False, minutes_of__isnull=True)
                    | Q(kind="minutes", step__isnull=True, revision__isnull=True, minutes_of__isnull=False)
                    | (
                        Q(kind="other", step__isnull=True, revision__isnull=True, minutes_of__isnull=True)
                        & ~Q(title="")
                    )
                ),
                name="agenda_item_is_whole",
                violation_error_message="An item is a proposal with its revision, the minutes of a meeting, or has a title.",
            ),
            models.CheckConstraint(
                condition=Q(reading__in=[0, 1, 2]) & (Q(kind="proposal") | Q(reading=0)),
                name="reading_known",
            ),
            models.CheckConstraint(
                condition=Q(consent=False) | (Q(kind="proposal") & ~Q(reading=1)),
                name="consent_is_about_a_vote",
                violation_error_message="Only proposals that can be voted on are adopted by consent.",
            ),
            models.CheckConstraint(
                condition=Q(pulled_by__isnull=True, pulled_at__isnull=True)
                | Q(pulled_by__isnull=False, pulled_at__isnull=False, consent=False),
                name="pulled_by_someone",
                violation_error_message="Who pulled an item out of the consent group is kept with when.",
            ),
            models.CheckConstraint(
                condition=(Q(came="") & Q(dealt_at__isnull=True, dealt_by__isnull=True))
                | (Q(came__in=Came.values) & Q(dealt_at__isnull=False, dealt_by__isnull=False)),
                name="what_came_is_whole",
                violation_error_message="What came of an item is kept with who recorded it and when.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="agenda_is_final_with_the_minutes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_IN.format(
                    states="'planned', 'called', 'in_session'",
                    says="the agenda of a meeting that is over is final",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """What it is about."""
        if self.step is not None:
            return str(self.step.proposal)
        return f"Minutes of {self.minutes_of}" if self.minutes_of is not None else self.title

    @property
    def proposal(self) -> Proposal | None:
        return self.step.proposal if self.step is not None else None


class TakenUp(models.Model):
    """A ballot that a meeting has taken up under an item: it is counted over who is in the room when it closes.

    `present` keeps, from its closing on, the members for whom somebody was in the room; who moved and seconded the vote
    is kept where the body's rule asks for it.
    """

    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="taken_up")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    present = models.JSONField(null=True, blank=True)
    moved_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seconded_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True)
                | (Q(moved_by__isnull=False) & ~Q(seconded_by=models.F("moved_by"))),
                name="seconded_by_another",
                violation_error_message="A motion is seconded by another than who moved it.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="presence_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__present__isnull=False),
            ),
        ]


class MinutesCorrection(models.Model):
    """A note to the minutes: what should be read differently. Nothing is ever edited; append-only."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        triggers = [
            pgtrigger.Protect(name="correction_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

"""A meeting of a body: when and where, who was called, what happened to it, and the state of its minutes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Role
from journal import clock

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Planned"
    CALLED = "called", "Called"
    IN_SESSION = "in_session", "In session"
    ADJOURNED = "adjourned", "Adjourned"
    CANCELLED = "cancelled", "Cancelled"


class MinutesState(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"


AHEAD = (MeetingState.PLANNED, MeetingState.CALLED)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def ahead(self) -> Self:
        """Planned or called, and not opened yet; the next one first."""
        return self.filter(state__in=AHEAD).order_by("starts_at", "pk")

    def under_way(self) -> Self:
        """In session or still ahead; the one that comes first on top."""
        return self.filter(state__in=[*AHEAD, MeetingState.IN_SESSION]).order_by("starts_at", "pk")

    def of_member(self, person: Person) -> Self:
        """Meetings that the person is called to or keeps the minutes of, and those of bodies on which they sit today."""
        if not person.is_active:
            return self.none()
        called = person.meeting_seats.filter(meeting=OuterRef("pk"))
        there = person.attendances.filter(meeting=OuterRef("pk"))
        sits = person.holdings.in_force().filter(institution=OuterRef("institution"), body=OuterRef("body"))
        return self.filter(
            Q(Exists(called))
            | Q(Exists(there))
            | Q(Exists(sits), panel__isnull=True)
            | Q(panel__in=person.panel_seats.values("panel"))
            | Q(keeper=person)
        )

    def visible_to(self, person: Person) -> Self:
        """The meetings of one's own bodies, and those of campuses that one manages or administers."""
        if not person.is_active:
            return self.none()
        if person.is_superuser:
            return self
        mine = Meeting.objects.of_member(person).values("pk")
        return self.filter(Q(pk__in=mine) | Q(institution__in=person.managed()))

    def read_by(self, person: Person) -> Self:
        """Meetings whose minutes the person may read: those they see and, once the body has approved the minutes, those
        of the campuses where they hold an office."""
        held = person.grants.in_force().filter(role=Role.OFFICE_HOLDER).values("institution")
        approved = Q(minutes_state=MinutesState.APPROVED, institution__in=held)
        seen = Meeting.objects.visible_to(person).values("pk")
        return self.filter(Q(pk__in=seen) | approved) if person.is_active else self.none()


class Meeting(models.Model):
    """One meeting of a standing body, or of a panel (`panel`) that was formed for one proposal.

    `policy` are the rules under which it meets. Once the body has approved the minutes, `minutes` holds them as RFC 8785
    text with their SHA-256, and nothing about the meeting changes any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="meetings")
    policy = models.ForeignKey("accounts.AdoptedPolicy", on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=40)
    panel = models.ForeignKey(
        "reviews.Panel", null=True, blank=True, on_delete=models.PROTECT, related_name="meetings"
    )
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    keeper = models.ForeignKey(  # who keeps the minutes, beside the chair
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=MeetingState.choices, default=MeetingState.PLANNED)
    planned_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adjourned_at = models.DateTimeField(null=True, blank=True)
    adjourned_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_reason = models.TextField(blank=True)
    guests = models.TextField(blank=True)  # who else was there, as one writes it
    minutes_state = models.CharField(max_length=10, choices=MinutesState.choices, default=MinutesState.DRAFT)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(  # who recorded that the body approved them
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_in = (
        models.ForeignKey(  # the later meeting that approved them; without it `approved_how` says how
            "self", null=True, blank=True, on_delete=models.PROTECT, related_name="approved_minutes"
        )
    )
    approved_how = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    minutes_hash = models.CharField(max_length=64, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at", "pk")
        indexes = [
            models.Index(fields=["institution", "body", "starts_at"]),
            models.Index(fields=["state", "starts_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(
                condition=Q(minutes_state__in=MinutesState.values), name="minutes_state_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["in_session", "adjourned"])
                    & Q(opened_at__isnull=False)
                    & Q(opened_by__isnull=False)
                )
                | (
                    ~Q(state__in=["in_session", "adjourned"])
                    & Q(opened_at__isnull=True)
                    & Q(opened_by__isnull=True)
                ),
                name="meeting_opening_is_whole",
                violation_error_message="A meeting in session has its beginning and who opened it.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="adjourned") & Q(adjourned_at__isnull=False) & Q(adjourned_by__isnull=False)
                )
                | (~Q(state="adjourned") & Q(adjourned_at__isnull=True) & Q(adjourned_by__isnull=True)),
                name="meeting_end_is_whole",
                violation_error_message="A meeting that is over has its end and who adjourned it.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="cancelled")
                    & Q(cancelled_at__isnull=False)
                    & Q(cancelled_by__isnull=False)
                    & ~Q(cancelled_reason="")
                )
                | (
                    ~Q(state="cancelled")
                    & Q(cancelled_at__isnull=True)
                    & Q(cancelled_by__isnull=True)
                    & Q(cancelled_reason="")
                ),
                name="meeting_cancelling_is_whole",
                violation_error_message="A meeting that was cancelled has its person, its time and its reason.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(minutes_state="approved")
                    & Q(state="adjourned")
                    & Q(approved_at__isnull=False)
                    & Q(approved_by__isnull=False)
                    & ~Q(minutes="")
                    & ~Q(minutes_hash="")
                    & (Q(approved_in__isnull=False) | ~Q(approved_how=""))
                )
                | (
                    Q(minutes_state="draft")
                    & Q(approved_at__isnull=True)
                    & Q(approved_by__isnull=True)
                    & Q(approved_in__isnull=True)
                    & Q(minutes="", minutes_hash="", approved_how="")
                ),
                name="minutes_approval_is_whole",
                violation_error_message="Approved minutes have their text, its hash, and who approved them and how.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="meeting_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="approved_minutes_are_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__minutes_state="approved"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_rules.name}, {self.starts_at.astimezone(self.zone):%-d %B %Y}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("meeting", args=[self.pk])

    @property
    def body_rules(self) -> Body:
        """The body as the policy describes it under which it meets."""
        return self.policy.pack.body(self.body)

    @property
    def zone(self) -> ZoneInfo:
        """The campus's own time."""
        return ZoneInfo(self.policy.pack.calendar.timezone)

    @property
    def is_ahead(self) -> bool:
        return self.state in AHEAD

    @property
    def in_session(self) -> bool:
        return self.state == MeetingState.IN_SESSION

    @property
    def is_over(self) -> bool:
        return self.state == MeetingState.ADJOURNED

    @property
    def is_late(self) -> bool:
        """Whether it should have begun by now and nobody has opened it."""
        return self.is_ahead and self.starts_at <= clock.now()

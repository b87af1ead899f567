"""Info sessions, trainings and conversations, and who comes to them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from outreach.office import offices_of

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person


class SessionKind(models.TextChoices):
    INFO = "info", "Info session"
    TRAINING = "training", "Training"
    ISSUER_TRAINING = "issuer_training", "Training for issuers"
    CONVERSATION = "conversation", "Campus conversation"


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions. They are public: when, where and whether there is room stand on the office's page."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses whose office the person runs."""
        return self.filter(institution__in=offices_of(person))

    def ahead(self, moment: dt.datetime) -> Self:
        """Not over and not called off, the first one first."""
        return self.filter(ends_at__gt=moment, cancelled_at__isnull=True).order_by("starts_at", "pk")

    def past(self, moment: dt.datetime) -> Self:
        """Over, or called off, the latest first."""
        over = Q(ends_at__lte=moment) | Q(cancelled_at__isnull=False)
        return self.filter(over).order_by("-starts_at", "pk")

    def counted(self) -> Self:
        """Each with `taken` seats, `waiting` people, and how many `came`."""
        return self.annotate(
            taken=Count("registrations", filter=Q(registrations__state=Place.REGISTERED)),
            waiting=Count("registrations", filter=Q(registrations__state=Place.WAITING)),
            came=Count("registrations", filter=Q(registrations__attendance__in=CAME)),
        )

    def to_mark(self, moment: dt.datetime) -> Self:
        """Begun, with people of whom nobody has said whether they came; the oldest first."""
        unmarked = Registration.objects.filter(state=Place.REGISTERED, attendance="").values("session")
        begun = self.filter(starts_at__lte=moment, cancelled_at__isnull=True, pk__in=unmarked)
        return begun.order_by("starts_at", "pk")


class Session(models.Model):
    """One session. `address` (of a call) is told to those who are registered alone; `group` is whom it is for.

    `sequence` grows with each change, so that calendars know which file is the later one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=20, choices=SessionKind.choices)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    address = models.URLField(max_length=500, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    group = models.CharField(max_length=200, blank=True)
    open = models.BooleanField(default=True)
    sequence = models.PositiveIntegerField(default=0)
    planned_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_reason = models.TextField(blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)
        indexes = [models.Index(fields=["institution", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message="It ends before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
                name="session_has_a_seat",
                violation_error_message="There is at least one seat.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="session_cancellation_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("session", args=[self.institution.slug, self.pk])

    @property
    def zone(self) -> ZoneInfo:
        """The campus's time zone."""
        return ZoneInfo(self.institution.timezone)

    def is_over(self, moment: dt.datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at <= moment


class Place(models.TextChoices):
    ASKED = "asked", "Not confirmed yet"
    REGISTERED = "registered", "Registered"
    WAITING = "waiting", "On the waiting list"
    LEFT = "left", "Stepped back"


class Attendance(models.TextChoices):
    ABSENT = "absent", "Did not come"
    CAME = "came", "Came"
    TRAINED = "trained", "Came and is trained"


CAME = (Attendance.CAME, Attendance.TRAINED)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Registrations."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses whose office the person runs."""
        return self.filter(session__institution__in=offices_of(person))

    def coming(self) -> Self:
        """With a seat."""
        return self.filter(state=Place.REGISTERED)

    def in_line(self) -> Self:
        """On the waiting list, who came first first."""
        return self.filter(state=Place.WAITING).order_by("placed_at", "pk")


class Registration(models.Model):
    """Somebody, known by an address alone, who asked for a seat. Seats are taken when the address is confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="registrations")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=Place.choices, default=Place.ASKED)
    asked_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, blank=True)
    marked_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    marked_at = models.DateTimeField(null=True, blank=True)
    qualification = models.ForeignKey(  # what the marking gave
        "accounts.Qualification", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ("placed_at", "asked_at")
        indexes = [models.Index(fields=["email"])]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "email"],
                condition=~Q(email=""),
                name="registered_once",
                violation_error_message="This address is registered already.",
            ),
            models.CheckConstraint(condition=Q(state__in=Place.values), name="place_known"),
            models.CheckConstraint(
                condition=Q(attendance="", marked_by__isnull=True, marked_at__isnull=True)
                | Q(attendance__in=Attendance.values, marked_by__isnull=False, marked_at__isnull=False),
                name="attendance_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

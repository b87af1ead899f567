"""Roles held in a unit for a term, seats on standing bodies, dated delegations and qualifications."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast

from accounts.hooks import now

if TYPE_CHECKING:
    from accounts.models import Institution, Person


class Role(models.TextChoices):
    """What a grant gives. An office holder also names the office by its id in the pack."""

    PROPOSER = "proposer", "Proposer"
    SUPERVISOR = "supervisor", "Supervisor"
    SECTION_HEAD = "section_head", "Section head"
    OFFICE_HOLDER = "office_holder", "Office holder"
    PROGRAMME_MANAGER = "programme_manager", "Programme manager"
    ISSUER = "issuer", "Issuer"
    ASSESSOR = "assessor", "Assessor"
    PROGRAMME_DIRECTOR = "programme_director", "Programme director"
    CAMPUS_ADMINISTRATOR = "campus_administrator", "Campus administrator"


def dated() -> list[models.BaseConstraint]:
    """The constraints every dated row shares; the names are made unique by Django's %(class)s."""
    return [
        models.CheckConstraint(
            condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            name="%(class)s_ends_after_start",
            violation_error_message="The last day comes before the first.",
        ),
        models.CheckConstraint(
            condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False),
            name="%(class)s_ended_by_someone",
            violation_error_message="Who ended it is kept with when.",
        ),
    ]


class DatedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows that count on certain days only; terms of office end by themselves."""

    def in_force(self, on: dt.date | None = None) -> Self:
        """What counts now, by the calendar day of the row's campus; or what counts on the day `on`."""
        if on is not None:
            return self.filter(
                Q(ends_on__isnull=True) | Q(ends_on__gte=on),
                Q(ended_at__isnull=True) | Q(ended_at__date__gt=on),
                starts_on__lte=on,
            )
        moment = now()
        day = self._campus_day(moment)
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            Q(ended_at__isnull=True) | Q(ended_at__gt=moment),
            starts_on__lte=day,
        )

    def overlapping(self, first: dt.date, last: dt.date | None) -> Self:
        """What counts on some day between `first` and `last` (None: without end)."""
        rows = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), ended_at__isnull=True)
        return rows.filter(starts_on__lte=last) if last else rows

    def _campus_day(self, moment: dt.datetime) -> Cast:
        zone = F(f"{self.model.institution_path}__timezone")  # type: ignore[attr-defined]
        local = Func(
            zone,
            Value(moment, output_field=models.DateTimeField()),
            function="timezone",
            output_field=models.DateTimeField(),
        )
        return Cast(local, models.DateField())


class Dated(models.Model):
    """From `starts_on` to `ends_on`, both included, by the campus's calendar; no end means until further notice.

    `ended_at` is for what was taken away at once, before its last day was over.
    """

    institution_path: ClassVar[str] = "institution"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = dated()

    @property
    def campus(self) -> Institution:
        """The campus by whose calendar the days count."""
        return self.institution  # type: ignore[attr-defined, no-any-return]

    @property
    def is_over(self) -> bool:
        """Whether it does not count any more."""
        past = self.ends_on is not None and self.ends_on < self.campus.today()
        return past or self.ended_at is not None


class RoleGrantQuerySet(DatedQuerySet):
    """Role grants."""

    def visible_to(self, person: Person) -> Self:
        """Own grants, and those of the campuses that the person administers."""
        return (
            self
            if person.is_superuser
            else self.filter(Q(person=person) | Q(institution__in=person.administered()))
        )


class RoleGrant(Dated):
    """A role in a unit (and all below it) or, without a unit, in the whole institution."""

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="grants")
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=40, choices=Role.choices)
    office = models.CharField(max_length=40, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = [
            *dated(),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.OFFICE_HOLDER) ^ Q(office=""),
                name="office_holder_names_office",
                violation_error_message="An office holder needs an office, and only an office holder has one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.actor} at {self.unit or self.institution}"

    @property
    def actor(self) -> str:
        """The name packs use: the role, or "office:<id>"."""
        return f"office:{self.office}" if self.office else self.role


class DelegationQuerySet(DatedQuerySet):
    """Delegations."""

    def visible_to(self, person: Person) -> Self:
        """Those one gave or holds, and those of the campuses that the person administers."""
        return (
            self
            if person.is_superuser
            else self.filter(
                Q(principal=person) | Q(delegate=person) | Q(grant__institution__in=person.administered())
            )
        )


class Delegation(Dated):
    """`delegate` acts for `principal` in one role between two dates ("B for A"); named by the principal or a campus administrator.

    It ends with the role it is for.
    """

    institution_path = "grant__institution"

    principal = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="delegations_given"
    )
    delegate = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="delegations_held")
    grant = models.ForeignKey(RoleGrant, on_delete=models.PROTECT, related_name="delegations")

    objects = DelegationQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = [
            *dated(),
            models.CheckConstraint(
                condition=~Q(principal=F("delegate")),
                name="delegate_is_someone_else",
                violation_error_message="Name someone else as the designee.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.principal}"

    @property
    def campus(self) -> Institution:
        """The campus of the role."""
        return self.grant.institution


class CampusDatedQuerySet(DatedQuerySet):
    """Dated rows of one person at one campus."""

    def visible_to(self, person: Person) -> Self:
        """One's own, and those of the campuses that the person administers or manages."""
        return (
            self
            if person.is_superuser
            else self.filter(Q(person=person) | Q(institution__in=person.managed()))
        )


class SeatHolding(Dated):
    """Who holds which seat of a standing body (ids from the pack)."""

    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="holdings")
    body = models.CharField(max_length=40)
    seat = models.CharField(max_length=40)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="holdings")
    experienced = models.BooleanField(default=False, help_text="Has the experience that the body asks for.")

    objects = CampusDatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["institution", "body"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.seat} of {self.body}"


class Qualification(Dated):
    """Something a person has been trained for, such as issuing badges and reading their analytics."""

    TRAINED_ISSUER = "trained_issuer"

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="qualifications")
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="qualifications"
    )
    kind = models.CharField(max_length=40, default=TRAINED_ISSUER)

    objects = CampusDatedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"

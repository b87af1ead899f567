"""Roles held in a unit for a term, seats on standing bodies, dated delegations and qualifications."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


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


def dated() -> list[models.CheckConstraint]:
    """The constraint every dated row shares; the name is made unique by Django's %(class)s."""
    return [
        models.CheckConstraint(
            condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
            name="%(class)s_ends_after_start",
            violation_error_message="The last day comes before the first.",
        )
    ]


class DatedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows that count on a day only; terms of office end by themselves."""

    def in_force(self, on: dt.date | None = None) -> Self:
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Dated(models.Model):
    """From `starts_on` to `ends_on`, both included; no end means until further notice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = dated()


class RoleGrant(Dated):
    """A role in a unit (and all below it) or, without a unit, in the whole institution."""

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="grants")
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=40, choices=Role.choices)
    office = models.CharField(max_length=40, blank=True)

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


class Delegation(Dated):
    """`delegate` acts for `principal` in one role between two dates ("B for A"); named by the principal or a campus administrator."""

    principal = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="delegations_held")
    grant = models.ForeignKey(RoleGrant, on_delete=models.PROTECT, related_name="delegations")

    class Meta(Dated.Meta):
        constraints = [
            *dated(),
            models.CheckConstraint(
                condition=~Q(principal=models.F("delegate")),
                name="delegate_is_someone_else",
                violation_error_message="Name someone else as the designee.",
            ),
        ]


class SeatHolding(Dated):
    """Who holds which seat of a standing body (ids from the pack)."""

    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="holdings")
    body = models.CharField(max_length=40)
    seat = models.CharField(max_length=40)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="holdings")
    experienced = models.BooleanField(default=False, help_text="Has the experience that the body asks for.")

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["institution", "body"])]


class Qualification(Dated):
    """Something a person has been trained for, such as issuing badges and reading their analytics."""

    TRAINED_ISSUER = "trained_issuer"

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="qualifications")
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="qualifications"
    )
    kind = models.CharField(max_length=40, default=TRAINED_ISSUER)

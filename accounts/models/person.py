"""A person: signs in by e-mail address; what they may do comes from roles, seats and delegations, never from flags."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.hooks import dashboard_opens_for, now
from accounts.models.institution import Institution
from accounts.models.role import Delegation, Role, RoleGrant

if TYPE_CHECKING:
    from django.db.models import QuerySet


class PersonQuerySet(models.QuerySet["Person"]):
    """People."""

    def of(self, institution: Institution) -> Self:
        """Who belongs to the campus today: invited there and not left."""
        return self.filter(
            affiliations__in=Affiliation.objects.filter(institution=institution, left_at__isnull=True)
        )

    def visible_to(self, person: Person) -> Self:
        """Oneself, and the people (also those who left) of the campuses that the person administers or manages."""
        if person.is_superuser:
            return self
        theirs = Affiliation.objects.filter(institution__in=person.managed()).values("person")
        return self.filter(Q(pk=person.pk) | Q(pk__in=theirs))

    def matching(self, words: str) -> Self:
        """Every word occurs in the name or the address."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Addresses are stored in lower case, so that one person is one row."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, or a learner who has not claimed yet (no usable password)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)
    # When they first learned here: such a person keeps a wallet, whatever roles they leave.
    learner_since = models.DateTimeField(null=True, blank=True)
    # A learner who proved this record's address as theirs too; what it held is with them.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="person_email_lower_case",
                violation_error_message="Write the address in lower case.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(is_active=False),
                name="merged_person_is_closed",
                violation_error_message="Nobody signs in to a record that became part of another.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the dashboard opens: any role, seat or delegation in force today, or work that a higher app has."""
        if not self.is_active:
            return False
        return (
            self.is_superuser
            or self.grants.in_force().exists()
            or self.holdings.in_force().exists()
            or Delegation.objects.in_force()
            .filter(delegate=self, grant__in=RoleGrant.objects.in_force())
            .exists()
            or dashboard_opens_for(self)
        )

    def administered(self) -> QuerySet[Institution]:
        """The campuses where the person is campus administrator today (of the system operator: all)."""
        return self._holding(Role.CAMPUS_ADMINISTRATOR)

    def managed(self) -> QuerySet[Institution]:
        """The campuses where the person is campus administrator or programme manager today."""
        return self._holding(Role.CAMPUS_ADMINISTRATOR, Role.PROGRAMME_MANAGER)

    def _holding(self, *roles: str) -> QuerySet[Institution]:
        if not self.is_active:
            return Institution.objects.none()
        if self.is_superuser:
            return Institution.objects.all()
        grants = self.grants.in_force().filter(role__in=roles, unit__isnull=True)
        return Institution.objects.filter(pk__in=grants.values("institution"))


class Affiliation(models.Model):
    """A person belongs to a campus from the day they were invited until they leave; roles come on top."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="affiliations")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="affiliations")
    joined_at = models.DateTimeField(default=now)
    joined_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)
    invitation_due = models.BooleanField(default=False)  # the worker writes the mail (after an import)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution"],
                condition=Q(left_at__isnull=True),
                name="affiliation_once",
                violation_error_message="This person is here already.",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_by__isnull=True)
                | Q(left_at__isnull=False, left_by__isnull=False),
                name="leaving_is_whole",
                violation_error_message="Who ended it is kept with when.",
            ),
        ]
        indexes = [
            models.Index(fields=["joined_at"], name="invitation_due", condition=Q(invitation_due=True))
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.institution}"

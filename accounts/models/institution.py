"""A campus, its unit tree, its academic calendar and the policy revisions it has adopted."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.hooks import now
from policies.calendar import DatedTerm, Terms
from policies.loader import pack_of_hash

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Campuses."""

    def of(self, person: Person) -> Self:
        """Where the person belongs, or holds a role or seat today."""
        if person.is_superuser:
            return self
        return self.filter(
            Q(pk__in=person.affiliations.filter(left_at__isnull=True).values("institution"))
            | Q(pk__in=person.grants.in_force().values("institution"))
            | Q(pk__in=person.holdings.in_force().values("institution"))
        )

    def visible_to(self, person: Person) -> Self:
        """The campuses that the person belongs to."""
        return self.of(person)


class Institution(models.Model):
    """A campus. Institutions are walls: nothing of one is seen from another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    # Follows the adopted pack; a column, so that the database knows which day it is on this campus.
    timezone = models.CharField(max_length=60, default="UTC", editable=False)
    # The revision in force; `accounts.actions.policies.adopt` moves it. A campus has none for a moment, while founded.
    # Not unique: a change of a unique column would wait for everybody who writes a row of this campus.
    in_force = models.ForeignKey(
        "accounts.AdoptedPolicy",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.DO_NOTHING,  # an adopted revision is never deleted: its trigger says so
        related_name="in_force_at",
    )
    created_at = models.DateTimeField(default=now)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def policy(self) -> AdoptedPolicy:
        """The revision in force, as it is now in the database."""
        adopted = self.policies.filter(in_force_at=self).first()
        if adopted is None:
            raise AdoptedPolicy.DoesNotExist(f"{self.name} has not adopted a policy yet.")
        return adopted

    def today(self) -> dt.date:
        """The day it is on this campus."""
        return now().astimezone(ZoneInfo(self.timezone)).date()

    @property
    def calendar(self) -> Terms:
        """The academic calendar: the dates that the office entered, and the pack's usual days where it has not."""
        rows = tuple(
            DatedTerm(term.year, term.key, term.starts_on, term.ends_on) for term in self.terms.all()
        )
        return Terms(self.policy.pack.calendar, rows)


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units."""

    def visible_to(self, person: Person) -> Self:
        """The units of the campuses that the person belongs to."""
        return self if person.is_superuser else self.filter(institution__in=Institution.objects.of(person))

    def within(self, unit: Unit) -> Self:
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """A college, department or office. `path` lists the ids from the root, so that descendants are one prefix query."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=200)
    kind = models.SlugField(max_length=40, blank=True)  # such as college or department; packs may ask for it
    path = models.TextField(db_index=True, editable=False)
    # The day of its next periodic review, where the campus has entered one; units below share it.
    review_on = models.DateField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "parent", "name"],
                name="unit_name_once",
                nulls_distinct=False,
                violation_error_message="There is a unit of that name here already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep `path` in step with the parent (units are moved by `accounts.actions.units`, which rewrites the subtree)."""
        self.path = f"{self.parent.path if self.parent else '/'}{self.id}/"
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def lineage(self) -> list[str]:
        """Ids from the root to this unit, as text."""
        return [part for part in self.path.split("/") if part]


class Term(models.Model):
    """One term of one academic year with the dates the office entered. `year` is the calendar year the academic year starts in."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="terms")
    year = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ("starts_on",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "year", "key"], name="term_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="term_ends_after_start",
                violation_error_message="A term ends after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"

    def covers(self, day: dt.date) -> bool:
        """Whether the day lies in the term."""
        return self.starts_on <= day <= self.ends_on


class AdoptedPolicyQuerySet(models.QuerySet["AdoptedPolicy"]):
    """Adopted revisions."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses that the person belongs to."""
        return self if person.is_superuser else self.filter(institution__in=Institution.objects.of(person))


class PolicyText(models.Model):
    """The canonical text of a revision, once for all campuses that adopted the same rules; never changed.

    In a table of its own: it is long, most readers of a revision need it once a process, and every action reads the
    revision's row.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="policy_text_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class AdoptedPolicy(models.Model):
    """A policy revision as adopted, never changed. The engine reads this, not the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="policies")
    number = models.CharField(max_length=40, blank=True)
    revision = models.CharField(max_length=40)
    written = models.ForeignKey(PolicyText, on_delete=models.PROTECT, related_name="+", db_column="hash")
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AdoptedPolicyQuerySet.as_manager()

    class Meta:
        ordering = ("-adopted_at",)
        verbose_name_plural = "adopted policies"
        constraints = [
            models.UniqueConstraint(fields=["institution", "revision"], name="policy_revision_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="adopted_policy_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.number} rev. {self.revision}"

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return self.written_id

    @property
    def text(self) -> str:
        """The canonical text."""
        return self.written.text

    @cached_property
    def pack(self) -> Pack:
        """The rules of this revision (parsed once per hash)."""
        return pack_of_hash(self.hash, lambda: self.text)

    @property
    def is_in_force(self) -> bool:
        """Whether its campus runs by it now; asks nothing when the campus is loaded."""
        return self.institution.in_force_id == self.pk

    def get_absolute_url(self) -> str:
        """Its public page: the campus's own while it is in force, else that of the revision, which never moves."""
        base = f"/policies/{self.institution.slug}/"
        return base if self.is_in_force else f"{base}{quote(self.revision, safe='')}/"

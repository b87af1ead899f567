"""What a platform holds against what we say it holds: comparisons, the differences found, and how far we may trust us."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from issuance.models.delivery import Delivery, PlatformAccount, PlatformTemplate
from issuance.models.request import certifying

if TYPE_CHECKING:
    from accounts.models import Person


class Ledger(models.Model):
    """By what a database is known that was restored from a backup: our count of claims, and the server it stood on.

    While `doubted_at` is set nothing new is sent, since the platform may hold more than we know.
    """

    account = models.OneToOneField(PlatformAccount, on_delete=models.CASCADE, related_name="ledger")
    claims = models.PositiveBigIntegerField(default=0)
    server = models.CharField(max_length=80, blank=True)
    doubted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.account}: {self.claims} claims"


class Comparison(models.Model):
    """The latest comparison of one badge template, side by side; `problem` says why it could not be done."""

    template = models.OneToOneField(PlatformTemplate, on_delete=models.CASCADE, related_name="comparison")
    asked_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)
    theirs = models.PositiveIntegerField(default=0)
    ours = models.PositiveIntegerField(default=0)
    adopted = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return (
            f"{self.template}, {self.compared_at:%Y-%m-%d %H:%M}" if self.compared_at else str(self.template)
        )


class Kind(models.TextChoices):
    """What can differ."""

    UNKNOWN = "unknown", "There, and not known here"
    TWICE = "twice", "There twice"
    MISSING = "missing", "Not there any more"
    ENDED_THERE = "ended_there", "Ended there, in force here"
    ENDED_HERE = "ended_here", "In force there, ended here"
    GIVEN_UP = "given_up", "There, although we gave up sending it"


class Standing(models.TextChoices):
    """How a difference stands."""

    OPEN = "open", "Waits for a person"
    ACTING = "acting", "Is being withdrawn there"
    SETTLED = "settled", "Settled"
    IGNORED = "ignored", "Left as it is"
    GONE = "gone", "Gone by itself"


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Differences."""

    def tended_by(self, person: Person) -> Self:
        """Those of the campuses that the person manages, and of the certifying offices held or acted in."""
        if person.is_superuser:
            return self
        found = Q(account__institution__in=person.managed())
        for grant in certifying(person):
            one = Q(account__institution=grant.institution_id)
            path = "template__version__definition__unit__path__startswith"
            found |= one & Q(**{path: grant.unit.path}) if grant.unit else one
        return self.filter(found)

    def open(self) -> Self:
        """Waiting for a person."""
        return self.filter(state=Standing.OPEN)


class Difference(models.Model):
    """One badge about which the platform and we do not agree. What is chosen is carried out by a worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(PlatformAccount, on_delete=models.CASCADE, related_name="differences")
    template = models.ForeignKey(PlatformTemplate, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OPEN)
    remote_id = models.CharField(max_length=100)
    remote_url = models.URLField(blank=True, max_length=500)
    remote_state = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=254, blank=True)  # as the platform gives it
    earner = models.CharField(max_length=100, blank=True)
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.CASCADE, related_name="differences"
    )
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ("found_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["template", "kind", "remote_id"], name="difference_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="difference_kind_known"),
            models.CheckConstraint(condition=Q(state__in=Standing.values), name="difference_state_known"),
            models.CheckConstraint(
                condition=(Q(state="acting") & Q(due_at__isnull=False))
                | (~Q(state="acting") & Q(due_at__isnull=True)),
                name="difference_act_is_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account"], name="difference_open", condition=Q(state__in=["open", "acting"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.remote_id}"

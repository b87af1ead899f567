"""A badge issuance request: one learner or many, checked line by line, released by the certifier the pack names."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Person


class RequestState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "With the certifier"
    RETURNED = "returned", "Sent back"
    APPROVED = "approved", "Approved"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class RequestQuerySet(models.QuerySet["IssuanceRequest"]):
    def visible_to(self, person: Person) -> Self:
        """Own requests, those of a campus managed, and those whose certifying office the person holds."""
        if person.is_superuser:
            return self
        grants = person.grants.in_force()
        managed = grants.filter(role__in=["programme_manager", "campus_administrator"]).values("institution")
        mine = Q(requested_by=person) | Q(institution__in=managed)
        for grant in grants.filter(role="office_holder"):
            mine |= Q(institution=grant.institution_id, certifier=grant.office)
        return self.filter(mine)

    def waiting(self) -> Self:
        return self.filter(state=RequestState.SUBMITTED)


class IssuanceRequest(models.Model):
    """Who is to be awarded what. `certifier` is the office (pack id) that releases it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="requests")
    definition = models.ForeignKey("credentials.Definition", on_delete=models.PROTECT, related_name="requests")
    version = models.ForeignKey("credentials.DefinitionVersion", on_delete=models.PROTECT, related_name="requests")
    certifier = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.DRAFT)
    requested_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="requests")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="request_decision_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state"])]


class RequestLine(models.Model):
    """One recipient as typed or read from a list. `award_id` is set when the worker has made the award."""

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(IssuanceRequest, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()  # the line in the list, from 1
    name = models.CharField(max_length=200)
    email = models.EmailField()
    learner = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    completion_id = models.UUIDField(null=True, blank=True)
    evidence_url = models.URLField(blank=True, max_length=500)
    narrative = models.TextField(blank=True)
    award = models.OneToOneField(
        "credentials.Award", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    problem = models.CharField(max_length=300, blank=True)  # why the worker could not award it

    class Meta:
        ordering = ("request", "number")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="request_line_once"),
            models.UniqueConstraint(fields=["request", "email"], name="request_recipient_once"),
        ]
        indexes = [
            models.Index(fields=["request", "number"], name="line_to_award", condition=Q(award__isnull=True))
        ]


class Job(models.Model):
    """The work that an approval leaves: a worker makes awards in chunks until `done_at`; repeatable after a kill."""

    request = models.OneToOneField(IssuanceRequest, on_delete=models.PROTECT, related_name="job")
    created_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="job_open", condition=Q(done_at__isnull=True))]

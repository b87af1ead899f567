"""Who is asked, when, and whether they have answered; never what they answered (see `evaluation.models.response`)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.held import grants_of
from accounts.models import Role
from credentials.reach import covered_by

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person


class InvitationState(models.TextChoices):
    PLANNED = "planned", "To be asked"
    ASKED = "asked", "Asked, no answer yet"
    ANSWERED = "answered", "Answered"
    STOPPED = "stopped", "Does not want to be asked"
    CLOSED = "closed", "Not answered in time"
    DROPPED = "dropped", "Not asked after all"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def due(self, moment: dt.datetime) -> Self:
        """To be asked now."""
        return self.filter(state=InvitationState.PLANNED, due_at__lte=moment)

    def to_remind(self, moment: dt.datetime) -> Self:
        """Asked, without an answer, and the time for a reminder has come."""
        return self.filter(state=InvitationState.ASKED, remind_at__lte=moment, closes_at__gt=moment)

    def over(self, moment: dt.datetime) -> Self:
        """Asked, without an answer, and too late now."""
        return self.filter(state=InvitationState.ASKED, closes_at__lte=moment)

    def visible_to(self, person: Person) -> Self:
        """Of offerings that one directs, and all where one manages or directs programmes."""
        if person.is_superuser:
            return self
        keeping = [
            grant
            for grant in grants_of(person)
            if grant.role in (Role.PROGRAMME_MANAGER, Role.CAMPUS_ADMINISTRATOR, Role.PROGRAMME_DIRECTOR)
        ]
        return self.filter(covered_by(keeping, unit="definition__unit") | Q(offering__director=person))


class Invitation(models.Model):
    """One person asked one survey once: a learner about an offering, or a partner (by `email`) about a credential.

    `wave` says which of the survey's days it is, `about` which module. Of an answer it says only that it was given:
    neither when nor what, and nothing here leads to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey("Survey", on_delete=models.PROTECT, related_name="invitations")
    version = models.ForeignKey("SurveyVersion", null=True, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="survey_invitations"
    )
    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.PROTECT, related_name="survey_invitations"
    )
    offering = models.ForeignKey(
        "learning.Offering", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    completion = models.ForeignKey(
        "learning.Completion", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    person = models.ForeignKey(
        "accounts.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="survey_invitations",
    )
    email = models.EmailField(blank=True)
    about = models.CharField(max_length=300, blank=True)
    wave = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=InvitationState.choices, default=InvitationState.PLANNED)
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("due_at", "pk")
        indexes = [
            models.Index(fields=["due_at"], name="survey_invitation_due", condition=Q(state="planned")),
            models.Index(fields=["remind_at"], name="invitation_open", condition=Q(state="asked")),
            models.Index(fields=["definition", "survey", "wave"], name="invitation_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "completion", "wave", "about"],
                condition=Q(completion__isnull=False),
                name="asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=InvitationState.values), name="invitation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "stopped", "dropped"])
                | Q(version__isnull=False, asked_at__isnull=False, closes_at__isnull=False),
                name="asked_has_version_and_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}, {self.wave} days: {self.get_state_display()}"


class SurveyLink(models.Model):
    """A personal link to one survey; each mail brings its own. Only the token's hash is stored."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link of {self.invitation_id}"


class SurveyStop(models.Model):
    """This person, or whoever has this address (kept as a hash), is asked nothing any more by this campus."""

    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="survey_stops"
    )
    person = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.CASCADE, related_name="survey_stops"
    )
    address_hash = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "person"], condition=Q(person__isnull=False), name="stop_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["institution", "address_hash"],
                condition=~Q(address_hash=""),
                name="stop_once_an_address",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) ^ ~Q(address_hash=""), name="stop_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"stop at {self.institution_id}"

"""Campus conversations: a draft that is open for comment, what people said of it, and the groups that were met."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from outreach.office import offices_of

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person


def film_path(conversation: Conversation, name: str) -> str:
    """Files lie under the campus with a name of ours; an earlier one is never written over."""
    return f"conversations/{conversation.institution_id}/{uuid.uuid4()}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Conversations. They are public from their first day on."""

    def visible_to(self, person: Person) -> Self:
        """Those of the offices that the person runs."""
        return self.filter(institution__in=offices_of(person))

    def begun(self, day: dt.date) -> Self:
        """Open, or over: what everyone may read; the latest first."""
        return self.filter(opens_on__lte=day).order_by("-opens_on", "pk")


class Conversation(models.Model):
    """A `draft` (of a definition, a policy) on which the campus is asked from `opens_on` to `closes_on`, both included.

    The introductory film stands on its page, from this server, never without captions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="conversations"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    draft = models.TextField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    planned_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    film_title = models.CharField(max_length=200, blank=True)
    film_type = models.CharField(max_length=40, blank=True)
    film = models.FileField(upload_to=film_path, max_length=200, blank=True)
    captions = models.FileField(upload_to=film_path, max_length=200, blank=True)
    poster = models.FileField(upload_to=film_path, max_length=200, blank=True)
    poster_type = models.CharField(max_length=40, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_on",)
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="conversation_closes_after_it_opens",
                violation_error_message="It closes before it opens.",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(summary="")),
                name="conversation_summary_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(film="") | ~Q(captions=""),
                name="film_has_captions",
                violation_error_message="A film needs captions.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("conversation", args=[self.institution.slug, self.pk])

    def is_open(self, day: dt.date) -> bool:
        """Whether people can say something on this day."""
        return self.opens_on <= day <= self.closes_on


class Feedback(models.Model):
    """What somebody said of a draft; plain text, and a name only where they gave one. Never published as it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="feedback")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    text = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        ordering = ("said_at",)
        verbose_name_plural = "feedback"
        indexes = [models.Index(fields=["conversation", "said_at"]), models.Index(fields=["email"])]

    def __str__(self) -> str:
        return f"{self.name or 'Somebody'}, {self.said_at:%Y-%m-%d}"


class Group(models.Model):
    """A group of the campus that was met, or is to be; `open` conversations were for everyone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="met_groups"
    )
    name = models.CharField(max_length=200)
    open = models.BooleanField(default=False)
    met = models.BooleanField(default=False)
    met_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("-met", "-met_on", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="group_once",
                violation_error_message="This group stands there already.",
            ),
            models.CheckConstraint(
                condition=Q(met=True) | Q(met_on__isnull=True), name="met_groups_alone_have_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""Mail and notices are rows first; Celery sends what is due, and every failure can be seen."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person


class MailState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    DIGEST = "digest", "Waiting for the next digest"
    WEEKLY = "weekly", "Waiting for the weekly digest"
    BUNDLED = "bundled", "In a digest"
    UNWANTED = "unwanted", "Not wanted by mail"


class How(models.TextChoices):
    """How somebody wants mail of one kind."""

    IMMEDIATE = "immediate", "At once"
    DIGEST = "digest", "Once a day, with others"
    WEEKLY = "weekly", "Once a week, with others"
    NONE = "none", "Not by mail"


class MailQuerySet(models.QuerySet["Mail"]):
    """Mail."""

    def visible_to(self, person: Person) -> Self:
        """All mail of the campuses that the person manages. (One's own is in one's mailbox.)"""
        return self if person.is_superuser else self.filter(institution__in=person.managed())

    def due(self, moment: dt.datetime) -> Self:
        """Waiting and due, or claimed by a sender whose lease ran out."""
        waiting = Q(state=MailState.QUEUED, due_at__lte=moment)
        return self.filter(waiting | Q(state=MailState.SENDING, claimed_until__lte=moment))


class Mail(models.Model):
    """One message to one address. `key` makes writing the same message twice impossible.

    While `state` is sending, one sender holds it under `claim_token` until `claimed_until`. A sender that died leaves
    a lease that runs out; the message is then sent again under the same Message-ID, so that mailboxes can drop a twin.
    `about` is the id of the proposal that it tells of; `office` is in what capacity the recipient got it ("the
    Micro-credential Committee"), which is all that those learn who see that mail went out, but not to whom.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", null=True, on_delete=models.PROTECT, related_name="mail"
    )
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    about = models.UUIDField(null=True, blank=True)
    office = models.CharField(max_length=200, blank=True)
    digest = models.ForeignKey(  # the digest that tells of it
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="bundled"
    )
    recipient = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.SET_NULL, related_name="mail"
    )
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    error = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        verbose_name_plural = "mail"
        indexes = [
            models.Index(fields=["due_at"], name="mail_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["about"], name="mail_about", condition=Q(about__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="mail_state_known"),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at__isnull=True), name="mail_sent_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(digest__isnull=True) | Q(state="bundled"), name="only_bundled_mail_has_a_digest"
            ),
            models.CheckConstraint(
                condition=(Q(state="sending") & Q(claim_token__isnull=False) & Q(claimed_until__isnull=False))
                | (~Q(state="sending") & Q(claim_token__isnull=True) & Q(claimed_until__isnull=True)),
                name="mail_lease_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MailChoice(models.Model):
    """How a person wants mail of one kind; without a row, at once."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=60)
    how = models.CharField(max_length=10, choices=How.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="mail_choice_once_a_kind"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="mail_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.how}"


class MailConsent(models.Model):
    """This person agreed that it is counted when they open mail about their badges. Without a row it is not."""

    person = models.OneToOneField(
        "accounts.Person", on_delete=models.CASCADE, primary_key=True, related_name="mail_consent"
    )
    agreed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"since {self.agreed_at:%Y-%m-%d}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices."""

    def visible_to(self, person: Person) -> Self:
        """One's own."""
        return self.filter(person=person)

    def unread(self) -> Self:
        """Not read yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """A line on a person's home page with a link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["person", "-created_at"])]

    def __str__(self) -> str:
        return self.text

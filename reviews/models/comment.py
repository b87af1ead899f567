"""Comments in threads on a field or on the whole proposal, bound to a revision; a concern waits for a written answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Role
from proposals.models import Proposal, Step
from proposals.owing import grants_of
from reviews.models.panel import PanelMember
from reviews.models.roll import BallotSeat
from reviews.models.vote import Recusal

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person, RoleGrant

UNREAD = ("revision__answers", "revision__form", "revision__files", "revision__proposers")


class Visibility(models.TextChoices):
    BODY = "body", "The body only"
    PROPOSERS = "proposers", "The body and the proposers"
    EVERYONE = "everyone", "Everyone who may see the proposal"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, person: Person) -> Self:
        """What the person may read, of proposals that they may see."""
        return self.readable_by(person).filter(proposal__in=Proposal.objects.visible_to(person).values("pk"))

    def readable_by(self, person: Person) -> Self:
        """What the person may read, where they may see the proposal; their own always.

        "Body only" is for the members of that body and the programme manager, never for a proposer or for who is
        recused. "The body and the proposers" is for those, for every body of the proposal and for those who sign.
        """
        if not person.is_active:
            return self.none()
        managed, signed = _by_grants(grants_of(person))
        judging = _own(person) | managed | signed | Q(Exists(_seats(person))) | Q(Exists(_panels(person)))
        return self.filter(
            Q(author=person)
            | Q(visibility=Visibility.EVERYONE)
            | (Q(visibility=Visibility.PROPOSERS) & judging)
            | (Q(visibility=Visibility.BODY) & _inside(person, managed))
        )

    def within_bodies_of(self, person: Person) -> Self:
        """Of what one body alone reads, what the person reads; its members and the programme manager see the proposal."""
        if not person.is_active:
            return self.none()
        managed, _signed = _by_grants(grants_of(person))
        return self.filter(_inside(person, managed), visibility=Visibility.BODY)

    def unanswered(self) -> Self:
        """Concerns that wait for a written answer: neither answered, nor settled, nor withdrawn."""
        answers = Comment.objects.filter(parent=OuterRef("pk"), answers=True, withdrawn_at__isnull=True)
        waiting = self.filter(concern=True, withdrawn_at__isnull=True, settled_at__isnull=True)
        return waiting.filter(~Exists(answers))

    def whole(self) -> Self:
        """With everything that a page or the API shows of a comment, in a fixed number of queries; oldest first.

        Of the revision its number alone: what it asks and answers is long.
        """
        related = self.select_related("author", "settled_by", "revision").defer(*UNREAD)
        return related.prefetch_related("versions").order_by("written_at", "pk")


def _own(person: Person) -> Q:
    return Q(proposal__in=person.proposerships.values("proposal"))


def _seats(person: Person) -> models.QuerySet[BallotSeat]:
    return BallotSeat.objects.filter(ballot__proposal=OuterRef("proposal"), person=person)


def _panels(person: Person) -> models.QuerySet[PanelMember]:
    return PanelMember.objects.filter(panel__proposal=OuterRef("proposal"), person=person)


def _inside(person: Person, managed: Q) -> Q:
    """Where the person is of the body of a comment, or manages; never as a proposer, nor where they are recused."""
    seat = Exists(_seats(person).filter(ballot__body=OuterRef("body")))
    panel = Exists(_panels(person).filter(panel__body=OuterRef("body")))
    recused = Recusal.objects.filter(
        ballot__proposal=OuterRef("proposal"), ballot__body=OuterRef("body"), person=person
    )
    return (Q(seat) | Q(panel) | managed) & ~_own(person) & ~Q(Exists(recused))


def _by_grants(grants: list[RoleGrant]) -> tuple[Q, Q]:
    """(where the person manages, where they sign a step of the proposal)."""
    managed = signed = Q(pk__in=[])
    for grant in grants:
        place = Q(proposal__institution=grant.institution_id)
        if grant.unit_id:
            place &= Q(proposal__unit__path__contains=f"/{grant.unit_id}/")
        if grant.role == Role.PROGRAMME_MANAGER:
            managed |= place
        steps = Step.objects.filter(proposal=OuterRef("proposal"), actor=grant.actor)
        signed |= place & Q(Exists(steps))
    return managed, signed


class Comment(models.Model):
    """One comment or reply; its words are in its versions. What is said stays: withdrawing it only marks it.

    A reply has the field, the visibility and the body of its thread. `answers` marks the reply that a concern waits
    for; who may give it is decided when it is written.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="comments")
    revision = models.ForeignKey("proposals.Revision", on_delete=models.PROTECT, related_name="comments")
    field = models.CharField(max_length=100, blank=True)  # "section.field"; "" for the proposal as a whole
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=40, blank=True)  # the body for which the author speaks; "" for none
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    concern = models.BooleanField(default=False)
    answers = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("written_at", "id")
        indexes = [models.Index(fields=["proposal", "written_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="comment_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False, concern=True),
                name="comment_settling_is_whole",
                violation_error_message="Only a concern is settled, by a person and at a time.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(concern=False),
                name="concern_begins_a_thread",
                violation_error_message="A concern begins a thread; a reply is none of its own.",
            ),
            models.CheckConstraint(
                condition=Q(answers=False) | Q(parent__isnull=False), name="answer_is_a_reply"
            ),
            models.CheckConstraint(
                condition=~Q(visibility="body") | ~Q(body=""),
                name="body_comment_names_its_body",
                violation_error_message="A comment for the body only says which body.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="comment_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{'Concern' if self.concern else 'Comment'} of {self.author}"

    def get_absolute_url(self) -> str:
        """The page of its thread."""
        return reverse("comment", args=[self.parent_id or self.pk])

    @property
    def history(self) -> list[CommentVersion]:
        """Every version, the first first."""
        return list(self.versions.all())

    @property
    def text(self) -> str:
        """What it says now."""
        return self.history[-1].text

    @property
    def edited_at(self) -> dt.datetime | None:
        """When it was last changed; None for as it was written."""
        return self.history[-1].at if len(self.history) > 1 else None


class CommentVersion(models.Model):
    """A comment as it was written or changed; append-only."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("comment", "number")
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comment_version_once")]
        triggers = [
            pgtrigger.Protect(name="comment_version_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

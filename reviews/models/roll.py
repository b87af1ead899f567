"""The roll of a ballot, frozen when it opened, and who of it presides."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Person
from accounts.once import once
from reviews.models.alternate import acts_for
from reviews.models.attendance import ActingChair
from reviews.models.in_session import Taken, taken
from reviews.models.vote import Recusal

# Recusals that an alternate, named by the member, does not mend.
CONFLICT_OF_THE_SEAT = ("author", "unit")


def may_preside(person: Person) -> bool:
    """Whether any roll has the person as chair or vice chair, or a body named them to preside; if not, they preside
    over nothing."""
    return once(person, "may preside", lambda: _may_preside(person))


def _may_preside(person: Person) -> bool:
    lines = BallotSeat.objects.filter(Q(chair=True) | Q(vice_chair=True), person=person)
    named = ActingChair.objects.filter(line__person=person)
    return Person.objects.filter(Q(Exists(lines)) | Q(Exists(named)), pk=person.pk).exists()


def _in_session() -> Taken:
    return taken(BallotSeat.objects.all())


class BallotSeatQuerySet(models.QuerySet["BallotSeat"]):
    def presiding(self, reader: Person | None = None) -> Self:
        """The line that presides over its ballot, as `reviews.chairing.of_ballot` says: the chair's, or the vice chair's
        where the chair's seat is vacant or its holder recused or gone; while a meeting takes it, of those in its room,
        and after the vice chair the member whom the body named. Those are looked up at once; once for a `reader`."""
        recused = Recusal.objects.filter(ballot=OuterRef("ballot"), person=OuterRef("person"))
        here = BallotSeat.objects.filter(~Exists(recused), person__is_active=True)
        chair = here.filter(ballot=OuterRef("ballot"), chair=True)
        stands_in = Q(vice_chair=True) & ~Exists(chair)
        usual = Q(Q(chair=True) | stands_in, ~Exists(recused), person__is_active=True)
        now = once(reader, "votes in session", _in_session) if reader else _in_session()
        if now.ballots:
            usual = (usual & ~Q(ballot__in=now.ballots)) | Q(pk__in=now.lines)
        return self.filter(usual)

    def acted_for_by(self, person: Person) -> Self:
        """Lines on which the person may vote today as its holder's alternate; never where the holder proposes or is of
        the unit that does, since whom they name would stand in the same conflict."""
        named = Q(pk__in=[])
        for campus, body, member in acts_for(person):
            named |= Q(ballot__proposal__institution=campus, ballot__body=body, person=member)
        stays = Recusal.objects.filter(
            ballot=OuterRef("ballot"), person=OuterRef("person"), how__in=CONFLICT_OF_THE_SEAT
        )
        return self.filter(named, ~Exists(stays), alternates=True)


class BallotSeat(models.Model):
    """One line of the roll, frozen when the ballot opened."""

    ballot = models.ForeignKey("reviews.Ballot", on_delete=models.PROTECT, related_name="roll")
    seat = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # null: a vacant seat
    chair = models.BooleanField(default=False)
    vice_chair = models.BooleanField(default=False)
    votes = models.BooleanField(default=True)
    counts_for_quorum = models.BooleanField(default=True)
    alternates = models.BooleanField(default=False)  # whether an alternate of its holder may vote

    objects = BallotSeatQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(
                fields=["ballot", "person"],
                name="seat_presiding",
                condition=Q(chair=True) | Q(vice_chair=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"],
                name="one_person_one_vote_a_ballot",
                violation_error_message="One person holds one seat of a body, and has one vote.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="roll_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.person or 'vacant'}"

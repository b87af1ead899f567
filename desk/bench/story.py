"""One proposal told forward in time, as the rows that the real actions would have written."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from journal.actions.record import canonical_text, digest
from journal.models import Entry, Head
from proposals.models import Document, Proposal, Proposer, Revision, Step
from reviews.models import Ballot, BallotSeat, Vote

if TYPE_CHECKING:
    from accounts.models import Person
    from desk.bench.bulk import Pile
    from desk.bench.thousands import Cast
    from policies.schema import Form, Stage
    from policies.schema import Step as PackStep

WORDS = (
    "A learner plans, carries out and explains a piece of work that an employer of the region would recognise. "
    * 6
)
CHOICES = ("approve", "approve", "approve", "approve", "abstain", "decline")


class Story:
    """One proposal that ends in `state`. Time goes by `hops` times; since the last `waited` days at most."""

    def __init__(self, cast: Cast, number: int, pile: Pile, *, state: str, hops: int, waited: int) -> None:
        self.cast, self.pile = cast, pile
        self.gaps = [cast.draw.expovariate(1 / 9) + 0.1 for _ in range(hops)]
        self.at = cast.at - dt.timedelta(days=sum(self.gaps) + cast.draw.uniform(1, waited))
        self.unit = cast.departments[number % len(cast.departments)]
        people = len(cast.people)
        self.team = [
            cast.people[number % people],
            cast.people[(number + 1 + number * 6 % (people - 1)) % people],
        ]
        self.proposal = Proposal(
            institution=cast.institution,
            unit=self.unit,
            type="badge",
            title=f"Bench credential {number}",
            state=state,
            policy=cast.policy,
            created_by=self.team[0],
            created_at=self.at,
            state_since=self.at,
            held_from="unit_approval" if state == "on_hold" else "",
        )
        self.head = Head(subject_kind="proposal", subject_id=self.proposal.pk)
        self.documents: dict[str, Document] = {}
        self.revisions = 0
        self.place: str = cast.pack.stages[0].state
        pile.add(self.proposal, self.head)
        pile.add(*(Proposer(proposal=self.proposal, person=p, added_at=self.at) for p in self.team))
        self.record("start", self.team[0], kind="new", type="badge")

    def later(self) -> dt.datetime:
        """Some days on."""
        self.at += dt.timedelta(days=self.gaps.pop())
        return self.at

    def record(self, act: str, by: Person | None, **detail: Any) -> None:
        """One more entry of its chain, hashed as the product does."""
        self.head.number += 1
        entry = Entry(
            subject_kind="proposal",
            subject_id=self.proposal.pk,
            number=self.head.number,
            institution=self.cast.institution,
            act=act,
            at=self.at,
            by=by,
            detail=detail,
            previous=self.head.hash,
        )
        entry.canonical = canonical_text(entry)
        entry.hash = self.head.hash = digest(entry.canonical)
        self.pile.add(entry)

    def move(self, act: str, to: str, by: Person | None = None, **said: Any) -> None:
        """A move, as the record has it."""
        self.record(act, by or self.cast.manager, **{"from": self.place, "to": to}, **said)
        self.proposal.state_since, self.place = self.at, to

    def document(self, form: Form) -> Document:
        """What is being written."""
        if form.id not in self.documents:
            written = Document(proposal=self.proposal, form=form.id, answers=answers(form))
            written.updated_at, written.updated_by = self.at, self.team[0]
            self.documents[form.id] = written
            self.pile.add(written)
        return self.documents[form.id]

    def submit(self, form: Form) -> Revision:
        """What was written becomes a revision."""
        self.revisions += 1
        revision = Revision(
            proposal=self.proposal,
            document=self.document(form),
            number=self.revisions,
            answers=self.document(form).answers,
            form=self.cast.forms[form.id],
            proposers=[str(p.pk) for p in self.team],
            hash=uuid.uuid4().hex * 2,
            submitted_at=self.at,
            submitted_by=self.team[0],
        )
        self.proposal.submitted_at = self.proposal.submitted_at or self.at
        self.latest = revision
        self.pile.add(revision)
        return revision

    def step(self, stage: Stage, rules: PackStep, position: int, round: int = 1) -> Step:
        """A step that opens now."""
        row = Step(
            proposal=self.proposal,
            state=stage.state,
            key=rules.id,
            kind=rules.kind,
            title=rules.title,
            actor=rules.by or "",
            body=rules.body or "",
            position=position,
            round=round,
            clause=rules.clause,
            status="open",
            opened_at=self.at,
            revision=None if rules.kind == "form" else self.latest,
        )
        self.pile.add(row)
        return row

    def finish(self, row: Step, outcome: str) -> None:
        """The step ends, by whoever completes it."""
        row.status, row.outcome = "complete", outcome
        row.completed_at, row.completed_by = self.later(), self.hand(row)
        self.record("step", row.completed_by, step=str(row.pk), key=row.key, title=row.title, outcome=outcome)

    def hand(self, row: Step) -> Person:
        """Who completes a step."""
        if row.actor.startswith("office:"):
            return self.cast.offices[row.actor.removeprefix("office:")]
        by = {
            "proposer": self.team[0],
            "section_head": self.cast.deans[self.unit.pk],
            "": self.cast.members[0],
        }
        return by.get(row.actor, self.cast.manager)

    def ballot(self, row: Step, votes: int) -> None:
        """The committee votes on it: so many have."""
        rules = self.cast.pack.body(row.body)
        ballot = Ballot(
            proposal=self.proposal,
            step=row,
            revision=self.latest,
            body=row.body,
            question=f"Shall “{self.proposal.title}” be approved?",
            outcomes=rules.outcomes,
            rule=rules.rule.model_dump(mode="json"),
            opened_at=self.at,
            closes_at=self.at + dt.timedelta(days=rules.rule.days_open),
        )
        self.pile.add(ballot)
        for n, member in enumerate(self.cast.members):
            seat = rules.seats[min(n, 2)]
            line = BallotSeat(ballot=ballot, seat=seat.id, title=seat.title, person=member, chair=seat.chair)
            self.pile.add(line)
        for member, choice in list(zip(reversed(self.cast.members), CHOICES, strict=True))[:votes]:
            self.pile.add(
                Vote(ballot=ballot, person=member, choice=choice, cast_at=self.at, comment="In short: yes.")
            )
        self.record("ballot_opened", None, ballot=str(ballot.pk), body=row.body)


def answers(form: Form) -> dict[str, Any]:
    """Every text answered, at some length."""
    return {s.id: {f.id: WORDS for f in s.fields if f.kind == "longtext"} for s in form.sections}

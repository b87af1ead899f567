"""The letter about a decision, to those who propose: what was decided, how it was counted, what it asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from journal.papers import blocks
from journal.papers.sizes import size_of
from proposals import papers, words
from proposals.models import Step, StepStatus
from reviews import discussion, wording
from reviews.conditions import WORDS as CONDITION_WORDS
from reviews.models import Ballot, BallotState, Comment, Condition, ConditionState, Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from journal.papers.blocks import Block

FOR_PROPOSERS = (Visibility.PROPOSERS, Visibility.EVERYONE)


def decided(step: Step) -> bool:
    """Whether somebody decided it, so that there is a letter."""
    return step.status == StepStatus.COMPLETE and step.kind != "form"


def address(step: Step) -> str:
    """Where its letter is; "" where nothing is decided."""
    return reverse("decision_letter", args=[step.pk]) if decided(step) else ""


def letter(step: Step, person: Person) -> Mapping[str, Any]:
    """The letter as this person may read it. It names bodies and whoever signed, never who voted or how."""
    proposal = step.proposal
    ballot = step.ballots.deciding().filter(state=BallotState.CLOSED).order_by("closed_at").last()
    on = papers.day(step.completed_at, proposal) if step.completed_at else ""
    who = words.who_of(proposal.policy.pack, step)
    return blocks.document(
        title=str(proposal),
        kicker="Decision letter",
        institution=proposal.institution.name,
        size=size_of(proposal.institution),
        lead=f"{wording.OUTCOMES[step.outcome]} by {who} on {on}.",
        footer=papers.footer(proposal),
        blocks=[
            blocks.facts(_facts(step)),
            *_counted(step, ballot),
            *_conditions(step),
            *_said(step, person),
        ],
    )


def _facts(step: Step) -> list[tuple[str, str]]:
    proposal = step.proposal
    people = [str(row.person) for row in proposal.proposers.select_related("person")]
    signed = step.completed_by if step.kind != "ballot" else None
    held = f", for {step.on_behalf_of}" if signed and step.on_behalf_of else ""
    return [
        ("To", words.listed(people)),
        ("Step", step.title),
        ("Signed by", f"{signed}{held}" if signed else ""),
        ("About", f"revision {step.revision.number}" if step.revision else ""),
        ("Seal of that revision", step.revision.hash if step.revision else ""),
        *((row["term"], row["value"]) for row in step.recorded),
        ("Rule", _rule(step, step.clause) if step.kind != "ballot" else ""),
    ]


def _counted(step: Step, ballot: Ballot | None) -> list[Block]:
    if ballot is None:
        return []
    said = [blocks.text(ballot.tally["sentence"]), blocks.text(_rule(step, ballot.clause), "small")]
    return [blocks.heading(1, "How it was counted"), *said]


def _rule(step: Step, clause_id: str) -> str:
    """A clause with its words; "" where there is none."""
    clause = step.proposal.policy.pack.clause(clause_id) if clause_id else None
    return f"{clause.id}: {clause.text}" if clause else ""


def _conditions(step: Step) -> list[Block]:
    """What the approval hangs on, of a body or of who signed."""
    rows = (
        Condition.objects.filter(step=step).exclude(state=ConditionState.VOID).order_by("entered_at", "place")
    )
    table = [
        [
            str(row.place),
            row.text,
            f"{row.due_on:%-d %B %Y}" if row.due_on else "No day set",
            CONDITION_WORDS[ConditionState(row.state)],
        ]
        for row in rows
    ]
    if not table:
        return []
    return [blocks.heading(1, "Conditions"), blocks.table(["No.", "Condition", "Due", "Now"], table)]


def _said(step: Step, person: Person) -> list[Block]:
    """The note that goes with the decision, and the comments that were made for the proposers."""
    comments = list(_comments(step, person))
    about = discussion.asked_in(comments)
    found = [blocks.quote(step.note)] if step.note not in ("", step.counts.get("sentence")) else []
    found += [
        blocks.quote(one.text, f"On “{about[one.pk]}”" if one.pk in about else "On the whole")
        for one in comments
    ]
    return [blocks.heading(1, "What is said to you"), *found] if found else []


def _comments(step: Step, person: Person) -> list[Comment]:
    rows = Comment.objects.readable_by(person).filter(
        proposal=step.proposal_id, revision=step.revision_id, visibility__in=FOR_PROPOSERS, withdrawn_at=None
    )
    own = {"body": step.body} if step.body else {"body": "", "author": step.completed_by_id}
    return list(rows.filter(**own).whole())

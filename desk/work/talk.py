"""What somebody is asked in writing, and what they asked others: concerns, views of units, conditions of approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.text import Truncator

from accounts.clauses import mark
from desk.work.item import Item
from reviews import conditions as rules
from reviews import queues, threads
from reviews.models import Condition, ConditionState

if TYPE_CHECKING:
    from accounts.models import Person
    from desk.work.standing import Standing
    from reviews.models import Comment

MOST = 30
LONG = 240  # characters of a condition in a list


def concerns(standing: Standing) -> list[Item]:
    """Concerns that wait for a written answer of the person, the oldest first."""
    ties, person = standing.ties, standing.person
    within = ties.reads_bodies or standing.runs_programme
    if not (ties.proposes or within):
        return []
    text = "{} raised a concern. Answer it in writing: the next decision waits for it."
    rows = threads.concerns_about(person) if ties.proposes else []
    if within:
        rows = sorted([*rows, *threads.concerns_within(person)], key=lambda comment: comment.written_at)
    return [_of_concern(comment, text.format(comment.author)) for comment in rows[:MOST]]


def _of_concern(comment: Comment, text: str) -> Item:
    return Item(
        title=str(comment.proposal),
        text=text,
        url=comment.get_absolute_url(),
        place=f"{comment.proposal.unit}, {comment.proposal.institution}",
        since=comment.written_at,
    )


def views_asked(person: Person) -> list[Item]:
    """Proposals on which a unit that the person heads is asked for its view; the oldest first."""
    return [
        Item(
            title=str(view.proposal),
            text=f"{view.asked_by} asks for the view of {view.unit}.",
            url=view.get_absolute_url(),
            place=str(view.proposal.institution),
            since=view.asked_at,
            facts=["An answer is required" if view.required else "For your information"],
        )
        for view in threads.views_to_give(person)[:MOST]
    ]


def conditions(standing: Standing) -> tuple[list[Item], list[Item]]:
    """Conditions, the earliest due first: those that the person has to meet, or to accept as met; and those that they
    met and nobody has accepted yet, or on which they decide once they are met. One query."""
    ties, person = standing.ties, standing.person
    if not (ties.proposes or ties.named or standing.decides or standing.presides):
        return [], []
    own = person.proposerships.filter(proposal=OuterRef("proposal"))
    rows = Condition.objects.living().filter(state__in=(ConditionState.OPEN, ConditionState.MET))
    rows = rows.annotate(own=Exists(own)).filter(Q(own=True) | queues.settled_by(person))
    related = (
        "proposal__institution", "proposal__policy__institution", "proposal__unit", "step__person",
    )  # fmt: skip
    rows = rows.select_related(*related).order_by(F("due_on").asc(nulls_last=True), "entered_at", "pk")
    mine: list[Condition] = []
    elsewhere: list[Condition] = []
    for row in rows[: 2 * MOST]:
        own_turn = (row.state == ConditionState.OPEN) == row.own  # type: ignore[attr-defined]
        (mine if own_turn else elsewhere).append(row)
    return [_condition(row) for row in mine[:MOST]], [_elsewhere(row) for row in elsewhere[:MOST]]


def _condition(row: Condition) -> Item:
    what = f"a condition of {rules.setter(row.proposal, row.step)}"
    said = f"Accept {what} as met, or send it back" if row.met_at else f"Meet {what}"
    return _of_condition(row, f"{said}: {Truncator(row.text).chars(LONG)}")


def _of_condition(row: Condition, text: str) -> Item:
    overdue = row.due_on is not None and row.due_on < row.proposal.institution.today()
    return Item(
        title=str(row.proposal),
        text=text,
        url=reverse("condition", args=[row.pk]),
        place=f"{row.proposal.unit}, {row.proposal.institution}",
        since=row.met_at or row.entered_at,
        until=row.due_on,
        overdue=overdue,
        clause=mark(row.proposal.policy, row.step.clause),
    )


def asked_of_others(standing: Standing) -> list[Item]:
    """What the person waits for: answers to their concerns, and views that they asked for."""
    ties, person = standing.ties, standing.person
    return [
        *(_own_concerns(person) if ties.raised else ()),
        *(_own_views(person) if ties.asked_units else ()),
    ]


def _own_concerns(person: Person) -> list[Item]:
    rows = threads.own_concerns(person)[:MOST]
    return [_of_concern(comment, "Your concern waits for a written answer.") for comment in rows]


def _own_views(person: Person) -> list[Item]:
    return [
        Item(
            title=str(view.proposal),
            text=f"{view.unit} has not given the view that you asked for.",
            url=view.get_absolute_url(),
            place=str(view.proposal.institution),
            since=view.asked_at,
            facts=["An answer is required" if view.required else "For their information"],
        )
        for view in threads.views_asked_by(person)[:MOST]
    ]


def _elsewhere(row: Condition) -> Item:
    return _of_condition(row, f"{_with(row)}: {Truncator(row.text).chars(LONG)}")


def _with(row: Condition) -> str:
    by = rules.setter(row.proposal, row.step)
    return (
        f"A condition waits for {by} to accept it"
        if row.met_at
        else f"The proposers have to meet a condition of {by}"
    )

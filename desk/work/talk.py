"""What somebody is asked in writing, and what they asked others: concerns, views of units, conditions of approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.text import Truncator

from accounts.clauses import mark
from desk.work.item import MOST, Item, Items, first
from reviews import conditions as rules
from reviews import queues, threads
from reviews.models import Condition, ConditionState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from desk.work.standing import Standing
    from reviews.models import Comment

LONG = 240  # characters of a condition in a list
# It is the turn of the proposers to meet an open one, and of who set it to accept one that is met.
MINE = Q(own=True, state=ConditionState.OPEN) | Q(own=False, state=ConditionState.MET)


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
    some, more = first(rows, standing, MOST)
    found = [_of_concern(comment, text.format(comment.author)) for comment in some]
    return Items(found, more=more, whole=reverse("waiting", args=["concerns"]), words="Concerns to answer")


def _of_concern(comment: Comment, text: str) -> Item:
    return Item(
        title=str(comment.proposal),
        text=text,
        url=comment.get_absolute_url(),
        place=f"{comment.proposal.unit}, {comment.proposal.institution}",
        since=comment.written_at,
    )


def views_asked(standing: Standing) -> list[Item]:
    """Proposals on which a unit that the person heads is asked for its view; the oldest first."""
    rows, more = first(threads.views_to_give(standing.person), standing, MOST)
    found = [
        Item(
            title=str(view.proposal),
            text=f"{view.asked_by} asks for the view of {view.unit}.",
            url=view.get_absolute_url(),
            place=str(view.proposal.institution),
            since=view.asked_at,
            facts=["An answer is required" if view.required else "For your information"],
        )
        for view in rows
    ]
    return Items(found, more=more, whole=reverse("waiting", args=["views"]), words="Views asked of your unit")


def conditions(standing: Standing) -> tuple[Items, Items]:
    """Conditions, the earliest due first: those that the person has to meet, or to accept as met; and those that they
    met and nobody has accepted yet, or on which they decide once they are met. One query, unless there are very many."""
    ties, person = standing.ties, standing.person
    if not (ties.proposes or ties.named or standing.decides or standing.presides):
        return Items(), Items()
    own = person.proposerships.filter(proposal=OuterRef("proposal"))
    rows = Condition.objects.living().filter(state__in=(ConditionState.OPEN, ConditionState.MET))
    rows = rows.annotate(own=Exists(own)).filter(Q(own=True) | queues.settled_by(person))
    related = (
        "proposal__institution", "proposal__policy__institution", "proposal__unit", "step__person",
    )  # fmt: skip
    rows = rows.select_related(*related).order_by(F("due_on").asc(nulls_last=True), "entered_at", "pk")
    (mine, more), (theirs, left) = _by_turn(rows, standing)
    whole, words = reverse("waiting", args=["conditions"]), "Conditions to meet or to accept"
    return (
        Items([_condition(row) for row in mine], more=more, whole=whole, words=words),
        Items([_elsewhere(row) for row in theirs], more=left),
    )


Some = tuple[list[Condition], int]


def _by_turn(rows: QuerySet[Condition], standing: Standing) -> tuple[Some, Some]:
    """Those whose turn is the person's, and the others; each the first, and how many more."""
    found = [] if standing.size else list(rows[: 2 * MOST + 1])
    if standing.size or len(found) > 2 * MOST:
        return first(rows.filter(MINE), standing, MOST), first(rows.exclude(MINE), standing, MOST)
    mine: list[Condition] = []
    theirs: list[Condition] = []
    for row in found:
        turn = (row.state == ConditionState.OPEN) == row.own  # type: ignore[attr-defined]
        (mine if turn else theirs).append(row)
    return first(mine, standing, MOST), first(theirs, standing, MOST)


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


def asked_of_others(standing: Standing, conditions: Items) -> Items:
    """What the person waits for: answers to their concerns, and views that they asked for; with the conditions that are
    with the other side (`conditions`) as one list."""
    ties = standing.ties
    parts = [
        _own_concerns(standing) if ties.raised else Items(),
        _own_views(standing) if ties.asked_units else Items(),
        conditions,
    ]
    found = [item for part in parts for item in part]
    more, whole = sum(part.more for part in parts), reverse("waiting", args=["elsewhere"])
    return Items(found, more=more, whole=whole, words="What you wait for")


def _own_concerns(standing: Standing) -> Items:
    rows, more = first(threads.own_concerns(standing.person), standing, MOST)
    said = "Your concern waits for a written answer."
    return Items([_of_concern(comment, said) for comment in rows], more=more)


def _own_views(standing: Standing) -> Items:
    rows, more = first(threads.views_asked_by(standing.person), standing, MOST)
    found = [
        Item(
            title=str(view.proposal),
            text=f"{view.unit} has not given the view that you asked for.",
            url=view.get_absolute_url(),
            place=str(view.proposal.institution),
            since=view.asked_at,
            facts=["An answer is required" if view.required else "For their information"],
        )
        for view in rows
    ]
    return Items(found, more=more)


def _elsewhere(row: Condition) -> Item:
    return _of_condition(row, f"{_with(row)}: {Truncator(row.text).chars(LONG)}")


def _with(row: Condition) -> str:
    by = rules.setter(row.proposal, row.step)
    return (
        f"A condition waits for {by} to accept it"
        if row.met_at
        else f"The proposers have to meet a condition of {by}"
    )

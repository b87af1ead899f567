"""What follows from a ballot that was closed with a decision, in the transaction of its closing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from proposals.actions import rescinding, steps
from reviews import rescission, tally
from reviews.actions import condition_rows

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Ballot


def take_effect(
    *,
    ballot: Ballot,
    by: Person,
    note: str,
    conditions: Sequence[str],
    due_on: dt.date | None,
    back_to: uuid.UUID | None,
) -> None:
    """The step is complete, with the conditions of the approval, or sent back to where the chair chose; of a motion to
    rescind that carried, the earlier decision is undone and its conditions with it. Without a decision nothing follows."""
    if ballot.outcome == rescission.RESCINDED:
        condition_rows.fall(step=ballot.step, reason="The body rescinded the decision that it was part of.")
        rescinding.take_back(step=ballot.step, by=by, reason=ballot.motion)
    if ballot.outcome == tally.WITH_CONDITIONS:
        texts = [*_asked(ballot), *conditions]
        condition_rows.enter(step=ballot.step, ballot=ballot, texts=texts, due_on=due_on, by=by)
    if ballot.outcome in tally.OUTCOMES:
        steps.complete(
            step=ballot.step,
            outcome=ballot.outcome,
            by=by,
            note=_said(ballot, note) or ballot.tally["sentence"],
            counts=ballot.tally,
            back_to=back_to if ballot.outcome == "request_changes" else None,
        )


def _asked(ballot: Ballot) -> list[str]:
    """The conditions of those who voted for them, without names."""
    votes = ballot.votes.filter(choice=tally.WITH_CONDITIONS).exclude(
        person__in=ballot.recusals.values("person")
    )
    return [text for asked in votes.order_by("seat").values_list("conditions", flat=True) for text in asked]


def _said(ballot: Ballot, note: str) -> str:
    """What the body says to the proposers."""
    said = [note.strip()]
    if ballot.outcome != tally.APPROVE:
        recused = ballot.recusals.values("person")
        votes = ballot.votes.filter(choice=ballot.outcome).exclude(person__in=recused).exclude(comment="")
        said += votes.order_by("seat").values_list("comment", flat=True)
    return "\n\n".join(text for text in said if text)

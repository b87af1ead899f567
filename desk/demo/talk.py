"""What people of the demo say about proposals beside their votes: comments, concerns and answers, views of units, and
the conditions of an approval. Everything happens on proposals whose own story is told elsewhere.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desk.demo.acts import ballot_on
from journal import clock
from proposals.models import Step
from reviews.actions import ballots, comments, conditions, views
from reviews.models import Condition

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

COMMITTEE = "committee_ballot"


def stories(model: Campus) -> list[Story]:
    """All that is said on this campus."""
    return [discussed(model), questioned(model), conditional(model)]


def discussed(model: Campus) -> Story:
    """Before a vote: a concern that was answered, a word within the body, a unit asked for its view."""
    yield 6
    proposal, faculty = model.proposals["model_documents"], model["committee.faculty1"]
    concern = comments.add(
        proposal=proposal,
        field="learning.requirements",
        text="Who makes up the panel with which the ten descriptions are compared?",
        visibility="proposers",
        concern=True,
        by=faculty,
    )
    school = model.units["School of Applied Sciences"]
    asked = "You teach web design: does this overlap with it?"
    views.ask(proposal=proposal, unit=school, question=asked, by=model["manager"])
    yield 5
    answer = (
        "Three people who use screen readers, paid by the hour; they are the same who judge the documents."
    )
    comments.add(proposal=proposal, text=answer, parent=concern, by=model["proposer"])
    yield 4
    comments.add(proposal=proposal, text="Thank you, that is clear now.", parent=concern, by=faculty)
    comments.add(
        proposal=proposal,
        text="I would like us to ask for this kind of panel elsewhere too.",
        visibility="body",
        by=model["committee.faculty3"],
    )


def questioned(model: Campus) -> Story:
    """A comment for everyone, on which nothing hangs."""
    yield 5
    proposal, text = model.proposals["model_interviews"], "The city archive has a room for this on Thursdays."
    comments.add(proposal=proposal, text=text, visibility="everyone", by=model["supervisor2"])


def conditional(model: Campus) -> Story:
    """The committee approved with two conditions: one is said to be met, the other is still to be met."""
    yield 12
    proposal = model.proposals["model_energy"]
    asked = "Say which of the two laboratories has the meters for twenty learners."
    ballot = ballot_on(proposal, COMMITTEE)
    for local in ("committee.faculty1", "committee.faculty3", "committee.students"):
        ballots.vote(ballot=ballot, choice="approve_with_conditions", conditions=[asked], by=model[local])
    yield 10
    step = Step.objects.get(proposal=proposal, key=COMMITTEE)
    conditions.name(
        step=step,
        texts=["Name a second assessor, so that nobody assesses alone."],
        due_on=clock.now().date() + dt.timedelta(days=24),
        by=model["manager"],
    )
    yield 3
    first = Condition.objects.filter(proposal=proposal).order_by("place")[0]
    conditions.meet(
        condition=first,
        note="The one in the east wing: 24 meters, checked last spring.",
        by=model["proposer"],
    )

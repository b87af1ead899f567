"""What became of a proposal, as rows: where it stopped, what was decided on the way, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from credentials.models import Definition, DefinitionVersion
from desk.bench.story import CHOICES, WORDS, Story
from proposals.models import Step
from reviews import tally
from reviews.models import Ballot, BallotState

if TYPE_CHECKING:
    from desk.bench.bulk import Pile
    from desk.bench.thousands import Cast
    from policies.schema import Pack, Stage
    from policies.schema import Step as PackStep


@dataclass(frozen=True)
class End:
    """Where it stopped: `state`; the step `at` which, or the state `at` which it stays; how that step ended, if it did."""

    share: int  # of a hundred
    state: str
    at: str
    outcome: str = ""
    waited: int = 40  # days since, at most


ENDS = (
    End(3, "intent", "file_intent"),
    End(3, "intent", "intent_acknowledged"),
    End(4, "proposal", "file_proposal"),
    End(3, "committee_review", "committee_ballot", waited=13),
    End(3, "changes_requested", "committee_ballot", "request_changes"),
    End(3, "unit_approval", "dean_signoff"),
    End(1, "on_hold", "dean_signoff"),
    End(10, "pilot", "pilot", waited=300),
    End(1, "full_approval", "full_committee_ballot", waited=13),
    End(2, "full_approval", "provost_adoption"),
    End(40, "established", "established", waited=1500),
    End(9, "declined", "committee_ballot", "decline", waited=1500),
    End(9, "withdrawn", "file_proposal", "void", waited=1500),
    End(5, "lapsed", "pilot", waited=1500),
    End(4, "retired", "established", waited=1500),
)
POSITIVE = {"form": "done", "acknowledgement": "acknowledged", "ballot": "approve", "signoff": "approve"}


def end_of(number: int) -> End:
    """How the nth story ends: of every hundred so many in each way."""
    left = number * 37 % 100
    for end in ENDS:
        left -= end.share
        if left < 0:
            return end
    raise ValueError("The shares are a hundred.")


def _hops(pack: Pack, end: End) -> int:
    """How often time goes by on its way: once a step, and once while a form is written."""
    hops = 0
    for stage in pack.stages:
        for step in stage.steps:
            here = 2 if step.kind == "form" else 1
            if step.id == end.at:
                return hops + (here if end.outcome not in ("", "void") else 0)
            hops += here
        if stage.state == end.at:
            break
    return hops


def tell(cast: Cast, number: int, pile: Pile) -> None:
    """The nth proposal from its draft to where it stopped."""
    end, reached = end_of(number), False
    story = Story(cast, number, pile, state=end.state, hops=_hops(cast.pack, end), waited=end.waited)
    for stage in cast.pack.stages:
        if stage.state != story.place:
            story.move("advance", stage.state)
        if stage.state in ("pilot", "established"):
            _credential(story, "established" if stage.state == "established" else "pilot")
        for position, rules in enumerate(stage.steps):
            if reached := _passes(story, end, stage, rules, position):
                break
        if reached or stage.state == end.at:
            break
    _ended(story)


def _passes(story: Story, end: End, stage: Stage, rules: PackStep, position: int) -> bool:
    """One step of its way; whether it stops there."""
    row, stops = story.step(stage, rules, position), rules.id == end.at
    form = story.cast.pack.form(rules.form) if rules.form else None
    if form:
        story.document(form)
    if rules.kind == "ballot":
        story.ballot(row, 2 if stops and not end.outcome else len(CHOICES))
    if stops and end.outcome in ("", "void"):
        row.status = end.outcome or "open"
        return True
    if form:
        story.later()
        row.revision = story.submit(form)
        here = {"from": story.place, "to": story.place}
        story.record("submit", story.team[0], **here, revision=row.revision.number)
    story.finish(row, end.outcome if stops else POSITIVE[rules.kind])
    row.counts = counted(story.cast, row.outcome) if rules.kind == "ballot" else {}
    story.proposal.returned_from = row if stops and end.outcome == "request_changes" else None
    return stops


def _credential(story: Story, standing: str) -> None:
    """Its credential is in pilot, or established."""
    since, proposal = story.at.date(), story.proposal
    found = proposal.definition or Definition(
        institution=proposal.institution, unit=proposal.unit, slug=f"bench-{proposal.pk}", type=proposal.type
    )
    found.standing, found.standing_since, found.created_at = standing, since, story.at
    found.awards_until = since + dt.timedelta(days=600) if standing == "pilot" else None
    if proposal.definition is None:
        version = DefinitionVersion(
            definition=found,
            number=1,
            title=proposal.title,
            description=WORDS,
            criteria=WORDS,
            policy=story.cast.policy,
        )
        version.proposal_id, version.revision_hash = proposal.pk, story.latest.hash
        version.approved_on = since
        found.current = version
        proposal.definition = found
        story.pile.add(found, version)


_LAST = {
    "changes_requested": "request_changes",
    "on_hold": "hold",
    "withdrawn": "withdraw",
    "declined": "decline",
    "lapsed": "lapse",
    "retired": "retire",
}


def _ended(story: Story) -> None:
    """What put it aside or ended it; a credential ends with it."""
    proposal = story.proposal
    if proposal.state != story.place:
        story.move(_LAST[proposal.state], proposal.state)
    if proposal.definition and proposal.state in ("lapsed", "retired"):
        proposal.definition.standing = proposal.state
        proposal.definition.awards_until = None


def close_ballots() -> None:
    """Those whose step is complete; a vote is only taken while its ballot is open."""
    step = Step.objects.filter(pk=OuterRef("step"))
    Ballot.objects.open().filter(step__status="complete").update(
        state=BallotState.CLOSED,
        **{
            name: Subquery(step.values(column)[:1])
            for name, column in (
                ("closed_at", "completed_at"),
                ("closed_by", "completed_by"),
                ("outcome", "outcome"),
                ("tally", "counts"),
            )
        },
    )


def counted(cast: Cast, outcome: str) -> dict[str, Any]:
    """The arithmetic of a vote that came out this way."""
    line = tally.Line(choice=outcome)
    rule = cast.pack.body("committee").rule
    return dict(tally.count(rule, [line] * len(cast.members)).as_dict())

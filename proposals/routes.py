"""The route of one proposal through its pack: pure functions of the pack and the answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from policies import engine
from policies.engine import Answers
from proposals.states import State

if TYPE_CHECKING:
    from policies.schema import Pack, Stage, Step
    from proposals.models import Revision

RESTING = (State.PILOT, State.ESTABLISHED)


def first_state(pack: Pack) -> str:
    """Where a new proposal begins."""
    return pack.stages[0].state


def stages(pack: Pack, kind: str) -> list[Stage]:
    """The stages that a proposal of this kind passes.

    A pilot tries out a new credential: a change, a move to credit and a retirement, which name one that exists,
    pass the same reviews and then take effect.
    """
    skipped = () if kind == "new" else (State.PILOT, State.FULL_APPROVAL)
    return [stage for stage in pack.stages if stage.state not in skipped]


def steps(pack: Pack, state: str, answers: Answers, type: str) -> list[tuple[int, Step]]:
    """What must be complete before the state can be left, each with its place in the pack's list."""
    wanted = {step.id for step in engine.route_steps(pack, state, answers, type)}
    return [(i, step) for i, step in enumerate(pack.stage(state).steps) if step.id in wanted]


def next_state(pack: Pack, kind: str, state: str, answers: Answers, type: str) -> str:
    """The next state in which something is asked, or which is a place to stay; itself at the end of the route."""
    route = stages(pack, kind)
    here = next(i for i, stage in enumerate(route) if stage.state == state)
    for stage in route[here + 1 :]:
        if asks(pack, stage, answers, type):
            return stage.state
    return state


def asks(pack: Pack, stage: Stage, answers: Answers, type: str) -> bool:
    """Whether a proposal with these answers stops at this stage: something is asked there, or it is a place to stay."""
    return bool(stage.state in RESTING or stage.officer or steps(pack, stage.state, answers, type))


def answers_so_far(revisions: Iterable[Revision]) -> Answers:
    """The answers of all documents submitted so far as one.

    A later document counts for every field that it asks for, also where it leaves the answer out.
    """
    latest = {revision.document_id: revision for revision in sorted(revisions, key=lambda r: r.number)}
    whole: Answers = {}
    for revision in sorted(latest.values(), key=lambda r: r.number):
        asked = {(s["id"], f["id"]) for s in revision.form["sections"] for f in s["fields"]}
        kept = {
            section: {name: value for name, value in fields.items() if (section, name) not in asked}
            for section, fields in whole.items()
        }
        whole = engine.merged(
            {section: fields for section, fields in kept.items() if fields}, revision.answers
        )
    return whole

"""The route of a pack drawn as text: states, steps, who acts, on what condition, how parallel steps are joined."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from policies.schema import Pack, Stage, Step
from policies.wording import condition_words

_DOES = {"signoff": "signs off", "consultation": "is consulted", "acknowledgement": "acknowledges"}
_JOINS = {"all": "all of these must agree", "any": "one of these is enough"}


def drawn(pack: Pack) -> str:
    """One line a step, one block a state."""
    return "\n".join(line for stage in pack.stages for line in _stage(pack, stage))


def _stage(pack: Pack, stage: Stage) -> Iterator[str]:
    last = stage is pack.stages[-1]
    bar = " " if last else "│"
    yield f"● {stage.name} ({stage.state})" + _pilot(pack, stage)
    batches = groupby(stage.steps, key=lambda step: step.group or step.id)
    for number, (_, steps) in enumerate(batches, 1):
        batch = list(steps)
        if batch[0].group and len(batch) > 1:
            yield f"{bar}   {number}. side by side, {_JOINS[stage.join(batch[0].group)]}:"
            yield from (f"{bar}      - {_step(pack, step)}" for step in batch)
        else:
            yield f"{bar}   {number}. {_step(pack, batch[0])}"
    if not last:
        yield f"{bar}   {_onward(pack, stage)}"


def _pilot(pack: Pack, stage: Stage) -> str:
    if stage.state != "pilot" or pack.pilot is None:
        return ""
    years = "1 academic year" if pack.pilot.years == 1 else f"{pack.pilot.years} academic years"
    return f": at most {years}"


def _onward(pack: Pack, stage: Stage) -> str:
    if stage.officer:
        return f"▼ moved on by hand: {pack.actor_name(stage.officer)}"
    if stage.state == "pilot":
        return "▼ when the full proposal is filed"
    return "▼ by itself"


def _step(pack: Pack, step: Step) -> str:
    notes = [_who(pack, step), *_times(step)]
    if step.when:
        notes.append(f"only if {condition_words(pack, step.when)}")
    refusals = [one.replace("_", " ") for one in pack.outcomes(step) if one in ("request_changes", "decline")]
    if refusals:
        notes.append(f"can also {' or '.join(refusals)}")
    return f"{step.title}: {'; '.join(notes)}"


def _who(pack: Pack, step: Step) -> str:
    if step.body:
        body = pack.body(step.body)
        return f"{body.name} votes"
    actor = pack.actor_name(step.by or "")
    if step.form:
        return f"{actor} files {pack.form(step.form).title}"
    return f"{actor} {_DOES[step.kind]}" + (", or a designee" if step.designee else "")


def _times(step: Step) -> Iterator[str]:
    if step.days:
        yield f"within {step.days} days"
    if step.working_days and step.on_silence:
        yield f"after {step.working_days} working days without an answer: {step.on_silence.replace('_', ' ')}"

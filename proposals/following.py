"""Whether a proposal fits another revision of its policy, and what becomes of its answers. Nothing is written here.

A draft follows the revision in force; what was submitted stays under its own unless the office moves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies import engine
from policies.reasons import Reason
from proposals import conditions, hooks, reading, rounds, routes
from proposals.models.step import StepStatus
from proposals.permissions import OWN, Standpoint
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from policies.engine import Answers
    from policies.schema import Form, Pack
    from proposals.models import Proposal, Step

CLOSED = (*ENDED, State.ESTABLISHED)


def later_revisions(proposal: Proposal) -> list[AdoptedPolicy]:
    """The revisions adopted after the one that the proposal is under, newest first."""
    rows = proposal.institution.policies.filter(adopted_at__gt=proposal.policy.adopted_at)
    return list(rows.select_related("institution").order_by("-adopted_at"))


def reasons(standpoint: Standpoint, policy: AdoptedPolicy) -> list[Reason]:
    """Everything that stops this person from moving the proposal to this revision; empty when it can be moved."""
    proposal, clause = standpoint.proposal, policy.pack.policy.clause
    if standpoint.proposes:
        return [OWN]
    if proposal.state in CLOSED:
        return [Reason("It is closed, and stays under the revision by which it was decided.", clause)]
    if proposal.state == State.ON_HOLD:
        return [Reason("It is on hold: it has to be resumed first.")]
    if policy.pk == proposal.policy_id:
        return [Reason(f"It is under revision {policy.revision} already.", clause, "revision")]
    if policy.adopted_at < proposal.policy.adopted_at:
        text = f"Revision {policy.revision} is older than revision {proposal.policy.revision}, which it is under."
        return [Reason(text, clause, "revision")]
    return _misfits(proposal, policy.pack)


def refitted(form: Form, pack: Pack, answers: Answers) -> tuple[Answers, list[dict[str, Any]]]:
    """The answers that this form can hold, and the others: [{path, answer}]."""
    kept, _unfit = engine.clean(pack, form.id, answers)
    lost = [
        {"path": f"{section}.{name}", "answer": value}
        for section, fields in answers.items()
        for name, value in fields.items()
        if name not in kept.get(section, {})
    ]
    return kept, lost


def _misfits(proposal: Proposal, pack: Pack) -> list[Reason]:
    state = reading.state_behind(proposal)
    if not pack.has_stage(state):
        name = proposal.policy.pack.stage(state).name
        return [Reason(f"It is at “{name}”, and the route of that revision has no such stop.")]
    refused = engine.type_refusal(pack, proposal.type)
    found = [refused] if refused else []
    for document in proposal.documents.all():
        if not pack.has_form(document.form):
            found.append(Reason(f"That revision has no form for its “{_title(proposal, document.form)}”."))
    rows = list(proposal.steps.all())
    found += [reason for row in rows if _judged(row) for reason in _step(row, pack)]
    found += [reason for row in rows if row.status == StepStatus.OPEN for reason in _vote(row)]
    return found or [*_order(proposal, pack, state, rows), *_lacking(proposal, pack)]


def _judged(row: Step) -> bool:
    """Whether that revision has to know the step: it was begun, and was not added for this proposal alone."""
    return row.status != StepStatus.WAITING and not row.ad_hoc


def _title(proposal: Proposal, form: str) -> str:
    return proposal.policy.pack.form(form).title


def _step(row: Step, pack: Pack) -> list[Reason]:
    """A step that was begun must be the same kind of step, by the same body, in the same state."""
    stage = pack.stage(row.state) if pack.has_stage(row.state) else None
    step = next((step for step in stage.steps if step.id == row.key), None) if stage else None
    if step and step.kind == row.kind and (step.body or "") == row.body:
        return []
    return [Reason(f"“{row.title}” has begun or is done, and that revision does not know it so.", row.clause)]


def _vote(row: Step) -> list[Reason]:
    if row.kind != "ballot" or hooks.step_handler("ballot").summary(row, None).get("state") != "open":
        return []
    return [Reason(f"“{row.title}”: a vote is under way. Let it end first.", row.clause)]


def _order(proposal: Proposal, pack: Pack, state: str, rows: list[Step]) -> list[Reason]:
    """What that revision puts before a step that has begun would never be done."""
    answers = routes.answers_so_far(proposal.revisions.all())
    wanted = [step for _, step in routes.steps(pack, state, answers, proposal.type)]
    begun = {row.key for row in rounds.current(rows, state) if row.status != StepStatus.WAITING}
    places = [place for place, step in enumerate(wanted) if step.id in begun]
    ahead = wanted[: places[-1]] if places else []
    return [
        Reason(f"That revision asks for “{step.title}” before what has begun here.", step.clause)
        for step in ahead
        if step.id not in begun
    ]


def _lacking(proposal: Proposal, pack: Pack) -> list[Reason]:
    """What is under review must be complete by the rules that it is to be judged by."""
    if proposal.state == State.PILOT or not conditions.not_writable(proposal):
        return []
    document = reading.current(proposal)
    form = pack.form(document.form)
    kept, _lost = refitted(form, pack, document.answers)
    return engine.errors(pack, form.id, kept, reading.facts(proposal, form))

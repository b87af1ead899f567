"""Moving what is offered without credit to credit: when that can begin, with whom, and what it must come to.

Pure but for one question: whether something else about the same credential is under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.models import Standing
from policies import engine
from policies.checking import unit_kind_name
from policies.reasons import Reason
from proposals import routes, words
from proposals.models import Proposal, ProposalKind
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from credentials.models import Definition
    from policies.schema import Pack
    from policies.schema.issuance import LaterCredit
    from proposals.models import Document

OFFERED = (Standing.PILOT, Standing.ESTABLISHED)
MOVE = str(ProposalKind.MOVE_TO_CREDIT)


def rule_of(pack: Pack) -> LaterCredit | None:
    """The policy's rule for a move to credit."""
    return pack.transcript.later_credit


def kinds(pack: Pack, definition: Definition) -> list[tuple[str, str]]:
    """What can be proposed about a credential that is offered."""
    found = [("change", "A change of what was approved")]
    if rule_of(pack) and definition.current and not definition.current.for_credit:
        found.append((MOVE, "Its move to credit"))
    return [*found, ("retire", "Its end: it is not offered any more")]


def against(proposal: Proposal) -> list[Reason]:
    """Why this move to credit cannot begin; empty for every other kind."""
    definition, pack = proposal.definition, proposal.policy.pack
    if proposal.kind != ProposalKind.MOVE_TO_CREDIT or definition is None or definition.current is None:
        return []
    rule = rule_of(pack)
    if rule is None:
        return [
            Reason("Under this policy nothing that is offered without credit moves to credit.", field="kind")
        ]
    found = []
    if definition.current.for_credit:
        found.append(Reason(f"“{definition}” bears credit already.", rule.clause, "kind"))
    if definition.standing not in OFFERED:
        found.append(Reason("Only what is offered now can move to credit.", rule.clause, "kind"))
    if pack.transcript.notation == "for_credit" and not pack.kind(proposal.type).notation:
        said = "What bears credit is noted on the transcript: choose a kind that is."
        found.append(Reason(said, pack.transcript.clause or rule.clause, "type"))
    found += _unit(proposal, rule)
    return [*found, *_beside(proposal, rule)]


def _unit(proposal: Proposal, rule: LaterCredit) -> list[Reason]:
    """The partner in it is an academic unit, where the policy asks for one; a kind that nobody has said passes."""
    kind, kinds = proposal.unit.kind, rule.unit_kinds
    if not rule.academic_unit or not kinds or not kind or kind in kinds:
        return []
    names = ", ".join(unit_kind_name(one) for one in kinds)
    said = f"An academic unit is a partner in it ({names}); {proposal.unit} is a {unit_kind_name(kind)}."
    return [Reason(said, rule.clause, "unit")]


def _beside(proposal: Proposal, rule: LaterCredit) -> list[Reason]:
    """Another move to credit, or the decision on the full proposal, is under way."""
    rows = Proposal.objects.filter(definition=proposal.definition).exclude(pk=proposal.pk)
    if rows.filter(kind=ProposalKind.MOVE_TO_CREDIT).exclude(state__in=[*ENDED, State.ESTABLISHED]).exists():
        return [Reason("A move of it to credit is under way already.", rule.clause, "kind")]
    decided = rows.filter(kind=ProposalKind.NEW, revisions__document__form="full_proposal")
    if decided.exclude(state__in=[*ENDED, State.ESTABLISHED]).exists():
        said = "Its full proposal is being decided: say there that it bears credit, or wait for the decision."
        return [Reason(said, rule.clause, "kind")]
    return []


def moving(proposal: Proposal) -> list[Reason]:
    """Why a full proposal waits: a move to credit of the same credential is decided first."""
    rows = Proposal.objects.filter(definition=proposal.definition, kind=ProposalKind.MOVE_TO_CREDIT)
    if proposal.definition is None or not rows.exclude(state__in=[*ENDED, State.ESTABLISHED]).exists():
        return []
    rule = rule_of(proposal.policy.pack)
    said = "A move of this credential to credit is under way. It is decided, or withdrawn, first."
    return [Reason(said, rule.clause if rule else "")]


def unmoved(proposal: Proposal, document: Document) -> list[Reason]:
    """Why a document that is to move a credential to credit does not: by its answers it bears none."""
    if proposal.kind != ProposalKind.MOVE_TO_CREDIT:
        return []
    earlier = routes.answers_so_far(proposal.revisions.all())
    pack, answers = proposal.policy.pack, engine.merged(earlier, document.answers)
    mapping = pack.mapping.credit
    if document.form != "proposal" or mapping is None or engine.mapped(pack, answers).for_credit:
        return []
    rule = rule_of(pack)
    said = "This is to move it to credit, and by this answer it bears none."
    return [Reason(said, rule.clause if rule else "", mapping)]


def partners(proposal: Proposal) -> str:
    """Who takes part in it, in words: the academic unit and whom the policy names."""
    pack = proposal.policy.pack
    rule = rule_of(pack)
    named = [words.who(pack, actor, "") for actor in rule.partners] if rule else []
    return words.listed([str(proposal.unit), *named])

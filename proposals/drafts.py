"""Drafts follow the revision of the policy that is in force: whether one fits it, and what to say of one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import engine
from policies.reasons import Reason
from proposals import routes

if TYPE_CHECKING:
    from policies.schema import Pack
    from proposals.models import Proposal


def draft_misfits(proposal: Proposal, pack: Pack) -> list[Reason]:
    """Why a draft cannot go on under this pack; empty when it can."""
    refused = engine.type_refusal(pack, proposal.type)
    found = [refused] if refused else []
    first = routes.first_state(pack)
    if proposal.state != first:
        found.append(
            Reason(f"The route begins with “{pack.stage(first).name}” now.", pack.stage(first).clause)
        )
    return found


def left_behind(proposal: Proposal) -> list[Reason]:
    """Why a draft that could not follow the revision in force cannot be submitted; empty for every other."""
    if proposal.submitted_at is not None or proposal.policy_id == proposal.institution.in_force_id:
        return []
    policy = proposal.institution.policy
    said = f"Revision {policy.revision} of the policy is in force, and this draft does not fit it. Begin a new one."
    return [Reason(said, policy.pack.policy.clause), *draft_misfits(proposal, policy.pack)]

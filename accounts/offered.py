"""What the file of a campus's policy holds now, beside the revision that it runs by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.actions.policies import not_adoptable
from policies.loader import canonical_text, library, packs, same_rules, text_hash
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.schema import Pack


@dataclass(frozen=True)
class Offer:
    """The pack in the file, whether it is what is in force, and what stops it from being put in force.

    `pack` is None where the file is missing or wrong, which `reasons` says. `hash` is that of its canonical text.
    """

    pack: Pack | None
    same: bool
    reasons: list[Reason]
    hash: str = ""


def offered(institution: Institution) -> Offer:
    """The file of the policy that the campus runs by, found by the policy's short name."""
    policy = institution.policy
    pack = packs().get(policy.pack.policy.slug)
    if pack is None:
        wrong = [Reason(f"A policy file is wrong. {error}") for error in library().broken]
        return Offer(None, False, wrong or [Reason("There is no file for this policy any more.")])
    same = policy.revision == pack.policy.revision and same_rules(policy.text, pack)
    reasons = [] if same else not_adoptable(institution, pack)
    return Offer(pack, same, reasons, text_hash(canonical_text(pack)))

"""What a proposal's page says of the credential that it is about: its move to credit, and what can be proposed of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.clauses import mark
from accounts.models import Person
from proposals import credit
from proposals.models import Proposal


def about_credential(found: Proposal, person: Person) -> dict[str, Any]:
    """`partners` of a move to credit with its clause; `about_url` where this person can propose something of it."""
    rule = credit.rule_of(found.policy.pack)
    shown: dict[str, Any] = {}
    if found.kind == credit.MOVE:
        shown = {
            "partners": credit.partners(found),
            "credit_clause": mark(found.policy, rule.clause if rule else ""),
        }
    definition = found.definition
    if definition is None or definition.standing not in credit.OFFERED:
        return shown
    if not person.grants.in_force().filter(role="proposer", institution=found.institution).exists():
        return shown
    pack = found.institution.policy.pack
    moves = any(kind == credit.MOVE for kind, _words in credit.kinds(pack, definition))
    url = reverse("proposal_start_about", args=[found.institution.slug, definition.pk])
    return {**shown, "about_url": url, "moves": moves}

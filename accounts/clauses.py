"""Clauses as pages and the API name them: id, words, and the address of their anchor on the policy's public page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import AdoptedPolicy, Institution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from policies.reasons import Reason

Mark = dict[str, str]


def mark(policy: AdoptedPolicy, clause_id: str) -> Mark | None:
    """A clause of this revision as the clause mark shows it; None where there is none.

    The address leads to the campus's policy page, or to that of the revision when another one is in force.
    """
    found = policy.pack.clause(clause_id) if clause_id else None
    if found is None:
        return None
    url = f"{policy.get_absolute_url()}#{found.id}"
    return {"id": found.id, "text": found.text, "source": policy.pack.policy.title, "url": url}


def marked(policy: AdoptedPolicy, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons with their clauses in words."""
    return [
        {"text": reason.text, "clause": mark(policy, reason.clause)}
        | ({"url": reason.url, "link": "Read it"} if reason.url else {})
        for reason in reasons
    ]


def addresses(person: Person, clause_ids: Iterable[str]) -> dict[str, str]:
    """Where each of these clauses stands, in the policies of the campuses that the person belongs to."""
    wanted = {clause for clause in clause_ids if clause}
    if not wanted:
        return {}
    campuses = Institution.objects.of(person).values("pk")
    rows = AdoptedPolicy.objects.filter(institution__in=campuses, in_force_at__isnull=False)
    found: dict[str, str] = {}
    for policy in rows.select_related("institution").order_by("institution__name", "pk"):
        marks = {clause: mark(policy, clause) for clause in wanted - set(found)}
        found |= {clause: shown["url"] for clause, shown in marks.items() if shown}
    return found

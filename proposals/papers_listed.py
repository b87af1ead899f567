"""Where the papers of a proposal are that a person may read: its revisions, what changed between them, letters, record."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from django.urls import reverse

from journal.papers.listed import Listed, listed
from proposals import conditions, hooks, versions

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal, Step


def papers_of(proposal: Proposal, person: Person, steps: Iterable[Step]) -> list[Listed]:
    """For somebody who sees the proposal. The draft only to who proposes, and while it can be written."""
    numbers = list(proposal.revisions.order_by("number").values_list("number", flat=True))
    found = [
        listed(
            "revision", f"Revision {number}", reverse("proposal_revision_paper", args=[proposal.pk, number])
        )
        for number in numbers
    ]
    found += [_red_line(proposal, str(old), str(new)) for old, new in pairwise(numbers)]
    if numbers and versions.proposes(proposal, person) and not conditions.not_writable(proposal):
        found.append(_red_line(proposal, str(numbers[-1]), versions.DRAFT))
    letters = [(step.title, hooks.letter(step)) for step in steps]
    found += [listed("letter", f"Letter: {title}", url) for title, url in letters if url]
    return [*found, listed("record", "The record", reverse("proposal_record_paper", args=[proposal.pk]))]


def _red_line(proposal: Proposal, old: str, new: str) -> Listed:
    to = "the draft" if new == versions.DRAFT else f"revision {new}"
    address = reverse("proposal_compare_paper", args=[proposal.pk, old, new])
    return listed("red_line", f"What changed from revision {old} to {to}", address)

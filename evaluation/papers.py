"""A review on paper, and figures as blocks of any paper. Data for `journal.papers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evaluation import evidence
from journal.papers import blocks
from journal.papers.sizes import size_of
from policies.schema import Form
from proposals import papers as of_proposals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.evidence import Frozen
    from evaluation.models import Filing, Review
    from journal.papers.blocks import Block
    from proposals.models import Proposal


def review(review: Review, filing: Filing) -> Mapping[str, Any]:
    """One review as it was filed, with its figures and what the office said."""
    proposal = review.proposal
    return blocks.document(
        title=str(proposal),
        kicker=review.title,
        institution=proposal.institution.name,
        size=size_of(proposal.institution),
        footer=of_proposals.footer(proposal),
        blocks=[
            blocks.facts(_facts(review, filing)),
            blocks.heading(1, "What is known"),
            *figures(filing.charts, proposal, 2),
            *of_proposals.answers(Form.model_validate(filing.form), filing.answers, proposal.type),
            blocks.text(f"Seal {filing.hash}", "small"),
        ],
    )


def _facts(review: Review, filing: Filing) -> list[tuple[str, str]]:
    proposal = review.proposal
    answered = review.decided_at if review.state != "filed" else None
    return [
        ("Unit", str(proposal.unit)),
        ("Due", f"{review.due_on:%-d %B %Y}"),
        ("Filed", f"{of_proposals.day(filing.filed_at, proposal)}, by {filing.filed_by}"),
        (review.get_state_display(), of_proposals.day(answered, proposal) if answered else ""),
        ("Said of it", review.note),
    ]


def figures(charts: Frozen, proposal: Proposal, level: int) -> list[Block]:
    """Kept charts as tables, each with its source and the moment at which it was taken."""
    found: list[Block] = []
    for chart in evidence.shown(charts):
        head, lines = evidence.table(chart)
        found.append(blocks.heading(level, chart["title"]))
        found.append(
            blocks.table(head, lines) if lines else blocks.text(chart["none"] or blocks.NOTHING, "faint")
        )
        found.append(
            blocks.text(f"{chart['source']}; as of {of_proposals.day(chart['at'], proposal)}", "small")
        )
    return found

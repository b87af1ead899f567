"""The pilot's figures on the pages of its full proposal, on paper and in the API: live in the draft, kept once filed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.clauses import mark
from evaluation import evidence, reviews
from evaluation.models import Evidence
from evaluation.papers import figures
from journal.papers import blocks
from proposals.states import State

if TYPE_CHECKING:
    from accounts.models import Person
    from evaluation.evidence import Frozen
    from journal.papers.blocks import Block
    from proposals.hooks import Whole
    from proposals.models import Proposal, Revision

NOTHING = {"top": "evaluation/parts/nothing.html", "below": "evaluation/parts/nothing.html"}
FULL = "full_proposal"


def panel(proposal: Proposal, person: Person, whole: Whole) -> dict[str, Any]:
    """Below the document: the figures of the revision that is read, or of the draft as they are now."""
    charts, kept = _of(proposal, person)
    if not charts:
        return NOTHING
    pack = proposal.policy.pack
    return {
        "top": "evaluation/parts/nothing.html",
        "below": "evaluation/parts/evidence.html",
        "charts": evidence.shown(charts),
        "kept": kept,
        "clause": mark(proposal.policy, pack.evaluation.clause),
    }


def facts(proposal: Proposal, person: Person) -> dict[str, Any]:
    """The same for the API: `charts`, and whether they are kept or of this moment."""
    charts, kept = _of(proposal, person)
    return {"kept": kept, "charts": charts}


def _of(proposal: Proposal, person: Person) -> tuple[Frozen, bool]:
    """The charts, and whether they were kept with a revision."""
    revision = vars(proposal).get("read_revision")
    if revision is None and _drafts(proposal, person):
        about = reviews.whole(proposal)
        return (evidence.frozen(about) if about else []), False
    found = Evidence.objects.filter(revision__proposal=proposal).select_related("revision")
    row = found.filter(revision=revision).first() if revision else found.order_by("revision__number").last()
    charts: Frozen = row.charts if row else []
    return charts, True


def _drafts(proposal: Proposal, person: Person) -> bool:
    """Whether the person writes the full proposal of a pilot that runs."""
    mine = any(row.person_id == person.pk for row in proposal.proposers.all())
    piloted = proposal.definition is not None and proposal.definition.standing == "pilot"
    returned = proposal.state == State.CHANGES_REQUESTED and piloted
    return mine and proposal.policy.pack.has_form(FULL) and (proposal.state == State.PILOT or returned)


def on_paper(revision: Revision, level: int) -> list[Block]:
    """The figures kept with a revision, after its answers."""
    row = Evidence.objects.filter(revision=revision).first()
    if row is None:
        return []
    return [
        blocks.heading(level, "The pilot’s figures"),
        *figures(row.charts, revision.proposal, level + 1),
        blocks.text(f"Seal of the figures {row.hash}", "small"),
    ]

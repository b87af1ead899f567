"""The figures of the pilot are kept with each revision of its full proposal, in the transaction that files it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation import evidence, reviews
from evaluation.models import Evidence
from journal import clock
from journal.actions import record
from proposals.states import State

if TYPE_CHECKING:
    from proposals.models import Proposal


def follow(proposal: Proposal) -> None:
    """After a move: where a full proposal was filed and its figures are not kept yet, keep them.

    Effects: an immutable row with every chart, its source and time; an entry in the record with their hash.
    """
    if proposal.state != State.FULL_APPROVAL:
        return
    revision = proposal.revisions.order_by("-number").select_related("document").first()
    if revision is None or revision.document.form != "full_proposal":
        return
    about = reviews.whole(proposal)
    if about is None or Evidence.objects.filter(revision=revision).exists():
        return
    kept = evidence.frozen(about)
    row = Evidence.objects.create(
        revision=revision, charts=kept, hash=evidence.digest(kept), taken_at=clock.now()
    )
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="figures_kept",
        by=None,
        detail={"revision": revision.number, "hash": row.hash},
    )

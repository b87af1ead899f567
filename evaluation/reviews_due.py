"""Reviews that were filed and wait for the office's answer, among what is due of a proposal; and on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.authority import people_with
from evaluation.models import Review
from evaluation.reviews import answers_for, asked
from proposals import words
from proposals.hooks import Owed

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import Person
    from proposals.models import Proposal


def address(proposal: Proposal, key: str) -> str:
    """The page on which a review is written."""
    return reverse("review", args=[proposal.pk, key])


def owed(proposals: Sequence[Proposal]) -> dict[UUID, list[Owed]]:
    """Of each proposal the reviews that wait for an answer. One query."""
    known = {proposal.pk: proposal for proposal in proposals}
    found: dict[UUID, list[Owed]] = {}
    for row in Review.objects.filed().filter(proposal__in=known):
        found.setdefault(row.proposal_id, []).append(_owed(known[row.proposal_id], row))
    return found


def due_by(rows: QuerySet[Proposal], day: dt.date) -> list[tuple[dt.date, UUID]]:
    """(day, proposal) of the reviews of these proposals that are answered by this day."""
    found = Review.objects.filed().filter(proposal__in=rows.values("pk"), answer_by__lte=day)
    return [(on, key) for on, key in found.values_list("answer_by", "proposal") if on]


def _owed(proposal: Proposal, row: Review) -> Owed:
    pack = proposal.policy.pack
    found = asked(pack, row.deadline)
    actor = (found.rule.received_by if found else None) or "programme_manager"
    assert row.answer_by and row.filed_at  # noqa: S101, PT018 (a constraint)
    return Owed(
        key=f"review:{row.pk}",
        title=f"Acknowledging “{row.title}”",
        on=row.answer_by,
        since=row.filed_at.astimezone(ZoneInfo(pack.calendar.timezone)).date(),
        clause=found.rule.clause if found else "",
        owner="",
        who=words.who(pack, actor, ""),
        path=reverse("review", args=[proposal.pk, row.deadline]),
        reminders=(7, -1),
        people=partial(people_with, actor, proposal.institution, proposal.unit),
    )


def section(proposal: Proposal, person: Person) -> Mapping[str, Any] | None:
    """The reviews of a proposal on its page: what was filed, and what waits for this person."""
    rows = list(Review.objects.filter(proposal=proposal).exclude(state="draft"))
    if not rows:
        return None
    found = []
    for row in rows:
        rule = asked(proposal.policy.pack, row.deadline)
        waits = row.state == "filed" and rule and answers_for(person, proposal, rule.rule)
        row.proposal = proposal
        found.append({"review": row, "waits": bool(waits)})
    return {"template": "evaluation/parts/reviews.html", "rows": found}

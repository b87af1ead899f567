"""Reviews of pilot years in the demo, by the real actions; where the calendar of the day asks for none, none is filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.demo import subjects
from evaluation import reviews
from evaluation.actions import reviews as acts
from evaluation.models import Review
from proposals import deadlines
from proposals.models import Proposal

if TYPE_CHECKING:
    from desk.demo.cast import Campus

THANKS = "Thank you. Please tell us next year how the second cohort compares."


def file_review(campus: Campus, proposal: Proposal, subject: str) -> None:
    """The first proposer files the review of the year that can be filed now."""
    proposal = Proposal.objects.get(pk=proposal.pk)
    for due in deadlines.of(proposal):
        if due.form == "yearly_review" and not reviews.not_now(proposal, due.key):
            by = campus["proposer"]
            answers = subjects.answers(subject, "yearly_review")
            review = acts.save(proposal=proposal, deadline=due.key, answers=answers, version=0, by=by)
            acts.file(review=review, by=by)


def acknowledge_reviews(campus: Campus, proposal: Proposal) -> None:
    """UM Online has read them."""
    for review in Review.objects.filed().filter(proposal=proposal):
        acts.acknowledge(review=review, by=campus["um-online"], note=THANKS)

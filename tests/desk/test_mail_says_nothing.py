"""No mail carries what was answered, said, voted or reasoned: everything that is written here holds one mark, and no
mail that comes of it does. (That no template shows such a thing is tested in `tests/journal/test_mail_words.py`.)
"""

import datetime as dt
from types import SimpleNamespace

import pytest

from issuance.actions import telling as issuing
from issuance.models import IssuanceRequest
from journal import clock, digests
from journal.actions import mail
from journal.actions.choices import choose
from journal.models import Mail
from policies.reasons import Reason
from proposals.actions import escalating, reminding
from proposals.actions import telling as moving
from proposals.models import Proposal, Step
from reviews.actions import alternates, ballots, comments, conditions, signoffs, telling, views
from reviews.models import Condition
from tests.credentials.support import definition
from tests.proposals.packs import ruled
from tests.reviews.support import at_step, committee_ballot, voters

pytestmark = pytest.mark.django_db

SAID = "Zwischen uns gesagt"
# What comes of proposals, ballots and requests; the rest signs people in, or brings what they earned or are.
KINDS = {
    "alternate_named", "award_revoked", "ballot_closed", "ballot_extended", "ballot_opened", "ballot_void",
    "body_incomplete", "comment_written", "concern_answered", "concern_raised", "condition_met",
    "condition_settled", "conditions_set", "deadline", "digest", "escalation", "panel_needed", "pilot_awards_end",
    "proposal_form_open", "proposal_moved", "proposal_officer", "recusal_ruled", "request_returned",
    "request_waits", "step_opened", "view_asked", "view_given",
}  # fmt: skip


def vote(at):
    """A ballot with everything that people can say in it, up to its end."""
    ballot = committee_ballot(at, answers={"idea": {"purpose": SAID}})
    chair, registrar, *others = voters(ballot)
    concern = comments.add(
        proposal=ballot.proposal, text=SAID, visibility="proposers", concern=True, by=registrar
    )
    comments.add(proposal=ballot.proposal, text=SAID, visibility="everyone", by=at.proposer)
    comments.add(proposal=ballot.proposal, text=SAID, parent=concern, by=at.proposer)
    asked = views.ask(proposal=ballot.proposal, unit=at.college, question=SAID, by=at.programme_manager)
    views.answer(view=asked, text=SAID, by=at.section_head)
    line = next(seat.pk for seat in ballot.roll.all() if seat.person == others[-1])
    ballots.rule_recusal(ballot=ballot, line=line, reason=SAID, by=chair)
    ballots.extend(ballot=ballot, until=at.institution.today() + dt.timedelta(days=30), by=chair)
    for person in (chair, registrar, *others[:-1]):
        more = {"comment": SAID, "conditions": [SAID]}
        ballots.vote(ballot=ballot, choice="approve_with_conditions", by=person, **more)
    day = at.institution.today() + dt.timedelta(days=3)
    ballots.close(ballot=ballot, note=SAID, conditions=[f"{SAID} 2"], due_on=day, by=chair)
    first, second = Condition.objects.all()
    conditions.meet(condition=first, note=SAID, by=at.proposer)
    conditions.send_back(condition=first, reason=SAID, by=chair)
    conditions.waive(condition=second, reason=SAID, by=chair)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        reminding.remind_due()
    return ballot, chair


def told(at, ballot):
    """What else is told of a proposal whose rows hold the mark."""
    step = at_step(at, "dean_signoff", answers={"idea": {"purpose": SAID}})
    step.note = step.reason = SAID
    proposal, body = step.proposal, at.pack.body("committee")
    ballot.void_reason = SAID
    telling.ballot_void(ballot, body)
    telling.body_incomplete(step, body, [Reason("A seat is vacant.")])
    telling.panel_needed(Step(proposal=proposal, title="They decide", body="committee", kind="ballot"), body)
    moving.officer_next(proposal, "programme_manager")
    moving.awards_ended(proposal)
    moving.step_added(step)
    moving.moved(Proposal.objects.get(pk=proposal.pk), "open_proposal", "intent")
    moving._tell([at.proposer], proposal, "proposal_form_open", "You can submit now.")
    escalating._tell(step, proposal, 7)
    signoffs.complete(step=step, outcome="request_changes", note=SAID, by=at.section_head)


def requested(at):
    made = definition(at)
    request = IssuanceRequest(institution=at.institution, definition=made, requested_by=at.issuer, note=SAID)
    request.certifier, request.submitted_at = at.pack.issuance.certifiers[0].office, clock.now()
    issuing.certifiers(request, 3)
    issuing.sent_back(request)
    award = SimpleNamespace(version=SimpleNamespace(title="Trial"), revocation_reason=SAID)
    context = {"award": award, "url": "/wallet/"}
    mail.post(kind="award_revoked", key="r", to=at.learner, institution=at.institution, context=context)


def test_no_mail_says_what_was_said(campus):
    def change(data):
        body = next(body for body in data["bodies"] if body["id"] == "committee")
        next(seat for seat in body["seats"] if seat["id"] == "faculty")["alternates"] = True

    at = ruled(campus("model"), change)
    choose(by=at.proposer, choices={"proposal_moved": "digest"})
    member = next(row.person for row in at.bodies["committee"] if row.seat == "faculty")
    ends = at.institution.today() + dt.timedelta(days=40)
    alternates.name(institution=at.institution, body="committee", delegate=at.nobody, by=member, ends_on=ends)
    ballot, _chair = vote(at)
    told(at, ballot)
    requested(at)
    with clock.at((clock.now() + dt.timedelta(days=1)).replace(hour=20)):
        digests.send_due()
    rows = list(Mail.objects.all())
    assert {row.kind for row in rows} >= KINDS
    assert [row.kind for row in rows if SAID in row.subject + row.text + row.html] == []

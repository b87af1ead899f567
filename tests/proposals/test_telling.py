"""Who is told what, and that mail carries a link and no content."""

import pytest

from journal.models import Mail, Notice
from tests.proposals import walking
from tests.proposals.packs import consultation, ruled, stage
from tests.proposals.walking import finish, move


def mails(proposal=None):
    """(kind, address) of every mail, oldest first."""
    return list(Mail.objects.order_by("created_at", "to").values_list("kind", "to"))


def texts(kind):
    return list(Mail.objects.filter(kind=kind).order_by("created_at").values_list("text", flat=True))


def test_the_proposers_hear_of_every_move(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    both = sorted([at.proposer.email, at.second_proposer.email])
    assert mails() == [("proposal_moved", address) for address in both]
    said = "Your proposal is being signed: supervisor, section head, UM Online."
    assert Notice.objects.get(person=at.second_proposer).text == f"Wildfire data analysis: {said}"
    text = texts("proposal_moved")[0]
    assert said in text
    assert f"http://testserver/proposals/{proposal.pk}/" in text


def test_notes_and_answers_never_go_into_mail(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    finish(at, proposal, "committee_ballot", "request_changes", "A confidential remark.")
    everything = "\n".join(Mail.objects.values_list("text", flat=True))
    assert "confidential" not in everything
    assert "instructions that people can follow" not in everything
    assert "Your proposal was sent back for changes." in everything


def test_the_form_that_the_office_opens_is_told_with_its_link(campus):
    at = campus("cu_boulder")
    proposal = walking.boulder_intent(at)
    assert ("proposal_officer", at.programme_manager.email) in mails()
    Mail.objects.all().delete()
    move(proposal, "open_proposal", at.programme_manager)
    assert mails() == [("proposal_form_open", at.proposer.email)]
    assert f"/proposals/{proposal.pk}/" in texts("proposal_form_open")[0]


def test_who_submits_hears_what_comes_next(campus):
    at = campus("model")
    walking.model_intent(at)
    assert (
        "It was submitted. Next comes “The programme manager acknowledges the intent”."
        in texts("proposal_moved")[0]
    )


def test_an_officer_who_is_the_only_one_asked_is_named(campus):
    at = ruled(
        campus("model"),
        lambda d: (stage(d, "intent").update(officer="office:provost"), stage(d, "intent")["steps"].pop()),
    )
    walking.model_intent(at)
    assert "It was submitted and waits for the Office of the Provost." in texts("proposal_moved")[0]
    assert ("proposal_officer", at.offices["provost"].email) in mails()


def test_a_form_that_had_to_wait_is_told_when_it_can_be_submitted(campus):
    at = ruled(campus("model"), lambda d: stage(d, "proposal")["steps"].insert(0, consultation("design")))
    proposal = walking.model_intent(at)
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    Mail.objects.all().delete()
    finish(at, proposal, "design", "done")
    assert "You can submit now: File the proposal." in texts("proposal_form_open")[0]


@pytest.mark.parametrize("transition", ["hold", "withdraw"])
def test_who_left_is_not_written_to(campus, transition):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    at.second_proposer.is_active = False
    at.second_proposer.save()
    Mail.objects.all().delete()
    move(proposal, transition, at.programme_manager if transition == "hold" else at.proposer)
    assert mails() == [("proposal_moved", at.proposer.email)]

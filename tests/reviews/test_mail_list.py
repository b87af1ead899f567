"""Every mail about a proposal is seen, with how far it has come, by those who may; one that failed is sent again."""

import datetime as dt

import pytest

from journal import clock, digests
from journal.actions.choices import choose
from journal.models import Mail
from proposals import mails
from reviews.actions import ballots, comments
from tests.reviews.support import at_step, cast, committee_ballot, voters
from tests.reviews.talking import concern, say
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db


def seen(proposal, person):
    """(kind, to whom, how many of an office): people one by one, whether they stand on one line or not."""
    rows = mails.of(proposal, person)
    return {
        (line["kind"], name, 1 if line["named"] else line["number"])
        for line in mails.lines(rows, proposal, person)
        for name in line["to"].split("; ")
    }


def test_each_sees_what_they_may(campus):
    at = campus("model")
    ballot = committee_ballot(at)
    chair, registrar, member = voters(ballot)[:3]
    proposal = ballot.proposal
    body = "the Micro-credential Committee"
    Mail.objects.all().delete()  # of what came before
    open_to_all, within = concern(ballot, member), concern(ballot, member, visibility="body")
    say(proposal, at.proposer)
    for row in (open_to_all, within):
        comments.settle(comment=row, by=member)
    cast(ballot, "approve", "approve", "approve")
    ballots.close(ballot=ballot, by=chair)
    roll = [seat.person for seat in ballot.roll.all()]
    assert seen(proposal, at.proposer) == {
        ("concern_raised", str(at.proposer), 1),
        ("comment_written", "who takes part in the discussion", 1),
        ("ballot_closed", body, len(roll)),
        ("step_opened", "the dean", 1),
        ("proposal_moved", str(at.proposer), 1),
    }
    told = {("concern_raised", str(person), 1) for person in roll if person != member}
    closed = {("ballot_closed", str(person), 1) for person in roll}
    assert seen(proposal, at.programme_manager) == told | closed | {
        ("concern_raised", str(at.proposer), 1),
        ("comment_written", str(at.programme_manager), 1),
        ("step_opened", str(at.section_head), 1),
        ("proposal_moved", str(at.proposer), 1),
    }
    assert seen(proposal, registrar) == {
        ("concern_raised", str(registrar), 1),
        ("ballot_closed", str(registrar), 1),
    }


def test_by_the_page_and_the_api_for_each_role(campus):
    at = campus("model")
    proposal = at_step(at, "dean_signoff").proposal
    Mail.objects.update(state="failed", error="550 no such box")
    page, api = f"/proposals/{proposal.pk}/mail/", f"/api/v1/proposals/{proposal.pk}/mail/"
    for role, status in (("programme_manager", 200), ("administrator", 200), ("proposer", 200),
                         ("section_head", 200), ("stranger", 404), ("nobody", 404)):  # fmt: skip
        person = getattr(at, role)
        answer = site_for(person).get(page)
        assert (role, answer.status_code) == (role, status)
        assert api_for(person).get(api).status_code == status
        if status == 200:
            again = role in ("programme_manager", "administrator")
            said = answer.content.decode()
            assert (role, "Send it again" in said) == (role, again)
            assert (role, "550 no such box" in said) == (role, role != "proposer")
    assert "the dean" in site_for(at.proposer).get(page).content.decode()
    (shown,) = api_for(at.proposer).get(api).json()["results"]
    assert (shown["id"], shown["to"], shown["error"]) == ("", "the dean", mails.NOT_YOURS)
    assert f'href="{page}"' in site_for(at.proposer).get(f"/proposals/{proposal.pk}/").content.decode()


def test_who_manages_sends_a_failed_one_again_from_the_page(campus):
    at = campus("model")
    proposal = at_step(at, "dean_signoff").proposal
    row = Mail.objects.get(kind="step_opened")
    Mail.objects.update(state="failed", error="550 no such box")
    address, back = f"/mail/{row.pk}/retry/", f"/proposals/{proposal.pk}/mail/"
    assert site_for(at.proposer).post(address, {"next": back}).status_code == 404
    answer = site_for(at.programme_manager).post(address, {"next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert Mail.objects.get(pk=row.pk).state == "queued"
    Mail.objects.update(state="failed")
    elsewhere = site_for(at.programme_manager).post(address, {"next": "https://evil.example/"})
    assert elsewhere["Location"] == f"/admin/journal/mail/{row.pk}/change/"


def test_what_came_in_a_digest_says_so(campus):
    at = campus("model")
    choose(by=at.section_head, choices={"step_opened": "digest"})
    proposal = at_step(at, "dean_signoff").proposal
    (line,) = mails.lines(mails.of(proposal, at.section_head), proposal, at.section_head)
    assert line["word"] == "Waiting for the next digest"
    with clock.at((clock.now() + dt.timedelta(days=1)).replace(hour=20)):
        digests.send_due()
    Mail.objects.filter(kind="digest").update(state="sent", sent_at=clock.now())
    (line,) = mails.lines(mails.of(proposal, at.section_head), proposal, at.section_head)
    assert line["word"] == "Sent with others"


def test_the_page_costs_the_same_for_one_and_three(campus):
    at = campus("model")
    proposal = at_step(at, "dean_signoff").proposal
    client, page = site_for(at.programme_manager), f"/proposals/{proposal.pk}/mail/"
    first = queries_of(client, page)
    for n in range(2):
        say(proposal, at.proposer, text=f"Trial {n}")
    assert Mail.objects.filter(about=proposal.pk).count() == 3
    assert queries_of(client, page) == first

"""Decision letters: what was decided and why, for the proposers, without a word about who voted how."""

import datetime as dt

from accounts.models import RoleGrant
from reviews.actions import ballots, signoffs
from tests.papers import read
from tests.reviews.support import cast, close, committee_ballot, voters
from tests.reviews.talking import SECRET, say, signed_step
from tests.reviews.test_conditions_signed import asked, sign
from tests.reviews.test_special_rules import secret
from tests.support import api_for, queries_of, site_for

__all__ = ["secret"]  # the fixture
WITH = "approve_with_conditions"


def letter(person, step):
    return site_for(person).get(f"/steps/{step.pk}/letter.pdf")


def decided(model):
    """The committee approved with a condition; one member told the proposers something, one the body."""
    ballot = committee_ballot(model)
    chair, second, third = voters(ballot)[:3]
    say(ballot.proposal, second, "Think of *part-timers*.")
    say(ballot.proposal, second, SECRET, visibility="body")
    ballots.vote(ballot=ballot, choice="approve", comment="I would not ask.", by=chair)
    cast(ballot, "", WITH)
    ballots.vote(
        ballot=ballot, choice=WITH, conditions=["Name the assessor."], comment="My reason.", by=third
    )
    closed = close(ballot, note="With thanks.", conditions=["Add a rubric."], due_on=dt.date(2099, 1, 31))
    return closed, [chair, second, third]


def test_the_letter_tells_the_proposers_what_was_decided(model):
    ballot, members = decided(model)
    paper = read(letter(model.proposer, ballot.step))
    assert paper.is_accessible
    assert [tag for tag in paper.tags if tag in ("Title", "H1", "Table")] == [
        "Title",
        "H1",
        "H1",
        "Table",
        "H1",
    ]
    for said in (
        "Approved with conditions by the Micro-credential Committee",
        ballot.tally["sentence"],
        "Name the assessor. 31 January 2099 Open",
        "Add a rubric. 31 January 2099 Open",
        "With thanks. My reason.",  # of those who asked for conditions, without a name
        "Think of *part-timers*. On the whole",
        f"revision {ballot.revision.number}",
        str(model.proposer),
        "MU-",
    ):
        assert said in paper.text, said
    for unsaid in (*map(str, members), "I would not ask.", SECRET):
        assert unsaid not in paper.text


def test_the_letter_of_a_signature_names_who_signed(model):
    step = signed_step(model)
    say(step.proposal, model.section_head, "Mind the costs.")
    signoffs.complete(step=step, outcome="approve", by=model.section_head, note="Good.")
    paper = read(letter(model.proposer, step))
    assert f"Signed by {model.section_head}" in paper.text
    assert "Good." in paper.text and "Mind the costs." in paper.text
    assert "How it was counted" not in paper.text


def test_the_letter_of_a_conditional_signature_has_its_conditions(model):
    step = asked(model)
    sign(step, model.section_head, "Name the trainer.", due_on=dt.date(2099, 3, 1))
    paper = read(letter(model.proposer, step))
    assert "Approved with conditions by" in paper.text
    assert "1 Name the trainer. 1 March 2099 Open" in paper.text


def test_letters_are_for_who_sees_the_proposal_and_there_when_decided(model):
    ballot = committee_ballot(model)
    assert letter(model.proposer, ballot.step).status_code == 404
    cast(ballot, "approve", "approve", "approve")
    step, chair = close(ballot).step, voters(ballot)[0]
    for person in (model.stranger, model.nobody, model.learner, model.second_proposer):
        assert letter(person, step).status_code == 404
    for person in (model.proposer, model.programme_manager, model.section_head, voters(ballot)[1]):
        assert letter(person, step).status_code == 200
    page = site_for(model.proposer).get(f"/proposals/{step.proposal_id}/").content.decode()
    assert f"/steps/{step.pk}/letter.pdf" in page
    assert (
        f"/steps/{step.pk}/letter.pdf" in site_for(chair).get(f"/admin/ballots/{ballot.pk}/").content.decode()
    )
    shown = api_for(model.proposer).get(f"/api/v1/proposals/{step.proposal_id}/").json()["steps"]
    assert [row["letter"] for row in shown if row["id"] == str(step.pk)] == [f"/steps/{step.pk}/letter.pdf"]
    rows = api_for(model.programme_manager).get("/api/v1/steps/").json()["results"]
    assert {row["letter"] for row in rows if row["status"] == "open"} == {""}


def test_of_a_secret_ballot_papers_hold_participation_alone(secret):
    chair, member = voters(secret)[:2]
    cast(secret, "approve", "approve", "decline")
    step = close(secret).step
    paper = read(letter(chair, step))
    assert secret.step.title in paper.text and str(member) not in paper.text
    record = f"/proposals/{secret.proposal_id}/record.pdf"
    manager = RoleGrant.objects.get(role="programme_manager", institution=secret.proposal.institution).person
    told = read(site_for(manager).get(record)).text
    assert told.count("Voted") == 3 and "decline" not in told.lower()
    assert "Voted" not in read(site_for(chair).get(record)).text


def test_a_letter_takes_a_fixed_number_of_queries(model):
    ballot, _members = decided(model)
    page, client = f"/steps/{ballot.step_id}/letter.pdf", site_for(model.programme_manager)
    before = queries_of(client, page)
    ballot.conditions.create(
        proposal=ballot.proposal, step=ballot.step, place=9, text="More.", entered_by=model.proposer,
        entered_at=ballot.closed_at,
    )  # fmt: skip
    say(ballot.proposal, voters(ballot)[1], "And more.")
    assert queries_of(client, page) == before

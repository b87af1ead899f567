"""Around a vote on rescinding: who is reminded of it, what becomes of conditions, and what members who came later may do."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Person, SeatHolding
from journal import clock
from journal.models import Entry, Mail, Notice
from proposals.actions.reminding import remind_due
from proposals.models import Step
from reviews.actions import ballots, conditions, reconsidering, rescinding
from reviews.models import Ballot, Condition
from tests.proposals.packs import ruled
from tests.reviews.support import acts, cast, close, voters
from tests.reviews.test_conditions import approved
from tests.reviews.test_rescinding import WHY, decided, motion
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db


def at_day(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


def reminded():
    rows = Mail.objects.filter(kind="deadline", text__contains="rescinding")
    found = sorted(rows.values_list("to", flat=True))
    rows.delete()
    return found


def vacate():
    """The committee has no faculty any more, so that it cannot convene."""
    gone = SeatHolding.objects.filter(body="committee", seat="faculty")
    gone.update(ends_on=gone[0].institution.today() - dt.timedelta(days=1))


def newcomer(model, seat="faculty"):
    """Somebody sits on the committee from today."""
    person = Person.objects.create(name="Test newcomer", email="newcomer@model.example")
    holder = SeatHolding.objects.filter(body="committee", seat=seat).first()
    today = model.institution.today()
    holder.ends_on = today - dt.timedelta(days=1)
    holder.save()
    SeatHolding.objects.create(
        institution=model.institution, person=person, body="committee", seat=seat, starts_on=today
    )
    return person


# --- reminders --------------------------------------------------------------------------------------
def test_who_has_not_voted_on_rescinding_is_reminded_then_who_closes_it(model):
    """Open for 14 days from 2 November, so until the 16th."""
    with at_day(2026, 11, 2):
        ballot = motion(decided(model))
        chair, *others = voters(ballot)
        cast(ballot, "", "rescind", "keep")
    left = sorted(person.email for person in (chair, *others[2:]))
    for day, told in ((8, []), (9, left), (10, []), (16, []), (17, [chair.email]), (18, [])):
        with at_day(2026, 11, day):
            remind_due()
            remind_due()
        assert (day, reminded()) == (day, told)


def test_the_reminder_leads_to_the_ballot_and_says_nothing_of_the_motion(model):
    with at_day(2026, 11, 2):
        ballot = motion(decided(model))
    with at_day(2026, 11, 9):
        remind_due()
    mail = Mail.objects.filter(kind="deadline", text__contains="rescinding").first()
    said = "“Voting on rescinding its decision” is due by 16 November 2026. There are 7 days left."
    assert said in mail.text
    assert f"/admin/ballots/{ballot.pk}/" in mail.text
    assert WHY not in mail.subject + mail.text


def test_it_stands_among_what_is_due_for_who_votes_and_leads_there_who_may_read_it(model):
    with at_day(2026, 11, 2):
        ballot = motion(decided(model))
        member, page = voters(ballot)[1], ballot.proposal.get_absolute_url()
        rows = api_for(member).get("/api/v1/deadlines/").json()["results"]
        assert [(row["title"], row["on"], row["waits_for_you"], row["path"]) for row in rows] == [
            ("Voting on rescinding its decision", "2026-11-16", True, f"/admin/ballots/{ballot.pk}/")
        ]
        assert "rescinding" not in api_for(model.supervisor).get("/api/v1/deadlines/").content.decode()
        for person, linked in ((member, True), (model.proposer, True), (model.supervisor, False)):
            said = site_for(person).get(page).content.decode()
            due = said[said.index("What is due") :]
            assert "Voting on rescinding its decision" in due
            assert (str(person), f"/admin/ballots/{ballot.pk}/" in due) == (str(person), linked)
        cast(ballot, "", "keep")
        assert api_for(member).get("/api/v1/deadlines/").json()["count"] == 0


# --- conditions -------------------------------------------------------------------------------------
def test_conditions_fall_with_the_decision_although_the_body_cannot_convene(model):
    ballot = approved(
        model, "Fewer hours.", "Add a rubric.", "Name the assessor.", due_on=dt.date(2099, 1, 31)
    )
    opened, accepted, met = Condition.objects.order_by("place")
    for row in (accepted, met):
        conditions.meet(condition=row, note="Done", by=model.proposer)
    conditions.accept(condition=accepted, by=model.chair("committee"))
    vote = motion(ballot)
    cast(vote, "rescind", "rescind", "rescind", "rescind")
    vacate()
    close(vote)
    assert not Ballot.objects.open().filter(proposal=ballot.proposal).exists()
    assert Step.objects.get(proposal=ballot.proposal, key="committee_ballot", status="open")
    found = Condition.objects.order_by("place").values_list("state", "reason")
    fallen = ("void", "The body rescinded the decision that it was part of.")
    assert list(found) == [fallen, ("accepted", ""), fallen]
    assert acts(ballot.proposal).count("conditions_void") == 1
    assert Entry.objects.get(act="conditions_void").detail["conditions"] == [str(opened.pk), str(met.pk)]
    told = Notice.objects.filter(kind="condition_settled").latest("created_at")
    assert (told.person, told.text) == (
        model.proposer, "“Trial of the Trade”: 2 conditions are not asked any more.",
    )  # fmt: skip
    with at_day(2099, 2, 1):
        assert api_for(model.proposer).get("/api/v1/deadlines/").json()["count"] == 0
    page = site_for(model.proposer).get(ballot.proposal.get_absolute_url()).content.decode()
    gone = page[page.index("No longer asked") :].partition("</section>")[0]
    assert "Fewer hours." in gone and "Name the assessor." in gone and "Add a rubric." not in gone
    assert "The body rescinded the decision that it was part of." in gone


def test_conditions_of_a_decision_that_is_kept_stay(model):
    ballot = approved(model, "Fewer hours.")
    vote = motion(ballot)
    cast(vote, "keep", "keep", "keep")
    close(vote)
    assert Condition.objects.get().state == "open"


def test_conditions_of_a_decision_taken_anew_fall_without_a_body_too(model):
    ruled(model, lambda data: data["bodies"][0]["rule"].update(reconsider_days=5))
    ballot = approved(model, "Fewer hours.")
    vacate()
    assert reconsidering.reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0]) is None
    row = Condition.objects.get()
    assert (row.state, row.reason) == ("void", "The body decides anew.")


# --- who came later ---------------------------------------------------------------------------------
HAD_NO_VOTE = (
    "You took your seat after this vote opened, and its roll was fixed then. So you have no vote in it."
)
MAY = "Whether to rescind what was decided, those say who are members on the day: you can move it, and vote on it."


def test_a_member_seated_after_the_decision_moves_and_votes_on_rescinding(model):
    with at_day(2026, 11, 2):
        ballot = decided(model)
    with at_day(2026, 11, 20):
        person = newcomer(model)
        site, api = site_for(person), api_for(person)
        page = f"/admin/ballots/{ballot.pk}/"
        said = " ".join(site.get(page).content.decode().split())
        assert HAD_NO_VOTE in said and MAY in said and "Move to rescind it" in said
        assert site.get(ballot.proposal.get_absolute_url()).status_code == 200
        assert site.post(f"{page}rescind/", {"reason": WHY}).status_code == 302
        assert person in {row.person for row in Notice.objects.filter(kind="rescind_moved")}
        vote = rescinding.open_vote(ballot=ballot, by=model.chair("committee"))
        mine = api.get(f"/api/v1/ballots/{vote.pk}/").json()["my"]
        assert (mine["on_the_roll"], mine["may_vote"], mine["reasons"]) == (True, True, [])
        ballots.vote(ballot=vote, choice="rescind", by=person)


def test_a_member_seated_after_the_vote_on_rescinding_opened_is_told_why_they_have_none(model):
    with at_day(2026, 11, 2):
        vote = motion(decided(model))
    with at_day(2026, 11, 5):
        person = newcomer(model)
        page = f"/admin/ballots/{vote.pk}/"
        said = " ".join(site_for(person).get(page).content.decode().split())
        assert "You cannot vote here." in said and HAD_NO_VOTE in said and MAY not in said
        mine = api_for(person).get(f"/api/v1/ballots/{vote.pk}/").json()["my"]
        assert (mine["may_vote"], [reason["text"] for reason in mine["reasons"]]) == (False, [HAD_NO_VOTE])
        with pytest.raises(PermissionDenied, match="You took your seat after"):
            ballots.vote(ballot=vote, choice="keep", by=person)
        for other in (model.nobody, model.supervisor, model.stranger):
            assert site_for(other).get(page).status_code in (403, 404)


def test_lists_of_ballots_cost_the_same_for_one_and_three(model):
    with at_day(2026, 11, 2):
        decided(model)
    with at_day(2026, 11, 20):
        person = newcomer(model)
        readers = [api_for(person), api_for(model.programme_manager)]
        first = [queries_of(api, "/api/v1/ballots/") for api in readers]
        decided(model)
        decided(model)
        assert [queries_of(api, "/api/v1/ballots/") for api in readers] == first

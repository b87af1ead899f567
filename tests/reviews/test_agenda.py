"""The agenda: what waits, the order, the consent group and who pulls out of it, readings, what becomes void."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from journal import clock
from journal.models import Notice
from policies.reasons import Refused
from proposals.models import Step
from reviews.actions import agenda as building
from reviews.actions import ballots, comments, floor, meetings, panels
from reviews.meetings import agenda
from reviews.models import AgendaItem, Ballot, Comment
from tests.proposals.packs import ruled
from tests.reviews.sitting import in_person, items, opened, planned, waiting
from tests.reviews.support import acts, at_step, hold, refusal, revise, voters

pytestmark = pytest.mark.django_db


def refused(act, **given):
    """The sentences with which an act is refused."""
    with pytest.raises(Refused) as caught:
        act(**given)
    return [text for _clause, text in refusal(caught)]


def test_what_waits_is_offered_once(model):
    first, second, third = waiting(model, 3)
    hold(third.proposal)
    meeting = planned(model, first)
    assert list(agenda.steps_waiting(meeting)) == [second]
    other = planned(model, second)
    assert agenda.elsewhere([second], meeting) == {second.pk: other}
    chair = model.chair("committee")
    said = ["“Trial 1” does not wait for this body, or stands on this agenda already."]
    assert refused(building.add_step, meeting=meeting, step=first, by=chair) == said
    dean = at_step(model, "dean_signoff", title="Elsewhere")
    assert refused(building.add_step, meeting=meeting, step=dean, by=chair)
    assert refused(building.add_other, meeting=meeting, title=" ", by=chair) == ["Give it a title."]
    assert refused(building.add_other, meeting=meeting, title="x" * 301, by=chair)
    huge = refused(building.add_other, meeting=meeting, title="Any", text="x" * 100_000, by=chair)
    assert huge == ["At most 10,000 characters; this has 100,000."]


def test_items_are_ordered_and_taken_off(model):
    chair = model.chair("committee")
    meeting = planned(model, *waiting(model, 3))
    building.add_other(meeting=meeting, title="Any other business", by=chair)
    one, two, three, other = items(meeting)
    building.move(item=other, to=1, by=chair)
    building.move(item=one, to=99, by=chair)
    assert [row.subject for row in items(meeting)] == ["Any other business", "Trial 2", "Trial 3", "Trial 1"]
    building.remove(item=two, by=chair)
    assert refused(building.move, item=two, to=1, by=chair) == [
        "“Trial 2” was taken off the agenda meanwhile."
    ]
    assert refused(building.pull, item=two, by=chair) == ["“Trial 2” was taken off the agenda meanwhile."]
    assert [row["number"] for row in agenda.agenda_of(meeting)] == [1, 2, 3]
    meetings.open_session(meeting=meeting, by=chair)
    assert refused(building.remove, item=three, by=chair) == [
        "The meeting is in session. Put the item off instead: the minutes say so."
    ]


def test_item_whose_revision_changed_is_void_until_renewed(model):
    (step,) = waiting(model)
    chair = model.chair("committee")
    meeting = opened(model, step)
    (item,) = items(meeting)
    building.set_consent(item=item, consent=True, by=chair)
    assert refused(building.renew, item=item, by=chair) == [
        "This item is about what the body would vote on already."
    ]
    revise(step.proposal, {"offering": {"title": "Another"}}, by=model.proposer)
    said = "Revision 2 was submitted since: this item is about revision 1."
    assert agenda.agenda_of(meeting)[0]["void"] == said
    assert refused(floor.take_vote, item=item, by=chair) == [said]
    assert refused(floor.adopt_consent, meeting=meeting, by=chair) == [said]
    item = building.renew(item=item, by=chair)
    assert (item.revision.number, item.consent) == (2, False)
    assert agenda.agenda_of(meeting)[0]["void"] == ""
    hold(step.proposal)
    assert agenda.agenda_of(meeting)[0]["void"] == "The proposal is on hold."


# --- the consent group ---------------------------------------------------------------------------
def grouped(model, number=2):
    """A meeting in session whose items all stand in the consent group."""
    meeting = opened(model, *waiting(model, number))
    for item in items(meeting):
        building.set_consent(item=item, consent=True, by=model.chair("committee"))
    return meeting


def test_consent_group_is_adopted_as_ballots_closed_by_consent(model):
    meeting = grouped(model)
    closed = floor.adopt_consent(meeting=meeting, by=model.chair("committee"))
    sentence = "5 of 5 seats were present; 3 are needed. Nobody objected: adopted by consent."
    for ballot in closed:
        ballot.refresh_from_db()
        assert (ballot.outcome, ballot.tally["consent"], ballot.tally["sentence"]) == (
            "approve",
            True,
            sentence,
        )
        step = Step.objects.get(pk=ballot.step_id)
        assert (step.outcome, step.note, step.proposal.state) == ("approve", sentence, "unit_approval")
        assert len(ballot.taken_up.present) == 5
        assert acts(step.proposal)[-4:].count("adopted_by_consent") == 1
    assert [row["came_word"] for row in agenda.agenda_of(meeting)] == ["Adopted by consent"] * 2
    again = refused(floor.adopt_consent, meeting=meeting, by=model.chair("committee"))
    assert again == ["Nothing stands in the consent group."]


def test_any_member_pulls_an_item_until_it_is_adopted(model):
    meeting = grouped(model, 3)
    student = model.members("committee")[-1]
    first, second, third = items(meeting)
    for outsider in (model.proposer, model.nobody, model.stranger, model.administrator):
        with pytest.raises(PermissionDenied):
            building.pull(item=first, by=outsider)
    building.pull(item=first, by=student)
    said = [f"{student} has pulled “Trial 1” out of the consent group."]
    assert refused(building.pull, item=first, by=model.members("committee")[0]) == said
    chair = model.chair("committee")
    again = refused(building.set_consent, item=first, consent=True, by=chair)
    assert again == [f"{student} pulled “Trial 1” out of the consent group."]
    floor.adopt_consent(meeting=meeting, by=chair)
    assert refused(building.pull, item=second, by=student) == [
        "“Trial 2” has been adopted by consent already."
    ]
    assert "pulled_from_consent" in acts(first.proposal)
    ballot = floor.take_vote(item=first, by=chair)
    assert ballot.state == "open"


def test_item_pulled_at_the_moment_of_adoption_stops_it(model, monkeypatch):
    meeting = grouped(model)
    first, _second = items(meeting)
    locked = floor._locked_group

    def and_then_somebody_pulls(meeting):
        found = locked(meeting)
        building.pull(item=first, by=model.members("committee")[0])
        return found

    monkeypatch.setattr(floor, "_locked_group", and_then_somebody_pulls)
    said = refused(floor.adopt_consent, meeting=meeting, by=model.chair("committee"))
    assert said == ["The consent group has just changed. Look again before you adopt it."]
    assert not Ballot.objects.filter(state="closed").exists()


def test_what_stops_the_whole_group(model):
    chair = model.chair("committee")
    meeting = grouped(model)
    first, second = items(meeting)
    comments.add(
        proposal=first.proposal, text="The level is missing.", visibility="everyone", concern=True, by=chair
    )
    (said,) = refused(floor.adopt_consent, meeting=meeting, by=chair)
    assert said.startswith("“Trial 1”: ")
    Comment.objects.update(settled_at=clock.now(), settled_by=chair)
    ballot = Ballot.objects.get(step=second.step)
    ballots.vote(ballot=ballot, choice="decline", by=voters(ballot)[1])
    said = refused(floor.adopt_consent, meeting=meeting, by=chair)
    assert said == ["Votes have been cast on “Trial 2” already. Take them instead of asking for consent."]
    building.set_consent(item=second, consent=False, by=chair)
    meeting.attendances.exclude(line__chair=True).delete()
    (reason,) = refused(floor.adopt_consent, meeting=meeting, by=chair)
    assert reason == (
        "“Trial 1” cannot be adopted now. 1 of 5 seats was present; 3 are needed. "
        "There was no quorum, so nothing was decided."
    )
    with pytest.raises(PermissionDenied):
        floor.adopt_consent(meeting=meeting, by=model.members("committee")[0])


def test_who_proposes_does_not_adopt(model):
    member = model.chair("committee")
    step = at_step(model, "committee_ballot", title="My own", proposers=[model.proposer, member])
    meeting = opened(model, step)
    (item,) = items(meeting)
    building.set_consent(item=item, consent=True, by=member)
    said = "You have a conflict in “My own”. Somebody else adopts it, or it is pulled out."
    assert refused(floor.adopt_consent, meeting=meeting, by=member) == [said]
    (closed,) = floor.adopt_consent(meeting=meeting, by=model.programme_manager)
    assert (closed.tally["agreed"], closed.tally["recused"]) == (4, 1)


def test_secret_ballot_is_never_replaced_by_consent(model):
    in_person(model, secret=True, secret_rule="Standing orders, 6")
    meeting = opened(model, *waiting(model))
    (item,) = items(meeting)
    said = "Micro-credential Committee votes in secret, and no consent takes the place of a secret ballot."
    assert refused(building.set_consent, item=item, consent=True, by=model.chair("committee")) == [said]


# --- readings ------------------------------------------------------------------------------------
def test_body_that_reads_twice_votes_in_the_second_meeting_only(model):
    in_person(model, readings=2)
    (step,) = waiting(model)
    chair = model.chair("committee")
    assert not Ballot.objects.filter(step=step).exists()
    said = "Micro-credential Committee reads a proposal in one meeting and votes in a later one. It waits for its meeting."
    assert ballots.rerun_reasons(step)[0].text == said
    first = opened(model, step)
    (item,) = items(first)
    assert item.reading == 1
    assert refused(floor.take_vote, item=item, by=chair) == [
        "This is the first reading. The vote comes in the meeting of the second."
    ]
    assert refused(building.set_consent, item=item, consent=True, by=chair)
    second = planned(model, step)
    floor.hold_reading(item=item, text="The level was discussed.", by=chair)
    meetings.adjourn(meeting=first, by=chair)
    assert "first_reading" in acts(step.proposal)
    second = meetings.open_session(meeting=second, by=chair, present=[row.pk for row in second.roll.all()])
    (item,) = items(second)
    assert (item.reading, refused(floor.hold_reading, item=item, by=chair)) == (
        2, ["This item is not for a first reading."],
    )  # fmt: skip
    ballot = floor.take_vote(item=item, by=chair)
    assert (ballot.state, ballot.closes_at) == ("open", None)
    floor.put_off(item=item, text="It is late.", by=chair)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.void_reason) == ("void", "The meeting put it off.")
    third = planned(model, step)
    assert items(third)[0].reading == 2
    revise(step.proposal, {"offering": {"title": "Another"}}, by=model.proposer)
    assert building.renew(item=items(third)[0], by=chair).reading == 1  # another text is read anew


def test_panel_that_reads_twice_waits_for_a_meeting_once_it_is_formed(campus):
    def change(data):
        body = next(body for body in data["bodies"] if body["id"] == "subcommittee")
        body["readings"], body["rule"] = 2, {}

    montana = ruled(campus("montana"), change)
    step = at_step(montana, "subcommittee_ballot")
    office = montana.offices["senate_office"]
    panel = panels.form(step=step, members=montana.panel("subcommittee"), by=office)
    assert not Ballot.objects.filter(step=step).exists()
    chair = panel.members.get(chair=True).person
    told = Notice.objects.filter(kind="meeting_needed").values_list("person", flat=True)
    assert {chair.pk, montana.programme_manager.pk} == set(told)
    starts_at = clock.now() + dt.timedelta(hours=1)
    made = meetings.plan(
        institution=montana.institution, body="subcommittee", panel=panel, starts_at=starts_at, by=chair
    )
    assert list(agenda.steps_waiting(made)) == [step]
    assert {line.person for line in made.roll.all()} == {row.person for row in panel.members.all()}


def test_agenda_is_final_once_the_meeting_is_over(model):
    meeting = opened(model, *waiting(model))
    meetings.adjourn(meeting=meeting, by=model.chair("committee"))
    item = AgendaItem.objects.get()
    for act, given in (
        (building.pull, {}),
        (building.set_consent, {"consent": False}),
        (building.renew, {}),
        (building.move, {"to": 1}),
        (floor.put_off, {}),
        (floor.take_vote, {}),
    ):
        (said,) = refused(act, item=item, by=model.chair("committee"), **given)
        assert " adjourned this meeting on " in said

"""The meetings of a committee in the demo: one that was held, with its packet and approved minutes, and the next one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desk.demo.acts import close
from journal import clock
from proposals.models import Step
from reviews.actions import agenda, attendance, floor, meetings, minutes, packets
from reviews.meetings import packet_making
from reviews.models import AgendaItem, Meeting

if TYPE_CHECKING:
    from accounts.models import Person
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story
    from proposals.models import Proposal

COMMITTEE, BALLOT = "committee", "committee_ballot"
HELD, NEXT = 11, 6  # days ago, days ahead
MINUTE = dt.timedelta(minutes=1)


def stories(model: Campus) -> list[Story]:
    """Both meetings."""
    return [meeting_held(model), meeting_planned(model)]


def meeting_held(model: Campus) -> Story:
    """Called, with a packet; one proposal decided, one put off, other business; the minutes approved by e-mail."""
    chair, keeper = model["academic-affairs"], model["manager"]
    yield 18
    meeting = _plan(model, clock.now() + dt.timedelta(days=18 - HELD), "Room 114", keeper)
    _put(meeting, model.proposals["model_energy"], chair)
    agenda.add_other(
        meeting=meeting, title="Days of the meetings next term", by=chair, text="Tuesdays or Thursdays?"
    )
    yield 17
    meetings.call(meeting=meeting, by=chair)
    packet = packets.ask(meeting=meeting, by=chair)
    packet_making.run(packet.pk)
    yield HELD
    _session(model, meeting, chair, keeper)
    yield 8
    said = "The agenda said Room 114; we met in Room 118."
    minutes.correct(meeting=meeting, text=said, by=model["committee.faculty1"])
    yield 5
    minutes.approve(meeting=meeting, how="Sent round by e-mail; nobody objected within three days.", by=chair)


def _session(model: Campus, meeting: Meeting, chair: Person, keeper: Person) -> None:
    """Five are there from the beginning; one comes late, one leaves after the vote."""
    roll = {line.person.email.partition("@")[0]: line.pk for line in meeting.roll.select_related("person")}
    late, early = roll["committee.faculty2"], roll["committee.students"]
    begun = clock.now()
    there = [line for line in roll.values() if line != late]
    meetings.open_session(meeting=meeting, by=chair, present=there)
    with clock.at(begun + 12 * MINUTE):
        attendance.arrive(meeting=meeting, line=late, by=keeper)
        interviews = _put(meeting, model.proposals["model_interviews"], chair)
        attendance.note_guests(meeting=meeting, guests="The head of the building laboratories", by=keeper)
    energy, business = meeting.items.order_by("position")[:2]
    with clock.at(begun + 25 * MINUTE):
        floor.take_vote(item=energy, by=chair)
        close(model.proposals["model_energy"], BALLOT)
    with clock.at(begun + 40 * MINUTE):
        attendance.leave(meeting=meeting, line=early, by=keeper)
        text = "Whoever looks after the recordings could not come; the committee wants to hear them."
        floor.put_off(item=interviews, by=chair, text=text)
        floor.deal(item=business, by=keeper, text="Tuesdays, once a month, in the afternoon.")
    with clock.at(begun + 55 * MINUTE):
        meetings.adjourn(meeting=meeting, by=chair)


def meeting_planned(model: Campus) -> Story:
    """The next one: called, with what waits for the committee."""
    chair = model["academic-affairs"]
    yield 4
    meeting = _plan(model, clock.now() + dt.timedelta(days=4 + NEXT), "Room 118", model["manager"])
    for subject in ("model_interviews", "model_documents"):
        _put(meeting, model.proposals[subject], chair)
    agenda.add_other(
        meeting=meeting, title="What we ask of panels", by=chair, text="A word on panels of learners."
    )
    yield 3
    meetings.call(meeting=meeting, by=chair)


def _plan(model: Campus, day: dt.datetime, place: str, keeper: Person) -> Meeting:
    return meetings.plan(
        institution=model.institution,
        body=COMMITTEE,
        starts_at=day.replace(minute=day.minute // 30 * 30),
        by=model["academic-affairs"],
        place=place,
        keeper=keeper,
    )


def _put(meeting: Meeting, proposal: Proposal, by: Person) -> AgendaItem:
    step = Step.objects.open().get(proposal=proposal, key=BALLOT)
    return agenda.add_step(meeting=meeting, step=step, by=by)

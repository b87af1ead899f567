"""Packets of meetings: one PDF with all that members read beforehand, made by a worker, each in the edition that they may see."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal import clock
from journal.models import Entry, StoredFile
from journal.papers import PaperError
from policies.reasons import Refused
from reviews import tasks
from reviews.actions import packets as actions
from reviews.meetings import packet_making, packet_paper, packets
from reviews.models import AgendaItem, Meeting, MeetingSeat, Packet
from tests.papers import read
from tests.reviews.support import at_step, revise, voters
from tests.reviews.talking import SECRET, say
from tests.support import api_for, site_for


def meeting_of(campus, *steps):
    """A planned meeting of the committee with these steps on its agenda."""
    now, by = clock.now(), campus.chair("committee")
    made = Meeting.objects.create(
        institution=campus.institution, policy=campus.institution.policy, body="committee", place="Room 4",
        starts_at=now + dt.timedelta(days=2), planned_by=by, planned_at=now,
    )  # fmt: skip
    MeetingSeat.objects.bulk_create(
        MeetingSeat(
            meeting=made, seat=row.seat, title=row.seat.title(), person=row.person, chair=row.person == by
        )
        for row in campus.bodies["committee"]
    )
    for step in steps:
        put_on(made, step)
    return made


def put_on(meeting, step, **kwargs):
    revision = step.proposal.revisions.latest("number")
    facts = {"kind": "proposal", "step": step, "revision": revision, **kwargs}
    return AgendaItem.objects.create(
        meeting=meeting,
        position=meeting.items.count() + 1,
        added_by=meeting.planned_by,
        added_at=clock.now(),
        **facts,
    )


def waiting(campus, number=1):
    answers = {"idea": {"title": "Welding"}, "learning": {"need": "People ask for it."}}
    return [
        at_step(campus, "committee_ballot", title=f"Trial {n}", answers=answers) for n in range(1, number + 1)
    ]


def made(meeting, by):
    packet = actions.ask(meeting=meeting, by=by)
    assert packet_making.run(packet.pk)
    packet.refresh_from_db()
    return packet


def content(packet):
    return read(packet.file.file.read())


def test_a_packet_has_a_cover_contents_and_each_proposal(model):
    steps = waiting(model, 3)
    member = voters(steps[0].ballots.get())[2]
    say(steps[0].proposal, member, SECRET, visibility="body")
    say(steps[1].proposal, member, "Who assesses it?", visibility="proposers", concern=True)
    meeting = meeting_of(model, *steps)
    AgendaItem.objects.create(
        meeting=meeting, position=4, kind="other", title="Dates of next year", text="Bring *calendars*.",
        added_by=meeting.planned_by, added_at=clock.now(),
    )  # fmt: skip
    paper = content(made(meeting, model.chair("committee")))
    assert paper.is_accessible and "TOC" in paper.tags
    assert paper.tags.count("H1") == 2 + 4  # who is called, the contents, and each item
    for said in (
        "Packet of a meeting", "Room 4", "1. Trial 1", "3. Trial 3", "4. Dates of next year", "Bring *calendars*.",
        SECRET, "for the body only", f"Concern of {member}", "Who assesses it?", "revision 1", "People ask for it.",
        "The body saw last nothing of it",
    ):  # fmt: skip
        assert said in paper.text, said


def test_a_proposal_comes_with_what_changed_since_the_body_saw_it(model):
    step = waiting(model)[0]
    before = meeting_of(model, step)
    Meeting.objects.filter(pk=before.pk).update(
        state="adjourned", opened_at=clock.now(), opened_by=model.chair("committee"), adjourned_at=clock.now(),
        adjourned_by=model.chair("committee"),
    )  # fmt: skip
    answers = {"idea": {"title": "Welding"}, "learning": {"need": "Industry asks for it."}}
    revise(step.proposal, answers, by=model.proposer)
    meeting = meeting_of(model, step)
    assert packet_paper.last_seen(meeting, packet_paper.items_of(meeting)[0]).number == 1
    paper = content(made(meeting, model.chair("committee")))
    assert "What changed since revision 1" in paper.text
    assert "[-People ask-][+Industry asks+] for it." in paper.text


def test_who_may_not_read_the_talk_of_the_body_gets_an_edition_without_it(model):
    """A member who proposes is the case that matters: the body talks about them."""
    member = model.members("committee")[-1]
    answers = {"idea": {"title": "Welding"}}
    own = at_step(
        model, "committee_ballot", title="Their own", answers=answers, proposers=[model.proposer, member]
    )
    other = waiting(model)[0]
    speaker = model.members("committee")[0]
    say(own.proposal, speaker, "Not for their eyes.", visibility="body")
    say(own.proposal, speaker, "For their eyes.", visibility="proposers")
    say(other.proposal, speaker, SECRET, visibility="body")
    meeting = meeting_of(model, own, other)
    whole, less = made(meeting, model.chair("committee")), made(meeting, member)
    assert (whole.edition, less.withheld) == ("", [f"{own.proposal_id}:body"])
    assert "Not for their eyes." in content(whole).text
    text = content(less).text
    assert "Not for their eyes." not in text and "For their eyes." in text and SECRET in text
    assert site_for(member).get(f"/files/{whole.file_id}/").status_code == 404
    assert site_for(member).get(f"/files/{less.file_id}/").status_code == 200


def test_the_file_is_for_the_body_alone(model):
    meeting = meeting_of(model, *waiting(model, 2))
    packet = made(meeting, model.chair("committee"))
    address = f"/files/{packet.file_id}/"
    for person in (
        model.proposer, model.section_head, model.supervisor, model.nobody, model.learner, model.stranger,
        model.registrar if model.registrar not in model.members("committee") else model.nobody,
    ):  # fmt: skip
        assert site_for(person).get(address).status_code == 404, person
        with pytest.raises(Exception, match="for the members"):
            actions.ask(meeting=meeting, by=person)
    for person in (*model.members("committee"), model.programme_manager):
        assert site_for(person).get(address).status_code == 200, person


def test_the_api_says_how_far_it_is(model, eager_celery, django_capture_on_commit_callbacks):
    meeting = meeting_of(model, *waiting(model))
    address = f"/api/v1/meetings/{meeting.pk}/packet/"
    member, manager = api_for(model.members("committee")[0]), api_for(model.programme_manager)
    assert member.get(address).json()["state"] == "none"
    with django_capture_on_commit_callbacks(execute=True):
        assert member.post(address).status_code == 202
    told = manager.get(address).json()
    packet = Packet.objects.get(meeting=meeting)
    assert told == {
        "meeting": str(meeting.pk), "state": "made", "behind": False, "done": 0, "items": 1,
        "made_at": told["made_at"], "error": "", "url": f"/files/{packet.file_id}/", "size": packet.file.size,
        "withheld": 0, "reasons": [],
    }  # fmt: skip
    for person in (model.proposer, model.nobody, model.stranger):
        assert api_for(person).get(address).status_code == api_for(person).post(address).status_code == 404
    with CaptureQueriesContext(connection) as few:
        manager.get(address)
    put_on(meeting, at_step(model, "committee_ballot", title="More"))
    with CaptureQueriesContext(connection) as more:
        assert manager.get(address).json()["behind"] is True
    assert len(more) == len(few)


def test_it_is_made_anew_when_the_agenda_changes(model):
    first, second = waiting(model, 2)
    meeting, chair = meeting_of(model, first), model.chair("committee")
    packet = made(meeting, chair)
    before, shown = packet.file, packets.shown(meeting, chair)
    assert (shown["state"], shown["behind"], shown["url"]) == ("made", False, f"/files/{before.pk}/")
    assert packet_making.follow() == [] and not packet_making.run(packet.pk)
    put_on(meeting, second)
    shown = packets.shown(meeting, chair)
    assert (shown["state"], shown["behind"]) == ("made", True)  # and the old one can still be read
    assert packet_making.follow() == [packet.pk]
    assert packets.shown(meeting, chair)["state"] == "waiting"
    assert packet_making.run(packet.pk)
    packet.refresh_from_db()
    assert "2. Trial 2" in content(packet).text
    assert not StoredFile.objects.filter(pk=before.pk).exists()
    say(first.proposal, chair, SECRET, visibility="body")
    assert packet_making.follow() == [packet.pk]


def test_a_called_meeting_gets_its_packet_by_itself(model):
    meeting = meeting_of(model, *waiting(model))
    assert packet_making.follow() == []
    Meeting.objects.filter(pk=meeting.pk).update(state="called", called_at=clock.now())
    assert tasks.sweep_packets() == 1  # the broker holds the message, or loses it: the row is the truth
    packet = Packet.objects.get(meeting=meeting)
    assert (packet.edition, packet.asked_by) == ("", meeting.planned_by)
    assert tasks.make_packet(str(packet.pk)) and not tasks.make_packet(str(packet.pk))
    assert Entry.objects.about("campus", model.institution.pk).filter(act="packet made").count() == 1


def test_a_worker_that_was_killed_leaves_it_to_the_next(model):
    meeting = meeting_of(model, *waiting(model))
    packet = actions.ask(meeting=meeting, by=model.chair("committee"))
    token = packet_making._claim(packet.pk)
    assert packet_making._claim(packet.pk) is None
    shown = packets.shown(meeting, model.chair("committee"))
    assert (shown["state"], shown["done"], shown["items"]) == ("making", 0, 1)
    with pytest.MonkeyPatch.context() as patch:
        later = clock.now() + packet_making.LEASE
        patch.setattr(clock, "now", lambda: later)
        assert packet_making.follow() == [packet.pk]
        assert packet_making.run(packet.pk)
    packet.refresh_from_db()
    assert packet.file and packet.claim_token is None
    assert packet_making._keep(packet, token, "x", b"%PDF-1.7 of the first one") is False


def test_what_fails_says_why_and_is_tried_again(model, monkeypatch):
    meeting, chair = meeting_of(model, *waiting(model)), model.chair("committee")
    packet = actions.ask(meeting=meeting, by=chair)

    def fails(*_args, **_named):
        raise PaperError("It took too long.")

    with monkeypatch.context() as patch:
        patch.setattr(packet_making, "render", fails)
        assert not packet_making.run(packet.pk)
    shown = packets.shown(meeting, chair)
    assert (shown["state"], shown["error"], shown["url"]) == ("failed", "It took too long.", "")
    assert packet_making.follow() == []
    actions.ask(meeting=meeting, by=chair)
    assert packet_making.follow() == [packet.pk] and packet_making.run(packet.pk)


def test_no_packet_of_nothing_or_of_what_is_over(model):
    chair = model.chair("committee")
    empty = meeting_of(model)
    with pytest.raises(Refused, match="Nothing stands"):
        actions.ask(meeting=empty, by=chair)
    put_on(empty, waiting(model)[0])
    Meeting.objects.filter(pk=empty.pk).update(
        state="cancelled", cancelled_at=clock.now(), cancelled_by=chair, cancelled_reason="Snow."
    )
    with pytest.raises(Refused, match="is over"):
        actions.ask(meeting=Meeting.objects.get(pk=empty.pk), by=chair)
    assert packet_making.follow() == []

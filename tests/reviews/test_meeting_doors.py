"""Meetings through the pages and over the API: for each role, for strangers, and at the same cost for one and three."""

import datetime as dt

import pytest
from django.urls import reverse

from journal import clock
from reviews.actions import agenda, meetings, minutes
from reviews.models import AgendaItem, Meeting
from tests.reviews.sitting import in_person, items, lines, opened, planned, waiting
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db


def read(person, address, status=200):
    answer = site_for(person).get(address)
    assert answer.status_code == status, address
    return " ".join(answer.content.decode().split())


def pages(meeting):
    return {
        name: reverse(name, args=[meeting.pk])
        for name in ("meeting", "meeting_calendar", "agenda", "minutes")
    }


def test_who_finds_what_of_a_meeting(model):
    meeting = opened(model, *waiting(model), keeper=model.nobody)
    agenda.add_other(meeting=meeting, title="Between us", by=model.chair("committee"))
    meetings.adjourn(meeting=meeting, by=model.chair("committee"))
    table = {  # meeting, its agenda builder, its minutes as a draft, and once they are approved
        model.chair("committee"): (200, 200, 200, 200),
        model.members("committee")[-1]: (200, 403, 200, 200),
        model.nobody: (200, 403, 200, 200),  # keeps the minutes
        model.programme_manager: (200, 200, 200, 200),
        model.offices["provost"]: (404, 404, 404, 200),
        model.proposer: (404, 404, 404, 404),
        model.stranger: (404, 404, 404, 404),
    }
    found, api = pages(meeting), f"/api/v1/meetings/{meeting.pk}/"
    for person, (whole, builder, draft, _approved) in table.items():
        site, program = site_for(person), api_for(person)
        got = [site.get(found["agenda"]).status_code, program.get(api).status_code]
        got.append(program.get(f"{api}minutes/").status_code)
        assert (str(person), got) == (str(person), [builder, whole, draft])
        assert site.get(found["meeting"]).status_code == whole
        assert program.get("/api/v1/meetings/").json()["count"] == (whole == 200)
    minutes.approve(meeting=meeting, how="By e-mail.", by=model.programme_manager)
    for person, (_whole, _builder, _draft, approved) in table.items():
        assert api_for(person).get(f"{api}minutes/").status_code == approved
    assert site_for(model.offices["provost"]).get(found["minutes"]).status_code == 200
    assert site_for(model.learner).get(reverse("meetings")).status_code == 403


def test_proposers_see_the_date_and_nothing_of_what_was_said(model):
    in_person(model, readings=2)
    (step,) = waiting(model)
    meeting = planned(model, step, place="Room 4")
    agenda.add_other(meeting=meeting, title="Between us", by=model.chair("committee"))
    address = step.proposal.get_absolute_url()
    assert "In meetings" not in read(model.proposer, address)  # nobody is called yet
    meetings.call(meeting=meeting, by=model.chair("committee"))
    page = read(model.proposer, address)
    assert "In meetings" in page
    assert "First reading" in page
    assert "Between us" not in page
    (facts,) = api_for(model.proposer).get(f"/api/v1/proposals/{step.proposal_id}/").json()["agendas"]
    assert (facts["body"], facts["reading"], facts["state"]) == ("Micro-credential Committee", 1, "called")
    assert "note" not in facts


def test_chair_plans_a_meeting_and_builds_its_agenda_by_the_pages(model):
    in_person(model)
    steps, chair = waiting(model, 2), site_for(model.chair("committee"))
    zone = Meeting(policy=model.institution.policy).zone
    begins = (clock.now() + dt.timedelta(minutes=5)).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    planning = {
        "body": "model:committee",
        "starts_at": begins,
        "place": "Room 4",
        "keeper": model.nobody.email,
    }
    faults = {**planning, "keeper": "who@nowhere.example", "starts_at": "soon"}
    wrong = chair.post(reverse("meeting_plan"), faults)
    assert wrong.status_code == 409
    assert "Nobody here has the address who@nowhere.example." in wrong.content.decode()
    assert "Give a day and a time." in wrong.content.decode()
    assert chair.post(reverse("meeting_plan"), planning).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.place, meeting.keeper) == ("Room 4", model.nobody)
    for step in steps:
        chair.post(reverse("agenda_add", args=[meeting.pk]), {"step": step.pk})
    chair.post(reverse("agenda", args=[meeting.pk]), {"title": "Rooms", "text": "Which?"})
    first, second, other = items(meeting)
    answer = chair.post(reverse("item_act", args=[other.pk, "up"]))
    assert answer["Location"] == f"{reverse('agenda', args=[meeting.pk])}#item-{other.pk}"
    chair.post(reverse("item_act", args=[second.pk, "consent"]))
    assert chair.post(reverse("meeting_act", args=[meeting.pk, "call"])).status_code == 302
    there = [line.pk for line in lines(meeting)[:3]]
    opening = reverse("meeting_act", args=[meeting.pk, "open"])
    assert "Who is in the room" in read(model.chair("committee"), opening)
    assert chair.post(opening, {"present": there}).status_code == 302
    page = read(model.members("committee")[-1], reverse("meeting", args=[meeting.pk]))
    assert "There is a quorum." in page
    assert "Pull it out" in page


def test_meeting_takes_place_by_the_pages(model):
    in_person(model)
    meeting = opened(model, *waiting(model), present=3, keeper=model.nobody)
    agenda.add_other(meeting=meeting, title="Rooms", by=model.chair("committee"))
    first, other = items(meeting)
    agenda.set_consent(item=first, consent=True, by=model.chair("committee"))
    chair, member, keeper = (
        site_for(model.chair("committee")), model.members("committee")[-1], site_for(model.nobody),
    )  # fmt: skip
    site_for(member).post(reverse("item_act", args=[first.pk, "pull"]))
    assert AgendaItem.objects.get(pk=first.pk).pulled_by == member
    away = lines(meeting)[4]
    keeper.post(reverse("attendance_now", args=[meeting.pk, away.pk]), {"act": "arrive"})
    address = reverse("attendance_correct", args=[meeting.pk, away.stretches.get().pk])
    early = keeper.post(address, {"arrived_at": "2020-01-01T10:00", "left_at": ""})
    assert "The meeting began at " in early.content.decode()
    assert keeper.post(address, {"strike": "1"}).status_code == 302
    assert keeper.post(reverse("attendance", args=[meeting.pk]), {"text": "The dean"}).status_code == 302
    chair.post(reverse("item_act", args=[first.pk, "vote"]))
    stopped = chair.get(reverse("meeting_act", args=[meeting.pk, "adjourn"]))
    assert "A vote is open" in stopped.content.decode()
    chair.post(reverse("item_act", args=[first.pk, "put-off"]), {"text": "It is late."})
    assert chair.post(reverse("item_act", args=[other.pk, "note"]), {"text": ""}).status_code == 409
    chair.post(reverse("item_act", args=[other.pk, "note"]), {"text": "Room 5."})
    assert chair.post(reverse("meeting_act", args=[meeting.pk, "adjourn"])).status_code == 302
    page = read(member, reverse("minutes", args=[meeting.pk]))
    for said in ("This is a draft", "It is late.", "Room 5.", "The dean", f"{member} pulled it out"):
        assert said in page
    assert (
        site_for(member).post(reverse("minutes", args=[meeting.pk]), {"text": "Room 4."}).status_code == 302
    )
    assert (
        chair.post(reverse("minutes_approve", args=[meeting.pk]), {"text": "By e-mail."}).status_code == 302
    )
    assert "Room 4." in read(model.offices["provost"], reverse("minutes", args=[meeting.pk]))


def test_calendar_file_is_one_event(model):
    meeting = planned(model, place="Room 4; upstairs")
    answer = site_for(model.members("committee")[0]).get(reverse("meeting_calendar", args=[meeting.pk]))
    text = answer.content.decode()
    assert (answer["Content-Type"], text.count("BEGIN:VEVENT")) == ("text/calendar", 1)
    assert f"DTSTART:{meeting.starts_at:%Y%m%dT%H%M%SZ}" in text
    assert "LOCATION:Room 4\\; upstairs" in text


def posting(person):
    """Posts as this person, and says what came back; the status is checked."""
    client = api_for(person)

    def post(address, data=None, status=200):
        answer = client.post(f"/api/v1/{address}", data or {}, format="json")
        assert answer.status_code == status, (address, answer.json())
        return answer.json()

    return post


def test_meeting_is_planned_over_the_api(model):
    steps = waiting(model, 2)
    post, member = posting(model.chair("committee")), posting(model.members("committee")[-1])
    begins = (clock.now() + dt.timedelta(minutes=5)).isoformat()
    planning = {"body": "model:committee", "starts_at": begins}
    member("meetings/", planning, status=403)
    made = post("meetings/", planning, status=201)
    whole = f"meetings/{made['id']}/"
    post(f"{whole}change/", {"starts_at": begins, "place": "Room 4", "keeper": model.nobody.email})
    for step in steps:
        post(f"{whole}items/", {"step": str(step.pk)}, status=201)
    made = post(f"{whole}items/", {"title": "Rooms"}, status=201)
    one, two, rooms = (f"agenda-items/{item['id']}/" for item in made["agenda"])
    moved = post(f"{rooms}move/", {"to": 1})["agenda"]
    assert [row["subject"] for row in moved] == ["Rooms", "Trial 1", "Trial 2"]
    assert post(f"{one}consent/", {"consent": True})["agenda"][1]["consent"] is True
    assert len(post(f"{two}remove/")["agenda"]) == 2
    post(f"{whole}call/")
    assert post(f"{whole}cancel/", {"reason": "Snow."})["cancelled_reason"] == "Snow."
    for address in (f"{whole}call/", f"{one}pull/"):
        posting(model.stranger)(address, status=404)


def test_meeting_takes_place_over_the_api(model):
    in_person(model)
    chair, member = model.chair("committee"), model.members("committee")[-1]
    meeting = planned(model, *waiting(model, 2), keeper=model.nobody)
    for item in items(meeting):
        agenda.set_consent(item=item, consent=True, by=chair)
    agenda.add_other(meeting=meeting, title="Rooms", by=chair)
    _one, two, rooms = (f"agenda-items/{item.pk}/" for item in items(meeting))
    post, keep, whole = posting(chair), posting(model.nobody), f"meetings/{meeting.pk}/"
    roll = [line["line"] for line in post(f"{whole}open/", {"present": []})["roll"]]
    for line in roll[:3]:
        made = keep(f"{whole}arrive/", {"line": line})
    assert made["quorum"] == {"present": 3, "needed": 3, "of": 5, "quorate": True}
    keep(f"{whole}attendance/{made['roll'][2]['stretches'][0]['id']}/strike/")
    refused = post(f"{whole}adopt/", status=409)["reasons"][0]["text"]
    assert "2 of 5 seats were present; 3 are needed." in refused
    posting(member)(f"{whole}arrive/", {"line": roll[2]}, status=403)
    keep(f"{whole}arrive/", {"line": roll[2]})
    posting(member)(f"{two}pull/")
    made = post(f"{whole}adopt/")
    assert [row["came_word"] for row in made["agenda"]] == ["Adopted by consent", "", ""]
    post(f"{two}vote/")
    post(f"{two}put-off/", {"text": "Late."})
    keep(f"{rooms}note/", {"text": "Room 5."})
    post(f"{whole}adjourn/")
    posting(member)(f"{whole}minutes/correct/", {"text": "Room 4."})
    said = post(f"{whole}minutes/approve/", {"how": "By e-mail."})
    assert (said["state"], len(said["items"])) == ("approved", 3)
    post(f"{whole}minutes/approve/", {"how": "By e-mail."}, status=409)


def test_pages_cost_the_same_for_one_and_three(model):
    in_person(model)
    steps = waiting(model, 4)
    meeting = opened(model, steps[0])
    chair = site_for(model.chair("committee"))
    addresses = [
        reverse("meetings"),
        reverse("meeting", args=[meeting.pk]),
        reverse("agenda", args=[meeting.pk]),
    ]
    before = [queries_of(chair, address) for address in addresses]
    for step in steps[1:3]:
        agenda.add_step(meeting=meeting, step=step, by=model.chair("committee"))
        planned(model)
    assert [queries_of(chair, address) for address in addresses] == before
    meetings.adjourn(meeting=meeting, by=model.chair("committee"))
    assert queries_of(chair, reverse("minutes", args=[meeting.pk])) < 40

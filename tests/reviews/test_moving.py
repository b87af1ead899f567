"""Mover and seconder of a vote in a meeting, where the body's rule asks for them."""

import pytest
from django.db import transaction
from django.urls import reverse

from journal.models import Entry
from reviews.actions import attendance, ballots, floor, meetings
from reviews.meetings import minutes as reading
from reviews.models import TakenUp
from tests.reviews.sitting import in_person, items, lines, opened, waiting
from tests.reviews.test_agenda import refused
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def sitting(model, **rule):
    """A meeting of a body with this rule that has two proposals before it; everybody but the last is there."""
    in_person(model, **rule)
    meeting = opened(model, *waiting(model, 2), present=4)
    return meeting, [line.person for line in lines(meeting)], items(meeting)


def test_rule_that_asks_for_both_takes_no_vote_without_them(model):
    meeting, people, (first, second) = sitting(model, motion="seconded")
    chair, one, other, leaver, absent = people
    attendance.leave(meeting=meeting, line=lines(meeting)[3].pk, by=chair)
    body = "Micro-credential Committee"
    table = [
        ({}, [f"Say who moves it: the rule of {body} asks for it.", f"Say who seconds it: the rule of {body} asks for it."]),
        ({"moved_by": one}, [f"Say who seconds it: the rule of {body} asks for it."]),
        ({"moved_by": one, "seconded_by": one}, ["Nobody seconds what they move."]),
        ({"moved_by": one, "seconded_by": absent}, [f"{absent} is not in the room, or has no vote."]),
        ({"moved_by": leaver, "seconded_by": one}, [f"{leaver} is not in the room, or has no vote."]),
        ({"moved_by": model.proposer, "seconded_by": one}, [f"{model.proposer} is not in the room, or has no vote."]),
    ]  # fmt: skip
    for given, said in table:
        assert refused(floor.take_vote, item=first, by=chair, **given) == said
    assert not TakenUp.objects.exists()
    page, address = site_for(chair), reverse("item_act", args=[first.pk, "vote"])
    assert f'href="{address}"' in page.get(meeting.get_absolute_url()).content.decode()
    assert page.get(address).status_code == 200
    assert page.post(address, {"moved_by": str(one.pk)}).status_code == 409
    page.post(address, {"moved_by": str(one.pk), "seconded_by": str(other.pk)})
    taken = TakenUp.objects.get()
    assert (taken.moved_by, taken.seconded_by) == (one, other)
    detail = Entry.objects.get(act="taken_up", subject_kind="proposal").detail
    assert (detail["moved_by"], detail["seconded_by"]) == (str(one.pk), str(other.pk))
    answer = api_for(chair).post(
        f"/api/v1/agenda-items/{second.pk}/vote/",
        {"moved_by": one.email, "seconded_by": other.email},
        format="json",
    )
    assert answer.json()["agenda"][1]["votes"][0]["motion"] == f"Moved by {one}, seconded by {other}."
    for row in TakenUp.objects.all():
        ballots.close(ballot=row.ballot, by=chair)
    meetings.adjourn(meeting=meeting, by=chair)
    vote = reading.said(meeting)["items"][0]["votes"][0]
    assert vote["motion"] == f"Moved by {one}, seconded by {other}."
    assert f"Moved by {one}" in page.get(reverse("minutes", args=[meeting.pk])).content.decode()


def test_minutes_name_movers_of_recorded_votes_alone(model):
    table = [
        ({}, {}, ""),
        ({"motion": "moved"}, {"moved_by": 1}, "Moved by {}."),
        ({"motion": "moved", "secret": True, "secret_rule": "Standing orders, 6"}, {"moved_by": 1}, ""),
    ]
    pack = model.pack
    for rule, named, said in table:
        with transaction.atomic():
            meeting, people, (first, second) = sitting(model, **rule)
            given = {part: people[place] for part, place in named.items()}
            ballot = floor.take_vote(item=first, by=people[0], **given)
            ballots.close(ballot=ballot, by=people[0])
            (vote,) = reading.said(meeting)["items"][0]["votes"]
            assert vote["motion"] == said.format(people[1])
            if not rule:
                told = refused(floor.take_vote, item=second, by=people[0], moved_by=people[1])
                assert told == ["The rule of Micro-credential Committee does not ask who moves a vote."]
            transaction.set_rollback(True)
        model.pack = pack
        model.institution.refresh_from_db()

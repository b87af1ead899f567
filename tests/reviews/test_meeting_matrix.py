"""State × act × role: who may do what with a meeting, in every state of it; what is allowed is written out by hand."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from policies.reasons import Refused
from reviews.actions import agenda, attendance, floor, meetings, minutes, presiding
from reviews.meetings import rules
from reviews.models import AgendaItem, Meeting
from tests.reviews.sitting import in_person, lines, opened, planned, waiting

pytestmark = pytest.mark.django_db

RUN = {"chair", "programme_manager"}
KEEP = RUN | {"keeper"}
SIT = RUN | {"member"}
NOTE = KEEP | {"member"}
# Every act: whose it is, and in which states of the meeting it is done.
ACTS = {
    "change": (RUN, {"planned", "called"}),
    "call": (RUN, {"planned"}),
    "cancel": (RUN, {"planned", "called"}),
    "open_session": (RUN, {"planned", "called"}),
    "adjourn": (RUN, {"in_session"}),
    "add_other": (RUN, {"planned", "called", "in_session"}),
    "add_step": (RUN, {"planned", "called", "in_session"}),
    "move": (RUN, {"planned", "called", "in_session"}),
    "remove": (RUN, {"planned", "called"}),
    "set_consent": (RUN, {"planned", "called", "in_session"}),
    "pull": (SIT, {"planned", "called", "in_session"}),
    "hold_reading": (RUN, set()),  # the item is past its first reading
    "take_vote": (RUN, {"in_session"}),
    "adopt_consent": (RUN, {"in_session"}),
    "put_off": (RUN, {"in_session"}),
    "deal": (KEEP, {"in_session"}),
    "arrive": (KEEP, {"in_session"}),
    "leave": (KEEP, {"in_session"}),
    "note_guests": (KEEP, {"in_session"}),
    "name_acting_chair": (KEEP, set()),  # the chair is there
    "correct": (NOTE, {"adjourned"}),
    "approve": (RUN, {"adjourned"}),
}
# Whose it is comes before when it can be done, so that outsiders are tried in one state, everybody else in all.
INSIDE = ("chair", "member", "keeper")
STATES = {
    "planned": INSIDE,
    "called": INSIDE,
    "in_session": (
        *INSIDE, "programme_manager", "office_holder", "administrator", "proposer", "section_head", "learner", "stranger",
    ),
    "adjourned": (*INSIDE, "programme_manager", "stranger"),
    "cancelled": INSIDE,
    "approved": (*INSIDE, "office_holder"),
}  # fmt: skip


def cast(campus):
    return {
        "chair": campus.chair("committee"),
        "member": campus.members("committee")[-1],
        "keeper": campus.nobody,
        "programme_manager": campus.programme_manager,
        "office_holder": campus.offices["provost"],
        "administrator": campus.administrator,
        "proposer": campus.proposer,
        "section_head": campus.section_head,
        "learner": campus.learner,
        "stranger": campus.stranger,
    }


def reach(campus, state, steps):
    """A meeting in this state with two proposals, the first in the consent group, and other business."""
    chair = campus.chair("committee")
    begin = opened if state in ("in_session", "adjourned", "approved") else planned
    more = {"present": 4} if begin is opened else {}
    made = begin(campus, *steps[:2], keeper=campus.nobody, **more)
    agenda.add_other(meeting=made, title="Next year", by=chair)
    agenda.set_consent(item=made.items.earliest("position"), consent=True, by=chair)
    if state == "called":
        meetings.call(meeting=made, by=chair)
    if state == "cancelled":
        meetings.cancel(meeting=made, reason="Snow.", by=chair)
    if state in ("adjourned", "approved"):
        meetings.adjourn(meeting=made, by=chair)
    if state == "approved":
        minutes.approve(meeting=made, how="By e-mail.", by=chair)
    return Meeting.objects.get(pk=made.pk)


def doing(meeting, step, by):
    """Every act as this person tries it."""
    first, second, other = AgendaItem.objects.filter(meeting=meeting).order_by("position")
    here, *_rest, gone = lines(meeting)
    soon = clock.now() + dt.timedelta(hours=2)
    return {
        "change": lambda: meetings.change(meeting=meeting, starts_at=soon, by=by),
        "call": lambda: meetings.call(meeting=meeting, by=by),
        "cancel": lambda: meetings.cancel(meeting=meeting, reason="Ice.", by=by),
        "open_session": lambda: meetings.open_session(meeting=meeting, by=by),
        "adjourn": lambda: meetings.adjourn(meeting=meeting, by=by),
        "add_other": lambda: agenda.add_other(meeting=meeting, title="Rooms", by=by),
        "add_step": lambda: agenda.add_step(meeting=meeting, step=step, by=by),
        "move": lambda: agenda.move(item=second, to=1, by=by),
        "remove": lambda: agenda.remove(item=second, by=by),
        "set_consent": lambda: agenda.set_consent(item=second, consent=True, by=by),
        "pull": lambda: agenda.pull(item=first, by=by),
        "hold_reading": lambda: floor.hold_reading(item=second, by=by),
        "take_vote": lambda: floor.take_vote(item=second, by=by),
        "adopt_consent": lambda: floor.adopt_consent(meeting=meeting, by=by),
        "put_off": lambda: floor.put_off(item=second, by=by),
        "deal": lambda: floor.deal(item=other, text="Settled.", by=by),
        "arrive": lambda: attendance.arrive(meeting=meeting, line=gone.pk, by=by),
        "leave": lambda: attendance.leave(meeting=meeting, line=here.pk, by=by),
        "note_guests": lambda: attendance.note_guests(meeting=meeting, guests="The dean", by=by),
        "name_acting_chair": lambda: presiding.name(meeting=meeting, line=here.pk, by=by),
        "correct": lambda: minutes.correct(meeting=meeting, text="Room 5.", by=by),
        "approve": lambda: minutes.approve(meeting=meeting, how="By e-mail.", by=by),
    }


def outcome(act):
    """What became of the act, which is undone."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except PermissionDenied:
        return "denied"
    except Refused:
        return "refused"
    return "done"


def expected(act, state, role):
    roles, states = ACTS[act]
    if act == "correct" and state == "approved":
        return "done" if role in RUN else "denied"
    if role not in roles:
        return "denied"
    return "done" if state in states else "refused"


@pytest.fixture
def looked_up_once(monkeypatch):
    """Who runs a body's meetings does not change here, so that each person is looked up once."""
    found, look_up = {}, rules.may_run

    def may_run(institution, body, panel, person):
        if person.pk not in found:
            found[person.pk] = look_up(institution, body, panel, person)
        return found[person.pk]

    monkeypatch.setattr(rules, "may_run", may_run)


def test_every_act_in_every_state_by_every_role(model, looked_up_once):
    in_person(model)
    people, steps = cast(model), waiting(model, 3)
    wrong = []
    for state, roles in STATES.items():
        with transaction.atomic():
            meeting = reach(model, state, steps)
            for role in roles:
                for name, act in doing(meeting, steps[2], people[role]).items():
                    came = outcome(act)
                    if came != expected(name, state, role):
                        wrong.append((state, role, name, came))
            transaction.set_rollback(True)
    assert wrong == []

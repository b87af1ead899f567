"""The office's acts: plan, change, call off, mark who came and who is trained; walls between campuses and roles."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.authority import is_qualified
from journal import clock
from journal.models import Entry, Mail
from outreach.actions import attending, registering, sessions
from policies.reasons import Refused
from tests.outreach.support import plan, states
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(campus):
    return campus("cu_boulder")


def training(at, *people):
    session = plan(at, kind="issuer_training", title="How to issue badges")
    rows = [registering.register(session=session, by=person) for person in people]
    return session, rows


def after(session):
    return clock.at(session.ends_at + dt.timedelta(hours=1))


@pytest.mark.clause("CUB-11")
def test_marking_as_trained_makes_a_trained_issuer_and_another_mark_takes_it_back(at):
    session, (row, other) = training(at, at.untrained_issuer, at.nobody)
    site = site_for(at.programme_manager)
    address = reverse("office_session", args=[session.pk])
    assert not is_qualified(at.untrained_issuer, at.institution)
    with after(session):
        site.post(address, {str(row.pk): "trained", str(other.pk): "absent"})
        assert is_qualified(at.untrained_issuer, at.institution)
        assert not is_qualified(at.nobody, at.institution)
        assert "Came and is trained" in site.get(address).content.decode()
        attending.mark(session=session, marks={row.pk: "came"}, by=at.programme_manager)
        assert not is_qualified(at.untrained_issuer, at.institution)
    acts = Entry.objects.filter(
        act__in=("attendance marked", "qualification given", "qualification withdrawn")
    )
    assert [entry.act for entry in acts.order_by("number")] == [
        "qualification given",
        "attendance marked",
        "qualification withdrawn",
        "attendance marked",
    ]


@pytest.mark.clause("CUB-11")
def test_who_cannot_be_marked_as_trained(at):
    session, (own,) = training(at, at.programme_manager)
    outsider = registering.add(
        session=session, name="N", email="n@elsewhere.example", by=at.programme_manager
    )
    info = plan(at, title="An info session")
    seat = registering.register(session=info, by=at.untrained_issuer)
    cases = [
        (session, {own.pk: "trained"}, "Nobody marks themselves as trained."),
        (session, {outsider.pk: "trained"}, "Nobody at the campus has the address n@elsewhere.example."),
        (session, {seat.pk: "came"}, "One of these has no seat in this session."),
        (session, {outsider.pk: "late"}, "N: choose whether they came."),
        (info, {seat.pk: "trained"}, "Only a training for issuers marks people as trained."),
    ]
    with pytest.raises(Refused) as error:
        attending.mark(session=session, marks={outsider.pk: "came"}, by=at.programme_manager)
    assert error.value.reasons[0].text == "It has not begun. Who comes is marked from then on."
    with after(session):
        for about, marks, said in cases:
            with pytest.raises(Refused) as error:
                attending.mark(session=about, marks=marks, by=at.programme_manager)
            assert error.value.reasons[0].text.startswith(said)
    assert not is_qualified(at.programme_manager, at.institution)


@pytest.mark.clause("CUB-16")
def test_changes_and_cancellations_are_told_to_those_who_come(at):
    session = plan(at)
    registering.register(session=session, by=at.nobody)
    sessions.change(session=session, text="More of it.", by=at.programme_manager)
    assert not Mail.objects.filter(kind="session_changed").exists()
    sessions.change(session=session, place="Room 200", by=at.programme_manager)
    assert "Room 200" in Mail.objects.get(kind="session_changed").text
    site = site_for(at.programme_manager)
    cancel = reverse("session_cancel", args=[session.pk])
    assert site.post(cancel, {"reason": " "}).status_code == 409
    assert site.post(cancel, {"reason": "The speaker is ill."}).status_code == 302
    assert site.post(cancel, {"reason": "Again."}).status_code == 409
    assert "The speaker is ill." in Mail.objects.get(kind="session_cancelled").text
    page = Client().get(session.get_absolute_url()).content.decode()
    assert "Called off" in page and "The speaker is ill." in page
    with pytest.raises(Refused):
        sessions.change(session=session, place="Elsewhere", by=at.programme_manager)


@pytest.mark.clause("CUB-16")
def test_the_office_adds_people_beyond_the_seats_and_after_the_fact(at):
    session = plan(at, capacity=1, open=False, group="Academic advisers")
    for local in ("one", "two"):
        registering.add(
            session=session, name=local, email=f"{local}@elsewhere.example", by=at.programme_manager
        )
    assert states(session) == {"one": "registered", "two": "registered"}
    with pytest.raises(Refused):
        registering.add(session=session, name="one", email="one@elsewhere.example", by=at.programme_manager)
    with after(session):
        walked_in = registering.add(
            session=session, name="three", email="three@elsewhere.example", by=at.programme_manager
        )
        attending.mark(session=session, marks={walked_in.pk: "came"}, by=at.programme_manager)
    assert not Mail.objects.filter(to="three@elsewhere.example").exists()
    page = reverse("sessions", args=[at.institution.slug])
    with after(session):
        assert "1 came" in Client().get(page).content.decode()


STAFF_PAGES = ("office_sessions", "session_plan", "office_enquiries")
ROLES = ("proposer", "supervisor", "section_head", "issuer", "assessor", "learner", "nobody", "stranger")


def test_the_offices_pages_open_for_who_runs_it_alone(at):
    session = plan(at)
    addresses = [reverse(name, args=[at.institution.slug]) for name in STAFF_PAGES] + [
        reverse(name, args=[session.pk])
        for name in ("office_session", "session_change", "session_cancel", "registration_add")
    ]
    for role in (*ROLES, "programme_manager", "administrator"):
        site = site_for(getattr(at, role))
        for address in addresses:
            allowed = role in ("programme_manager", "administrator")
            for answer in (site.get(address), site.post(address, {"reason": "No."}) if not allowed else None):
                if answer is not None:
                    assert answer.status_code in ((200,) if allowed else (403, 404, 405)), (role, address)
    for address in addresses:
        assert "/login/" in Client().get(address)["Location"]
    session.refresh_from_db()
    assert session.cancelled_at is None
    assert Client().get(reverse("outreach_home")).status_code == 302


def test_actions_refuse_everyone_else(at):
    session = plan(at)
    for role in ROLES:
        person = getattr(at, role)
        for act in (
            lambda by: plan(at, by=by),
            lambda by: sessions.change(session=session, place="X", by=by),
            lambda by: sessions.cancel(session=session, reason="X", by=by),
            lambda by: attending.mark(session=session, marks={}, by=by),
            lambda by: registering.add(session=session, name="N", email="n@n.example", by=by),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


def test_the_same_over_http(at):
    manager, other = api_for(at.programme_manager), api_for(at.nobody)
    begin = clock.now() + dt.timedelta(days=3)
    given = {
        "institution": at.institution.slug,
        "kind": "issuer_training",
        "title": "How to issue",
        "starts_at": begin.isoformat(),
        "ends_at": (begin + dt.timedelta(hours=1)).isoformat(),
        "capacity": 5,
    }
    assert other.post("/api/v1/sessions/", given).status_code == 403
    made = manager.post("/api/v1/sessions/", given)
    assert (made.status_code, made.json()["taken"], "address" in made.json()) == (201, 0, False)
    own = f"/api/v1/sessions/{made.json()['id']}/"
    assert manager.post("/api/v1/sessions/", given | {"title": " "}).status_code == 400
    assert manager.post("/api/v1/sessions/", given | {"ends_at": given["starts_at"]}).status_code == 409
    assert api_for(at.untrained_issuer).post(f"{own}register/").status_code == 201
    assert other.get("/api/v1/sessions/").json()["results"][0]["taken"] == 1
    assert other.get(f"{own}registrations/").status_code == 404
    row = manager.get(f"{own}registrations/").json()["results"][0]
    assert manager.post(f"{own}change/", {"capacity": 7}).json()["capacity"] == 7
    assert manager.post(f"{own}attendance/", {"marks": {"x": "came"}}).status_code == 400
    assert manager.post(f"{own}attendance/", {"marks": {row["id"]: "trained"}}).status_code == 409
    with clock.at(begin + dt.timedelta(hours=2)):
        answer = manager.post(f"{own}attendance/", {"marks": {row["id"]: "trained"}})
        assert [one["attendance"] for one in answer.json()] == ["trained"]
        assert is_qualified(at.untrained_issuer, at.institution)
        assert manager.post(f"{own}cancel/", {"reason": "No."}).status_code == 409
    stranger = api_for(at.stranger)
    assert stranger.get("/api/v1/sessions/").json()["count"] == 0
    assert stranger.post(f"{own}cancel/", {"reason": "No."}).status_code == 404
    assert Client().get("/api/v1/sessions/").status_code == 401

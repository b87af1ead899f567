"""A seat without an account: confirmed by mail, within the seats, in the order of the waiting list."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from journal import clock
from journal.models import Entry, Mail
from outreach.actions import asking, registering, reminding, sessions
from policies.reasons import Refused
from tests.credentials.support import nothing_written
from tests.outreach.support import last_link, plan, states
from tests.support import queries_of, site_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CUB-16")]


@pytest.fixture
def at(campus):
    return campus("cu_boulder")


def page_of(session):
    return session.get_absolute_url()


def confirmed(session, local):
    row = registering.ask(session=session, name=f"Visitor {local}", email=f"{local}@elsewhere.example")
    return registering.confirm(registration=row)


def test_a_stranger_has_a_seat_once_the_link_in_the_mail_is_pressed(at):
    session, site = plan(at, address="https://call.example/room"), Client()
    answer = site.post(page_of(session), {"name": "A visitor", "email": "Visitor@Elsewhere.example"})
    assert (answer.status_code, b"is on its way to" in answer.content) == (200, True)
    assert states(session) == {"visitor": "asked"}
    link = last_link("registration_confirm", "visitor@elsewhere.example")
    with nothing_written():
        assert b"Yes, I want to come" in site.get(link).content  # a scanner that follows links takes no seat
    site.post(link, {"act": "confirm"})
    site.post(link, {"act": "confirm"})
    assert states(session) == {"visitor": "registered"}
    mail = Mail.objects.get(kind="registration_placed")
    assert "https://call.example/room" in mail.text
    public = site.get(page_of(session)).content
    assert b"https://call.example/room" not in public and b"visitor@" not in public.lower()
    acts = Entry.objects.filter(act="registration confirmed")
    assert [entry.detail["session"] for entry in acts] == [str(session.pk)]
    assert "visitor" not in acts[0].canonical


def test_seats_go_in_order_and_a_seat_given_back_goes_to_who_waits_longest(at):
    session = plan(at, capacity=1)
    first, _second, _third = (confirmed(session, local) for local in ("first", "second", "third"))
    assert states(session) == {"first": "registered", "second": "waiting", "third": "waiting"}
    registering.step_back(registration=first)
    assert states(session) == {"first": "left", "second": "registered", "third": "waiting"}
    told = Mail.objects.filter(to="second@elsewhere.example").order_by("created_at", "pk")
    assert [mail.subject.partition(":")[0] for mail in told if mail.kind == "registration_placed"] == [
        "On the waiting list",
        "A seat is free for you",
    ]
    registering.confirm(registration=first)  # they want to come after all: last in the line
    assert states(session)["first"] == "waiting"
    sessions.change(session=session, capacity=3, by=at.programme_manager)
    assert set(states(session).values()) == {"registered"}
    with pytest.raises(Refused) as error:
        sessions.change(session=session, capacity=2, by=at.programme_manager)
    assert error.value.reasons[0].text == "3 people are registered, so there are at least 3 seats."


def test_people_who_are_signed_in_register_at_once(at):
    session = plan(at)
    site = site_for(at.nobody)
    answer = site.post(page_of(session), follow=True)
    assert b"You are registered" in answer.content
    assert session.registrations.get().email == at.nobody.email
    site.post(page_of(session))
    assert session.registrations.count() == 1


def test_asking_twice_sends_the_same_link_and_tells_nothing_of_others(at):
    session = plan(at)
    confirmed(session, "first")
    sent = [
        Client().post(page_of(session), {"name": "N", "email": f"{local}@elsewhere.example"}).content
        for local in ("first", "other")
    ]
    said = [page.partition(b"<main")[2] for page in sent]
    assert said[0].replace(b"first@", b"other@") == said[1] != b""
    assert states(session) == {"first": "registered", "other": "asked"}


def test_ten_thousand_registrations_by_a_script_end_at_the_limit(at, settings):
    settings.ASKS_AN_HOUR = 3
    cache.clear()
    session, site = plan(at), Client()
    codes = [
        site.post(page_of(session), {"name": "S", "email": f"s{n}@elsewhere.example"}).status_code
        for n in range(6)
    ]
    cache.clear()
    assert codes == [200, 200, 200, 429, 429, 429]
    assert session.registrations.count() == 3
    settings.ASKS_AN_HOUR, settings.UNCONFIRMED_AN_HOUR = (
        100_000,
        5,
    )  # from many places, or with the cache away
    codes = [
        site.post(page_of(session), {"name": "S", "email": f"t{n}@elsewhere.example"}).status_code
        for n in range(4)
    ]
    assert codes == [200, 200, 409, 409]
    assert session.registrations.count() == 5
    with clock.at(clock.now() + dt.timedelta(days=4)):
        assert asking.forget() == 5


def test_mail_to_one_address_is_bounded(at):
    several = [plan(at, days=15 + n) for n in range(6)]
    for session in several[:5]:
        for _ in range(2):
            registering.ask(session=session, name="N", email="victim@elsewhere.example")
    with pytest.raises(Refused) as error:
        registering.ask(session=several[5], name="N", email="victim@elsewhere.example")
    assert error.value.reasons[0].text == asking.OFTEN
    assert Mail.objects.filter(to="victim@elsewhere.example").count() == 5


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("past", "It has begun or is over. Nobody can register any more."),
        ("off", "It was called off."),
        ("closed", "It is for Academic advisers. Ask the office for one of your own."),
    ],
)
def test_what_is_closed_is_said_and_refused(at, case, said):
    session = plan(at, **({"open": False, "group": "Academic advisers"} if case == "closed" else {}))
    if case == "off":
        sessions.cancel(session=session, reason="The speaker is ill.", by=at.programme_manager)
    late = dt.timedelta(days=20 if case == "past" else 0)
    with clock.at(clock.now() + late):
        answer = Client().post(page_of(session), {"name": "N", "email": "n@elsewhere.example"})
        assert answer.status_code == 409
        assert said in answer.content.decode() or case == "off"
        with pytest.raises(Refused) as error:
            registering.register(session=session, by=at.nobody)
        assert error.value.reasons[0].text == said


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 409),
        ({"name": "N", "email": "not an address"}, 409),
        ({"name": "x" * 300, "email": "n@elsewhere.example"}, 409),
        ({"name": "a\x00b", "email": "n@elsewhere.example"}, 409),
        ({"name": "<script>alert(1)</script>", "email": "n@elsewhere.example"}, 200),
    ],
)
def test_bad_input_is_answered_in_words_and_what_was_typed_stays(at, given, status):
    session = plan(at)
    answer = Client().post(page_of(session), given)
    assert answer.status_code == status
    assert b"<script>alert" not in answer.content
    if status == 409 and given.get("email") == "not an address":
        assert b'value="not an address"' in answer.content


def test_links_of_others_and_made_up_ones_open_nothing(at):
    session, site = plan(at), Client()
    confirmed(session, "first")
    link = last_link("registration_placed")
    token = link.split("/")[2]
    for path in (
        f"/registrations/{token[:-2]}xx/",
        "/registrations/x/",
        f"/enquiries/{token}/",
        f"/registrations/{session.pk.hex}/",
    ):
        assert site.get(path).status_code == 404
        assert site.post(path, {"act": "leave"}).status_code in (404, 405)
    assert states(session) == {"first": "registered"}


def test_reminders_go_out_once_within_the_day_before(at):
    session = plan(at)
    confirmed(session, "first")
    registering.ask(session=session, name="N", email="unsure@elsewhere.example")
    assert reminding.remind_due() == 0
    with clock.at(session.starts_at - dt.timedelta(hours=20)):
        confirmed(session, "late")  # has just been told
        assert (reminding.remind_due(), reminding.remind_due()) == (1, 0)
    later = session.starts_at + dt.timedelta(days=7)
    with clock.at(session.starts_at - dt.timedelta(hours=19)):
        sessions.change(
            session=session, starts_at=later, ends_at=later + dt.timedelta(hours=1), by=at.programme_manager
        )
    with clock.at(later - dt.timedelta(hours=20)):
        assert (reminding.remind_due(), reminding.remind_due()) == (2, 0)
    told = Mail.objects.filter(to="first@elsewhere.example").order_by("created_at", "pk")
    assert [mail.kind for mail in told] == [
        "registration_confirm",
        "registration_placed",
        "session_reminder",
        "session_changed",
        "session_reminder",
    ]
    assert (
        not Mail.objects.filter(to="unsure@elsewhere.example").exclude(kind="registration_confirm").exists()
    )


def test_pages_list_what_comes_and_keep_what_was(at):
    address = reverse("sessions", args=[at.institution.slug])
    empty = Client().get(address).content.decode()
    assert "No session is set at the moment" in empty and "None yet." in empty
    session = plan(at)
    confirmed(session, "first")
    site = Client()
    one = queries_of(site, address)
    for n in range(2):
        plan(at, days=20 + n, title=f"Another {n}")
    assert queries_of(site, address) == one
    with clock.at(session.ends_at + dt.timedelta(days=1)):
        page = site.get(address).content.decode()
    coming, past = page.split("<h2>Past</h2>")
    assert "Another 0" in coming and session.title not in coming and session.title in past
    assert "Sessions and plans" in Client().get("/").content.decode()
    assert session.title in Client().get("/").content.decode()

"""Commands of the desk on a database without the demo."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Institution, Person
from desk.demo import load, timeline
from desk.models import DemoLoad
from journal import clock
from policies.reasons import Refused

NOON = dt.datetime(2027, 3, 3, 12, 0, tzinfo=dt.UTC)


def run(command, *arguments):
    """What a command prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_load_into_a_database_with_a_campus_is_refused(campus):
    campus("model")
    with pytest.raises(Refused):
        load.load()
    assert "the demo is not loaded" in run("load_demo")
    assert not DemoLoad.objects.exists()


def test_without_the_demo_the_first_steps_are_printed(db):
    printed = run("demo_signins")
    assert "createsuperuser" in printed
    assert "create_campus" in printed


@pytest.mark.django_db
def test_stories_are_told_in_the_order_of_their_moments():
    told = []

    def story(name, *days):
        for number in days:
            yield number
            told.append((name, clock.now().date()))

    timeline.replay([story("a", 9, 2), story("b", 5)], NOON)
    day = NOON.date()
    assert told == [
        ("a", day - dt.timedelta(days=9)),
        ("b", day - dt.timedelta(days=5)),
        ("a", day - dt.timedelta(days=2)),
    ]


def test_create_campus_with_its_administrator(db, mailoutbox):
    printed = run("create_campus", "model", "--administrator", "first@campus.example")
    assert "Model University is founded under revision 2026-01." in printed
    person = Person.objects.get(email="first@campus.example")
    assert person.administered().get() == Institution.objects.get(slug="model")


def test_create_campus_under_another_name(db):
    run("create_campus", "model", "--name", "Another University")
    assert Institution.objects.get().slug == "another-university"


def test_create_campus_twice_is_refused(db):
    run("create_campus", "model")
    with pytest.raises(CommandError, match="There is a campus called Model University already"):
        run("create_campus", "model")


def test_create_campus_under_an_unknown_policy_is_refused(db):
    with pytest.raises(CommandError, match="There are: .*model"):
        run("create_campus", "nowhere")


def test_create_campus_with_a_bad_address_founds_nothing(db):
    with pytest.raises(CommandError, match="is not an e-mail address"):
        run("create_campus", "model", "--administrator", "nobody")
    assert not Institution.objects.exists()

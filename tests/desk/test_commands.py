"""Commands of the desk on a database without the demo."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Institution, Person
from desk.demo import load, timeline
from desk.models import DemoLoad
from journal import clock
from policies.loader import packs
from policies.reasons import Refused
from tests.policies.examples import SMALL

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
    assert "  Micro-credential Committee: Academic Affairs (chair), Registrar, Faculty, Students\n" in printed
    assert "  Office of the Provost\n" in printed
    person = Person.objects.get(email="first@campus.example")
    assert person.administered().get() == Institution.objects.get(slug="model")


def test_create_campus_under_another_name(db):
    run("create_campus", "model", "--name", "Another University")
    assert Institution.objects.get().slug == "another-university"


def test_create_campus_without_an_administrator_says_what_comes_next(db):
    assert run("create_campus", "model").endswith(
        "Nobody administers it yet: invite somebody as system operator in the browser.\n"
    )


def test_create_campus_twice_is_refused(db):
    run("create_campus", "model")
    with pytest.raises(CommandError, match="There is a campus called Model University already"):
        run("create_campus", "model")


def test_create_campus_under_an_unknown_policy_is_refused(db):
    with pytest.raises(CommandError) as refused:
        run("create_campus", "nowhere")
    assert (
        str(refused.value) == f"There is no policy called nowhere. There are: {', '.join(sorted(packs()))}."
    )


def test_create_campus_with_a_bad_address_founds_nothing(db):
    with pytest.raises(CommandError, match="is not an e-mail address"):
        run("create_campus", "model", "--administrator", "nobody")
    assert not Institution.objects.exists()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that the environment names, and one beside it that it does not."""
    for name in ("ours", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path / "ours"))
    return tmp_path


def test_create_campus_from_a_file_or_its_short_name(db, folder):
    file = folder / "ours" / "anything.toml"
    file.write_text(SMALL)
    run("create_campus", str(file))
    file.write_text(SMALL.replace('slug = "small"', 'slug = "smaller"'))
    run("create_campus", "smaller")
    assert set(Institution.objects.values_list("slug", flat=True)) == {"small", "smaller"}


def test_create_campus_from_a_file_outside_the_policy_folders_is_refused(db, folder):
    file = folder / "elsewhere" / "small.toml"
    file.write_text(SMALL)
    with pytest.raises(CommandError) as refused:
        run("create_campus", str(file))
    assert str(refused.value) == (
        "small.toml lies outside the policy folders. Put it into a folder, name that folder in "
        "IMPRIMATUR_POLICY_DIR, and start this again: later revisions are looked for there."
    )
    assert not Institution.objects.exists()


def test_create_campus_from_a_file_whose_slug_another_has_is_refused(db, folder):
    for name in ("a.toml", "b.toml"):
        (folder / "ours" / name).write_text(SMALL)
    with pytest.raises(CommandError) as refused:
        run("create_campus", str(folder / "ours" / "b.toml"))
    assert str(refused.value) == f"b.toml: {folder}/ours/a.toml has the slug “small” already."


def test_create_campus_from_a_broken_file_says_what_is_wrong(db, folder):
    file = folder / "ours" / "small.toml"
    file.write_text(SMALL.replace('approver = "Senate"', "approver = 5"))
    said = "small.toml, line 7, policy.approver: must be text in quotation marks"
    with pytest.raises(CommandError) as refused:
        run("create_campus", str(file))
    assert str(refused.value) == said
    with pytest.raises(CommandError) as refused:
        run("create_campus", "small")
    assert str(refused.value).endswith(f"\nThese cannot be used:\n{said}")
    run("create_campus", "model")  # a broken file stops no other


def test_create_campus_from_a_file_that_is_not_there(db, folder):
    with pytest.raises(CommandError, match=r"^none.toml: cannot be read: No such file or directory$"):
        run("create_campus", "none.toml")

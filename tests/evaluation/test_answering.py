"""A survey by its personal link: screens, what was typed, and every link that opens nothing."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import erasing
from accounts.keepers import known_of
from evaluation.actions import mixing
from evaluation.models import Invitation, Response, SurveyLink
from journal import clock
from journal.models import Entry, Mail
from learning.models import Completion
from tests.credentials.support import definition
from tests.evaluation.support import ask, finish, links, page, run_of, state
from tests.evaluation.test_asking import DAY, NOON

ALL = {
    "q_engaging": "4",
    "q_held": "The maps",
    "q_own_part": "My own data",
    "q_worth": "yes",
    "q_why": "It helps",
    "q_value": "5",
    "q_plans": "All of it",
}


@pytest.fixture
def place(campus):
    return campus("montana")


@pytest.fixture
def asked(place):
    """Two learners of one offering, asked on the day they finished."""
    with clock.at(NOON):
        offering = run_of(place, definition(place))
        finish(offering, place, "ann", "bo")
    ask(NOON)
    return links(to="ann@learner.example")[0], links(to="bo@learner.example")[0]


def hidden(answer):
    return dict(re.findall(r'type="hidden" name="(q_[^"]+)" value="([^"]*)"', answer.content.decode()))


def test_reading_writes_nothing(asked):
    with CaptureQueriesContext(connection) as queries:
        assert page(asked[0], at=NOON).status_code == 200
        assert page(asked[0], at=NOON, name="survey_stop").status_code == 200
    written = [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert written == []


def test_screens_keep_what_was_typed_until_it_is_sent_once(asked):
    first = page(asked[0], at=NOON)
    assert "Page 1 of 2" in first.content.decode()
    second = page(
        asked[0], {"screen": "0", "go": "next", "q_held": "<b>Maps</b>", "q_engaging": "4"}, at=NOON
    )
    assert "Page 2 of 2" in second.content.decode()
    assert hidden(second) == {"q_engaging": "4", "q_held": "&lt;b&gt;Maps&lt;/b&gt;"}
    back = page(
        asked[0],
        {"screen": "1", "go": "back", "q_held": "<b>Maps</b>", "q_engaging": "4", "q_plans": "Much"},
        at=NOON,
    )
    assert "&lt;b&gt;Maps&lt;/b&gt;</textarea>" in back.content.decode()
    assert hidden(back) == {"q_plans": "Much"}
    assert Response.objects.count() == 0
    sent = page(asked[0], ALL | {"screen": "1", "go": "send"}, at=NOON)
    assert (sent.status_code, "Thank you" in sent.content.decode()) == (200, True)
    assert Response.objects.get().answers == {
        "engaging": 4, "held": "The maps", "own_part": "My own data", "worth": "yes", "why": "It helps",
        "value": 5, "plans": "All of it",
    }  # fmt: skip
    again = page(asked[0], ALL | {"screen": "1", "go": "send"}, at=NOON)
    assert (again.status_code, "answered with this link already" in again.content.decode()) == (410, True)
    assert page(asked[0], at=NOON).status_code == 410
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Answer at least one question"),
        ({"q_value": "6"}, "Choose one of the answers."),
        ({"q_worth": "perhaps"}, "Choose one of the answers."),
        ({"q_why": "x" * 4001}, "This is longer than 4,000 characters."),
        ({"q_why": "\x00 "}, "Answer at least one question"),
    ],
    ids=["nothing", "beyond the scale", "no such choice", "too long", "nul"],
)
def test_what_cannot_be_an_answer_is_said_and_nothing_is_kept(asked, given, words):
    answer = page(asked[0], given | {"screen": "1", "go": "send"}, at=NOON)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert (Response.objects.count(), state(asked[0])) == (0, "asked")


def test_links_that_open_nothing_say_why(asked, place):
    ann, bo = asked
    assert page("nothing-like-it", at=NOON).status_code == 404
    assert page("nothing-like-it", {"go": "send"}, at=NOON, name="survey_stop").status_code == 404
    assert page(bo, {"go": "send", "q_value": "1", "screen": "99999"}, at=NOON).status_code == 200
    over = page(ann, at=NOON + 61 * DAY)
    assert (over.status_code, "time for this survey is over" in over.content.decode()) == (410, True)
    SurveyLink.objects.filter(invitation__person__email="ann@learner.example").update(revoked_at=NOON)
    taken = page(ann, {"go": "send", "q_value": "1"}, at=NOON)
    assert (taken.status_code, "replaced or taken back" in taken.content.decode()) == (410, True)
    assert Response.objects.count() == 1


def test_a_forwarded_link_is_refused_to_whoever_is_signed_in_as_somebody_else(asked, place):
    site = Client()
    site.force_login(place.learner)
    answer = page(asked[0], ALL | {"go": "send"}, site=site, at=NOON)
    assert (answer.status_code, "sent to somebody else" in answer.content.decode()) == (403, True)
    assert page(asked[0], {"what": "all"}, site=site, at=NOON, name="survey_stop").status_code == 403
    site.force_login(Completion.objects.get(learner__email="ann@learner.example").learner)
    assert page(asked[0], ALL | {"go": "send"}, site=site, at=NOON).status_code == 200


def test_who_answered_is_known_and_never_what(asked):
    """Nothing in one table leads to the other: no key, no time; the record and the mail say nothing of it."""
    entries = Entry.objects.count()
    page(asked[1], ALL | {"go": "send"}, at=NOON + DAY)
    row = Response.objects.get()
    assert (state(asked[0]), state(asked[1])) == ("asked", "answered")
    assert {f.name for f in Response._meta.get_fields()} == {
        "id", "version", "survey", "definition", "offering", "wave", "about", "year", "answers", "joined",
    }  # fmt: skip
    invitation = Invitation.objects.get(person__email="bo@learner.example", state="answered")
    said = {str(getattr(invitation, f.attname)) for f in Invitation._meta.concrete_fields}
    assert str(row.pk) not in said
    assert not any(str(getattr(invitation, name)).startswith("2026-03-02") for name in ("asked_at", "due_at"))
    assert Entry.objects.count() == entries
    assert not Mail.objects.filter(created_at__gt=NOON).exists()


def test_answers_join_the_figures_mixed_with_others_never_alone(place):
    """Five is the policy's smallest group: four answers wait, the fifth lets all join under new ids in another order."""
    with clock.at(NOON):
        finish(run_of(place, definition(place)), place, *"abcdefg")
    ask(NOON)
    tokens = links()
    for n, token in enumerate(tokens[:4]):
        page(token, {"go": "send", "q_plans": str(n)}, at=NOON)
    assert mixing.mix() == 0
    page(tokens[4], {"go": "send", "q_plans": "4"}, at=NOON)
    before = set(Response.objects.values_list("pk", flat=True))
    assert (mixing.mix(), mixing.mix()) == (5, 0)
    after = dict(Response.objects.joined().values_list("pk", "answers__plans"))
    assert sorted(after.values()) == ["0", "1", "2", "3", "4"]
    assert not before & set(after)
    page(tokens[5], {"go": "send", "q_plans": "5"}, at=NOON)
    assert mixing.mix() == 0  # one new answer would tell by its difference
    ask(NOON + 61 * DAY)
    assert (mixing.mix(), Response.objects.joined().count()) == (1, 6)


def test_the_mixed_rows_were_written_by_one_transaction(asked):
    for token in asked:
        page(token, ALL | {"go": "send"}, at=NOON)
    mixing.mix()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM evaluation_response WHERE joined")
        assert cursor.fetchone() == (1,)


def test_learners_see_that_they_were_asked_and_erasing_takes_them_out(asked, place):
    page(asked[0], ALL | {"go": "send"}, at=NOON)
    person = Completion.objects.get(learner__email="ann@learner.example").learner
    told = {one.key: one for one in known_of(person)}["surveys"]
    assert [(row["survey"], row["state"]) for row in told.rows][0] == ("How was it?", "Answered")
    assert "The maps" not in str(told.rows)
    with clock.at(NOON):
        erasing.ask(by=person)
        token = re.search(r"erase/([^/\s]+)/", Mail.objects.get(kind=erasing.KIND).text).group(1)
        erasing.erase(token=token, by=person)
    assert Response.objects.count() == 1
    assert not Invitation.objects.filter(person__email="ann@learner.example").exists()
    assert page(asked[0], at=NOON).status_code == 404

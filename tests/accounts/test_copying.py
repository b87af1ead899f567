"""Rows written by COPY are those that INSERT would have written."""

import datetime as dt
import io

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import copying
from accounts.models import Person
from journal.models import IdempotencyKey, Mail

NOW = dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)
AWKWARD = ["", "\\N", "a\tb\r\nc\\", "\\.", "\\\\t", "null", "漢 🔥 \u2028"]


def rows():
    return [{"key": f"k{number}", "subject": text[:200], "text": text} for number, text in enumerate(AWKWARD)]


def test_any_text_is_stored_as_it_is(db):
    copying.copy(Mail, rows(), kind="k", to="a@b.example", due_at=NOW, created_at=NOW)
    stored = Mail.objects.order_by("key")
    assert [(mail.subject, mail.text) for mail in stored] == [(text, text) for text in AWKWARD]
    assert {(mail.recipient_id, mail.state, mail.tries, mail.due_at) for mail in stored} == {
        (None, "queued", 0, NOW)
    }
    assert len({mail.pk for mail in stored}) == len(AWKWARD)  # a default that is made anew for each


def test_what_the_database_forbids_writes_nothing(db):
    twice = [{"key": "same"}, {"key": "same"}]
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        copying.copy(Mail, twice, kind="k", to="a@b.example", due_at=NOW, created_at=NOW)
    with pytest.raises(IntegrityError, match="mail_state_known"), transaction.atomic():
        copying.copy(Mail, rows(), kind="k", to="a", due_at=NOW, created_at=NOW, state="odd")
    assert not Mail.objects.exists()


def test_nothing_is_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        copying.copy(Mail, [])


def test_json_and_what_is_absent_come_through(db):
    person = Person.objects.create(email="a@b.example", name="Demo learner")
    answers = [{"na\tme\\": ['"', None, 1.5]}, [], None]
    given = ({"key": str(number), "response": answer} for number, answer in enumerate(answers))
    copying.copy(
        IdempotencyKey, given, person_id=person.pk, path="/x/", body_hash="", created_at=NOW, status=None
    )
    stored = IdempotencyKey.objects.order_by("key").values_list("response", "status")
    assert list(stored) == [(answer, None) for answer in answers]


def test_lists_are_written_as_the_database_reads_them(db):
    texts = ['a"b', "\\", "{,}", "", "NULL", "漢\t\n"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE lists (list text[])")
        written = io.StringIO("".join(copying._array(one) + "\n" for one in (texts, [])))
        cursor.copy_expert("COPY lists FROM STDIN", written)
        cursor.execute("SELECT list FROM lists")
        assert cursor.fetchall() == [(texts,), ([],)]

"""The record: chains, seals, and what happens to those who tamper with them. On real PostgreSQL."""

import base64
import datetime as dt
import hashlib
import json
import threading
import uuid
from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, connections, transaction
from django.db.transaction import TransactionManagementError

from journal import clock, keys
from journal.actions import record
from journal.models import DailySeal, Entry, Head
from journal.sealing import seal_today
from journal.tasks import seal_heads
from journal.verification import broken_links
from tests.factories import InstitutionFactory, PersonFactory

SUBJECT = uuid.UUID("00000000-0000-4000-8000-000000000001")
MOMENT = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def university(db):
    return InstitutionFactory()


def write(university, act="submitted", subject=SUBJECT, **facts):
    with transaction.atomic():
        return record.write(
            subject_kind="proposal", subject_id=subject, institution=university, act=act, by=None, **facts
        )


def tampered(sql, *values):
    """What someone with the database's own password could do."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_first_entry_is_the_canonical_text_and_its_hash(university):
    person, other = PersonFactory(), PersonFactory()
    entry = write(university, at=MOMENT, detail={"note": "ä", "on": dt.date(2026, 3, 1), "n": [1, other.pk]})
    # RFC 8785: keys in order, no spaces, non-ASCII as it is.
    expected = (
        '{"act":"submitted","at":"2026-03-01T12:00:00.000000+00:00","by":null,'
        f'"detail":{{"n":[1,"{other.pk}"],"note":"ä","on":"2026-03-01"}},"institution":"{university.pk}",'
        f'"number":1,"on_behalf_of":null,"previous":"","subject_id":"{SUBJECT}","subject_kind":"proposal"}}'
    )
    assert entry.canonical == expected
    assert entry.hash == hashlib.sha256(expected.encode()).hexdigest()
    assert person.name not in entry.canonical


def test_each_entry_holds_the_hash_before_it(university):
    first, second = write(university), write(university, "opened")
    assert (second.number, second.previous) == (2, first.hash)
    assert json.loads(second.canonical)["previous"] == first.hash
    head = Head.objects.get(subject_kind="proposal", subject_id=SUBJECT)
    assert (head.number, head.hash) == (2, second.hash)


def test_subjects_have_chains_of_their_own(university):
    write(university)
    assert write(university, subject=uuid.uuid4()).number == 1
    assert [e.number for e in Entry.objects.about("proposal", SUBJECT)] == [1]


def test_time_is_the_clock_s(university):
    with clock.at(MOMENT):
        assert write(university).at == MOMENT


def test_an_unknown_kind_of_subject_is_refused(university):
    with pytest.raises(ValueError, match="no chain"):
        record.write(subject_kind="planet", subject_id=SUBJECT, institution=university, act="x", by=None)


@pytest.mark.django_db(transaction=True)
def test_writing_outside_a_transaction_is_an_error():
    university = InstitutionFactory()
    with pytest.raises(TransactionManagementError):
        record.write(subject_kind="proposal", subject_id=SUBJECT, institution=university, act="x", by=None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET act = 'other'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "UPDATE journal_dailyseal SET digest = ''",
        "DELETE FROM journal_dailyseal",
        "TRUNCATE journal_dailyseal",
    ],
)
def test_sql_cannot_change_the_record(university, sql):
    write(university)
    seal_today()
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert (Entry.objects.about("proposal", SUBJECT).count(), DailySeal.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_writers_on_one_chain_get_numbers_that_follow():
    university = InstitutionFactory()
    barrier = threading.Barrier(4)

    def writer():
        barrier.wait()
        for _ in range(10):
            write(university)
        connections.close_all()

    writers = [threading.Thread(target=writer) for _ in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert [e.number for e in Entry.objects.about("proposal", SUBJECT)] == list(range(1, 41))
    assert list(broken_links()) == []


def test_verify_record_when_all_is_well(university):
    write(university, detail={"credits": 1.5, "votes": {"approve": 4}})
    seal_today()
    out = StringIO()
    call_command("verify_record", stdout=out)
    # the founding of the campus wrote two entries in the campus's chain
    assert out.getvalue() == "The record is whole: 3 entries in 2 chains, 1 seals.\n"


def found(university):
    """What verify_record says and how it ends."""
    err = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("verify_record", stderr=err)
    assert ended.value.returncode == 1
    return err.getvalue().strip()


def test_verify_record_names_the_first_broken_link(university):
    for act in ("one", "two", "three"):
        write(university, act)
    tampered(
        "UPDATE journal_entry SET canonical = replace(canonical, 'two', 'six') WHERE subject_kind = 'proposal'"
    )
    assert found(university) == f"proposal {SUBJECT}, entry 2: its text and its columns differ."


def test_verify_record_finds_a_changed_column(university):
    write(university)
    tampered("UPDATE journal_entry SET act = 'approved' WHERE subject_kind = 'proposal'")
    assert found(university) == f"proposal {SUBJECT}, entry 1: its text and its columns differ."


def rewrite(entry, **changes):
    """A forger who knows the format: text, hash and columns fit each other again."""
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.canonical = record.canonical_text(entry)
    entry.hash = record.digest(entry.canonical)
    with pgtrigger.ignore():
        entry.save()
    return entry


def test_verify_record_finds_an_entry_forged_with_a_fitting_hash(university):
    first = write(university)
    write(university, "opened")
    rewrite(first, act="approved")
    assert found(university) == f"proposal {SUBJECT}, entry 2: it does not follow the entry before it."


def test_verify_record_finds_a_whole_chain_forged_after_it_was_sealed(university):
    first, second = write(university), write(university, "opened")
    seal_today()
    rewrite(first, act="approved")
    rewrite(second, previous=first.hash)
    Head.objects.filter(subject_id=SUBJECT).update(hash=second.hash)
    assert found(university) == f"proposal {SUBJECT}, entry 2: it is not the entry that was sealed."


def test_verify_record_finds_a_swapped_pair(university):
    for act in ("one", "two", "three"):
        write(university, act)
    tampered(
        "UPDATE journal_entry SET number = 12 - number WHERE subject_kind = 'proposal' AND number IN (1, 2, 3);"
        "UPDATE journal_entry SET number = number - 8 WHERE subject_kind = 'proposal' AND number > 8"
    )
    numbers = [
        (e.number, json.loads(e.canonical)["number"]) for e in Entry.objects.about("proposal", SUBJECT)
    ]
    assert numbers == [(1, 3), (2, 2), (3, 1)]
    assert found(university).startswith(f"proposal {SUBJECT}, entry 1: it does not follow")


def test_verify_record_finds_a_missing_row_in_the_middle(university):
    for act in ("one", "two", "three"):
        write(university, act)
    tampered("DELETE FROM journal_entry WHERE subject_kind = 'proposal' AND number = 2")
    assert found(university) == f"proposal {SUBJECT}, entry 3: entry 2 is missing."


def test_verify_record_finds_a_tail_cut_off(university):
    write(university)
    write(university, "opened")
    tampered("DELETE FROM journal_entry WHERE subject_kind = 'proposal' AND number = 2")
    assert "the chain ends at entry 1, its head says 2" in found(university)


def test_verify_record_finds_a_tail_cut_off_together_with_its_head(university):
    first = write(university)
    write(university, "opened")
    seal_today()
    tampered("DELETE FROM journal_entry WHERE subject_kind = 'proposal' AND number = 2")
    Head.objects.filter(subject_id=SUBJECT).update(number=1, hash=first.hash)
    assert found(university).startswith(f"proposal {SUBJECT}: entry 2 was sealed, but the chain ends at 1.")


def test_verify_record_finds_a_chain_removed_whole(university):
    write(university)
    seal_today()
    tampered("DELETE FROM journal_entry WHERE subject_kind = 'proposal'")
    Head.objects.filter(subject_id=SUBJECT).delete()
    assert "its tail is gone" in found(university).lower()


def test_verify_record_lists_everything_when_asked(university):
    write(university)
    write(university, subject=uuid.uuid4())
    tampered("UPDATE journal_entry SET act = 'x' WHERE subject_kind = 'proposal'")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_record", "--all", stderr=err)
    assert err.getvalue().count("its text and its columns differ") == 2


def test_a_seal_holds_the_heads_that_changed_since_the_last(university):
    other = uuid.uuid4()
    with clock.at(MOMENT):
        write(university)
        write(university, subject=other)
        assert seal_heads() is True
        assert seal_heads() is False
    with clock.at(MOMENT + dt.timedelta(days=1)):
        entry = write(university, "opened")
        assert seal_heads() is True
    first, second = DailySeal.objects.order_by("on")
    assert {row[1] for row in first.heads} >= {str(SUBJECT), str(other)}
    assert second.heads == [["proposal", str(SUBJECT), 2, entry.hash]]
    assert (first.previous, second.previous) == ("", first.digest)
    assert list(broken_links()) == []


def test_a_seal_is_signed_with_the_key_that_lies_in_the_key_folder(university, settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    write(university)
    seal_today()
    seal = DailySeal.objects.get()
    keys.public_key(seal.key_id).verify(base64.b64decode(seal.signature), seal.digest.encode())
    names = sorted(path.name for path in (tmp_path / "record").iterdir())
    assert names == sorted(["current.pem", f"{seal.key_id}.pub.pem"])
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "record").iterdir()} == {0o600}


def test_verify_record_finds_a_seal_by_another_key(university, settings, tmp_path):
    write(university)
    settings.KEYS_DIR = tmp_path / "forger"
    seal_today()
    settings.KEYS_DIR = tmp_path / "own"
    assert "is not in the key folder" in found(university)


def test_verify_record_finds_a_changed_seal(university):
    write(university)
    seal_today()
    tampered('UPDATE journal_dailyseal SET "on" = "on" - 1')
    assert "its heads and its digest differ" in found(university)


def test_seals_verify_after_the_key_was_changed(university, settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    with clock.at(MOMENT):
        write(university)
        seal_today()
    (tmp_path / "record" / "current.pem").unlink()
    with clock.at(MOMENT + dt.timedelta(days=1)):
        seal_today()
    assert len(set(DailySeal.objects.values_list("key_id", flat=True))) == 2
    assert list(broken_links()) == []

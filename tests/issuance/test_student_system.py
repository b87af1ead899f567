"""Batches for the student system: what it is told, once; what it did not take; who may; FIU's record in step with ASA."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from credentials import in_step
from credentials.actions import batches, student_numbers, suspension, transcripts
from credentials.models import Award, Notation, RecordBatch, RecordEntry
from issuance.actions import deliveries
from issuance.forms_batches import BatchForm
from issuance.student_system import COLUMNS
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import award, definition, texts
from tests.issuance.support import with_code
from tests.issuance.test_transcripts import CREDIT, NONCREDIT, awarded, notation_only
from tests.support import site_for

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "student-system.md"


@pytest.fixture
def montana(campus):
    return campus("montana")


@pytest.fixture
def fiu(campus):
    return campus("florida_international")


def made(place, ledger="transcript", by=None):
    return batches.make(institution=place.institution, ledger=ledger, by=by or place.registrar)


def recorded(batch, place, **changes):
    values = {"recorded_on": place.institution.today(), "by": place.registrar}
    return batches.mark_recorded(batch=batch, **(values | changes))


def steps(batch):
    return [(line.number, line.step, line.award_id) for line in batch.lines.order_by("number")]


def file_of(batch, person):
    answer = site_for(person).get(reverse("record_batch_file", args=[batch.pk]))
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


# --- the transcript -----------------------------------------------------------------------------


@pytest.mark.clause("UM-5", "UM-6")
def test_batch_holds_what_bears_credit_and_is_not_noted_and_nothing_twice(montana):
    one, two = awarded(montana, with_code(notation_only(montana), montana), 2)
    free = definition(montana, title="Without credit", answers=NONCREDIT)
    award(free)
    uncoded = award(definition(montana, title="No code yet", badge=False, answers=CREDIT))
    batch = made(montana)
    assert steps(batch) == [(n, "add", key) for n, key in enumerate(sorted_keys(one, two), 1)]
    with pytest.raises(Refused, match="Batch 1 waits"):
        made(montana)
    assert not Award.objects.noted_by(montana.registrar).to_note().exclude(pk=uncoded.pk).exists()
    with pytest.raises(Refused, match="stands in a batch for the student system"):
        transcripts.record_notations(awards=[one], recorded_on=one.awarded_on, by=montana.registrar)
    recorded(batch, montana)
    assert {(n.award_id, n.event_code.code, n.recorded_by) for n in Notation.objects.all()} == {
        (one.pk, "AE-101", montana.registrar),
        (two.pk, "AE-101", montana.registrar),
    }
    with pytest.raises(Refused, match="it is in step"):
        made(montana)
    entries = Entry.objects.filter(subject_kind="campus", act__startswith="student system").order_by("number")
    assert [(entry.act, entry.detail) for entry in entries] == [
        ("student system batch made", {"ledger": "transcript", "batch": 1, "lines": 2}),
        (
            "student system batch recorded",
            {"ledger": "transcript", "batch": 1, "add": 2, "change": 0, "remove": 0, "not_taken": 0},
        ),
    ]


def sorted_keys(*awards):
    return [one.pk for one in sorted(awards, key=lambda one: (one.awarded_at, one.recipient_email))]


@pytest.mark.clause("UM-5")
def test_lines_that_were_not_taken_come_again_and_ended_awards_are_taken_out(montana):
    awards = awarded(montana, with_code(notation_only(montana), montana), 3)
    first = made(montana)
    lost = first.lines.get(number=2).award
    recorded(first, montana, not_taken=[2])
    gone = next(one for one in awards if one.pk != lost.pk)
    deliveries.revoke_award(award=gone, reason="Mistake", by=montana.registrar)
    second = made(montana)
    assert steps(second) == [(1, "add", lost.pk), (2, "remove", gone.pk)]
    assert [row["standing"] for row in file_of(second, montana.registrar)] == ["valid", "revoked"]
    recorded(second, montana)
    noted = Notation.objects.get(award=gone)
    assert (noted.removed_on, noted.removed_by) == (montana.institution.today(), montana.registrar)
    assert in_step.counts(montana.institution, "transcript") == {"add": 0, "remove": 0}


def test_dropped_batch_is_told_again_under_the_next_number(montana):
    awarded(montana, with_code(notation_only(montana), montana))
    first = batches.drop(batch=made(montana), by=montana.registrar)
    assert (first.state, made(montana).number) == ("dropped", 2)
    for act in (lambda: recorded(first, montana), lambda: batches.drop(batch=first, by=montana.registrar)):
        with pytest.raises(Refused, match="dropped already"):
            act()


def test_days_and_lines_that_cannot_be_are_refused_at_their_fields(montana):
    awarded(montana, with_code(notation_only(montana), montana))
    batch, today = made(montana), montana.institution.today()
    for changes, field in (
        ({"recorded_on": today + dt.timedelta(days=1)}, "recorded_on"),
        ({"recorded_on": today - dt.timedelta(days=1)}, "recorded_on"),
        ({"not_taken": [2]}, "not_taken"),
    ):
        with pytest.raises(Refused) as refused:
            recorded(batch, montana, **changes)
        assert [reason.field for reason in refused.value.reasons] == [field]
    assert not Notation.objects.exists()


def test_one_batch_waits_whatever_happens(montana):
    awarded(montana, with_code(notation_only(montana), montana))
    row = made(montana)
    row.pk, row.number, row._state.adding = None, 2, True
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordBatch.objects.bulk_create([row])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("3, 7-9", [3, 7, 8, 9]),
        ("3 - 4; 3", [3, 4]),
        ("9-7", None),
        ("x", None),
        ("1-999999", None),
    ],
)
def test_numbers_of_lines_are_read_as_people_write_them(text, numbers):
    form = BatchForm({"recorded_on": "2026-03-01", "not_taken": text})
    assert (form.cleaned_data["not_taken"] if form.is_valid() else None) == numbers


# --- the file -----------------------------------------------------------------------------------


def test_columns_are_those_of_the_guide():
    rows = [line.split("|")[1:3] for line in GUIDE.read_text().splitlines() if line.startswith("| `")]
    assert [(name.strip(" `"), said.strip()) for name, said in rows] == [(c.name, c.meaning) for c in COLUMNS]


@pytest.mark.clause("UM-5")
def test_file_names_the_learner_the_code_and_its_approval(montana):
    (one,) = awarded(
        montana, with_code(notation_only(montana, facts={"for_credit": True, "credits": 3}), montana)
    )
    numbers = {one.recipient_email.upper(): "790-12"}
    assert (
        student_numbers.set_numbers(institution=montana.institution, numbers=numbers, by=montana.registrar)
        == 1
    )
    (row,) = file_of(made(montana), montana.registrar)
    assert {key: row[key] for key in ("batch", "line", "action", "student_number", "email", "award_id", "replaces")} == {
        "batch": "1", "line": "1", "action": "add", "student_number": "790-12",
        "email": one.recipient_email, "award_id": str(one.pk), "replaces": "",
    }  # fmt: skip
    assert {key: row[key] for key in ("event_code", "event_code_body", "event_code_approved_on", "credits", "for_credit")} == {
        "event_code": "AE-101", "event_code_body": "Academic Standards Committee",
        "event_code_approved_on": "2020-01-15", "credits": "3", "for_credit": "yes",
    }  # fmt: skip


def test_student_numbers_are_refused_line_by_line_and_then_none_is_set(montana):
    one, two = awarded(montana, with_code(notation_only(montana), montana), 2)
    site, page = site_for(montana.registrar), reverse("student_numbers", args=[montana.institution.slug])
    bad = f"email,student id\n{one.recipient_email},77\n{two.recipient_email},77\nnobody@x.example,5\n"
    answer = site.post(page, {"text": bad})
    assert answer.status_code == 409
    assert [doubt.line for doubt in answer.context["doubts"]] == [2, 3, 4]
    assert not montana.institution.student_numbers.exists()
    good = f"email,student id\n{one.recipient_email},77\n{two.recipient_email},78\n"
    assert "2 student numbers are new or different." in texts(site.post(page, {"text": good}, follow=True))
    swapped = {one.recipient_email: "78", two.recipient_email: "77"}
    assert (
        student_numbers.set_numbers(institution=montana.institution, numbers=swapped, by=montana.registrar)
        == 2
    )
    with pytest.raises(Refused, match="Another learner has this number: 77"):
        student_numbers.set_numbers(
            institution=montana.institution, numbers={one.recipient_email: "77"}, by=montana.registrar
        )


# --- the micro-credential record ----------------------------------------------------------------


@pytest.mark.clause("FIU-10", "MU-25")
def test_registrars_record_is_kept_in_step_with_the_awarding_office(fiu):
    one, two = (award(definition(fiu, title=title)) for title in ("Reefs", "Rivers"))
    registrar, asa = fiu.offices["registrar"], fiu.offices["asa"]
    first = made(fiu, "record", registrar)
    assert [step for _, step, _ in steps(first)] == ["add", "add"]
    batches.mark_recorded(batch=first, recorded_on=fiu.institution.today(), by=registrar)
    assert RecordEntry.objects.count() == 2
    suspension.suspend(award=one, reason="Looked into", by=asa)
    deliveries.revoke_award(award=two, reason="Mistake", by=asa)
    assert in_step.counts(fiu.institution, "record") == {"add": 0, "change": 1, "remove": 1}
    second = made(fiu, "record", registrar)
    assert steps(second) == [(1, "change", one.pk), (2, "remove", two.pk)]
    assert [row["standing"] for row in file_of(second, asa)] == ["suspended", "revoked"]
    batches.mark_recorded(batch=second, recorded_on=fiu.institution.today(), by=registrar)
    assert list(
        RecordEntry.objects.order_by("pk").filter(removed_on=None).values_list("award", "suspended")
    ) == [(one.pk, True)]
    suspension.reinstate(award=one, by=asa)
    assert in_step.counts(fiu.institution, "record") == {"add": 0, "change": 1, "remove": 0}
    assert "In the student system since" in texts(
        site_for(asa).get(reverse("learner_record", args=[one.holder_id]))
    )
    with pytest.raises(Refused, match="keeps nothing of this"):
        made(fiu, "transcript", registrar)
    with pytest.raises(PermissionDenied, match="FIU-10"):
        made(fiu, "record", asa)

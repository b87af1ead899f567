"""Batches for the student system by its pages and by the API; who sees them, who may not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.actions import transcripts
from credentials.models import Notation, RecordBatch
from issuance import awarding
from issuance.actions import deliveries, requests
from tests.credentials.support import nothing_written, texts
from tests.issuance.support import learners, with_code
from tests.issuance.test_student_system import made, recorded
from tests.issuance.test_transcripts import awarded, notation_only
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def montana(campus):
    return campus("montana")


@pytest.mark.clause("UM-5")
def test_registrar_makes_downloads_and_marks_a_batch_by_the_pages(montana):
    awarded(montana, with_code(notation_only(montana), montana), 2)
    site, page = site_for(montana.registrar), reverse("student_system")
    assert "2 lines to tell" in texts(site.get(page))
    answer = site.post(page, {"campus": montana.institution.slug, "ledger": "transcript"}, follow=True)
    batch = RecordBatch.objects.get()
    assert answer.request["PATH_INFO"] == reverse("record_batch", args=[batch.pk])
    front = site.get(reverse("admin:index"))
    part = next(p for p in front.context["queue"] if p.title == "Batches for the student system")
    assert [item.title for item in part.items] == ["Transcript notations, batch 1"]
    again = site.post(page, {"campus": montana.institution.slug, "ledger": "transcript"})
    assert (again.status_code, "Batch 1 waits" in texts(again)) == (409, True)
    refused = site.post(answer.request["PATH_INFO"], {"recorded_on": "2020-01-01", "not_taken": "2"})
    assert (refused.status_code, refused.context["form"]["not_taken"].value()) == (409, "2")
    sent = {"recorded_on": montana.institution.today().isoformat(), "not_taken": "2"}
    done = texts(site.post(answer.request["PATH_INFO"], sent, follow=True))
    assert "is marked as recorded" in done
    assert "1 line did not go in." in done
    for state, count in (("", 1), ("off", 0), ("noted", 1)):
        assert len(site.get(reverse("notations"), {"state": state}).context["rows"]) == count


def test_awards_that_ended_are_taken_off_one_by_one_too(montana):
    one, two = awarded(montana, with_code(notation_only(montana), montana), 2)
    transcripts.record_notations(awards=[one, two], recorded_on=one.awarded_on, by=montana.registrar)
    deliveries.revoke_award(award=one, reason="Mistake", by=montana.registrar)
    site, page = site_for(montana.registrar), f"{reverse('notations')}?state=off"
    assert [row["award"] for row in site.get(page).context["rows"]] == [one.pk]
    sent = {"awards": [str(two.pk)], "recorded_on": one.awarded_on.isoformat()}
    assert "There is no notation to take off" in texts(site.post(page, sent))
    answer = site.post(page, sent | {"awards": [str(one.pk)]}, follow=True)
    assert "1 notation is marked as taken off." in texts(answer)
    assert Notation.objects.get(award=one).removed_on == one.awarded_on


def test_others_neither_see_nor_touch_a_batch(montana):
    awarded(montana, with_code(notation_only(montana), montana))
    batch = made(montana)
    paths = [reverse("record_batch", args=[batch.pk]), reverse("record_batch_file", args=[batch.pk])]
    sent = {"recorded_on": montana.institution.today().isoformat()}
    for person in (montana.stranger, montana.issuer, montana.administrator):
        site = site_for(person)
        assert {site.get(path).status_code for path in paths} <= {403, 404}
        assert site.post(paths[0], sent).status_code in (403, 404)
        answer = site.post(
            reverse("student_system"), {"campus": montana.institution.slug, "ledger": "transcript"}
        )
        assert answer.status_code in (403, 404)
    reader = site_for(montana.offices["um_online"])
    assert reader.get(paths[0]).status_code == 200
    assert reader.post(paths[0], sent).status_code == 403
    assert reader.get(reverse("student_numbers", args=[montana.institution.slug])).status_code == 404
    assert RecordBatch.objects.get().waits


def test_pages_write_nothing_and_take_the_same_queries(montana):
    coded, taken = with_code(notation_only(montana), montana), []
    site = site_for(montana.registrar)
    for start, size in ((1, 1), (2, 2)):
        request = requests.submit(
            definition=coded, lines=learners(coded, size, start=start), by=montana.issuer
        )
        requests.approve(request=request, by=montana.registrar)
        awarding.run(request.job.pk)
        batch = made(montana)
        for path in (reverse("record_batch", args=[batch.pk]), reverse("record_batch_file", args=[batch.pk])):
            site.get(path)
            with CaptureQueriesContext(connection) as queries, nothing_written():
                assert site.get(path).status_code == 200
            taken.append(len(queries))
        recorded(batch, montana)
    assert taken[:2] == taken[2:]


def test_batches_by_the_api(montana):
    awarded(montana, with_code(notation_only(montana), montana), 2)
    api, slug = api_for(montana.registrar), montana.institution.slug
    assert api.get("/api/v1/record-batches/pending/").json() == [
        {"campus": slug, "ledger": "transcript", "add": 2, "change": 0, "remove": 0}
    ]
    body = {"campus": slug, "ledger": "transcript"}
    batch = api.post("/api/v1/record-batches/", body, format="json").json()
    assert (batch["number"], batch["state"]) == (1, "waiting")
    assert api.post("/api/v1/record-batches/", body, format="json").status_code == 409
    lines = api.get(f"/api/v1/record-batches/{batch['id']}/lines/").json()
    assert [(line["line"], line["action"], line["event_code"]) for line in lines["results"]] == [
        (1, "add", "AE-101"),
        (2, "add", "AE-101"),
    ]
    sent = {"recorded_on": montana.institution.today().isoformat(), "not_taken": [1]}
    assert (
        api_for(montana.stranger)
        .post(f"/api/v1/record-batches/{batch['id']}/recorded/", sent, format="json")
        .status_code
        == 404
    )
    assert (
        api.post(f"/api/v1/record-batches/{batch['id']}/recorded/", sent, format="json").json()["state"]
        == "recorded"
    )
    assert api.post(f"/api/v1/record-batches/{batch['id']}/drop/").status_code == 409
    numbers = {"campus": slug, "learners": [{"email": "nobody@x.example", "student_number": "1"}]}
    assert api.post("/api/v1/student-numbers/", numbers, format="json").status_code == 409

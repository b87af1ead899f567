"""The learners' micro-credential records: who keeps them, searched, one person's whole, as a file."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award
from issuance import awarding
from issuance.actions import deliveries, requests
from journal import clock
from tests.credentials.support import nothing_written, texts
from tests.issuance.support import awarded, credential, learners
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def fiu(campus):
    """Two badges of three learners, released by the office; one is revoked."""
    place = campus("florida_international")
    asa = place.offices["asa"]
    for title in ("Data Literacy", "Reef repair"):
        definition = credential(place, facts={"title": title})
        request = requests.submit(definition=definition, lines=learners(definition, 3), by=place.issuer)
        requests.approve(request=request, by=asa)
        awarding.run(request.job.pk)
    revoked = Award.objects.filter(version__title="Reef repair").order_by("recipient_email").first()
    deliveries.revoke_award(award=revoked, reason="Not the learner's own work", by=asa)
    place.revoked = revoked
    return place


@pytest.mark.clause("FIU-10")
def test_registrar_keeps_the_record_in_step_with_the_awarding_office(fiu):
    for person in (fiu.registrar, fiu.offices["asa"]):
        page = site_for(person).get(reverse("records"))
        assert page.status_code == 200
        assert {row["award"] for row in page.context["rows"]} == set(
            Award.objects.values_list("pk", flat=True)
        )
        assert len(page.context["rows"]) == 6


@pytest.mark.clause("FIU-10")
def test_record_of_one_learner_holds_what_was_revoked_too(fiu):
    site, learner = site_for(fiu.registrar), fiu.revoked.holder
    page = site.get(reverse("learner_record", args=[learner.pk]))
    assert {(row["title"], row["status"], row["reason"]) for row in page.context["rows"]} == {
        ("Reef repair", "revoked", "Not the learner's own work"),
        ("Data Literacy", "valid", ""),
    }
    words = texts(page)
    assert "2 awards, 1 in force." in words
    assert "Never noted" in words


@pytest.mark.clause("FIU-10")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("learner2", 2),
        ("LEARNER2@learners.example reef", 1),
        ("data", 3),
        ("Test learner 3", 2),
        ("nobody", 0),
        ("", 6),
        ("%", 0),
    ],
)
def test_records_are_searched_by_name_address_and_title(fiu, words, found):
    page = site_for(fiu.registrar).get(reverse("records"), {"q": words})
    assert page.context["page"].paginator.count == found
    assert api_for(fiu.registrar).get("/api/v1/records/", {"q": words}).json()["count"] == found


def test_records_lead_to_what_runs_out_soon(fiu):
    today = clock.today()
    rows = list(Award.objects.live().order_by("pk"))
    days = {rows[0]: 90, rows[1]: 0, rows[2]: 91, fiu.revoked: 10}
    for row, left in days.items():
        Award.objects.filter(pk=row.pk).update(expires_on=today + dt.timedelta(days=left))
    site, address = site_for(fiu.registrar), f"{reverse('records')}?ends=soon"
    page = site.get(reverse("records"))
    assert "2 run out within the next 90 days" in texts(page)
    assert 'href="/admin/records/?ends=soon"' in page.content.decode()
    assert [row["award"] for row in site.get(address).context["rows"]] == [rows[1].pk, rows[0].pk]
    assert 'name="ends" value="soon"' in site.get(address).content.decode()
    chosen = {"act": "revoke", "everything": "1", "q": "", "ends": "soon"}
    office = site_for(fiu.programme_manager)
    listed = office.post(reverse("bulk_selection"), chosen).context["form"].initial["text"]
    assert [str(row.pk) in listed for row in rows[:3]] == [True, True, False]
    Award.objects.update(expires_on=None)
    assert "Nothing runs out" in texts(site.get(address))
    assert "within the next 90 days" not in texts(site.get(reverse("records")))


@pytest.mark.clause("FIU-10")
def test_record_as_a_file_cannot_compute(fiu):
    Award.objects.filter(pk=fiu.revoked.pk).update(recipient_name="+cmd|' /C calc'!A0")
    site = site_for(fiu.registrar)
    whole = list(csv.DictReader(io.StringIO(site.get(reverse("records_file")).content.decode())))
    assert len(whole) == 6
    assert "'+cmd|' /C calc'!A0" in {row["Name"] for row in whole}
    one = site.get(reverse("learner_record", args=[fiu.revoked.holder_id]), {"as": "csv"})
    rows = list(csv.DictReader(io.StringIO(one.content.decode())))
    assert sorted((row["Credential"], row["Status"], row["Badge"], row["Notation"]) for row in rows) == [
        ("Data Literacy", "valid", "yes", "no"),
        ("Reef repair", "revoked", "yes", "no"),
    ]
    assert "learner" not in one.headers["Content-Disposition"].replace(str(fiu.revoked.holder_id), "")


@pytest.mark.clause("FIU-10")
@pytest.mark.parametrize(
    ("who", "status"),
    [("issuer", 403), ("programme_manager", 403), ("proposer", 403), ("assessor", 403), ("learner", 403), ("stranger", 403)],
)  # fmt: skip
def test_nobody_else_looks_into_the_records(fiu, who, status):
    person = getattr(fiu, who)
    for name in ("records", "records_file"):
        assert site_for(person).get(reverse(name)).status_code == status
    own = reverse("learner_record", args=[fiu.revoked.holder_id])
    assert site_for(person).get(own).status_code == status
    assert api_for(person).get("/api/v1/records/").status_code == status


def test_another_campus_keeps_its_own_records_alone(fiu, campus):
    other = campus("montana")
    page = site_for(other.registrar).get(reverse("records"))
    assert list(page.context["rows"]) == []
    assert "No awards yet" in texts(page)
    assert (
        site_for(other.registrar).get(reverse("learner_record", args=[fiu.revoked.holder_id])).status_code
        == 404
    )


def test_api_gives_one_persons_record(fiu):
    api = api_for(fiu.registrar)
    answer = api.get(f"/api/v1/records/?person={fiu.revoked.holder_id}").json()
    assert sorted(row["status"] for row in answer["results"]) == ["revoked", "valid"]
    assert api.get("/api/v1/records/?person=rubbish").status_code == 400


def test_pages_of_records_write_nothing_and_take_the_same_queries(campus):
    place, taken = campus("cu_boulder"), []
    site = site_for(place.registrar)
    for count in (1, 3):
        request = awarded(place, count)
        holder = Award.objects.filter(request_id=request.pk).first().holder_id
        addresses = [reverse("records"), reverse("learner_record", args=[holder]), reverse("records_file")]
        numbers = []
        for address in addresses:
            site.get(address)
            with CaptureQueriesContext(connection) as queries, nothing_written():
                assert site.get(address).status_code == 200
            numbers.append(len(queries))
        taken.append(numbers)
    assert taken[0] == taken[1]

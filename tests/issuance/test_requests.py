"""A request's life by its actions and by the API."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issuance import awarding
from issuance.actions import requests
from issuance.checking import decisions
from issuance.models import IssuanceRequest, Job
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from tests.issuance.support import approved, credential, learners, submitted
from tests.support import api_for

LIST = "name,email\nTest learner 1,learner1@learners.example\nTest learner 2,learner2@learners.example\n"


def acts(request):
    return list(Entry.objects.about("request", request.pk).values_list("act", flat=True))


def post(person, path, data=None, **extra):
    return api_for(person).post(f"/api/v1/{path}", data or {}, **extra)


@pytest.mark.django_db
def test_request_tells_the_office_by_notice_and_mail(campus):
    place = campus("cu_boulder")
    request = submitted(place, 2)
    notice = Notice.objects.get(person=place.registrar, kind="request_waits")
    assert notice.text == "A badge issuance request waits for your office: Data Literacy, 2 recipients."
    assert notice.path == f"/admin/requests/{request.pk}/"
    mail = Mail.objects.get(kind="request_waits")
    assert mail.to == place.registrar.email
    assert f"/admin/requests/{request.pk}/" in mail.text
    assert "to 2 people" in mail.text


@pytest.mark.django_db
def test_request_sent_back_tells_the_requester_by_a_link(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    requests.send_back(request=request, by=place.registrar, note=" Please use “full” names & dates. ")
    mail = Mail.objects.get(kind="request_returned")
    assert mail.to == place.issuer.email
    assert f"/issuance/{request.pk}/" in mail.text
    assert "full" not in mail.text  # what was said stands behind the link
    assert acts(request) == ["submitted", "sent back"]


@pytest.mark.django_db
def test_record_names_learners_by_id_only(campus):
    request = approved(campus("cu_boulder"), 2)
    awarding.run(request.job.pk)
    text = "".join(Entry.objects.about("request", request.pk).values_list("canonical", flat=True))
    assert "learners.example" not in text
    assert "Test learner" not in text


@pytest.mark.django_db
def test_json_request_is_filed(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    line = learners(definition, 1)[0]
    body = {"definition": str(definition.pk), "recipients": [{"name": line.name, "email": line.email}]}
    answer = post(place.issuer, "issuance-requests/", body)
    assert answer.status_code == 201
    assert answer.json() | {"id": "", "created_at": "", "submitted_at": "", "looked_at": ""} == {
        "id": "",
        "definition": str(definition.pk),
        "certifier": "registrar",
        "state": "submitted",
        "requested_by": place.issuer.email,
        "created_at": "",
        "submitted_at": "",
        "looked_at": "",
        "due_on": None,
        "parted_from": None,
        "decided_at": None,
        "note": "",
        "recipients": 1,
    }


@pytest.mark.django_db
def test_json_request_with_bad_recipients_names_each(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 1)
    recipients = [
        {"name": "Test learner 1", "email": "learner1@learners.example"},
        {"name": "", "email": ""},
        {"name": "X", "email": "unknown@learners.example"},
    ]
    answer = post(
        place.issuer, "issuance-requests/", {"definition": str(definition.pk), "recipients": recipients}
    )
    assert answer.status_code == 409
    assert [(r["field"], r["clause"]) for r in answer.json()["reasons"]] == [
        ("recipients.2.name", "CUB-12"),
        ("recipients.2.email", "CUB-12"),
        ("recipients.3.email", "CUB-18"),
    ]
    assert not IssuanceRequest.objects.exists()


@pytest.mark.django_db
def test_csv_request_is_filed(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 2)
    path = f"/api/v1/issuance-requests/?definition={definition.pk}"
    answer = api_for(place.issuer).post(path, LIST.encode("utf-16"), content_type="text/csv")
    assert answer.status_code == 201
    assert answer.json()["recipients"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path, data, status",
    [
        ("issuance-requests/?definition=rubbish", LIST, 400),
        ("issuance-requests/?definition=00000000-0000-4000-8000-000000000000", LIST, 404),
        ("issuance-requests/", LIST, 400),
        ("issuance-requests/?definition={}", "name\nX\n", 409),
        ("issuance-requests/?definition={}", "", 409),
    ],
)
def test_csv_request_with_something_wrong_is_refused(campus, path, data, status):
    place = campus("cu_boulder")
    definition = credential(place)
    answer = api_for(place.issuer).post(
        f"/api/v1/{path.format(definition.pk)}", data.encode(), content_type="text/csv"
    )
    assert answer.status_code == status
    assert answer.json()["reasons"] or status == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who, status", [("proposer", 403), ("registrar", 403), ("learner", 403), ("stranger", 403)]
)
def test_request_by_anyone_else_is_refused(campus, who, status):
    place = campus("cu_boulder")
    definition = credential(place)
    line = learners(definition, 1)[0]
    body = {"definition": str(definition.pk), "recipients": [{"name": line.name, "email": line.email}]}
    answer = post(getattr(place, who), "issuance-requests/", body)
    assert answer.status_code == status
    assert "requested by the issuer of" in answer.json()["detail"]


@pytest.mark.clause("CUB-11")
@pytest.mark.django_db
def test_request_by_an_untrained_issuer_is_refused_with_the_clause(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    line = learners(definition, 1)[0]
    body = {"definition": str(definition.pk), "recipients": [{"name": line.name, "email": line.email}]}
    answer = post(place.untrained_issuer, "issuance-requests/", body)
    assert answer.status_code == 409
    assert [r["clause"] for r in answer.json()["reasons"]] == ["CUB-11"]


@pytest.mark.django_db
def test_release_and_return_over_the_api(campus):
    place = campus("cu_boulder")
    first, second = submitted(place, 1), submitted(place, 1)
    answer = post(place.registrar, f"issuance-requests/{first.pk}/approve/", {"note": "Good."})
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert post(place.registrar, f"issuance-requests/{first.pk}/approve/").status_code == 409
    assert post(place.registrar, f"issuance-requests/{second.pk}/return/").status_code == 409
    answer = post(place.registrar, f"issuance-requests/{second.pk}/return/", {"note": "No."})
    assert (answer.status_code, answer.json()["state"]) == (200, "returned")
    for who, status in ((place.issuer, 403), (place.programme_manager, 403), (place.stranger, 404)):
        assert post(who, f"issuance-requests/{first.pk}/approve/").status_code == status


@pytest.mark.django_db
def test_lists_over_the_api_show_what_one_may_see(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    for who, query, ids in (
        (place.issuer, "", [str(request.pk)]),
        (place.issuer, "?waiting=me", []),
        (place.registrar, "?waiting=me", [str(request.pk)]),
        (place.untrained_issuer, "", []),
        (place.stranger, "", []),
    ):
        found = api_for(who).get(f"/api/v1/issuance-requests/{query}").json()
        assert [row["id"] for row in found["results"]] == ids
        assert found["count"] == len(ids)


@pytest.mark.django_db
def test_list_over_the_api_takes_the_same_queries_for_one_and_three(campus):
    place, taken = campus("cu_boulder"), []
    for count in (1, 2):
        for _ in range(count):
            submitted(place, 2)
        with CaptureQueriesContext(connection) as queries:
            api_for(place.registrar).get("/api/v1/issuance-requests/")
        taken.append(len(queries))
    assert taken[0] == taken[1]


@pytest.mark.django_db
def test_approving_takes_the_same_queries_for_3_and_1000_recipients(campus):
    place, taken = campus("cu_boulder"), []
    for count in (3, 1_000):
        request = submitted(place, count)
        with CaptureQueriesContext(connection) as queries:
            answer = post(place.registrar, f"issuance-requests/{request.pk}/approve/")
        assert answer.status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]


@pytest.mark.django_db(transaction=True)
def test_approving_with_redis_away_works_and_the_job_is_found_later(campus, redis_away):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    started = time.monotonic()
    answer = post(place.registrar, f"issuance-requests/{request.pk}/approve/")
    assert answer.status_code == 200
    assert time.monotonic() - started < 20  # two time-outs of a second, and a slow machine
    assert awarding.open_jobs() == [Job.objects.get(request=request).pk]


@pytest.mark.django_db(transaction=True)
def test_request_is_refused_after_it_was_decided_by_somebody_faster(campus):
    place = campus("cu_boulder")
    stale = submitted(place, 1)
    requests.send_back(request=stale, by=place.registrar, note="No.")
    stale.state = "submitted"  # what the slower one still sees
    with pytest.raises(Refused) as caught:
        requests.approve(request=stale, by=place.registrar)
    assert caught.value.reasons[0].text == "This request is not waiting: sent back."
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_request_taken_back_can_be_filed_anew(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    request = submitted(place, 1, definition)
    requests.cancel(request=request, by=place.issuer)
    with pytest.raises(Refused):
        requests.cancel(request=request, by=place.issuer)
    again = requests.submit(definition=definition, lines=decisions.lines_of(request), by=place.issuer)
    assert again.state == "submitted"
    assert acts(request) == ["submitted", "cancelled"]

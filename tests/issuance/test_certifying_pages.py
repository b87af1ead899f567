"""The certifier's pages: the queue, what to check, release, send back, progress, revocation."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Delegation
from credentials.models import Award
from issuance.actions import requests
from issuance.checking import decisions
from issuance.models import Delivery, Job
from learning.models import Completion
from tests.issuance.support import awarded, credential, learners, submitted
from tests.support import site_for

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().split())


def url(name, thing):
    return reverse(name, args=[thing.pk])


def seen(request):
    return {"seen": request.submitted_at.isoformat()}


def test_queue_shows_what_waits_for_my_office(campus):
    place = campus("cu_boulder")
    request = submitted(place, 2)
    page = text(site_for(place.registrar).get(reverse("requests_queue")))
    assert url("request_check", request) in page
    assert "Your office" in page


def test_queue_of_nothing_says_what_will_appear(campus):
    place = campus("cu_boulder")
    for who in (place.registrar, place.proposer):
        assert "Nothing here" in text(site_for(who).get(reverse("requests_queue")))


def test_queue_is_not_for_people_outside_the_dashboard(campus):
    place = campus("cu_boulder")
    for who in (place.nobody, place.learner):
        assert site_for(who).get(reverse("requests_queue")).status_code == 403


def test_queue_takes_the_same_queries_for_one_and_three(campus):
    place, taken = campus("cu_boulder"), []
    client = site_for(place.registrar)
    for count in (1, 2):
        for _ in range(count):
            submitted(place, 1)
        client.get(reverse("requests_queue"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("requests_queue"))
        taken.append(len(queries))
    assert taken[0] == taken[1]


@pytest.mark.parametrize(
    "who, status",
    [
        ("registrar", 200),
        ("issuer", 200),
        ("programme_manager", 200),
        ("administrator", 200),
        ("untrained_issuer", 404),
        ("supervisor", 404),
        ("stranger", 404),
        ("nobody", 403),
        ("learner", 403),
    ],
)
def test_check_page_for_each_role_and_campus(campus, who, status):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    assert site_for(getattr(place, who)).get(url("request_check", request)).status_code == status


@pytest.mark.clause("CUB-13")
@pytest.mark.parametrize("who", ["issuer", "programme_manager", "administrator"])
@pytest.mark.parametrize("name", ["request_release", "request_return"])
def test_only_the_certifying_office_decides(campus, who, name):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    client = site_for(getattr(place, who))
    assert "Release …" not in text(client.get(url("request_check", request)))
    assert client.get(url(name, request)).status_code == 403
    assert client.post(url(name, request), {**seen(request), "note": "No."}).status_code == 403
    request.refresh_from_db()
    assert request.state == "submitted"


def test_check_page_says_clause_by_clause_what_is_met(campus):
    place = campus("cu_boulder")
    page = text(site_for(place.registrar).get(url("request_check", submitted(place, 2))))
    assert "4 of 4 met" in page
    for clause in ("CUB-10", "CUB-11", "CUB-12", "CUB-18"):
        assert clause in page
    assert "Release …" in page


def test_line_whose_completion_was_withdrawn_comes_first_and_blocks(campus):
    place = campus("cu_boulder")
    request = submitted(place, 3)
    Completion.objects.filter(learner__email="learner3@learners.example").update(
        withdrawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    client = site_for(place.registrar)
    assert "Cannot be awarded" in text(
        client.get(url("request_check", request))
    )  # a shown line is looked at anew
    assert client.post(url("request_look", request)).status_code == 302
    answer = client.get(url("request_check", request))
    page = text(answer)
    assert [row["line"].email for row in answer.context["rows"]][0] == "learner3@learners.example"
    assert "Not so in 1 line." in page
    assert "One line cannot be awarded as it stands" in page
    assert "Release …" not in page


def test_unusual_lines_come_before_usual_ones_and_do_not_block(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    lines = learners(definition, 3)
    Completion.objects.filter(learner__email="learner2@learners.example").update(
        evidence="", learner_name="X Y"
    )
    request = requests.submit(definition=definition, lines=lines, by=place.issuer)
    answer = site_for(place.registrar).get(url("request_check", request))
    first = answer.context["rows"][0]
    assert first["line"].email == "learner2@learners.example"
    assert first["hints"] == [
        "The completion was recorded for “X Y”.",
        "Neither the completion nor this line gives any evidence.",
    ]
    assert "1 of 3 lines with something to look at" in text(answer)
    assert "Release …" in text(answer)


def test_release_says_first_what_will_happen_and_then_leaves_a_job(campus):
    place = campus("cu_boulder")
    request = submitted(place, 3)
    client = site_for(place.registrar)
    page = text(client.get(url("request_release", request)))
    assert "Release 3 awards" in page
    assert "Each badge is sent to Credly." in page
    assert "What cannot be undone" in page
    answer = client.post(url("request_release", request), {**seen(request), "note": "Checked."})
    assert answer.url == url("request_check", request)
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.note) == ("approved", place.registrar, "Checked.")
    assert Job.objects.filter(request=request).exists()


def test_release_twice_is_refused_and_done_once(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    client = site_for(place.registrar)
    assert client.post(url("request_release", request), seen(request)).status_code == 302
    again = client.post(url("request_release", request), seen(request))
    assert again.status_code == 409
    assert "This request is not waiting" in text(again)
    assert Job.objects.count() == 1


def test_release_of_a_page_drawn_before_the_list_was_changed_is_refused(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    old = seen(request)
    requests.send_back(request=request, by=place.registrar, note="Again, please.")
    requests.resubmit(request=request, lines=decisions.lines_of(request), by=place.issuer)
    answer = site_for(place.registrar).post(url("request_release", request), old)
    assert answer.status_code == 409
    assert "filed again after you opened this page" in text(answer)


@pytest.mark.parametrize("value", ["rubbish", "2026-99-99T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_release_with_a_tampered_moment_is_refused(campus, value):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    answer = site_for(place.registrar).post(url("request_release", request), {"seen": value})
    assert answer.status_code == 409


def test_return_needs_a_note_and_keeps_the_page(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    client = site_for(place.registrar)
    empty = client.post(url("request_return", request), {**seen(request), "note": "  "})
    assert empty.status_code == 409
    assert "Say what the requester should change." in text(empty)
    client.post(url("request_return", request), {**seen(request), "note": "Use full names."})
    request.refresh_from_db()
    assert (request.state, request.note) == ("returned", "Use full names.")


def test_certifier_releases_neither_own_request_nor_own_award(campus):
    place = campus("montana")  # a programme director may request; here the same person is of the office
    definition = credential(place)
    lines = learners(definition, 1)
    office = place.offices["um_online"]
    office.grants.create(
        institution=place.institution, unit=place.unit, role="issuer", starts_on=dt.date(2020, 1, 1)
    )
    request = requests.submit(definition=definition, lines=lines, by=office)
    page = text(site_for(office).get(url("request_check", request)))
    assert "You made this request" in page
    assert site_for(office).post(url("request_release", request), seen(request)).status_code == 409


def test_designee_of_the_registrar_releases_on_their_behalf(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    grant = place.registrar.grants.get()
    Delegation.objects.create(
        grant=grant, principal=place.registrar, delegate=place.nobody, starts_on=dt.date(2020, 1, 1)
    )
    client = site_for(place.nobody)
    assert "Your office" in text(client.get(reverse("requests_queue")))
    client.post(url("request_release", request), seen(request))
    request.refresh_from_db()
    assert (request.decided_by, request.on_behalf_of) == (place.nobody, place.registrar)


@pytest.mark.clause("UM-2")
@pytest.mark.parametrize(
    "credit, office", [("credit", "registrar"), ("combination", "registrar"), ("noncredit", "um_online")]
)
def test_montana_certifies_by_credit(campus, credit, office):
    place = campus("montana")
    request = submitted(place, 1, credential(place, answers={"offering": {"credit": credit}}))
    assert request.certifier == office
    other = {"registrar": "um_online", "um_online": "registrar"}[office]
    assert site_for(place.offices[office]).get(url("request_check", request)).status_code == 200
    assert site_for(place.offices[other]).get(url("request_check", request)).status_code == 404


def test_check_page_takes_the_same_queries_for_one_and_three_lines(campus):
    place, taken = campus("cu_boulder"), []
    client = site_for(place.registrar)
    for count in (1, 3):
        request = submitted(place, count)
        client.get(url("request_check", request))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("request_check", request))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_batch_shows_counts_and_only_what_needs_a_person(campus):
    place = campus("cu_boulder")
    request = awarded(place, 4)
    first, second, third, _ = request.deliveries.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(state="delivered")
    Delivery.objects.filter(pk__in=[second.pk, third.pk]).update(state="needs_person", cause="template")
    page = text(site_for(place.registrar).get(url("request_check", request)))
    assert "1 of 4" in page
    assert "2 need a person" in page
    assert "2: the badge template or group cannot be used." in page
    assert f"{reverse('deliveries_failed')}?cause=template&amp;request={request.pk}" in page


def test_award_is_revoked_after_a_page_that_says_what_follows(campus):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    request.deliveries.update(state="delivered", remote_id="badge-1")
    award = Award.objects.get(request_id=request.pk)
    client = site_for(place.registrar)
    page = text(client.get(url("award_revoke", award)))
    assert "It is withdrawn at Credly." in page
    assert client.post(url("award_revoke", award), {"reason": " "}).status_code == 409
    assert client.post(url("award_revoke", award), {"reason": "The wrong person."}).status_code == 302
    award.refresh_from_db()
    assert award.revocation_reason == "The wrong person."
    assert Delivery.objects.get(award=award, act="revoke").remote_id == "badge-1"
    assert client.get(url("award_revoke", award)).status_code == 409


@pytest.mark.parametrize(
    "who, status", [("programme_manager", 200), ("issuer", 403), ("supervisor", 404), ("stranger", 404)]
)
def test_revocation_for_each_role_and_campus(campus, who, status):
    place = campus("cu_boulder")
    award = Award.objects.get(request_id=awarded(place, 1).pk)
    assert site_for(getattr(place, who)).get(url("award_revoke", award)).status_code == status

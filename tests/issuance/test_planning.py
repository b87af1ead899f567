"""A release for a day, what has not left is stopped, several lists side by side."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award, Standing
from issuance import awarding
from issuance.actions import marking, planning, requests
from issuance.actions.marking import Mark
from issuance.models import Delivery, Job, RequestLine
from journal import clock
from journal.models import Entry
from learning.models import Completion
from policies.reasons import Refused
from tests.issuance.support import approved, awarded, credential, learners, submitted
from tests.support import site_for

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().split())


def url(name, thing):
    return reverse(name, args=[thing.pk])


def numbers(request):
    return list(request.lines.order_by("number").values_list("number", flat=True))


def acts(request):
    rows = Entry.objects.filter(subject_kind="request", subject_id=request.pk).order_by("number")
    return list(rows.values_list("act", flat=True))


def withdraw(*emails):
    Completion.objects.filter(learner__email__in=emails).update(withdrawn_at=clock.now())


def words(error):
    return " ".join(reason.text for reason in error.value.reasons)


def test_release_for_a_day_waits_for_it(campus):
    place = campus("cu_boulder")
    day = place.institution.today() + dt.timedelta(days=3)
    request, client = submitted(place, 2), site_for(place.registrar)
    past = {"seen": "", "due_on": str(day - dt.timedelta(days=9))}
    assert client.post(url("request_release", request), past).status_code == 409
    client.post(url("request_release", request), {"seen": "", "due_on": str(day)})
    job = Job.objects.get(request=request)
    assert (job.request.state, job.request.due_on) == ("approved", day)
    assert (awarding.open_jobs(), awarding.run(job.pk)) == ([], 0)
    page = text(client.get(url("request_check", request)))
    assert f"The badges are made and sent on {day:%-d %B %Y}" in page
    with clock.at(job.due_at - dt.timedelta(minutes=1)):
        assert awarding.open_jobs() == []
    with clock.at(job.due_at + dt.timedelta(minutes=1)):
        assert awarding.open_jobs() == [job.pk]


def test_day_is_changed_and_release_taken_back_before_it(campus):
    place = campus("cu_boulder")
    day = place.institution.today() + dt.timedelta(days=3)
    request, client = submitted(place, 2), site_for(place.registrar)
    requests.approve(request=request, by=place.registrar, due_on=day)
    assert "Change the day …" in text(client.get(url("request_check", request)))
    client.post(url("request_recall", request), {"reason": "The list is not complete."})
    request.refresh_from_db()
    assert (request.state, request.due_on, Job.objects.exists()) == ("submitted", None, False)
    requests.approve(request=request, by=place.registrar, due_on=day)
    client.post(url("request_day", request), {"due_on": ""})
    assert awarding.run(Job.objects.get(request=request).pk) == 2
    assert client.post(url("request_day", request), {"due_on": str(day)}).status_code == 409
    assert acts(request) == [
        "submitted", "approved", "release taken back", "approved", "day changed", "awarded",
    ]  # fmt: skip


def test_day_after_the_pilot_is_refused(campus):
    place = campus("cu_boulder")
    last = place.institution.today() + dt.timedelta(days=5)
    request = submitted(place, 1, standing=Standing.PILOT, until=last)
    with pytest.raises(Refused) as error:
        requests.approve(request=request, by=place.registrar, due_on=last + dt.timedelta(days=1))
    assert f"until {last:%-d %B %Y}" in words(error)
    requests.approve(request=request, by=place.registrar, due_on=last)


def test_stop_hits_what_has_not_left_and_nothing_else(campus):
    place = campus("cu_boulder")
    request = awarded(place, 4)
    gone, unclear, *_ = Delivery.objects.filter(request=request).order_by("pk")
    Delivery.objects.filter(pk=gone.pk).update(state="delivered", remote_id="there", settled_at=clock.now())
    Delivery.objects.filter(pk=unclear.pk).update(ask_first=True)
    client = site_for(place.registrar)
    assert "2 awards are not sent" in text(client.get(url("request_stop", request)))
    assert client.post(url("request_stop", request), {"reason": ""}).status_code == 409
    assert client.post(url("request_stop", request), {"reason": "Wrong template."}).status_code == 302
    states = sorted(Delivery.objects.filter(request=request).values_list("state", flat=True))
    assert states == ["cancelled", "cancelled", "delivered", "queued"]
    assert Award.objects.filter(request_id=request.pk).live().count() == 4
    with pytest.raises(PermissionDenied):
        planning.stop(request=request, by=place.issuer, reason="x")


def test_stop_before_the_worker_ends_the_request_without_awards(campus):
    place = campus("cu_boulder")
    request = approved(place, 2)
    assert planning.stop(request=request, by=place.registrar, reason="Wrong list.") == {
        "lines": 2,
        "deliveries": 0,
    }
    awarding.run(request.job.pk)
    request.refresh_from_db()
    assert (request.state, Award.objects.filter(request_id=request.pk).count()) == ("done", 0)


def test_lists_stand_side_by_side_and_are_released_together(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    one = requests.submit(definition=definition, lines=learners(definition, 2), by=place.issuer)
    two = requests.submit(definition=definition, lines=learners(definition, 2, start=8), by=place.issuer)
    RequestLine.objects.filter(email="learner9@learners.example").update(name="Test Learner 1")
    client = site_for(place.registrar)
    asked = {"r": [str(one.pk), str(two.pk), "nonsense"]}
    page = text(client.get(reverse("requests_compare"), asked))
    assert "1 name stands in more than one of these lists." in page
    several = client.get(reverse("requests_compare"), {**asked, "show": "several"}).context["page"]
    assert [line.email for line in several] == ["learner1@learners.example", "learner9@learners.example"]
    with CaptureQueriesContext(connection) as both:
        client.get(reverse("requests_compare"), asked)
    with CaptureQueriesContext(connection) as alone:
        client.get(reverse("requests_compare"), {"r": str(one.pk)})
    assert len(both) == len(alone)
    marking.mark(request=two, marks={numbers(two)[0]: Mark(True)}, by=place.registrar)
    where = f"{reverse('requests_release')}?r={one.pk}&r={two.pk}"
    assert "Release 2 requests" in text(client.get(where))
    answer = client.post(
        where, {"seen": f"{one.submitted_at.isoformat()} {two.submitted_at.isoformat()}"}, follow=True
    )
    assert "1 request is released." in text(answer)
    assert "Lines of it are left out; release it on its own page." in text(answer)
    assert site_for(place.issuer).get(where, follow=True).redirect_chain[0][0] == reverse("requests_queue")
    many = "&".join(f"r={n:032x}" for n in range(7))
    assert "At most 6" in text(client.get(f"{reverse('requests_compare')}?{many}", follow=True))

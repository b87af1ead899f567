"""An approved request becomes awards, deliveries, mail and record, chunk by chunk."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import addresses
from accounts.models import Person
from credentials.actions import claims
from credentials.learned import Mastered
from credentials.models import Award, ClaimLink
from issuance import awarding, finishing
from issuance.actions import requests
from issuance.checking.typed import Line
from issuance.models import Delivery, IssuanceRequest, Job, RequestLine
from journal.models import Entry, Mail
from learning.models import CompetencyMet, Completion
from tests.accounts.test_addresses import asked
from tests.issuance.support import approved, awarded, credential, learners, submitted, with_code

pytestmark = pytest.mark.django_db


def acts(request):
    return list(Entry.objects.about("request", request.pk).values_list("act", flat=True))


def test_job_of_three_makes_awards_deliveries_mail_and_record(campus):
    request = awarded(campus("cu_boulder"), 3)
    awards = Award.objects.filter(request_id=request.pk)
    assert sorted(awards.values_list("recipient_email", flat=True)) == [
        "learner1@learners.example",
        "learner2@learners.example",
        "learner3@learners.example",
    ]
    assert all(a.credential["proof"] and a.status_list_id for a in awards)
    assert list(request.deliveries.values_list("state", "act", "tries")) == [("queued", "issue", 0)] * 3
    assert Mail.objects.filter(kind="badge_awarded").count() == 3
    assert acts(request) == ["submitted", "approved", "awarded"]
    assert Job.objects.get(request=request).done_at
    assert set(request.lines.values_list("award", flat=True)) == set(awards.values_list("pk", flat=True))


def test_each_mail_names_its_own_learner_and_link(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 2)
    lines = [
        Line(2, "<b>O’Neill</b> & Co", "learner1@learners.example"),
        Line(3, "Two", "learner2@learners.example"),
    ]
    request = requests.submit(definition=definition, lines=lines, by=place.issuer)
    requests.approve(request=request, by=place.registrar)
    awarding.run(request.job.pk)
    first, second = Mail.objects.filter(kind="badge_awarded").order_by("to")
    assert first.text.startswith("Hello <b>O’Neill</b> & Co,")
    assert "&lt;b&gt;O’Neill&lt;/b&gt; &amp; Co" in first.html
    assert second.text.startswith("Hello Two,")
    links = [re.search(r"http://testserver/claim/(\S+)/", mail.text)[1] for mail in (first, second)]
    for mail, link in zip((first, second), links, strict=True):
        assert link in mail.html
        assert "\ue000" not in mail.text + mail.html + mail.subject
        assert ClaimLink.objects.get(token_hash=claims.token_hash(link)).award.recipient_email == mail.to
    assert links[0] != links[1]


@pytest.mark.clause("UM-27")
def test_award_says_which_competencies_its_learner_showed(campus):
    place = campus("montana")
    made = credential(place)
    lines = learners(made, 2, met=("Explains data", "Reads data"))
    shown = CompetencyMet.objects.filter(completion__learner__email="learner1@learners.example")
    shown.filter(competency="Explains data").update(evidence="A talk to the class.")
    CompetencyMet.objects.filter(completion__learner__email="learner2@learners.example").delete()
    Completion.objects.filter(learner__email="learner2@learners.example").update(
        completed_on=dt.date(2026, 5, 8)
    )
    rows = awarding._sort_out(lines, IssuanceRequest(definition=made, institution=place.institution))
    told = {recipient.email: recipient for _, recipient in rows}
    first, second = told["learner1@learners.example"], told["learner2@learners.example"]
    assert first.mastered == (Mastered("Explains data", "A talk to the class."), Mastered("Reads data", ""))
    assert (first.completed_on, second.completed_on) == (dt.date(2020, 2, 1), dt.date(2026, 5, 8))
    assert second.mastered == ()


def test_job_in_small_chunks_awards_each_line_once(campus, monkeypatch):
    monkeypatch.setattr(awarding, "CHUNK", 2)
    request = approved(campus("cu_boulder"), 5)
    assert awarding.run(request.job.pk) == 5
    assert awarding.run(request.job.pk) == 0
    assert Award.objects.filter(request_id=request.pk).count() == 5
    assert acts(request) == ["submitted", "approved", "awarded", "awarded", "awarded"]


def test_job_held_by_another_worker_is_left_alone(campus):
    request = approved(campus("cu_boulder"))
    assert awarding.claim(request.job.pk)
    assert awarding.claim(request.job.pk) is None
    assert awarding.run(request.job.pk) == 0
    assert awarding.open_jobs() == []


def test_job_whose_lease_ran_out_is_taken_over(campus):
    request = approved(campus("cu_boulder"))
    awarding.claim(request.job.pk)
    Job.objects.update(claimed_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert awarding.open_jobs() == [request.job.pk]
    assert awarding.run(request.job.pk) == 3


def test_worker_that_lost_its_lease_writes_nothing(campus, monkeypatch):
    """The other worker took over while this one was between two chunks."""
    monkeypatch.setattr(awarding, "CHUNK", 2)
    request = approved(campus("cu_boulder"), 4)
    real, calls = awarding._chunk, []

    def stolen(work):
        if calls:
            Job.objects.update(claim_token="00000000-0000-4000-8000-000000000000")
        calls.append(1)
        return real(work)

    monkeypatch.setattr(awarding, "_chunk", stolen)
    assert awarding.run(request.job.pk) == 2
    assert Award.objects.filter(request_id=request.pk).count() == 2


def test_person_who_got_the_badge_meanwhile_is_that_lines_problem(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    first = approved(place, 3, definition)
    second = requests.submit(definition=definition, lines=learners(definition, 1, start=4), by=place.issuer)
    requests.approve(request=second, by=place.registrar)
    second.lines.update(email="learner1@learners.example")  # past the check, as two acts at the same moment
    awarding.run(second.job.pk)
    assert awarding.run(first.job.pk) == 2
    assert list(first.lines.values_list("problem", flat=True)) == [awarding.HELD_ALREADY, "", ""]
    assert Award.objects.live().filter(definition=definition).count() == 3


def test_line_that_cannot_be_signed_is_that_lines_problem(campus):
    """U+0001 got past the checks by an old list: verifiers read it differently, so it is not signed."""
    request = approved(campus("cu_boulder"))
    RequestLine.objects.filter(request=request, number=3).update(narrative="a\x01b")
    assert awarding.run(request.job.pk) == 2
    problems = list(request.lines.order_by("number").values_list("problem", flat=True))
    assert problems[0] == problems[2] == ""
    assert "U+0001" in problems[1]
    assert Delivery.objects.filter(request=request).count() == 2


def test_new_learner_is_made_and_a_known_one_keeps_the_name(campus):
    place = campus("model")
    definition = credential(place)
    lines = learners(definition, 1)
    renamed = [Line(2, "Another name", lines[0].email)]
    request = requests.submit(definition=definition, lines=renamed, by=place.issuer)
    requests.approve(request=request, by=place.registrar)
    awarding.run(request.job.pk)
    award = Award.objects.get(request_id=request.pk)
    assert (award.recipient_name, award.holder.name) == ("Another name", "Test learner 1")
    assert award.holder.learner_since


def test_type_without_badge_gives_awards_without_deliveries(campus):
    place = campus("montana")
    credit = {"offering": {"credit": "credit"}}
    made = credential(place, type="notation", badge=False, image=False, answers=credit)
    definition = with_code(made, place)
    request = requests.submit(definition=definition, lines=learners(definition, 2), by=place.issuer)
    requests.approve(request=request, by=place.registrar)
    awarding.run(request.job.pk)
    request.refresh_from_db()
    assert request.state == "done"
    assert not Delivery.objects.filter(request=request).exists()
    assert set(Award.objects.filter(request_id=request.pk).values_list("status_list", flat=True)) == {None}
    assert set(Mail.objects.filter(key__startswith="badge_awarded:").values_list("kind", flat=True)) == {
        "notation_awarded"
    }


def test_failed_chunk_leaves_nothing_and_says_why(campus, monkeypatch):
    def broken(*args):
        raise RuntimeError("the disk is full")

    request = approved(campus("cu_boulder"))
    monkeypatch.setattr(awarding, "_outbox", broken)
    with pytest.raises(RuntimeError):
        awarding.run(request.job.pk)
    job = Job.objects.get(request=request)
    assert "the disk is full" in job.error
    assert not job.done_at
    assert awarding.open_jobs() == []  # until the lease has run out


def test_request_without_deliveries_under_way_becomes_done(campus):
    request = awarded(campus("cu_boulder"))
    assert finishing.finish_requests() == 0
    Delivery.objects.update(state="delivered")
    assert finishing.finish_requests() == 1
    request.refresh_from_db()
    assert request.state == "done"
    assert acts(request)[-1] == "done"
    notice = request.requested_by.notices.get(kind="request_done")
    assert notice.text == "Your badge issuance request is done: 3 awarded."


def test_request_with_a_delivery_that_needs_a_person_is_not_done(campus):
    request = awarded(campus("cu_boulder"))
    Delivery.objects.update(state="delivered")
    Delivery.objects.filter(pk=request.deliveries.first().pk).update(state="needs_person")
    assert finishing.finish_requests() == 0


def test_chunk_of_any_length_takes_the_same_queries(campus):
    place, taken = campus("cu_boulder"), []
    awarded(place, 1)  # the account and the status list are there
    for count in (1, 30):
        request = approved(place, count)
        with CaptureQueriesContext(connection) as queries:
            assert awarding.run(request.job.pk) == count
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_submitted_request_has_no_job(campus):
    assert not Job.objects.filter(request=submitted(campus("cu_boulder"))).exists()


def test_line_for_a_further_address_is_its_persons_and_nobody_gets_two(campus):
    boulder = campus("cu_boulder")
    request = approved(boulder, 2)
    first, second = (Person.objects.get(email=line.email) for line in request.lines.order_by("number"))
    addresses.prove(token=asked(first, second.email), by=first)
    awarding.run(request.job.pk)
    (held,) = Award.objects.all()
    assert held.holder == first
    lines = request.lines.order_by("number").values_list("award", "problem")
    assert list(lines) == [(held.pk, ""), (None, awarding.HELD_ALREADY)]

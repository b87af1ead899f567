"""The pages of issuing, for each who may use them and for those who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials.actions.awards import Maker, Recipient
from issuance.models import Delivery, IssuanceRequest, PlatformAccount
from journal import clock
from tests.issuance.support import credential, learners, png, submitted
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


def post(person, page, /, *args, **data):
    return site_for(person).post(reverse(page, args=args), data)


def test_overview_offers_what_the_issuer_may_request(boulder):
    definition = credential(boulder)
    answer = site_for(boulder.issuer).get(reverse("issuance"))
    assert reverse("request_new", args=[definition.pk]) in answer.content.decode()
    assert reverse("definition_setup", args=[definition.pk]) not in answer.content.decode()


def test_one_learner_is_requested_by_the_form(boulder):
    definition = credential(boulder)
    (line,) = learners(definition, 1)
    answer = post(boulder.issuer, "request_new", definition.pk, name=line.name, email=line.email)
    made = IssuanceRequest.objects.get()
    assert answer.status_code == 302
    assert (made.state, made.lines.get().email) == ("submitted", line.email)
    page = site_for(boulder.issuer).get(reverse("request", args=[made.pk]))
    assert line.name in page.content.decode()


def test_a_learner_without_completion_is_refused_at_the_field_with_the_clause(boulder):
    definition = credential(boulder)
    answer = post(boulder.issuer, "request_new", definition.pk, name="Somebody", email="new@boulder.example")
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "CUB-18" in words
    assert 'value="new@boulder.example"' in words
    assert not IssuanceRequest.objects.exists()


def test_an_untrained_issuer_reads_why_before_typing(boulder):
    definition = credential(boulder)
    answer = site_for(boulder.untrained_issuer).get(reverse("request_new", args=[definition.pk]))
    assert "CUB-11" in answer.content.decode()


def test_others_may_not_request(boulder):
    definition = credential(boulder)
    assert site_for(boulder.proposer).get(reverse("request_new", args=[definition.pk])).status_code == 403


def list_of(lines, *more):
    rows = "\n".join(f"{line.name},{line.email}" for line in lines)
    return "\n".join(["name,email", rows, *more])


def test_a_list_is_checked_before_anything_is_written(boulder):
    definition = credential(boulder)
    text = list_of(learners(definition, 2), "No Address,")
    file = SimpleUploadedFile("list.csv", text.encode())
    answer = post(boulder.issuer, "request_list", definition.pk, file=file)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert '<th scope="row">4</th>' in words
    assert not IssuanceRequest.objects.exists()
    again = post(boulder.issuer, "request_list", definition.pk, text=text, send="1")
    assert again.status_code == 409
    assert not IssuanceRequest.objects.exists()


def test_a_list_in_order_is_sent_when_confirmed(boulder):
    definition = credential(boulder)
    text = list_of(learners(definition, 3))
    checked = post(boulder.issuer, "request_list", definition.pk, text=text)
    assert "Send the request for 3" in checked.content.decode()
    sent = post(boulder.issuer, "request_list", definition.pk, text=text, send="1")
    assert sent.status_code == 302
    assert IssuanceRequest.objects.get().lines.count() == 3


def test_the_registrar_releases_in_the_dashboard(boulder):
    request = submitted(boulder)
    queue = site_for(boulder.registrar).get(reverse("requests_queue"))
    assert reverse("request_check", args=[request.pk]) in queue.content.decode()
    seen = request.submitted_at.isoformat()
    answer = post(boulder.registrar, "request_check", request.pk, approve="1", note="", seen=seen)
    request.refresh_from_db()
    assert (answer.status_code, request.state) == (302, "approved")


def test_sending_back_needs_a_note_and_the_requester_mends(boulder):
    request = submitted(boulder)
    seen = request.submitted_at.isoformat()
    assert (
        post(boulder.registrar, "request_check", request.pk, back="1", note="", seen=seen).status_code == 409
    )
    post(boulder.registrar, "request_check", request.pk, back="1", note="Which term?", seen=seen)
    mend = reverse("request_mend", args=[request.pk])
    page = site_for(boulder.issuer).get(mend).content.decode()
    assert "Which term?" in page
    lines = learners(request.definition, 1, start=50)
    site_for(boulder.issuer).post(mend, {"text": list_of(lines)})
    request.refresh_from_db()
    assert (request.state, request.lines.get().email) == ("submitted", lines[0].email)


@pytest.mark.parametrize("role", ["proposer", "issuer", "section_head", "stranger", "assessor"])
def test_nobody_else_releases(boulder, role):
    request = submitted(boulder)
    answer = post(getattr(boulder, role), "request_check", request.pk, approve="1", note="", seen="")
    request.refresh_from_db()
    assert answer.status_code in (403, 404)
    assert request.state == "submitted"


@pytest.mark.parametrize("role", ["stranger", "learner", "proposer"])
def test_requests_are_within_walls(boulder, role):
    request = submitted(boulder)
    assert site_for(getattr(boulder, role)).get(reverse("request", args=[request.pk])).status_code == 404


@pytest.fixture
def failed(boulder):
    """A delivery that waits for a person."""
    request = submitted(boulder, 1)
    line = request.lines.get()
    (award,) = Maker(request.version, request.pk).make([Recipient(line.learner, line.name, line.email)])
    account = PlatformAccount.objects.create(institution=boulder.institution, platform="credly")
    now = clock.now()
    return Delivery.objects.create(
        award=award,
        account=account,
        request=request,
        state="needs_person",
        cause="token",
        message="The access token was refused.",
        due_at=now,
        created_at=now,
        settled_at=now,
    )


def test_failures_stand_by_cause_and_are_sent_again(boulder, failed):
    site = site_for(boulder.registrar)
    words = site.get(reverse("deliveries_failed")).content.decode()
    assert "The access token was refused." in words
    assert site.get(reverse("delivery", args=[failed.pk])).status_code == 200
    site.post(reverse("delivery_retry", args=[failed.pk]), {"all": "1"})
    failed.refresh_from_db()
    assert failed.state == "queued"


def test_cancelling_a_delivery_needs_a_reason(boulder, failed):
    address = reverse("delivery_cancel", args=[failed.pk])
    assert site_for(boulder.registrar).post(address, {"reason": ""}).status_code == 409
    site_for(boulder.registrar).post(address, {"reason": "Given by hand"})
    failed.refresh_from_db()
    assert failed.state == "cancelled"


def test_a_delivery_is_not_seen_from_elsewhere(boulder, failed):
    assert site_for(boulder.stranger).get(reverse("delivery", args=[failed.pk])).status_code == 404


def test_an_award_is_revoked_behind_a_page(boulder, failed):
    address = reverse("award_revoke", args=[failed.award_id])
    site = site_for(boulder.registrar)
    assert "cannot be taken back" in site.get(address).content.decode()
    assert site.post(address, {"reason": ""}).status_code == 409
    site.post(address, {"reason": "Awarded in error"})
    failed.award.refresh_from_db()
    assert failed.award.revocation_reason == "Awarded in error"


def test_the_manager_sets_up_the_badge_and_trains(boulder):
    definition = credential(boulder, image=False)
    address = reverse("definition_setup", args=[definition.pk])
    site = site_for(boulder.programme_manager)
    image = SimpleUploadedFile("badge.png", png().read())
    assert site.post(address, {"file": image, "alt": ""}).status_code == 409
    image.seek(0)
    assert site.post(address, {"file": image, "alt": "A blue square"}).status_code == 302
    site.post(address, {"train": str(boulder.untrained_issuer.pk)})
    assert boulder.untrained_issuer.qualifications.exists()
    assert site_for(boulder.issuer).get(address).status_code == 403


def test_lists_cost_the_same_queries_for_one_and_three(boulder):
    site, address = site_for(boulder.registrar), reverse("requests_queue")
    submitted(boulder, 1)
    one = queries_of(site, address)
    for _ in range(2):
        submitted(boulder, 1, definition=credential(boulder))
    assert queries_of(site, address) == one

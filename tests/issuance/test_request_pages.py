"""A request's own page: where it is, mending it, taking it back, how far it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from issuance.actions import requests
from tests.issuance.support import awarded, credential, submitted
from tests.lists import file, send
from tests.support import site_for

pytestmark = pytest.mark.django_db
LIST = "name,email\nTest learner 1,Learner1@learners.example\nTest learner 2,learner2@learners.example\n"


def text(response):
    return " ".join(response.content.decode().split())


def new(definition):
    return reverse("request_new", args=[definition.pk])


def list_url(definition):
    return reverse("request_list", args=[definition.pk])


def upload(data, name="list.csv"):
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def test_request_page_shows_lines_and_record(campus):
    place = campus("cu_boulder")
    request = submitted(place, 2)
    page = text(site_for(place.issuer).get(reverse("request", args=[request.pk])))
    assert "It is with Office of the Registrar." in page or "It is with" in page
    assert "learner2@learners.example" in page
    assert "Sent to the certifying office with 2 lines." in page


@pytest.mark.parametrize(
    "who, status",
    [
        ("issuer", 200),
        ("registrar", 200),
        ("programme_manager", 200),
        ("administrator", 200),
        ("untrained_issuer", 404),
        ("proposer", 404),
        ("learner", 404),
        ("stranger", 404),
    ],
)
def test_request_page_is_for_requester_certifier_and_managers(campus, who, status):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    for name in ("request", "request_progress"):
        answer = site_for(getattr(place, who)).get(reverse(name, args=[request.pk]))
        assert answer.status_code == status


def test_progress_of_an_approved_request_asks_again_until_done(campus):
    place = campus("cu_boulder")
    request = awarded(place, 3)
    client = site_for(place.issuer)
    page = text(client.get(reverse("request", args=[request.pk])))
    assert "0 of 3" in page
    assert f'hx-get="{reverse("request_progress", args=[request.pk])}"' in page
    request.deliveries.update(state="delivered")
    assert "hx-get" not in text(client.get(reverse("request_progress", args=[request.pk])))


def test_request_sent_back_is_mended_and_sent_again(campus):
    place = campus("cu_boulder")
    request = submitted(place, 2)
    requests.send_back(request=request, by=place.registrar, note="Please use the full names.")
    client = site_for(place.issuer)
    page = text(client.get(reverse("request_mend", args=[request.pk])))
    assert "Please use the full names." in page
    assert "Test learner 1,learner1@learners.example" in page
    url = reverse("request_mend", args=[request.pk])
    checked = send(client, url, LIST.replace("Test learner 1", "Test Q. learner 1"))
    assert "The list is in order" in text(checked)
    request.refresh_from_db()
    assert request.state == "returned"
    assert file(client).redirect_chain[-1][0] == reverse("request", args=[request.pk])
    request.refresh_from_db()
    assert request.state == "submitted"
    assert request.lines.get(email="learner1@learners.example").name == "Test Q. learner 1"


def test_request_is_taken_back_after_a_page_that_says_what_follows(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    client, url = site_for(place.issuer), reverse("request_cancel", args=[request.pk])
    assert "What will change" in text(client.get(url))
    client.post(url)
    request.refresh_from_db()
    assert request.state == "cancelled"
    assert client.post(url).status_code == 409


def test_only_the_requester_takes_back_or_mends(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    for name in ("request_cancel", "request_mend"):
        assert site_for(place.registrar).post(reverse(name, args=[request.pk])).status_code == 403


def test_setup_page_sets_image_and_training(campus):
    place = campus("cu_boulder")
    definition = credential(place, image=False)
    client, url = site_for(place.programme_manager), reverse("definition_setup", args=[definition.pk])
    assert "Not trained yet" in text(client.get(url))
    client.post(url, {"train": str(place.untrained_issuer.pk)})
    assert "Not trained yet" not in text(client.get(url))
    assert client.post(url, {"alt": ""}).status_code == 409


@pytest.mark.parametrize(
    "who, status", [("issuer", 403), ("proposer", 403), ("nobody", 403), ("stranger", 403)]
)
def test_setup_page_is_for_whoever_makes_badges(campus, who, status):
    place = campus("cu_boulder")
    url = reverse("definition_setup", args=[credential(place).pk])
    assert site_for(getattr(place, who)).get(url).status_code == status

"""The requester's pages: what I may request, one learner, a list with a dry run, what became of it."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import UploadedList
from credentials.models import Standing
from issuance.models import IssuanceRequest
from tests.issuance.support import credential, learners, submitted
from tests.lists import doubts, file, last, send
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


def test_overview_without_anything_says_what_will_appear(campus):
    page = text(site_for(campus("cu_boulder").nobody).get(reverse("issuance")))
    assert "No badges to request" in page
    assert "No requests yet" in page


def test_overview_names_what_may_be_requested_and_why_not(campus):
    place = campus("cu_boulder")
    credential(place)
    page = text(site_for(place.untrained_issuer).get(reverse("issuance")))
    assert "You have not been trained to issue badges yet." in page
    assert "CUB-11" in page
    trained = text(site_for(place.issuer).get(reverse("issuance")))
    assert reverse("request_new", args=[place.institution.definitions.get().pk]) in trained


def test_overview_takes_the_same_queries_for_one_and_three(campus):
    place, client, taken = campus("cu_boulder"), None, []
    client = site_for(place.issuer)
    for count in (1, 2):
        for _ in range(count):
            submitted(place, 1)
        client.get(reverse("issuance"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("issuance"))
        assert page.status_code == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_one_learner_is_requested_by_the_form(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    line = learners(definition, 1)[0]
    answer = site_for(place.issuer).post(
        new(definition), {"name": line.name, "email": " Learner1@Learners.example "}
    )
    made = IssuanceRequest.objects.get()
    assert answer.url == reverse("request", args=[made.pk])
    assert list(made.lines.values_list("name", "email")) == [("Test learner 1", "learner1@learners.example")]


@pytest.mark.parametrize(
    "given, said",
    [
        ({"name": "", "email": ""}, "Write it here."),
        ({"name": "Somebody", "email": "nobody"}, "“nobody” is not an e-mail address. (CUB-12)"),
        ({"name": "=cmd", "email": "learner1@learners.example"}, "spreadsheet formula"),
        ({"name": "Somebody", "email": "new@learners.example"}, "No completion is recorded"),
        (
            {"name": "Test learner 1", "email": "learner1@learners.example", "evidence_url": "ftp://x"},
            "must be a web address",
        ),
    ],
)
def test_one_learner_with_something_wrong_keeps_what_was_typed(campus, given, said):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 1)
    answer = site_for(place.issuer).post(new(definition), given)
    page = text(answer)
    assert answer.status_code == 409
    assert said in page
    assert given["name"] in page
    assert not IssuanceRequest.objects.exists()


@pytest.mark.parametrize(
    "how, clause, said",
    [
        (
            {"standing": Standing.LAPSED, "until": dt.date(2026, 5, 8)},
            "MU-12",
            "The pilot ended on 8 May 2026",
        ),
        ({"image": False}, "", "The badge has no image yet."),
        ({"standing": Standing.SUSPENDED}, "MU-12", "is not in force (suspended)"),
    ],
)
def test_what_stands_against_any_request_is_said_before_one_starts(campus, how, clause, said):
    place = campus("model")
    definition = credential(place, **how)
    page = text(site_for(place.issuer).get(new(definition)))
    assert said in page
    assert clause in page
    assert "Send the request" not in page


def test_untrained_issuer_is_told_before_one_starts(campus):
    place = campus("cu_boulder")
    page = text(site_for(place.untrained_issuer).get(new(credential(place))))
    assert "You have not been trained" in page
    assert "CUB-11" in page


@pytest.mark.parametrize("who", ["proposer", "programme_manager", "registrar", "nobody", "learner"])
def test_others_of_the_campus_may_not_request(campus, who):
    place = campus("cu_boulder")
    assert site_for(getattr(place, who)).get(new(credential(place))).status_code == 403


def test_another_campus_sees_nothing_of_a_credential_that_is_not_public(campus):
    place = campus("cu_boulder")
    definition = credential(place, standing=Standing.DRAFT)
    assert site_for(place.stranger).get(new(definition)).status_code == 404


def test_good_list_is_shown_and_only_sent_when_confirmed(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 2)
    client = site_for(place.issuer)
    page = text(send(client, list_url(definition), LIST.encode()))
    assert "Nothing has been sent yet. 2 lines are in order." in page
    assert not IssuanceRequest.objects.exists()
    uploaded = last()
    stored = uploaded.file.storage, uploaded.file.name
    sent = file(client)
    made = IssuanceRequest.objects.get()
    assert sent.redirect_chain[-1][0] == reverse("request", args=[made.pk])
    assert list(made.lines.values_list("number", "email")) == [
        (2, "learner1@learners.example"),
        (3, "learner2@learners.example"),
    ]
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.file.name, uploaded.lines.count()) == ("filed", "", 0)
    assert client.get(reverse("uploaded_list", args=[uploaded.pk])).url == uploaded.became
    assert file(client).redirect_chain[-1][0] == uploaded.became  # a second time
    assert IssuanceRequest.objects.count() == 1
    assert stored[1]


def test_bad_list_names_every_line_and_column_and_keeps_the_text(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 2)
    data = (
        "Name;E-mail\r\nTest learner 1;learner1@learners.example\r\n;learner2@learners.example\r\n"
        "Twice;LEARNER1@learners.example\r\nX;not an address\r\nUnknown;new@learners.example\r\n"
    )
    client = site_for(place.issuer)
    answer = send(client, list_url(definition), data.encode("utf-16"))
    assert [(line, column) for line, column, _ in doubts(last())] == [
        (3, "name"),
        (4, "email"),
        (5, "email"),
        (6, "email"),
    ]
    page = text(answer)
    assert "This repeats line 2." in page
    assert "CUB-18" in page  # no completion
    assert "X,not an address" in page
    assert not IssuanceRequest.objects.exists()


def test_bad_list_cannot_be_sent_unless_its_bad_lines_are_left_out(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 2)
    client = site_for(place.issuer)
    send(client, list_url(definition), LIST + "Unknown,new@learners.example\n")
    refused = file(client)
    assert refused.status_code == 409
    assert "1 line needs mending." in text(refused)
    assert not IssuanceRequest.objects.exists()
    assert "1 was left out, as you asked." in text(file(client, leave_out="on"))
    assert IssuanceRequest.objects.get().lines.count() == 2


def test_list_sent_again_says_who_stands_in_the_first_request(campus):
    place = campus("cu_boulder")
    definition = credential(place)
    learners(definition, 2)
    client = site_for(place.issuer)
    for _ in range(2):
        send(client, list_url(definition), LIST)
    first, second = UploadedList.objects.order_by("uploaded_at")
    assert file(client, first).status_code == 200
    refused = file(client, second)  # in order when it was looked through
    assert refused.status_code == 409
    assert "stands in another request" in text(refused)
    assert IssuanceRequest.objects.count() == 1
    again = client.post(reverse("list_again", args=[second.pk]), {}, follow=True)
    assert "0 lines are in order; 2 need mending" in text(again)


def test_neither_file_nor_text_is_asked_for(campus):
    place = campus("cu_boulder")
    answer = site_for(place.issuer).post(list_url(credential(place)), {"text": "  "})
    assert answer.status_code == 409
    assert "Choose a file, or write the list." in text(answer)


def test_file_that_is_no_list_is_refused_in_words_and_not_kept(campus):
    place = campus("cu_boulder")
    definition, client = credential(place), site_for(place.issuer)
    for data, said in (
        (b"", "The file is empty."),
        (b"%PDF-1.7 \x00\x01", "This is not a list."),
        (b"\xd0\xcf\x11\xe0 old", "This is an old Excel file (.xls)."),
        (b"PK\x03\x04 broken", "This Excel file cannot be read."),
    ):
        answer = client.post(list_url(definition), {"file": upload(data)})
        assert answer.status_code == 409
        assert said in text(answer)
    assert not UploadedList.objects.exists()


def test_list_to_begin_with_says_what_the_campus_asks_and_can_be_sent(campus):
    place = campus("cu_boulder")
    definition, client = credential(place), site_for(place.issuer)
    for kind in ("csv", "xlsx"):
        template = client.get(reverse("recipients_template", args=[definition.pk, kind]))
        assert template["Content-Disposition"] == f'attachment; filename="recipients.{kind}"'
        send(client, list_url(definition), template.content)
        assert [(line, column) for line, column, _ in doubts(last())] == [(2, "email")]  # no completion
    explained = load_workbook(io.BytesIO(template.content))["How to fill it in"]
    said = " ".join(str(cell.value) for row in explained for cell in row)
    assert "CUB-12" in said
    assert "CUB-18" in said
    assert client.get(reverse("recipients_template", args=[definition.pk, "pdf"])).status_code == 404
    other = site_for(place.learner)
    assert other.get(reverse("recipients_template", args=[definition.pk, "csv"])).status_code == 403

"""A list on its way: columns confirmed and remembered, looked through in parts, paged, downloaded, mended, given up."""

import datetime as dt
import uuid

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import forgetting, personal
from accounts.actions import uploads
from accounts.hooks import now
from accounts.models import ListHeadings, Person, UploadedList
from issuance.models import IssuanceRequest
from tests.issuance.support import credential, learners
from tests.issuance.test_requesting_pages import LIST, list_url, text
from tests.lists import doubts, file, last, looked_at, send
from tests.support import site_for

pytestmark = pytest.mark.django_db
STRANGE = "Wer;Kontakt;Note\nTest learner 1;learner1@learners.example;1\nTest learner 2;learner2@learners.example;2\n"
PAGES = ("uploaded_list", "list_columns", "list_progress", "list_lines")
ACTS = ("list_again", "list_file", "list_discard")


@pytest.fixture
def place(campus):
    return campus("cu_boulder")


@pytest.fixture
def definition(place):
    made = credential(place)
    learners(made, 3)
    return made


def path(name, uploaded=None):
    return reverse(name, args=[(uploaded or last()).pk])


def test_columns_are_asked_once_and_remembered_for_the_unit(place, definition):
    client = site_for(place.issuer)
    asked = send(client, list_url(definition), STRANGE)
    assert asked.redirect_chain[-1][0] == path("list_columns")
    page = text(asked)
    assert "Which column is which?" in page
    assert "Below it: learner1@learners.example, learner2@learners.example" in page
    assert asked.context["form"]["column_1"].initial == "email"  # by what it holds
    assert client.get(path("uploaded_list")).url == path("list_columns")  # nothing before that
    assert file(client).redirect_chain  # nor filed
    for wrong, said in (
        ({"column_0": "email", "column_1": "email", "column_2": "-"}, "“email” is chosen twice."),
        ({"column_0": "name", "column_1": "-", "column_2": "-"}, "Say which column holds “email”."),
        ({"column_1": "shoe"}, "not one of the available choices"),
    ):
        answer = client.post(path("list_columns"), wrong)
        assert answer.status_code == 409
        assert said in text(answer)
    done = client.post(
        path("list_columns"), {"column_0": "name", "column_1": "email", "column_2": "-"}, follow=True
    )
    assert "2 lines are in order" in text(done)
    assert "Note: left out" in text(done)
    assert ListHeadings.objects.get().headings == {"wer": "name", "kontakt": "email", "note": ""}
    again = send(client, list_url(definition), STRANGE.encode("utf-16"))
    assert again.redirect_chain[-1][0] == path("uploaded_list")
    assert "2 lines are in order" in text(again)
    colleague = credential(place, facts={"title": "Another"})
    assert uploads.remembered(colleague.unit, "recipients")["wer"] == "name"
    assert uploads.remembered(colleague.unit, "completions") == {}
    assert "Change the columns" in text(again)
    changed = client.post(
        path("list_columns"), {"column_1": "email", "column_0": "-", "column_2": "name"}, follow=True
    )
    assert "2 lines are in order" in text(changed)
    assert last().lines.order_by("number").first().cells == ["learner1@learners.example", "1"]


def test_each_line_is_paged_filtered_and_downloaded_with_its_verdict(place, definition, monkeypatch):
    monkeypatch.setattr("accounts.views.uploads.A_PAGE", 2)
    client = site_for(place.issuer)
    data = (
        LIST + "\"=cmd|' /C calc'!A0\",x@learners.example\nX,bad\nTest learner 3,learner3@learners.example\n"
    )
    page = send(client, list_url(definition), data)
    assert [row["number"] for row in page.context["rows"]] == [4, 5]
    shown = {
        show: [
            row["number"]
            for number in (1, 2, 3)
            for row in client.get(path("uploaded_list"), {"show": show, "page": number}).context["rows"]
            if number <= client.get(path("uploaded_list"), {"show": show}).context["page"].paginator.num_pages
        ]
        for show in ("good", "all", "nonsense")
    }
    assert shown == {"good": [2, 3, 6], "all": [2, 3, 4, 5, 6], "nonsense": [4, 5]}
    answer = client.get(path("list_lines"))
    whole = b"".join(answer.streaming_content).decode()
    assert whole.splitlines()[0] == "\ufeffline,name,email,what is wrong"
    assert whole.splitlines()[3].startswith("4,'=cmd|' /C calc'!A0,x@learners.example,")
    assert "list-verdicts.csv" in answer["Content-Disposition"]
    again = send(client, list_url(definition), whole.encode())
    assert again.redirect_chain[-1][0] == path("uploaded_list")  # our own columns are left out by themselves
    assert [(line, column) for line, column, _ in doubts(last())] == [(4, "name"), (5, "email")]
    assert "looks like a formula" in text(again)


def test_a_list_is_its_sender_s_alone(place, definition):
    send(site_for(place.issuer), list_url(definition), LIST)
    uploaded = last()
    for who in (place.registrar, place.learner, place.stranger, place.programme_manager):
        client = site_for(who)
        assert [client.get(path(name)).status_code for name in PAGES] == [404] * len(PAGES)
        assert [client.post(path(name)).status_code for name in ACTS] == [404] * len(ACTS)
    assert site_for(place.issuer).get(path("list_file")).status_code == 405
    place.issuer.grants.all().delete()  # not an issuer any more
    client = site_for(place.issuer)
    assert [client.get(path(name)).status_code for name in PAGES] == [403] * len(PAGES)
    assert [client.post(path(name)).status_code for name in ACTS] == [403] * len(ACTS)
    uploaded.refresh_from_db()
    assert uploaded.state == "checked"
    assert not IssuanceRequest.objects.exists()


def test_a_list_is_mended_by_text_or_file_and_given_up(place, definition):
    client = site_for(place.issuer)
    send(client, list_url(definition), "name,email\n\n" + LIST.partition("\n")[2] + "X,bad\n")
    uploaded, stored = last(), last().file.name
    mended = client.get(path("uploaded_list")).context["again"].initial["text"]
    assert mended.splitlines()[:4] == [
        "name,email",
        "",
        "Test learner 1,Learner1@learners.example",
        LIST.splitlines()[2],
    ]
    answer = client.post(
        path("list_again"), {"text": mended.replace("bad", "learner3@learners.example")}, follow=True
    )
    assert "3 lines are in order" in text(answer)
    uploaded.refresh_from_db()
    assert uploaded.file.name != stored
    refused = client.post(path("list_again"), {"file": ContentFile(b"%PDF", name="list.csv")})
    assert refused.status_code == 409
    assert "This is not a list." in text(refused)
    gone = client.post(path("list_discard"), follow=True)
    assert "Nothing of it was kept." in text(gone)
    assert not UploadedList.objects.exists()


def prove_address(person, email):
    person.emailaddress_set.create(email=email, verified=True)


def test_lists_that_name_somebody_go_when_their_data_is_erased(place, definition):
    kept = looked_at(
        "recipients", definition, place.issuer, "name,email\nTest learner 3,learner3@learners.example\n"
    )
    looked_at("recipients", definition, place.issuer, LIST)
    person = Person.objects.get(email="learner1@learners.example")
    prove_address(person, "other@learners.example")
    (told,) = [one for one in personal.told(person) if one.key == "lists"]
    assert [row["list"] for row in told.rows] == ["Recipients of badges"]
    personal.erase(person, person)
    assert list(UploadedList.objects.all()) == [kept]


def test_lists_on_the_way_stand_where_one_began(place, definition):
    client = site_for(place.issuer)
    send(client, list_url(definition), LIST)
    assert path("uploaded_list") in text(client.get(reverse("issuance")))
    file(client)
    assert path("uploaded_list") not in text(client.get(reverse("issuance")))


def test_lists_that_nobody_came_back_to_are_deleted(place, definition, django_capture_on_commit_callbacks):
    old = looked_at("recipients", definition, place.issuer, LIST)
    new = looked_at("recipients", definition, place.issuer, LIST)
    UploadedList.objects.filter(pk=old.pk).update(uploaded_at=now() - dt.timedelta(days=8))
    storage, stored = old.file.storage, old.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert forgetting.forget_lists() == 1
    assert list(UploadedList.objects.all()) == [new]
    assert not storage.exists(stored)


def test_the_page_takes_the_same_queries_for_one_and_for_three_lines(place, definition):
    client, taken = site_for(place.issuer), []
    for lines in (2, 4):
        send(
            client,
            list_url(definition),
            "".join((LIST + "Test learner 3,learner3@learners.example\n").splitlines(True)[:lines]),
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(path("uploaded_list"))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_a_list_that_is_not_there_is_404(place):
    client = site_for(place.issuer)
    assert client.get(reverse("uploaded_list", args=[uuid.uuid4()])).status_code == 404

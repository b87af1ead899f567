"""A list is looked through in parts: how far it is, who stops, what breaks it off, in bounded memory."""

import datetime as dt
import tracemalloc

import pytest
from django.urls import reverse

from accounts import checking, filing
from accounts.actions import uploads
from accounts.checking import BROKEN
from accounts.hooks import now
from accounts.models import Person, UploadedLine, UploadedList
from issuance.models import IssuanceRequest
from policies.reasons import Refused
from tests.accounts.test_uploads import path, prove_address
from tests.issuance.support import credential, learners
from tests.issuance.test_requesting_pages import LIST, list_url, text
from tests.lists import doubts, file, last, looked_at, send
from tests.support import site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(campus):
    return campus("cu_boulder")


@pytest.fixture
def definition(place):
    made = credential(place)
    learners(made, 3)
    return made


def test_a_long_list_is_looked_through_by_a_worker_and_shows_how_far_it_is(place, definition, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    monkeypatch.setattr(checking, "CHUNK", 2)
    client = site_for(place.issuer)
    page = send(
        client, list_url(definition), LIST + "Test learner 3,learner3@learners.example\nX,bad\nY,bad\n"
    )
    assert "The list is being looked through" in text(page)
    assert file(client).redirect_chain[-1][0] == path("uploaded_list")  # not yet
    seen, write = [], checking._write

    def written(*arguments):
        done = write(*arguments)
        bar = client.get(path("list_progress"))
        seen.append((last().read, bar.context["batch"]["done"], "HX-Refresh" in bar.headers))
        return done

    monkeypatch.setattr(checking, "_write", written)
    assert checking.run_due() == 1
    assert seen == [(2, 2, False), (4, 4, False), (5, 5, False)]
    assert client.get(path("list_progress"))["HX-Refresh"] == "true"
    assert (last().state, last().read, last().bad) == ("checked", 5, 2)
    assert not UploadedList.objects.to_check().exists()


def test_a_worker_that_stops_or_loses_its_list_writes_nothing_twice(place, definition, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    monkeypatch.setattr(checking, "CHUNK", 1)
    send(site_for(place.issuer), list_url(definition), LIST)
    write, calls = checking._write, []

    def stops(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return write(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(checking, "_write", stops)
        with pytest.raises(SystemExit):
            checking.run_due()
    assert (last().read, checking.run_due()) == (1, 0)  # held for a while
    UploadedList.objects.update(claimed_until=now() - dt.timedelta(seconds=1))
    assert checking.run_due() == 1
    assert (last().read, last().lines.count(), last().state) == (2, 2, "checked")

    def taken(*arguments):
        uploads.check_again(uploaded=last(), by=place.issuer)
        return write(*arguments)

    uploads.check_again(uploaded=last(), by=place.issuer)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "_write", taken)
        assert checking.run(last().pk) is False
    assert UploadedLine.objects.count() == 0
    UploadedList.objects.update(tries=checking.MOST_TRIES)
    checking.run_due()
    assert (last().trouble, last().state) == (BROKEN, "checked")


@pytest.mark.parametrize(
    "data, said, line",
    [
        ("name,email\n", "The list has no lines below its headings.", 1),
        (
            LIST + "Y,y@t.example\n" + 'X,"open\n',
            "A quotation mark is open or stands in the wrong place here.",
            5,
        ),
        ("name,email\n" + "X,x@t.example\n" * 5, "There are more than 4 lines. Split the list.", 6),
    ],
    ids=["no lines", "open quotation", "too many"],
)
def test_what_breaks_a_list_off_is_said_and_nothing_can_be_filed(
    place, definition, data, said, line, monkeypatch
):
    monkeypatch.setattr("issuance.lists.Recipients.most", 4)
    uploaded = looked_at("recipients", definition, place.issuer, data)
    assert (uploaded.trouble, uploaded.trouble_line) == (said, line)
    page = text(site_for(place.issuer).get(path("uploaded_list")))
    assert said in page
    with pytest.raises(Refused):
        uploads.file(uploaded=uploaded, by=place.issuer, leave_out=True)


def test_a_person_under_two_addresses_stands_in_a_list_once(place, definition):
    person = Person.objects.get(email="learner1@learners.example")
    prove_address(person, "other@learners.example")
    uploaded = looked_at("recipients", definition, place.issuer, LIST + "Other,other@learners.example\n")
    assert doubts(uploaded) == [(4, "email", "This is the person of line 2, under another address.")]


def test_memory_does_not_grow_with_the_lines(place, definition, monkeypatch):
    """But for the addresses, which are kept to tell repeats: about a hundred bytes each. `make bench` has 50,000 lines."""
    monkeypatch.setattr(checking, "CHUNK", 200)
    monkeypatch.setattr(UploadedLine.objects, "bulk_create", lambda rows, batch_size: rows)
    peaks = []
    for lines in (500, 500, 2500):
        data = "name,email\n" + "".join(f"Test learner {n},{n}@t.example\n" for n in range(lines))
        tracemalloc.start()
        try:
            uploaded = looked_at("recipients", definition, place.issuer, data)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert uploaded.read == lines
    assert peaks[2] < peaks[1] + 2000 * 500


def test_a_long_list_is_filed_by_a_worker_or_comes_back_with_the_reasons(place, definition, monkeypatch):
    client = site_for(place.issuer)
    for _ in range(2):
        send(client, list_url(definition), LIST + "X,bad\n")
    second, first = last(), UploadedList.objects.earliest("uploaded_at")
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    for uploaded in (first, second):
        assert file(client, uploaded).status_code == 409  # a line needs mending
        page = file(client, uploaded, leave_out="on")
        assert "The list is being filed" in text(page)
        assert file(client, uploaded, leave_out="on").redirect_chain[-1][0] == path("uploaded_list", uploaded)
        for name in ("list_columns", "list_again", "list_discard"):
            answer = client.post(path(name, uploaded), follow=True)
            assert "The list is being filed" in text(answer)
    assert not IssuanceRequest.objects.exists()
    assert filing.run_due() == 2
    made = IssuanceRequest.objects.get()
    assert made.lines.count() == 2
    assert client.get(path("uploaded_list", first)).url == reverse("request", args=[made.pk])
    for name in ("list_columns", "list_again", "list_discard"):
        assert client.post(path(name, first)).status_code == 302
    refused = client.get(path("uploaded_list", second))
    assert "stands in another request" in text(refused)
    assert "Send only" not in text(refused)
    client.post(path("list_again", second))
    checking.run_due()
    again = client.get(path("uploaded_list", second))
    assert "0 lines are in order; 3 need mending" in text(again)


def test_a_worker_that_cannot_file_tries_again_and_then_says_so(place, definition, monkeypatch):
    send(site_for(place.issuer), list_url(definition), LIST)
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    uploads.file(uploaded=last(), by=place.issuer)

    def breaks(*arguments):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(filing, "put_in", breaks)
        for _ in range(filing.MOST_TRIES):
            assert filing.run_due() == 0
            assert last().state == "filing"
    assert filing.run_due() == 1
    assert (last().state, last().refused[0]["text"]) == ("checked", filing.BROKEN)
    uploads.check_again(uploaded=last(), by=place.issuer)
    checking.run_due()
    uploads.file(uploaded=last(), by=place.issuer)
    place.issuer.grants.all().delete()  # not an issuer any more
    assert filing.run_due() == 1
    assert "requested by" in last().refused[0]["text"]
    assert not IssuanceRequest.objects.exists()

"""A form that is sent twice is done once, and both times the person arrives at the same place."""

import datetime as dt
import re
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import reverse

from config.once import OneTimeKeyMiddleware
from journal.clock import now
from journal.models import IdempotencyKey
from journal.tasks import forget
from proposals.models import Proposal
from tests.factories import PersonFactory
from tests.support import site_for


def key_on(page):
    return re.search(r'name="one_time_key" value="([0-9a-f]{32})"', page.content.decode())[1]


def press(view, person, key, path="/somewhere/", **filled):
    request = RequestFactory().post(path, {"one_time_key": key, **filled} if key else filled)
    request.user = person
    return OneTimeKeyMiddleware(view)(request)


@pytest.fixture
def view():
    def act(request):
        act.calls += 1
        return HttpResponseRedirect(f"/made/{act.calls}/")

    act.calls = 0
    return act


@pytest.mark.django_db
def test_a_draft_that_is_begun_with_two_presses_is_begun_once(campus):
    model = campus("model")
    site, address = site_for(model.proposer), reverse("proposal_start_at", args=[model.institution.slug])
    filled = {
        "unit": model.unit.pk,
        "type": model.pack.types[0].id,
        "proposers": "",
        "one_time_key": key_on(site.get(address)),
    }
    first, second = site.post(address, filled), site.post(address, filled)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Proposal.objects.count() == 1
    assert first.url == second.url


@pytest.mark.django_db
def test_the_key_of_each_page_is_another(campus):
    model = campus("model")
    site, address = site_for(model.proposer), reverse("proposal_start_at", args=[model.institution.slug])
    assert key_on(site.get(address)) != key_on(site.get(address))


@pytest.mark.django_db
def test_a_form_with_errors_may_be_sent_again_under_its_key():
    answers = [HttpResponse("errors"), HttpResponseRedirect("/made/")]
    person = PersonFactory()
    assert press(lambda request: answers.pop(0), person, "k").status_code == 200
    assert press(lambda request: answers.pop(0), person, "k").url == "/made/"


@pytest.mark.django_db
def test_a_page_that_came_back_with_its_old_key_does_what_is_new(view):
    """After Back: other words, another file or another form are done; the same once more leads where it led."""
    person, text = PersonFactory(), {"text": "One", "csrfmiddlewaretoken": "a"}
    first = press(view, person, "k", **text).url
    others = [
        press(view, person, "k", **filled).url
        for filled in (
            {"text": "Two"},
            {"text": "One", "file": SimpleUploadedFile("a.txt", b"One")},
            {"text": "One", "file": SimpleUploadedFile("a.txt", b"Two")},
            {"text": ["One", "Two"]},
        )
    ]
    others.append(press(view, person, "k", "/elsewhere/", **text).url)
    assert [first, *others] == [f"/made/{n}/" for n in range(1, 7)]
    assert press(view, person, "k", text="One", csrfmiddlewaretoken="b").url == first
    again = press(view, person, "k", text="One", file=SimpleUploadedFile("a.txt", b"Two")).url
    assert again == others[2]


@pytest.mark.django_db
def test_an_uploaded_file_is_read_from_its_beginning_by_the_form():
    read = []

    def view(request):
        read.append(request.FILES["file"].read())
        return HttpResponseRedirect("/made/")

    press(view, PersonFactory(), "k", file=SimpleUploadedFile("a.txt", b"All of it"))
    assert read == [b"All of it"]


@pytest.mark.django_db
def test_another_persons_key_is_another_key(view):
    press(view, PersonFactory(), "k")
    assert press(view, PersonFactory(), "k").url == "/made/2/"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201])
def test_without_a_usable_key_each_press_counts(view, key):
    person = PersonFactory()
    press(view, person, key)
    assert press(view, person, key).url == "/made/2/"
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_press_during_the_first_waits_for_its_answer():
    person, begun, go_on, answers = PersonFactory(), threading.Event(), threading.Event(), []

    def slow(request):
        begun.set()
        go_on.wait(10)
        return HttpResponseRedirect("/made/first/")

    def send(view):
        try:
            answers.append(press(view, person, "k").url)
        finally:
            connections.close_all()

    first = threading.Thread(target=send, args=(slow,))
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=send, args=(lambda request: HttpResponseRedirect("/made/second/"),))
    second.start()
    with connection.cursor() as cursor:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        for _ in range(1000):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                break
            threading.Event().wait(0.01)
        else:
            raise AssertionError("The second press did not wait")
    go_on.set()
    first.join(10)
    second.join(10)
    assert answers == ["/made/first/", "/made/first/"]


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_week():
    person = PersonFactory()
    for key, age in (("old", 8), ("young", 6)):
        IdempotencyKey.objects.create(
            person=person, key=key, path="/", body_hash="", created_at=now() - dt.timedelta(days=age)
        )
    assert forget() == 1
    assert IdempotencyKey.objects.get().key == "young"

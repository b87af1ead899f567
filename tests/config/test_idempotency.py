"""Idempotency-Key: once done, twice answered."""

import json
import threading

import pytest
from django.db import connection, connections, transaction
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory
from rest_framework.authtoken.models import Token

from accounts.models import Person
from config.idempotency import IdempotencyMiddleware
from journal.models import IdempotencyKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create_user("caller@example.org", "a long password", name="Demo caller")


@pytest.fixture
def send(person):
    """Send a POST through the middleware; the view counts how often it is reached."""
    token, _made = Token.objects.get_or_create(user=person)

    def post(view, body, key="k1", path="/api/v1/proposals/", **headers):
        headers = {
            "Authorization": f"Token {token.key}",
            **({"Idempotency-Key": key} if key else {}),
            **headers,
        }
        request = RequestFactory().post(
            path, json.dumps(body), content_type="application/json", headers=headers
        )
        return IdempotencyMiddleware(view)(request)

    return post


@pytest.fixture
def view():
    def answer(request):
        answer.calls += 1
        return JsonResponse({"made": answer.calls}, status=201)

    answer.calls = 0
    return answer


def test_the_same_request_is_done_once(send, view):
    first, second = send(view, {"a": 1}), send(view, {"a": 1})
    assert view.calls == 1
    assert (first.status_code, json.loads(first.content)) == (201, {"made": 1})
    assert (second.status_code, json.loads(second.content)) == (201, {"made": 1})
    assert second["Idempotent-Replayed"] == "true"


def test_another_body_under_the_same_key_is_refused(send, view):
    send(view, {"a": 1})
    second = send(view, {"a": 2})
    assert view.calls == 1
    assert second.status_code == 422
    assert "was used for another request" in json.loads(second.content)["detail"]


def test_another_path_under_the_same_key_is_refused(send, view):
    send(view, {"a": 1})
    assert send(view, {"a": 1}, path="/api/v1/completions/").status_code == 422


def test_another_key_does_it_again(send, view):
    send(view, {"a": 1}, key="k1")
    assert json.loads(send(view, {"a": 1}, key="k2").content) == {"made": 2}


def test_without_a_key_nothing_is_kept(send, view):
    send(view, {"a": 1}, key="")
    send(view, {"a": 1}, key="")
    assert view.calls == 2
    assert IdempotencyKey.objects.count() == 0


def test_a_refusal_may_be_tried_again(send):
    answers = [JsonResponse({"detail": "Not now.", "reasons": []}, status=409), JsonResponse({"done": True})]
    assert send(lambda request: answers.pop(0), {}).status_code == 409
    assert json.loads(send(lambda request: answers.pop(0), {}).content) == {"done": True}


def test_an_empty_answer_is_given_again(send):
    send(lambda request: HttpResponse(status=204), {})
    assert send(lambda request: pytest.fail("done twice"), {}).status_code == 204


def test_a_key_that_is_too_long_is_refused(send, view):
    assert send(view, {}, key="k" * 201).status_code == 400
    assert view.calls == 0


def test_a_stranger_is_left_to_the_view(send, view):
    assert send(view, {}, Authorization="Token wrong").status_code == 201
    assert IdempotencyKey.objects.count() == 0


def test_a_multipart_body_counts_as_the_same_with_another_boundary(person, view):
    token, _made = Token.objects.get_or_create(user=person)
    for boundary in ("first", "second-one"):
        body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--{boundary}--\r\n'
        request = RequestFactory().post(
            "/api/v1/proposals/",
            body.encode(),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Authorization": f"Token {token.key}", "Idempotency-Key": "k1"},
        )
        assert IdempotencyMiddleware(view)(request).status_code == 201
    assert view.calls == 1


@pytest.mark.django_db(transaction=True)
def test_a_duplicate_while_the_first_is_at_work_is_told_so(send):
    at_work, finish, answers = threading.Event(), threading.Event(), []

    def slow(request):
        at_work.set()
        finish.wait(10)
        return JsonResponse({"done": True})

    def first():
        answers.append(send(slow, {}))
        connections.close_all()

    thread = threading.Thread(target=first)
    thread.start()
    at_work.wait(10)
    second = send(lambda request: pytest.fail("done twice"), {})
    finish.set()
    thread.join()
    assert second.status_code == 409
    assert "still being worked on" in json.loads(second.content)["detail"]
    assert answers[0].status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_crash_half_way_leaves_neither_the_act_nor_the_key(send):
    def crash(request):
        Person.objects.create_user("made@example.org", name="Made half-way")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        send(crash, {})
    assert connection.in_atomic_block is False
    assert not Person.objects.filter(email="made@example.org").exists()
    assert IdempotencyKey.objects.count() == 0
    with transaction.atomic():
        assert send(lambda request: JsonResponse({"done": True}), {}).status_code == 200

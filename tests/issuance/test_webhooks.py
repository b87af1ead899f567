"""What Credly tells us: answered at once, kept once, believed only after asking, settled like polling."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse

from issuance.models import Delivery, PlatformAccount, WebhookEvent
from issuance.platforms.base import PlatformError
from issuance.sandbox import credly_hooks
from issuance.sandbox.credly_hooks import Parcel
from issuance.sandbox.state import CREDLY_ORGANIZATION
from issuance.sending import polling, webhooks
from journal import clock
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, decide
from tests.issuance.support import awarded, nothing_is_woken, platforms, run_lane  # noqa: F401

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
EVENT = "00000000-0000-4000-8000-000000000001"
STRANGE = [
    b"",
    b"not json",
    b"[]",
    b"null",
    b"\x00\xff",
    b'"text"',
    b"{}",
    b"[" * 50_000,
    json.dumps({"id": EVENT}).encode(),
    json.dumps({"id": 7, "organization_id": CREDLY_ORGANIZATION}).encode(),
    json.dumps({"id": "../../badges", "organization_id": CREDLY_ORGANIZATION}).encode(),
    json.dumps({"id": "x" * 65, "organization_id": CREDLY_ORGANIZATION}).encode(),
    json.dumps({"id": "a\x00b", "organization_id": CREDLY_ORGANIZATION}).encode(),
    json.dumps({"id": EVENT, "organization_id": ["a"]}).encode(),
    json.dumps({"id": EVENT, "organization_id": "y" * 5000}).encode(),
    json.dumps({"id": EVENT, "organization_id": "another-organisation"}).encode(),
    json.dumps({"id": EVENT, "organization_id": CREDLY_ORGANIZATION, "x": "y" * 5 * 1024 * 1024}).encode(),
]


def tell(body, client=None):
    """A message at Credly's door; its status."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sender = client or Client(enforce_csrf_checks=True)
    return sender.post(reverse("webhook_credly"), data, content_type="application/json").status_code


def message(event=EVENT, organization=CREDLY_ORGANIZATION, **more):
    said = {"id": event, "organization_id": organization, "event_type": "badge.state.changed"}
    return said | {"occurred_at": "2026-05-04T20:30:00.000Z"} | more


def events():
    return list(WebhookEvent.objects.values_list("event", "outcome").order_by("pk"))


@pytest.fixture
def delivered(campus, platforms):  # noqa: F811
    """Two badges that arrived at the sandbox's Credly, whose events go nowhere by themselves."""
    credly_hooks.set_webhook(platforms.state, CREDLY_ORGANIZATION, "http://127.0.0.1:1/")
    request = awarded(campus("cu_boulder"), 2)
    run_lane()
    rows = list(Delivery.objects.filter(request=request).order_by("award__recipient_name"))
    assert {row.state for row in rows} == {"delivered"}
    return rows


def kept_by(platforms):  # noqa: F811
    """The sandbox's events, newest last."""
    return platforms.state.templates(credly_hooks.EVENTS, CREDLY_ORGANIZATION)


def test_whatever_comes_is_answered_with_200_and_not_kept(platforms, campus, django_assert_max_num_queries):  # noqa: F811
    PlatformAccount.objects.create(institution=campus("cu_boulder").institution, platform="credly")
    for body in STRANGE:
        with django_assert_max_num_queries(1):
            assert tell(body) == 200
    assert events() == []
    assert Client().get(reverse("webhook_credly")).status_code == 405


def test_a_message_without_its_length_is_not_read(client):
    answer = client.generic("POST", reverse("webhook_credly"), b"", CONTENT_LENGTH="")
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_accepted_badge_is_told_once_and_settled_whatever_the_repeats(platforms, delivered):  # noqa: F811
    decide(platforms, delivered[0].remote_id, "accepted")
    told = kept_by(platforms)[-1]
    for _ in range(3):
        assert tell(message(told["id"])) == 200
    assert events() == [(told["id"], "")]
    webhooks.run()
    assert events() == [(told["id"], "changed")]
    assert tell(message(told["id"])) == 200  # Credly repeats for 25 days
    assert not WebhookEvent.objects.due().exists()
    for row in delivered:
        row.refresh_from_db()
    assert [row.state for row in delivered] == ["accepted", "delivered"]
    assert delivered[0].remote_url.endswith(delivered[0].remote_id)
    (account,) = PlatformAccount.objects.all()
    assert polling.poll(account) == 0  # the same function has settled it


def test_a_forged_event_changes_nothing_whatever_it_claims(platforms, delivered):  # noqa: F811
    claims = {"badge": {"id": delivered[0].remote_id, "state": "rejected"}, "state": "rejected"}
    assert tell(message(**claims)) == 200
    webhooks.run()
    assert events() == [(EVENT, "unknown there")]
    delivered[0].refresh_from_db()
    assert delivered[0].state == "delivered"


def test_a_real_event_about_a_badge_that_is_not_ours_changes_nothing(platforms, delivered):  # noqa: F811
    decide(platforms, delivered[0].remote_id, "accepted")
    told = kept_by(platforms)[-1]
    Delivery.objects.filter(pk=delivered[0].pk).update(remote_id="")
    tell(message(told["id"]))
    webhooks.run()
    assert events() == [(told["id"], "not ours")]


def test_an_event_of_another_kind_changes_nothing(platforms, delivered):  # noqa: F811
    event = {**message(), "badge_id": "none"}
    platforms.state.save_template(credly_hooks.EVENTS, CREDLY_ORGANIZATION, EVENT, event)
    tell(message(event_type="badge_template.changed"))
    webhooks.run()
    assert events() == [(EVENT, "not ours")]


def test_old_news_after_a_decision_changes_nothing(platforms, delivered):  # noqa: F811
    decide(platforms, delivered[0].remote_id, "rejected")
    tell(message(kept_by(platforms)[-1]["id"]))
    Delivery.objects.filter(pk=delivered[0].pk).update(state="accepted")
    webhooks.run()
    assert [outcome for _, outcome in events()] == ["nothing new"]


def test_a_platform_in_trouble_is_asked_again_later(platforms, delivered):  # noqa: F811
    decide(platforms, delivered[0].remote_id, "accepted")
    tell(message(kept_by(platforms)[-1]["id"]))
    for tries, fault in enumerate(("503", "reset_before", "not_json", "truncated", "429"), 1):
        WebhookEvent.objects.update(due_at=clock.now())
        break_next(platforms, fault, platform="credly", path="/events/", retry_after="1")
        webhooks.run()
        row = WebhookEvent.objects.get()
        assert (row.ended_at, row.tries, row.due_at > clock.now()) == (None, tries, True), fault
    assert webhooks.run() is False  # not due
    assert WebhookEvent.objects.get().tries == tries


def test_a_worker_that_stops_holds_an_event_up_for_a_while_only(platforms, delivered, monkeypatch):  # noqa: F811
    decide(platforms, delivered[0].remote_id, "accepted")
    tell(message(kept_by(platforms)[-1]["id"]))

    def stop(row):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "_look", stop)
        with pytest.raises(SystemExit):
            webhooks.run()
    assert not WebhookEvent.objects.due().exists()
    WebhookEvent.objects.update(due_at=clock.now())
    webhooks.run()
    assert [outcome for _, outcome in events()] == ["changed"]


def test_what_is_asked_often_enough_is_left_to_polling(platforms, delivered, monkeypatch):  # noqa: F811
    tell(message())
    WebhookEvent.objects.update(tries=webhooks.MOST_TRIES - 1)
    break_next(platforms, "503", platform="credly", path="/events/")
    webhooks.run()
    assert events() == [(EVENT, "given up")]


def test_too_many_messages_do_not_fill_the_table(platforms, delivered, monkeypatch):  # noqa: F811
    monkeypatch.setattr(webhooks, "MOST_WAITING", 3)
    assert {tell(message(f"forged-{n}")) for n in range(10)} == {200}
    assert WebhookEvent.objects.count() == 3


def test_a_closed_account_is_not_asked(platforms, delivered):  # noqa: F811
    tell(message())
    PlatformAccount.objects.update(active=False)
    webhooks.run()
    assert events() == [(EVENT, "not ours")]
    assert tell(message("another")) == 200
    assert len(events()) == 1


def test_events_are_forgotten_when_they_are_not_repeated_any_more(platforms, delivered):  # noqa: F811
    for event, days in (("old", 31), ("new", 29)):
        ended = clock.now() - dt.timedelta(days=days)
        WebhookEvent.objects.create(
            platform="credly", organization="x", event=event, ended_at=ended, outcome="changed"
        )
    WebhookEvent.objects.create(platform="credly", organization="x", event="waits")
    assert webhooks.forget() == 1
    assert sorted(event for event, _ in events()) == ["new", "waits"]


def test_platforms_without_webhooks_refuse(platforms):  # noqa: F811
    from_accredible = platform_fixtures.Accredible(
        platform_fixtures.accredible_account(platforms), platform_fixtures.OpenGate()
    )
    with pytest.raises(PlatformError, match="sends no webhooks"):
        from_accredible.event("x")


def test_the_sandbox_repeats_until_it_is_answered_with_exactly_200(live_server_of):
    assert [credly_hooks.delivered(Parcel(url, b"{}")) for url in live_server_of((200, 204, 302, 404, 500))] == [
        True, False, False, False, False,
    ]  # fmt: skip


@pytest.fixture
def live_server_of(monkeypatch):
    """Addresses that answer with these, without a server: what urllib would say of each."""

    class Answer:
        def __init__(self, status):
            self.status = status

        def __enter__(self):
            return self

        def __exit__(self, *ended):
            return None

    def addresses(statuses):
        monkeypatch.setattr(
            credly_hooks.urllib.request,
            "urlopen",
            lambda call, timeout: Answer(int(call.full_url.rpartition("/")[2])),
        )
        return [f"http://receiver.example/{status}" for status in statuses]

    return addresses


def test_the_sandbox_sends_what_its_organisation_registered(platforms, delivered, monkeypatch):  # noqa: F811
    sent = []
    monkeypatch.setattr(credly_hooks._sender, "put", sent.append)
    decide(platforms, delivered[1].remote_id, "rejected")
    (parcel,) = sent
    assert set(json.loads(parcel.body)) == {"id", "organization_id", "event_type", "occurred_at"}
    assert tell(parcel.body) == 200
    webhooks.run()
    delivered[1].refresh_from_db()
    assert delivered[1].state == "rejected"

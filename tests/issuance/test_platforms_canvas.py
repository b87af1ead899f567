"""Canvas Credentials' client against the sandbox, over real HTTP."""

import dataclasses
import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache

from issuance.platforms import canvas_rows
from issuance.platforms.base import Alignment, Evidence, OpenGate, Outcome
from issuance.platforms.canvas import Canvas
from issuance.sandbox.state import CANVAS_USERNAME
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import (
    FACTS,
    break_next,
    canvas_account,
    decide,
    outgoing,
    refused,
    reply_with,
)

sandbox = platform_fixtures.sandbox
canvas = platform_fixtures.canvas
badge_class = platform_fixtures.badge_class
KEY = "8c1f7a52-1111-4222-8333-944455556666"
OURS = {"key": KEY, "award_url": f"https://badges.example.org/awards/{KEY}"}


def rows(sandbox):
    """What the sandbox holds, as it shows it."""
    return [row["body"] for row in sandbox.state.held("canvas")]


def calls(sandbox):
    """How many calls arrived."""
    return sandbox.state.arrivals["canvas"].count()


def test_send_waits_for_its_recipient_at_its_public_page(sandbox, canvas, badge_class):
    outcome = canvas.send(outgoing(badge_class, **OURS))
    (row,) = rows(sandbox)
    url = f"{sandbox.url}/canvas/public/assertions/{row['entityId']}"
    assert outcome == Outcome(
        state="delivered",
        remote_id=row["entityId"],
        remote_url=url,
        claim_url=url,
        own_key=KEY,
        email="learner1@montana.example",
    )


def test_send_says_everything(sandbox, canvas, badge_class):
    canvas.send(
        outgoing(
            badge_class,
            recipient_email=" Learner+Tag@Montana.EXAMPLE ",
            expires_on=date(2028, 2, 29),
            evidence=(
                Evidence("Project", "https://example.org/p", "A plan"),
                Evidence("Note", description="Well done"),
            ),
            **OURS,
        )
    )
    (row,) = rows(sandbox)
    assert row["recipient"]["plaintextIdentity"] == "learner+tag@montana.example"
    # 20:30 in Denver on 4 May; the last moment of 29 February there, in UTC.
    assert (row["issuedOn"], row["expires"]) == ("2026-05-05T02:30:00Z", "2028-03-01T06:59:59Z")
    assert [(one["url"], one["narrative"]) for one in row["evidence"]] == [
        ("https://example.org/p", "Project: A plan"),
        (None, "Note: Well done"),
        (OURS["award_url"], "How to verify this award"),
    ]


def test_badge_class_says_what_the_definition_says_and_is_found_again(sandbox, canvas):
    facts = dataclasses.replace(
        FACTS,
        criteria="A portfolio of three analyses.",
        alignments=(Alignment("Reads data", "https://example.org/1", "", "Frame", "F-1"),),
    )
    made = canvas.ensure_template(facts)
    assert canvas.ensure_template(facts) == made
    (row,) = sandbox.state.templates("canvas", "SandboxUniversityIssuer")
    assert (row["name"], row["criteriaNarrative"]) == ("Data Literacy", "A portfolio of three analyses.")
    assert row["criteriaUrl"] == f"{facts.criteria_url}#{facts.definition_key}"
    assert row["tags"] == list(facts.skills)
    assert row["alignments"] == [
        {
            "targetName": "Reads data",
            "targetUrl": "https://example.org/1",
            "targetDescription": "",
            "targetFramework": "Frame",
            "targetCode": "F-1",
        }
    ]


def test_badge_class_is_found_among_the_changes_where_the_issuer_has_no_list(sandbox, canvas):
    made = canvas.ensure_template(FACTS)
    break_next(sandbox, "404", method="GET", path="/issuers/")
    assert canvas.ensure_template(FACTS) == made


def test_badge_class_without_an_image_is_refused_before_anything_is_asked(sandbox, canvas):
    error = refused(lambda: canvas.ensure_template(dataclasses.replace(FACTS, image=b"")))
    assert (error.code, error.permanent, calls(sandbox)) == ("template", True, 0)


def test_send_twice_adopts_what_is_there(sandbox, canvas, badge_class):
    first = canvas.send(outgoing(badge_class, **OURS))
    second = canvas.send(outgoing(badge_class, **OURS, recipient_email="LEARNER1@montana.example"))
    assert (second.remote_id, second.adopted) == (first.remote_id, True)
    assert len(rows(sandbox)) == 1


def test_send_after_a_revoked_one_makes_another(sandbox, canvas, badge_class):
    first = canvas.send(outgoing(badge_class, **OURS))
    canvas.revoke(outgoing(badge_class, **OURS), first.remote_id, "The wrong person.")
    assert canvas.send(outgoing(badge_class, key="second")).adopted is False
    assert len(rows(sandbox)) == 2


def test_find_by_evidence_or_else_by_recipient_and_day(canvas, badge_class):
    award = outgoing(badge_class, **OURS)
    assert canvas.find(award) is None
    sent = canvas.send(award)
    assert canvas.find(award).remote_id == sent.remote_id
    # Another award of ours for the same person is not that one: the evidence says so.
    other = dataclasses.replace(award, key=KEY.replace("8c1f", "0000"))
    assert canvas.find(other) is None
    assert canvas.find(outgoing(badge_class, 2)) is None


def test_find_takes_one_without_evidence_only_of_our_day_or_later(canvas, badge_class):
    long_ago = datetime(2024, 5, 4, tzinfo=UTC)
    made = canvas.send(outgoing(badge_class, key="by-hand", evidence=(), issued_at=long_ago))
    assert canvas.find(outgoing(badge_class)) is None
    assert canvas.find(outgoing(badge_class, issued_at=long_ago)).remote_id == made.remote_id


def test_rows_of_others_are_not_believed_when_a_filter_is_ignored(canvas, badge_class, monkeypatch, sandbox):
    canvas.send(outgoing(badge_class, 1))
    everything = type(sandbox.state).badges
    monkeypatch.setattr(
        type(sandbox.state),
        "badges",
        lambda self, platform, wanted, lagging=False: everything(self, platform, {}),
    )
    assert canvas.find(outgoing(badge_class, 2)) is None


def test_batch_is_read_by_its_rows_in_whatever_order(canvas, badge_class, sandbox):
    batch = [outgoing(badge_class, n) for n in (1, 2, 3)]
    found = canvas.send_batch(batch)
    assert [one.email for one in found] == [one.email for one in batch]
    assert calls(sandbox) == 4  # a token, a list of badge classes, a new one, the batch


def test_batch_with_a_bad_row_is_refused_as_a_whole(canvas, badge_class, sandbox):
    batch = [outgoing(badge_class, 1), outgoing(badge_class, 2, recipient_email="nobody")]
    error = refused(lambda: canvas.send_batch(batch))
    assert (error.permanent, error.ambiguous) == (True, False)
    assert "recipient Enter a valid email address." in error.message
    assert rows(sandbox) == []


def test_batch_that_died_half_way_leaves_rows_to_be_asked_about(canvas, badge_class, sandbox):
    break_next(sandbox, "half_batch", method="POST", path="/issue")
    batch = [outgoing(badge_class, n) for n in (1, 2, 3, 4)]
    error = refused(lambda: canvas.send_batch(batch))
    assert (error.permanent, error.ambiguous) == (False, True)
    assert [canvas.find(one) is not None for one in batch] == [True, True, False, False]


def test_batch_answer_without_a_row_is_ambiguous_for_that_row(canvas, badge_class, monkeypatch):
    batch = [outgoing(badge_class, n) for n in (1, 2)]
    first = {"entityId": "a", "recipient": {"plaintextIdentity": "learner1@montana.example"}}
    reply_with(monkeypatch, 201, {"status": {"success": True}, "result": [first]})
    done, lost = canvas.send_batch(batch)
    assert (done.remote_id, lost.ambiguous) == ("a", True)


def test_status_follows_the_recipient(canvas, badge_class, sandbox):
    sent = canvas.send(outgoing(badge_class))
    for decision in ("accepted", "rejected"):
        decide(sandbox, sent.remote_id, decision)
        assert canvas.status(outgoing(badge_class), sent.remote_id).state == decision
    assert canvas.status(outgoing(badge_class), "nothing") is None


def test_statuses_of_many_pages_with_revoked_and_expired_ones(canvas, badge_class, sandbox):
    for number in range(1, 104):
        canvas.send(outgoing(badge_class, number, expires_on=date(2026, 6, 1) if number == 7 else None))
    first = canvas.find(outgoing(badge_class, 1))
    canvas.revoke(outgoing(badge_class, 1), first.remote_id, "Wrong.")
    found = list(canvas.statuses(badge_class))
    assert len({one.remote_id for one in found}) == 103
    assert sorted({one.state for one in found}) == ["delivered", "expired", "revoked"]


def test_revoke_says_why_and_twice_is_harmless(canvas, badge_class, sandbox):
    sent = canvas.send(outgoing(badge_class))
    for _ in range(2):
        done = canvas.revoke(outgoing(badge_class), sent.remote_id, "The wrong person.")
        assert (done.state, done.remote_id, done.detail) == ("revoked", sent.remote_id, "The wrong person.")
    assert refused(lambda: canvas.revoke(outgoing(badge_class), "nothing", "X")).permanent


def test_revoke_answered_without_a_body_is_done(canvas, badge_class, monkeypatch):
    reply_with(monkeypatch, 204, "")
    assert canvas.revoke(outgoing("x"), "a", "Why.") == Outcome("revoked", "a", detail="Why.")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"recipient_email": "nobody"}, "recipient Enter a valid email address."),
        ({"issued_at": datetime.now(UTC) + timedelta(days=2)}, "issuedOn Only past dates are allowed."),
    ],
    ids=["address", "future"],
)
def test_bad_rows_are_refused_in_words(canvas, badge_class, changes, says):
    error = refused(lambda: canvas.send(outgoing(badge_class, **changes)))
    assert (error.permanent, error.code) == (True, "refused")
    assert error.message == f"Canvas Credentials refused it (400): {says}"


def test_badge_classes_that_cannot_be_used(sandbox, canvas, badge_class):
    sandbox.state.add_account("canvas", "other@x.example:pw", "OtherIssuer", "Other")
    other = Canvas(
        canvas_account(sandbox, "other@x.example", token="pw", organization="OtherIssuer"), OpenGate()
    )
    assert canvas.check_template(badge_class) is None
    for check in (
        lambda: other.check_template(badge_class),
        lambda: canvas.check_template("nothing"),
        lambda: canvas.send(outgoing("nothing")),
    ):
        error = refused(check)
        assert (error.permanent, error.code) == (True, "template")


def test_token_is_shared_by_clients_and_renewed_once_it_is_refused(sandbox, canvas, badge_class):
    before = calls(sandbox)
    second = Canvas(canvas_account(sandbox), OpenGate())
    second.send(outgoing(badge_class, 1))
    assert calls(sandbox) == before + 1  # no token was asked for
    sandbox.state.door.expire()
    canvas.send(outgoing(badge_class, 2))
    assert calls(sandbox) == before + 4  # refused, a token, sent
    second.send(outgoing(badge_class, 3))
    assert calls(sandbox) == before + 6  # refused, sent with the token that the other one got
    assert len(rows(sandbox)) == 3


def test_token_is_kept_encrypted(sandbox, canvas, badge_class):
    token = canvas.http._token.known
    kept = cache.get(canvas.http._token._key)
    assert token
    assert token.encode() not in kept


def test_wrong_password_stops_the_account_and_is_not_tried_again_at_once(sandbox, badge_class):
    client = Canvas(canvas_account(sandbox, token="old-password"), OpenGate())
    before = calls(sandbox)
    for _ in range(3):
        error = refused(lambda: client.send(outgoing(badge_class)))
        assert (error.permanent, error.account_wide, error.code) == (True, True, "token_refused")
        assert "CANVAS_PASSWORD" in error.message
        assert "old-password" not in error.message
    assert calls(sandbox) == before + 1


def test_throttled_sign_in_waits_as_long_as_it_says(sandbox, badge_class):
    for _ in range(3):
        sandbox.state.door.failed(CANVAS_USERNAME)
    cache.clear()
    client = Canvas(canvas_account(sandbox), OpenGate())
    error = refused(lambda: client.send(outgoing(badge_class)))
    assert (error.permanent, error.code, error.retry_after) == (False, "rate_limited", 8.0)


def test_health_names_the_issuer_or_says_what_is_wrong(sandbox, canvas):
    assert canvas.health().message == "Canvas Credentials knows us as Sandbox University."
    other = Canvas(canvas_account(sandbox, organization="Nobody"), OpenGate())
    assert other.health().ok is False


def test_recipient_is_known_by_digest_alone():
    digest = hashlib.sha256(b"a@x.examplepepper").hexdigest()
    row = {"recipient": {"identity": f"sha256${digest}", "hashed": True, "salt": "pepper"}}
    assert canvas_rows.is_for(row, "a@x.example")
    assert not canvas_rows.is_for(row, "b@x.example")
    assert canvas_rows.address(row) == ""

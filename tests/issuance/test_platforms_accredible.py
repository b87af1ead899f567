"""Accredible's client against the sandbox, over real HTTP."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from issuance.platforms.accredible import Accredible
from issuance.platforms.base import Evidence, OpenGate, Outcome
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import (
    FACTS,
    accredible_account,
    break_next,
    held,
    outgoing,
    refused,
    reply_with,
)

sandbox = platform_fixtures.sandbox
accredible = platform_fixtures.accredible
group = platform_fixtures.group


def test_send_is_published_at_once(sandbox, accredible, group):
    outcome = accredible.send(outgoing(group))
    url = f"{sandbox.url}/accredible/credentials/{outcome.remote_id}"
    assert outcome == Outcome(
        state="delivered",
        remote_id="10000001",
        remote_url=url,
        claim_url=url,
        email="learner1@montana.example",
        earner_id="person-1",
        public=True,
    )


def test_send_says_everything(sandbox, accredible, group):
    award = outgoing(
        group,
        recipient_name=" Demo  learner ",
        recipient_email=" Learner+Tag@Montana.EXAMPLE ",
        expires_on=date(2028, 2, 29),
        award_url="https://badges.example.org/awards/1",
        evidence=(
            Evidence("Project", "https://example.org/p", "A plan"),
            Evidence("Note", description="Well done"),
        ),
    )
    row = sandbox.state.badge("accredible", accredible.send(award).remote_id)
    assert row["license_id"] == "award-1"
    assert row["recipient"] == {
        "name": "Demo learner",
        "email": "learner+tag@montana.example",
        "id": "person-1",
    }
    # The date in Denver, where it was 20:30; in UTC it was 5 May already.
    assert (row["issued_on"], row["expired_on"]) == ("2026-05-04", "2028-02-29")
    assert [(item["description"], item["type"], item["link_url"]) for item in row["evidence_items"]] == [
        ("A plan", "url", "https://example.org/p"),
        ("How to verify this award", "url", "https://badges.example.org/awards/1"),
    ]


def test_send_twice_adopts_what_is_there(sandbox, accredible, group):
    first = accredible.send(outgoing(group))
    second = accredible.send(outgoing(group))
    assert (second.remote_id, second.adopted, second.own_key) == (first.remote_id, True, "award-1")
    assert held(sandbox, "accredible") == ["award-1"]


def test_send_adopts_one_made_by_hand_for_the_same_address(sandbox, accredible, group):
    by_hand = accredible.send(outgoing(group, key="made-by-hand"))
    second = accredible.send(outgoing(group, recipient_email="LEARNER1@montana.example"))
    assert (second.remote_id, second.adopted, second.own_key) == (by_hand.remote_id, True, "made-by-hand")


def test_send_does_not_adopt_an_expired_one(accredible, group):
    accredible.send(outgoing(group, key="old", expires_on=date(2026, 6, 1)))
    error = refused(lambda: accredible.send(outgoing(group)))
    assert (error.permanent, error.code) == (True, "duplicate")


def test_send_duplicate_not_listed_yet_is_asked_again_when_we_sent_before(sandbox, accredible, group):
    accredible.send(outgoing(group, key="other"))
    sandbox.state.set_switches({"index_lag_seconds": 3600})
    error = refused(lambda: accredible.send(outgoing(group, last_sent_at=datetime.now(UTC))))
    assert (error.permanent, error.ambiguous, error.retry_after) == (False, True, 60.0)


def test_send_without_credits_is_unpublished_and_published_later(sandbox, accredible, group):
    sandbox.state.set_switches({"accredible_credits": 0})
    sent = accredible.send(outgoing(group))
    assert (sent.state, sent.published, sent.claim_url) == ("unpublished", False, "")
    assert accredible.publish(outgoing(group), sent.remote_id).state == "unpublished"
    sandbox.state.set_switches({"accredible_credits": 1})
    assert accredible.publish(outgoing(group), sent.remote_id).state == "delivered"
    assert held(sandbox, "accredible") == ["award-1"]


def test_send_to_unknown_group_is_refused(accredible):
    error = refused(lambda: accredible.send(outgoing("99")))
    assert (error.message, error.permanent, error.code) == (
        "Accredible refused it (422): Invalid Group",
        True,
        "template",
    )


def test_send_200_with_errors_inside_is_a_refusal(sandbox, accredible, group, monkeypatch):
    reply_with(monkeypatch, 200, {"errors": {"course_name": ["can't be blank"]}})
    error = refused(lambda: accredible.send(outgoing(group)))
    assert (error.message, error.permanent) == (
        "Accredible refused it (422): course_name can't be blank",
        True,
    )


def test_send_200_without_credential_is_ambiguous(sandbox, accredible, group, monkeypatch):
    reply_with(monkeypatch, 200, {"credential": {}})
    error = refused(lambda: accredible.send(outgoing(group)))
    assert (error.permanent, error.ambiguous, error.code) == (False, True, "unreadable")


def test_wrong_key_stops_the_account(sandbox, group):
    client = Accredible(accredible_account(sandbox, token="old-key"), OpenGate())
    error = refused(lambda: client.send(outgoing(group)))
    assert (error.permanent, error.account_wide, error.code) == (True, True, "token_refused")
    assert "ACCREDIBLE_API_KEY" in error.message
    assert "old-key" not in error.message


def test_group_of_another_account_is_refused(sandbox, group):
    sandbox.state.add_account("accredible", "other-key", "2", "Other")
    other = Accredible(accredible_account(sandbox, token="other-key"), OpenGate())
    assert refused(lambda: other.send(outgoing(group))).code == "template"
    assert refused(lambda: other.check_template(group)).code == "template"


def test_find_by_own_key_needs_no_index(sandbox, accredible, group):
    assert accredible.find(outgoing(group)) is None
    sent = accredible.send(outgoing(group))
    sandbox.state.set_switches({"index_lag_seconds": 3600})
    found = accredible.find(outgoing(group))
    assert (found.remote_id, found.adopted, found.own_key) == (sent.remote_id, True, "award-1")


def test_find_by_search_where_the_path_takes_no_own_key(sandbox, accredible, group):
    sent = accredible.send(outgoing(group))
    break_next(sandbox, "404", method="GET")
    found = accredible.find(outgoing(group))
    assert (found.remote_id, found.adopted) == (sent.remote_id, True)


def test_find_checks_rows_when_the_search_gives_others(sandbox, accredible, group, monkeypatch):
    accredible.send(outgoing(group, 1))
    everything = type(sandbox.state).badges
    monkeypatch.setattr(
        type(sandbox.state),
        "badges",
        lambda self, platform, wanted, lagging=False: everything(self, platform, {}) if lagging else [],
    )
    assert accredible.find(outgoing(group, 2)) is None


def test_status_and_unknown(sandbox, accredible, group):
    sent = accredible.send(outgoing(group))
    assert accredible.status(outgoing(group), sent.remote_id).state == "delivered"
    assert accredible.status(outgoing(group), "99") is None


def test_statuses_tell_who_opened(sandbox, accredible, group):
    for number in range(1, 53):
        accredible.send(outgoing(group, number))
    row = sandbox.state.badge("accredible", "10000001") | {"recipient_opened": True}
    sandbox.state.change_badge("accredible", "10000001", row)
    found = list(accredible.statuses(group))
    assert [row.own_key for row in found] == [f"award-{number}" for number in range(1, 53)]
    assert [row.opened for row in found] == [True] + [False] * 51


def test_revoke_expires_it(sandbox, accredible, group):
    sent = accredible.send(outgoing(group))
    outcome = accredible.revoke(outgoing(group), sent.remote_id, "Issued by mistake")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert (outcome.state, outcome.detail) == ("revoked", "Issued by mistake")
    assert sandbox.state.badge("accredible", sent.remote_id)["expired_on"] == yesterday.isoformat()
    assert accredible.status(outgoing(group), sent.remote_id).state == "expired"


def test_revoke_on_the_day_of_issue_never_ends_before_it(sandbox, accredible, group):
    award = outgoing(group, issued_at=datetime.now(UTC))
    sent = accredible.send(award)
    accredible.revoke(award, sent.remote_id, "Issued by mistake")
    assert (
        sandbox.state.badge("accredible", sent.remote_id)["expired_on"] == award.issued_at.date().isoformat()
    )


def test_ensure_template_finds_its_own_again(sandbox, accredible):
    first = accredible.ensure_template(FACTS)
    other = dataclasses.replace(FACTS, definition_key="7d3c5a52-1111-4222-8333-944455556667")
    assert accredible.ensure_template(FACTS) == first
    assert accredible.ensure_template(other) != first
    assert sandbox.state.template("accredible", first)[1]["course_name"] == "Data Literacy"


def test_ensure_template_uses_the_design_of_the_account(sandbox):
    account = accredible_account(sandbox, options=(("ACCREDIBLE_BADGE_DESIGN_ID", "77"),))
    made = Accredible(account, OpenGate()).ensure_template(FACTS)
    assert sandbox.state.template("accredible", made)[1]["badge_design_id"] == 77


def test_check_template_in_order(accredible, group):
    assert accredible.check_template(group) is None


def test_health_counts_credits(sandbox, accredible):
    sandbox.state.set_switches({"accredible_credits": 12})
    health = accredible.health()
    assert (health.ok, health.credits_left) == (True, 12)
    sandbox.state.set_switches({"accredible_credits": 0})
    assert accredible.health().ok is False


def test_health_with_a_refused_key(sandbox):
    health = Accredible(accredible_account(sandbox, token="old"), OpenGate()).health()
    assert (health.ok, health.credits_left) == (False, None)


def test_figures_that_accredible_does_not_offer(accredible):
    assert accredible.not_offered({"acceptance", "opened", "shares"}) == {"acceptance", "shares"}


def test_keys_that_could_be_mistaken_are_our_mistake(group):
    with pytest.raises(ValueError, match="not a number"):
        outgoing(group, key="10000001")

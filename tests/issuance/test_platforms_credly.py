"""Credly's client against the sandbox, over real HTTP."""

from datetime import UTC, date, datetime

import pytest

from issuance.platforms.base import Evidence
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, decide, held, outgoing, refused

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
credly_template = platform_fixtures.credly_template


def test_send_gives_a_pending_badge_to_claim(sandbox, credly, credly_template):
    outcome = credly.send(outgoing(credly_template))
    assert (outcome.state, outcome.adopted, outcome.published, outcome.remote_url) == (
        "delivered",
        False,
        True,
        "",
    )
    assert outcome.claim_url == f"{sandbox.url}/credly/badges/{outcome.remote_id}/accept"
    assert (outcome.email, outcome.earner_id) == ("learner1@montana.example", "person-1")


def test_send_says_everything_credly_asks_for(sandbox, credly, credly_template):
    award = outgoing(
        credly_template,
        recipient_name="Demo  Learner Montana ",
        recipient_email=" Learner+Tag@Montana.EXAMPLE ",
        expires_on=date(2028, 2, 29),
        award_url="https://badges.example.org/awards/1",
        evidence=(
            Evidence("Project", "https://example.org/p", "A plan"),
            Evidence("Note", description="Well done"),
        ),
    )
    badge = sandbox.state.badge("credly", credly.send(award).remote_id)
    assert (badge["issued_to_first_name"], badge["issued_to_last_name"]) == ("Demo Learner", "Montana")
    assert badge["recipient_email"] == "learner+tag@montana.example"
    # Denver is six hours behind UTC in May and seven in February.
    assert badge["issued_at"] == "2026-05-05T02:30:00.000Z"
    assert badge["expires_at"] == "2028-03-01T06:59:59.000Z"
    assert badge["evidence"] == [
        {"type": "UrlEvidence", "name": "Project", "value": "https://example.org/p", "description": "A plan"},
        {"type": "IdEvidence", "title": "Note", "description": "Well done"},
        {
            "type": "UrlEvidence",
            "name": "How to verify this award",
            "value": "https://badges.example.org/awards/1",
        },
    ]


def test_send_without_end_never_expires_whatever_the_template_says(sandbox, credly, credly_template):
    badge = sandbox.state.badge("credly", credly.send(outgoing(credly_template)).remote_id)
    assert badge["expires_at"] is None


@pytest.mark.parametrize(
    "name, given, family, first, last",
    [
        ("Demo Learner", "", "", "Demo", "Learner"),
        ("Demo", "", "", "Demo", "-"),
        ("山田 太郎", "太郎", "山田", "太郎", "山田"),
        ("नमूना", "", "", "नमूना", "-"),
        ("Demo Learner of Montana", "Demo", "Learner of Montana", "Demo", "Learner of Montana"),
    ],
)
def test_send_names_in_two_fields(sandbox, credly, credly_template, name, given, family, first, last):
    award = outgoing(credly_template, recipient_name=name, given_name=given, family_name=family)
    badge = sandbox.state.badge("credly", credly.send(award).remote_id)
    assert (badge["issued_to_first_name"], badge["issued_to_last_name"]) == (first, last)


def test_send_twice_adopts_the_badge_that_is_there(sandbox, credly, credly_template):
    first = credly.send(outgoing(credly_template))
    second = credly.send(outgoing(credly_template))
    assert (second.remote_id, second.adopted, held(sandbox, "credly")) == (
        first.remote_id,
        True,
        ["person-1"],
    )


def test_send_adopts_a_badge_of_the_same_address_without_our_number(sandbox, credly, credly_template):
    first = credly.send(outgoing(credly_template, issuer_earner_id=""))
    second = credly.send(outgoing(credly_template, recipient_email="LEARNER1@montana.example"))
    assert (second.remote_id, second.adopted) == (first.remote_id, True)


def test_send_adopts_an_accepted_badge_as_accepted(sandbox, credly, credly_template):
    first = credly.send(outgoing(credly_template))
    decide(sandbox, first.remote_id, "accepted")
    assert credly.send(outgoing(credly_template)).state == "accepted"


def test_send_duplicate_that_nobody_can_find_waits_for_a_person(sandbox, credly, credly_template):
    credly.send(outgoing(credly_template))
    sandbox.state.set_switches({"index_lag_seconds": 3600})
    error = refused(lambda: credly.send(outgoing(credly_template)))
    assert (error.permanent, error.ambiguous, error.code) == (True, False, "duplicate")


def test_send_duplicate_not_listed_yet_is_asked_again_when_we_sent_before(sandbox, credly, credly_template):
    credly.send(outgoing(credly_template))
    sandbox.state.set_switches({"index_lag_seconds": 3600})
    again = outgoing(credly_template, last_sent_at=datetime.now(UTC))
    error = refused(lambda: credly.send(again))
    assert (error.permanent, error.ambiguous, error.code, error.retry_after) == (
        False,
        True,
        "duplicate",
        60.0,
    )


def test_send_duplicate_with_the_list_broken_is_asked_again(sandbox, credly, credly_template):
    credly.send(outgoing(credly_template))
    break_next(sandbox, "503", method="GET")
    error = refused(lambda: credly.send(outgoing(credly_template)))
    assert (error.permanent, error.ambiguous, error.code) == (False, True, "duplicate")


def test_send_to_unknown_template_is_no_duplicate(sandbox, credly):
    error = refused(lambda: credly.send(outgoing("5a4d0c1e-0000-4000-8000-00000000ffff")))
    assert (error.permanent, error.code) == (True, "template")
    assert error.message == "Credly refused it (422): Invalid or missing Badge Template ID:"


def test_send_to_archived_template_is_refused(sandbox, credly, credly_template):
    account, template = sandbox.state.template("credly", credly_template)
    sandbox.state.save_template("credly", account, credly_template, template | {"state": "archived"})
    assert refused(lambda: credly.send(outgoing(credly_template))).code == "template"
    assert refused(lambda: credly.check_template(credly_template)).message == (
        "The badge template is archived at Credly. Make it active there, then retry."
    )


def test_send_with_bad_address_quotes_credly(credly, credly_template):
    error = refused(lambda: credly.send(outgoing(credly_template, recipient_email="nobody")))
    assert error.message == "Credly refused it (422): Validation failed: Recipient email is invalid"
    assert (error.permanent, error.account_wide) == (True, False)


def test_find_before_and_after(sandbox, credly, credly_template):
    assert credly.find(outgoing(credly_template)) is None
    sent = credly.send(outgoing(credly_template))
    found = credly.find(outgoing(credly_template))
    assert (found.remote_id, found.adopted) == (sent.remote_id, True)


def test_find_leaves_a_badge_of_an_earlier_award_alone(sandbox, credly, credly_template):
    credly.send(outgoing(credly_template))
    later = outgoing(credly_template, 1, issued_at=datetime(2027, 5, 4, tzinfo=UTC))
    assert credly.find(later) is None


def test_find_leaves_a_revoked_badge_alone(sandbox, credly, credly_template):
    sent = credly.send(outgoing(credly_template))
    credly.revoke(outgoing(credly_template), sent.remote_id, "Issued by mistake")
    assert credly.find(outgoing(credly_template)) is None


def test_find_checks_rows_when_the_filter_is_ignored(sandbox, credly, credly_template, monkeypatch):
    for number in (1, 2, 3):
        credly.send(outgoing(credly_template, number))
    everything = type(sandbox.state).badges
    monkeypatch.setattr(
        type(sandbox.state),
        "badges",
        lambda self, platform, wanted, lagging=False: everything(self, platform, {}, lagging=lagging),
    )
    assert credly.find(outgoing(credly_template, 3)).earner_id == "person-3"
    assert credly.find(outgoing(credly_template, 4)) is None


def test_find_reads_every_page(sandbox, credly, credly_template):
    for number in range(1, 53):
        credly.send(outgoing(credly_template, number))
    assert [row.earner_id for row in credly.statuses(credly_template)] == [
        f"person-{n}" for n in range(1, 53)
    ]


def test_next_page_is_fetched_from_our_own_base_url(sandbox, credly, credly_template):
    for number in range(1, 52):
        credly.send(outgoing(credly_template, number))
    sandbox.url = "https://api.credly.example"  # what a server behind a proxy may put into its links
    assert len(list(credly.statuses(credly_template))) == 51


def test_status_follows_the_learner(sandbox, credly, credly_template):
    award = outgoing(credly_template)
    sent = credly.send(award)
    assert credly.status(award, sent.remote_id).state == "delivered"
    decide(sandbox, sent.remote_id, "accepted")
    accepted = credly.status(award, sent.remote_id)
    assert (accepted.state, accepted.remote_url) == (
        "accepted",
        f"{sandbox.url}/credly/badges/{sent.remote_id}",
    )
    assert credly.status(award, "5a4d0c1e-0000-4000-8000-00000000ffff") is None


def test_status_of_a_rejected_badge(sandbox, credly, credly_template):
    sent = credly.send(outgoing(credly_template))
    decide(sandbox, sent.remote_id, "rejected")
    assert credly.status(outgoing(credly_template), sent.remote_id).state == "rejected"


def test_status_of_an_expired_badge(credly, credly_template):
    award = outgoing(credly_template, expires_on=date(2020, 1, 1))
    assert credly.send(award).state == "expired"


def test_revoke_twice_is_harmless(credly, credly_template):
    sent = credly.send(outgoing(credly_template))
    first = credly.revoke(outgoing(credly_template), sent.remote_id, "Issued by mistake")
    second = credly.revoke(outgoing(credly_template), sent.remote_id, "Issued by mistake")
    assert [first.state, second.state, first.detail] == ["revoked", "revoked", "Issued by mistake"]


def test_revoke_of_unknown_badge_is_refused(credly, credly_template):
    assert refused(lambda: credly.revoke(outgoing(credly_template), "nowhere", "Why")).status == 404

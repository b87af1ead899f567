"""Every body that the vendors' documents and clients show, and what a person is told."""

import json
from datetime import UTC, datetime

import pytest

from issuance.platforms.answers import Answer, failure, retry_after, words

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TAKEN = (
    "has already been taken. Your group settings do not allow duplicates of this credential to be sent to the same "
    "email."
)

BODIES = [
    # Accredible
    ("HTTP Token: Access denied.\n", "HTTP Token: Access denied."),
    ('{"success":false,"data":"issuer_token not valid"}', "issuer_token not valid"),
    ('{"success":false,"data":"Not enough or too many segments"}', "Not enough or too many segments"),
    ('{"success":false,"data":"Group does not exist"}', "Group does not exist"),
    ('{"errors":"Private Certificate, use key"}', "Private Certificate, use key"),
    ('{"errors":"Doesn\'t exist"}', "Doesn't exist"),
    ('{"error":"Not found"}', "Not found"),
    (
        '{"error":"No Published Credential with this attribute"}',
        "No Published Credential with this attribute",
    ),
    ('{"errors":"Invalid Group"}', "Invalid Group"),
    ('{"errors":{"course_name":["can\'t be blank"]}}', "course_name can't be blank"),
    (
        '{"errors":{"course_name":["can\'t be blank"],"name":["is too long","is odd"]}}',
        "course_name can't be blank; name is too long, is odd",
    ),
    ('{"errors":{"credential":["is not valid"]}}', "credential is not valid"),
    (
        '{"code":400,"message":"Sort order increasing is not supported","status":"invalid_search_query","errors":{}}',
        "Sort order increasing is not supported",
    ),
    ('{"errors":"Internal server error"}', "Internal server error"),
    (
        json.dumps(
            {
                "errors": {
                    "code": "credential_invalid",
                    "message": "The credential is not valid",
                    "details": [{"property": "recipient.email", "message": TAKEN}],
                }
            }
        ),
        f"The credential is not valid: recipient.email {TAKEN}",
    ),
    (
        (
            '{"error":{"code":"credential_invalid","message":"The credential is not valid",'
            '"details":[{"property":"recipient.email","reason":"is invalid"}]}}'
        ),
        "The credential is not valid: recipient.email is invalid",
    ),
    # Credly
    (
        '{"data":{"message":"Invalid or missing Badge Template ID: "},"metadata":null}',
        "Invalid or missing Badge Template ID:",
    ),
    ('{"data":{"message":"User already has this badge"},"metadata":null}', "User already has this badge"),
    (
        (
            '{"data":{"message":"Validation failed","errors":[{"attribute":"issued_at","attribute_label":"Issued at",'
            '"messages":["can\'t be blank"]}],"error_index":1},"metadata":null}'
        ),
        "Validation failed: Issued at can't be blank",
    ),
    (
        '{"data":{"message":"Validation failed","errors":[{"attribute":"issued_at","messages":"is odd"}]}}',
        "Validation failed: issued_at is odd",
    ),
    # neither speaks
    ("<html><body><h1>502 Bad Gateway</h1></body></html>", ""),
    ("", ""),
    ("null", ""),
    ("[]", ""),
    ("{}", ""),
    ('{"data":{"id":"1"},"metadata":{}}', ""),
    ('{"data":null}', ""),
    ("[" * 5000, "[" * 299 + "…"),
    ('{"errors":' * 900 + "1" + "}" * 900, ""),
    ('{"errors":"two\\nlines\\u0000"}', "two lines"),
]


@pytest.mark.parametrize("body, expected", BODIES)
def test_words_of_every_known_body(body, expected):
    assert words(Answer(422, body)) == expected


def test_words_of_markup_by_content_type():
    assert words(Answer(500, "Oops", {"content-type": "text/html"})) == ""


@pytest.mark.parametrize(
    "header, expected",
    [
        ("120", 120.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sunday, 22-Nov-26 12:02:00 GMT", 120.0),  # the two older forms that a client must read too
        ("Sun Nov 22 12:02:00 2026", 120.0),
        ("999999", 86_400.0),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 86_400.0),
        ("Sun, 99 Nov 2026 12:02:00 GMT", None),
        ("Sun, 22 Nov 99999999999999999999 12:02:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_in_both_forms(header, expected):
    assert retry_after({"Retry-After": header}, NOW) == expected


def test_retry_after_counts_from_the_platforms_own_date():
    """Our clock is two hours wrong: it does not matter."""
    headers = {"retry-after": "Sun, 22 Nov 2026 14:00:30 GMT", "date": "Sun, 22 Nov 2026 14:00:00 GMT"}
    assert retry_after(headers, NOW) == 30.0


def test_retry_after_absent():
    assert retry_after({}, NOW) is None


@pytest.mark.parametrize(
    "status, permanent, ambiguous, account_wide, code",
    [
        (301, True, False, True, "configuration"),
        (400, True, False, False, "refused"),
        (401, True, False, True, "token_refused"),
        (403, True, False, False, "refused"),
        (404, True, False, False, "template"),
        (408, False, True, False, "server_error"),
        (410, True, False, False, "refused"),
        (422, True, False, False, "refused"),
        (429, False, False, True, "rate_limited"),
        (500, False, True, False, "server_error"),
        (502, False, True, False, "server_error"),
        (503, False, True, False, "server_error"),
    ],
)
def test_failure_by_status_of_a_write(status, permanent, ambiguous, account_wide, code):
    error = failure(Answer(status, "{}"), label="Credly", token_variable="CREDLY_TOKEN", writes=True, now=NOW)
    assert (error.permanent, error.ambiguous, error.account_wide, error.code, error.status) == (
        permanent,
        ambiguous,
        account_wide,
        code,
        status,
    )


def test_failure_of_a_read_is_never_ambiguous():
    error = failure(Answer(500), label="Credly", token_variable="CREDLY_TOKEN", writes=False, now=NOW)
    assert (error.permanent, error.ambiguous) == (False, False)


def test_failure_401_says_what_to_do():
    error = failure(Answer(401), label="Credly", token_variable="CREDLY_TOKEN", writes=True, now=NOW)
    assert error.message == (
        "The access token for Credly was refused. Ask for a new one at Credly, put it in CREDLY_TOKEN and retry."
    )


def test_failure_422_quotes_the_platform():
    answer = Answer(422, '{"errors":"Invalid Group"}')
    error = failure(answer, label="Accredible", token_variable="ACCREDIBLE_API_KEY", writes=True, now=NOW)
    assert error.message == "Accredible refused it (422): Invalid Group"


def test_failure_503_keeps_retry_after():
    answer = Answer(503, "<html>", {"Retry-After": "30"})
    error = failure(answer, label="Accredible", token_variable="ACCREDIBLE_API_KEY", writes=True, now=NOW)
    assert (error.retry_after, error.message) == (30.0, "Accredible had a fault of its own (503).")

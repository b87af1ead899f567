"""Open Badges 2.0: hosted and signed assertions, of anybody, in every form that they come in."""

import copy
import json
import zlib

import pytest

from credentials.checking.anyone import check_any
from credentials.checking.fetching import NotFetched
from tests.credentials.assertions import (
    ASSERTION,
    BADGE,
    HASHED,
    HOST,
    ISSUER,
    OWNER,
    PAGES,
    PERSON,
    SIGNED,
    A,
    B,
    K,
    R,
    in_png,
    in_svg,
    signed_pages,
    token,
)
from tests.credentials.openbadges_examples import ALL_YES, NOW, answers, chunk, png, sentence
from tests.credentials.others import Web, check, one_of

pytestmark = pytest.mark.django_db


def test_hosted_badge_is_checked_whole_in_every_form():
    text = json.dumps(ASSERTION)
    forms = [
        ASSERTION,
        text,
        text.encode(),
        in_png(text),
        in_png(text, b"tEXt"),
        in_png(A),
        in_svg(text, A),
        in_svg(verify=A),
    ]
    for form in forms:
        web = Web(PAGES)
        report = check_any(form, NOW, "learner@model.example", fetcher=web)
        assert answers(report) == ALL_YES | {"recipient": "yes"}, form
        assert set(web.asked) == {A, B, OWNER}
        assert sentence(report, "issuer") == "old.example publishes it for its issuer at old.example."
    assert report.credential["credentialSubject"]["achievement"]["name"] == "Knots"


def test_signed_badge_is_checked_whole_in_every_form():
    made = token()
    for form in (made, made.encode(), in_png(made), in_svg(verify=made)):
        report = check(form, signed_pages(), "learner@model.example")
        assert answers(report) == ALL_YES | {"recipient": "yes"}
        assert sentence(report, "signature") == "Nothing in it has changed since it was signed."


@pytest.mark.parametrize(
    ("pages", "expected", "words"),
    [
        ({A: ASSERTION | {"revoked": True}}, {"status": "no"}, "The issuer has revoked it."),
        (
            {A: ASSERTION | {"expires": "2026-01-01"}},
            {"dates": "no"},
            "It was in force until 1 January 2026.",
        ),
        (
            {A: ASSERTION | {"issuedOn": "2027-01-01T00:00:00Z"}},
            {"dates": "no"},
            "not in force before 1 January 2027",
        ),
        ({A: ASSERTION | {"expires": "soon"}}, {"dates": "unknown"}, "Until when it holds cannot be read."),
        (
            {OWNER: NotFetched("old.example did not answer in time")},
            {"issuer": "unknown"},
            "old.example did not answer in time",
        ),
        (
            {B: NotFetched("old.example has nothing there", 404)},
            {"issuer": "unknown"},
            "old.example has nothing there",
        ),
        ({OWNER: ISSUER | {"id": f"{HOST}/else"}}, {"issuer": "unknown"}, "is something else"),
        ({OWNER: b"<html>"}, {"issuer": "unknown"}, "cannot be read"),
    ],
)
def test_hosted_badge_that_is_not_in_order(pages, expected, words):
    report = check(
        A and json.dumps(ASSERTION | {k: v for k, v in (pages.get(A) or {}).items() if k != "revoked"}),
        PAGES | pages,
    )
    assert answers(report) == ALL_YES | expected
    assert words in " ".join(one.sentence for one in report.checks)


@pytest.mark.parametrize(("status", "key"), [(404, "signature"), (410, "status")])
def test_hosted_badge_that_its_issuer_publishes_no_longer(status, key):
    report = check(json.dumps(ASSERTION), PAGES | {A: NotFetched("old.example has taken it away", status)})
    assert answers(report) == {**dict.fromkeys(ALL_YES, "unknown"), key: "no"}
    assert sentence(report, key) == "Its issuer does not publish it, or does so no longer."


def test_hosted_badge_whose_host_is_away_could_not_be_checked():
    report = check(json.dumps(ASSERTION), PAGES | {A: NotFetched("old.example did not answer in time")})
    assert set(answers(report).values()) == {"unknown"}


@pytest.mark.parametrize(
    "changes",
    [{"recipient": PERSON | {"identity": "thief@model.example"}}, {"issuedOn": "2020-01-01T00:00:00Z"},
     {"expires": "2099-01-01T00:00:00Z"}, {"badge": f"{HOST}/badge/2"}, {"evidence": "https://x.example"}],
)  # fmt: skip
def test_hosted_badge_that_was_changed_is_told_and_what_is_published_counts(changes):
    report = check(json.dumps(ASSERTION | changes), PAGES, "thief@model.example")
    assert answers(report) == ALL_YES | {"signature": "no", "recipient": "no"}
    assert f"({next(iter(changes))})" in sentence(report, "signature")


def test_badge_in_somebody_elses_name_is_told():
    """Anybody can publish an assertion and a badge that name a university as issuer."""
    evil = {f"https://evil.example/{n}": page for n, page in enumerate((ASSERTION, BADGE))}
    evil["https://evil.example/0"] = ASSERTION | {
        "id": "https://evil.example/0",
        "badge": "https://evil.example/1",
    }
    evil["https://evil.example/1"] = BADGE | {"id": "https://evil.example/1"}
    report = check(json.dumps(evil["https://evil.example/0"]), PAGES | evil)
    assert answers(report) == ALL_YES | {"issuer": "no"}
    assert (
        sentence(report, "issuer")
        == "It stands at evil.example, where its issuer at old.example publishes nothing."
    )
    mixed = evil | {"https://evil.example/0": evil["https://evil.example/0"] | {"badge": B}}
    assert answers(check(json.dumps(mixed["https://evil.example/0"]), PAGES | mixed))["issuer"] == "no"


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ({"allowedOrigins": "cdn.example"}, "yes"),
        ({"allowedOrigins": ["x.example", "https://cdn.example"]}, "yes"),
        ({"startsWith": "https://cdn.example/a/"}, "no"),
        ({"startsWith": ["https://cdn.example/"]}, "yes"),
        ({"allowedOrigins": ["old.example"]}, "no"),
        ("nonsense", "no"),
    ],
)
def test_issuer_says_where_its_badges_stand(rule, answer):
    place, badge = "https://cdn.example/1", "https://cdn.example/2"
    pages = {
        place: ASSERTION | {"id": place, "badge": badge},
        badge: BADGE | {"id": badge},
        OWNER: ISSUER | {"verification": rule},
    }
    assert answers(check(json.dumps(pages[place]), pages)) == ALL_YES | {"issuer": answer}


def test_signed_badge_that_was_changed_or_forged_is_told():
    header, payload, signature = token().split(".")
    other = token(SIGNED | {"issuedOn": "2020-01-01T00:00:00Z"}).split(".")[1]
    assert answers(check(f"{header}.{other}.{signature}", signed_pages())) == ALL_YES | {
        "issuer": "unknown",
        "signature": "no",
    }
    forged = token(key=one_of("RS256", 1))
    assert answers(check(forged, signed_pages())) == ALL_YES | {"issuer": "unknown", "signature": "no"}


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({OWNER: ISSUER | {"publicKey": f"{HOST}/other"}}, {"issuer": "no", "signature": "no"}),
        ({OWNER: ISSUER}, {"issuer": "no", "signature": "no"}),
        ({K: {"id": K, "owner": "https://evil.example"}}, {"issuer": "no", "signature": "no"}),
        (
            {K: {"id": K, "owner": OWNER, "publicKeyPem": "nonsense"}},
            {"issuer": "unknown", "signature": "unknown"},
        ),
        ({K: NotFetched("away")}, {"issuer": "unknown", "signature": "unknown"}),
        ({OWNER: NotFetched("away")}, {"issuer": "unknown", "signature": "unknown", "status": "unknown"}),
    ],
)
def test_key_of_a_signed_badge_must_be_its_issuers(pages, expected):
    assert answers(check(token(), signed_pages() | pages)) == ALL_YES | expected


@pytest.mark.parametrize(
    ("listed", "answer"),
    [([], "yes"), (["urn:uuid:1"], "no"), ([{"id": "urn:uuid:1", "revocationReason": "x"}], "no"),
     ([{"uid": "urn:uuid:1"}], "no"), (["urn:uuid:2"], "yes")],
)  # fmt: skip
def test_signed_badge_is_revoked_by_its_issuers_list(listed, answer):
    found = {"id": R, "type": "RevocationList", "issuer": OWNER, "revokedAssertions": listed}
    assert answers(check(token(), signed_pages(revocationList=R) | {R: found})) == ALL_YES | {
        "status": answer
    }
    foreign = found | {"issuer": "https://evil.example"}
    assert answers(check(token(), signed_pages(revocationList=R) | {R: foreign})) == ALL_YES | {
        "status": "unknown"
    }
    assert answers(check(token(), signed_pages(revocationList=R))) == ALL_YES | {"status": "unknown"}


@pytest.mark.parametrize(
    ("person", "typed", "answer"),
    [
        (PERSON, " LEARNER@model.example", "yes"),
        (PERSON, "other@model.example", "no"),
        (HASHED, "learner@model.example", "yes"),
        (HASHED, "Learner@Model.Example", "yes"),
        (HASHED, "other@model.example", "no"),
        (PERSON | {"type": "url", "identity": "https://x.example"}, "learner@model.example", "unknown"),
    ],
)
def test_recipient_is_compared(person, typed, answer):
    pages = PAGES | {A: ASSERTION | {"recipient": person}}
    assert str(check(in_png(A), pages, typed).answer("recipient")) == answer


def test_badge_of_the_first_version_is_not_checked():
    report = check(json.dumps(ASSERTION | {"@context": "https://w3id.org/openbadges/v1"}), PAGES)
    assert set(answers(report).values()) == {"unknown"}
    assert sentence(report, "document") == "This is a badge of Open Badges 1, which we do not check."


HOSTILE = [
    b"", b"{}", b"[]", in_png(""), in_png("https://"), in_png("nonsense"), in_png(A, times=2), in_png("{" * 9000),
    png(chunk(b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress(A.encode()))), png(chunk(b"iTXt", b"openbadges")),
    in_svg("{"), in_svg(), b'<!DOCTYPE a [<!ENTITY b "c">]><svg>&b;</svg>', "x" * 11_000_000, b"\xff" * 100,
]  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE)
def test_what_is_no_assertion_gets_an_answer_in_words(source):
    report = check(source, {})
    assert "yes" not in answers(report).values()
    assert report.checks[0].sentence.endswith(".")


ODD = [None, 5, [], {}, "", "x", True, [None], {"id": 5}, {"id": A}, "https://a b", "http://[", "did:web:x"]


def test_anything_in_any_place_gets_an_answer():
    for page in PAGES:
        for name in [*PAGES[page], "expires", "revoked", "verification", "publicKey", "revocationList"]:
            for value in ODD:
                pages = copy.deepcopy(PAGES)
                pages[page] = PAGES[page] | {name: value}
                assert len(check(json.dumps(pages[A]), pages, "a@b.example").checks) == 6
                pages = signed_pages() | {p: pages[p] for p in (B,)}
                verify2_of(SIGNED | ({name: value} if page == A else {}), pages)


def verify2_of(assertion, pages):
    report = check(token(assertion), pages, "a@b.example")
    assert all(one.sentence for one in report.checks)

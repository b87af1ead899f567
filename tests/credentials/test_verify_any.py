"""The page where anyone checks any badge: files, texts and addresses, also hostile ones."""

import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from credentials.actions import awards, wallet
from credentials.openbadges import did, document, keys, proof
from credentials.openbadges.advice import what_to_do
from credentials.openbadges.facts import AchievementFacts, AwardFacts, IssuerFacts
from credentials.openbadges.verify import Answer, Check
from credentials.views.reports import QUESTIONS
from journal import clock
from tests.credentials.openbadges_examples import minimal_award
from tests.credentials.support import award, definition, texts, with_image
from tests.factories import PersonFactory

CRITERIA = (
    "Explain three data sets and draw one map.\n\n"
    "- Read a fire weather table: Oral examination\n- Map the perimeter of a fire: Project"
)
YES = {
    "Is it an Open Badges credential?": "yes",
    "Is it from whom it says?": "yes",
    "Is it unchanged?": "yes",
    "Are its dates in order?": "yes",
    "Does its issuer stand by it?": "yes",
    "Did others approve it, as it says?": "yes",
}


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(with_image(definition(model), model), PersonFactory(email="fires@learner.example"))


def check(text="", file=None, email="", **headers):
    data = {"text": text, "email": email} | ({"file": file} if file else {})
    return Client().post("/verify/", data, **headers)


def upload(content, name="badge.json"):
    return SimpleUploadedFile(name, content)


def answers(response):
    assert response.status_code == 200, texts(response)
    return {item["question"]: item["answer"] for item in response.context["answers"]}


def test_page_asks_for_a_file_a_text_or_an_address(db):
    page = Client().get("/verify/")
    assert page.status_code == 200
    assert re.findall(r'name="(file|text|email)"', page.content.decode()) == ["file", "text", "email"]


@pytest.mark.parametrize("form", ["json", "jwt", "png"])
def test_every_form_of_ours_is_checked_whole_as_a_file(held, form):
    content = Client().get(f"/awards/{held.pk}.{form}").content
    assert answers(check(file=upload(content, f"badge.{form}"))) == YES


def test_pasted_text_is_checked(held):
    found = check(text=json.dumps(held.credential), email=" FIRES@learner.example ")
    assert answers(found) == YES | {"Is it this person’s?": "yes"}
    day = f"{held.awarded_at.astimezone(dt.UTC):%-d %B %Y}"
    assert found.context["facts"] == [
        {"term": "Badge", "value": "Reading fire data"},
        {"term": "Issuer", "value": "Model University"},
        {"term": "What it stands for", "value": "You can read, map and explain data of wildland fires."},
        {"term": "What had to be shown", "value": CRITERIA},
        {"term": "Valid from", "value": day},
    ]
    assert "Everything is in order." in texts(found)
    assert "Reading fire data</textarea>" not in found.content.decode()
    assert (
        answers(check(text=json.dumps(held.credential), email="x@y.example"))["Is it this person’s?"] == "no"
    )


def test_changed_text_is_refused(held):
    changed = json.dumps(held.credential).replace("Reading fire data", "Reading minds")
    found = check(text=changed)
    assert answers(found)["Is it unchanged?"] == "no"
    assert "At least one answer is no. Do not rely on it." in texts(found)


def test_revoked_badge_is_told_whatever_file_somebody_still_has(model, held):
    before = Client().get(f"/awards/{held.pk}.jwt").content.decode()
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    for text in (json.dumps(held.credential), before):
        assert answers(check(text=text))["Does its issuer stand by it?"] == "no"


def test_badge_whose_issuer_cannot_be_asked_is_read_all_the_same(db, tmp_path):
    issuer = IssuerFacts(origin="https://elsewhere.example", slug="other", name="Another university")
    own = keys.issuer_keys(tmp_path, "other")
    achievement = AchievementFacts(id="https://elsewhere.example/a/1", name="Knots", description="Knots.", criteria_narrative="Tie.")  # fmt: skip
    url = did.status_list_url("https://elsewhere.example", "other", 1)
    facts = AwardFacts(uuid=minimal_award().uuid, valid_from=clock.now(), status_list_url=url, status_index=3)
    signed = proof.sign(document.build(issuer, achievement, facts), own.signing_key, clock.now())
    found = check(text=json.dumps(signed))
    assert answers(found) == {
        "Is it an Open Badges credential?": "yes",
        "Is it from whom it says?": "unknown",
        "Is it unchanged?": "unknown",
        "Are its dates in order?": "yes",
        "Does its issuer stand by it?": "unknown",
    }
    assert {"term": "Issuer", "value": "Another university"} in found.context["facts"]
    assert "Nothing speaks against it, but not everything could be checked." in texts(found)


@pytest.mark.parametrize(
    "form",
    ["{pk}", "urn:uuid:{pk}", "http://testserver/verify/{pk}/", "http://testserver/verify/{pk}/?link=x#top",
     "https://badges.example.org/awards/{pk}", "https://badges.example.org/awards/{pk}.json", "  {pk}  ",
     "http://testserver/awards/{pk}/ob2.json", "http://testserver/embed/{pk}/"],
)  # fmt: skip
def test_own_address_leads_to_the_page_of_the_award(held, form):
    found = check(text=form.format(pk=held.pk))
    assert (found.status_code, found["Location"]) == (302, f"/verify/{held.pk}/")


def test_own_shared_link_leads_on(held):
    link = wallet.share(award=held, label="", by=held.holder)
    found = check(text=f"http://testserver/s/{link.token}/")
    assert (found.status_code, found["Location"]) == (302, f"/s/{link.token}/")


def test_own_address_of_no_award_leads_to_the_page_that_says_so(db):
    assert check(text="http://testserver/verify/nonsense/")["Location"] == "/verify/nonsense/"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://127.0.0.1/awards/1", "127.0.0.1 is not a host of the public internet"),
        ("http://127.0.0.1:22/", "only addresses that begin with https:// are asked"),
        ("https://169.254.169.254/latest/meta-data/", "169.254.169.254 is not a host of the public internet"),
        ("https://localhost/admin/", "localhost is not a host of the public internet"),
        ("https://[::1]/", "::1 is not a host of the public internet"),
        ("https://somebody:secret@open.example/", "the address holds a name or a password"),
    ],
)
def test_address_that_is_not_asked_is_told_in_words_and_kept(db, address, words):
    found = check(text=address)
    assert set(answers(found).values()) == {"unknown"}
    assert f"We could not get a badge from this address: {words}." in texts(found)
    assert f"{address}</textarea>" in found.content.decode()


def test_own_address_that_is_not_of_a_badge_is_told_so_and_not_asked(db):
    found = check(text="http://testserver/catalogue/")
    assert set(answers(found).values()) == {"unknown"}
    assert "This is an address of ours, but not that of a badge." in texts(found)


def test_nothing_given_is_told_at_the_field(db):
    found = check()
    assert found.status_code == 400
    assert "Choose a file, or paste a text below." in texts(found)


def test_wrong_address_of_the_person_keeps_the_text(db):
    found = check(text="{}", email="nonsense")
    assert found.status_code == 400
    assert 'href="#id_email"' in found.content.decode()
    assert ">\n{}</textarea>" in found.content.decode()


HOSTILE = {
    "nothing": b"\x00",
    "not utf-8": b"\xff\xfe\x00\x01" * 100,
    "deep": b"[" * 200_000,
    "deep object": b'{"a":' * 50_000,
    "list": b"[]",
    "number": b"1",
    "null": b"null",
    "huge number": b'{"validFrom": ' + b"9" * 100_000 + b"}",
    "twice": b'{"id": "a", "id": "b"}',
    "half a character": b'{"id": "\\ud800"}',
    "token": b"a.b.c",
    "png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><!DOCTYPE x [<!ENTITY a "b">]>&a;</svg>',
    "billion laughs": b'<!DOCTYPE l [<!ENTITY a "l"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
    "empty subject": b'{"type": ["VerifiableCredential"], "credentialSubject": [], "issuer": {"name": {}}}',
    "script": b'{"name": "<script>alert(1)</script>", "issuer": "<img src=x onerror=alert(1)>"}',
    "four megabytes": b'{"a": "' + b"x" * 4_000_000 + b'"}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_gets_an_answer_in_words(db, content):
    found = check(file=upload(content))
    assert "yes" not in answers(found).values()
    assert "<script>alert" not in found.content.decode()
    assert "<img src=x" not in found.content.decode()


def test_file_over_five_megabytes_is_refused(db):
    found = check(file=upload(b"x" * (5 * 1024 * 1024 + 1)))
    assert found.status_code == 400
    assert "The file is larger than 5 MB" in texts(found)


def test_post_that_is_far_too_large_is_refused_unread(db):
    found = check(text="x", headers={"content-length": str(50 * 1024 * 1024)})
    assert found.status_code == 413
    assert "The file is larger than 5 MB" in texts(found)


def test_text_over_half_a_million_characters_is_refused(db):
    assert check(text="x" * 500_001).status_code == 400


def test_checking_needs_no_cookie_and_is_never_kept(held):
    found = Client(enforce_csrf_checks=True).post("/verify/", {"text": json.dumps(held.credential)})
    assert found.status_code == 200
    assert found["Cache-Control"] == "private, no-store"


def test_each_answer_but_yes_says_what_to_do():
    for key in QUESTIONS:
        for answer in (Answer.NO, Answer.UNKNOWN):
            advice = what_to_do(Check(key, answer, ""))
            assert (key, answer, advice[:1].isupper(), advice[-1:]) == (key, answer, True, ".")

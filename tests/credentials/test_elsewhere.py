"""Badges earned elsewhere, brought into the wallet: taken when genuine, in force and made out to the learner."""

import contextlib
import json
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from credentials.actions import importing
from credentials.models import ImportedBadge
from credentials.openbadges import did, document, keys, proof, status_list
from credentials.views import elsewhere
from tests.credentials.openbadges_examples import NOW
from tests.credentials.others import AWARD, DID, ISSUER, KNOTS, LIST, ORIGIN, SLUG, Web
from tests.credentials.support import award, definition, learner
from tests.support import site_for

MINE, FURTHER = "holder@learner.example", "holder@home.example"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture
def web(own, monkeypatch):
    """The other issuer's published documents, in place of the network."""
    signed = proof.sign(status_list.build(LIST, DID, [], NOW), own.signing_key, NOW)
    pages = {f"{ORIGIN}/issuers/other/did.json": did.did_document(ORIGIN, own), LIST: signed}
    monkeypatch.setattr(elsewhere, "fetcher_for", lambda visitor: contextlib.nullcontext(Web(pages)))
    return pages


def badge(own, email=MINE, **changes):
    facts = replace(AWARD, recipient_email=email, recipient_salt="s" * 16, **changes)
    return proof.sign(document.build(ISSUER, KNOTS, facts), own.signing_key, NOW)


@pytest.fixture
def holder(db):
    return learner(name="Test holder", email=MINE)


def bring(site, text="", email=MINE, file=None):
    given = {"text": text, "email": email}
    return site.post("/wallet/elsewhere/", given | ({"file": file} if file else {}))


def test_a_badge_made_out_to_me_is_kept_with_what_was_found(own, web, holder):
    site = site_for(holder)
    text = json.dumps(badge(own))
    assert bring(site, text).status_code == 302
    kept = ImportedBadge.objects.get(holder=holder)
    assert (kept.title, kept.issuer, kept.address) == ("Knots", "Another university", MINE)
    assert bytes(kept.source) == text.encode()
    assert {check["check"]: check["answer"] for check in kept.checks} == {
        "document": "yes", "issuer": "yes", "signature": "yes", "dates": "yes", "status": "yes",
        "recipient": "yes",
    }  # fmt: skip
    page = site.get("/wallet/elsewhere/").content.decode()
    assert "Knots" in page
    assert "Another university. Everything is in order." in page
    file = site.get(f"/wallet/elsewhere/{kept.pk}/file/")
    assert (file.content, file["Content-Type"]) == (text.encode(), "application/octet-stream")
    assert file["Content-Disposition"].startswith("attachment;")


def test_as_a_file_and_by_its_address(own, web, holder):
    site = site_for(holder)
    content = json.dumps(badge(own)).encode()
    bring(site, file=SimpleUploadedFile("badge.json", content))
    web[f"{ORIGIN}/badge.json"] = json.dumps(badge(own, licence_number="2")).encode()
    bring(site, f"{ORIGIN}/badge.json")
    assert ImportedBadge.objects.filter(holder=holder).count() == 2


def test_one_made_out_to_a_further_address_needs_that_address(own, web, holder):
    site = site_for(holder)
    text = json.dumps(badge(own, FURTHER))
    refused = bring(site, text)
    assert (refused.status_code, f"made out to {MINE}" in refused.content.decode()) == (400, True)
    foreign = bring(site, text, FURTHER)
    assert "Choose one of your own addresses." in foreign.content.decode()
    EmailAddress.objects.create(user=holder, email=FURTHER, verified=True)
    assert bring(site, text, FURTHER).status_code == 302
    assert ImportedBadge.objects.get().address == FURTHER


def test_what_is_not_kept_says_why_and_keeps_what_was_typed(model, own, web, holder):
    site = site_for(holder)
    changed = badge(own) | {"name": "Changed"}
    unnamed = proof.sign(document.build(ISSUER, KNOTS, AWARD), own.signing_key, NOW)
    held = award(definition(model), holder)
    cases = [
        ({"text": ""}, "Choose a file, or paste a text below."),
        ({"text": "hello"}, ""),
        ({"text": "{" * 5000}, ""),
        ({"text": json.dumps(changed)}, "It was changed after it was signed"),
        ({"text": json.dumps(unnamed)}, "does not say that it was made out to"),
        ({"text": json.dumps(held.credential)}, "was issued here"),
        ({"text": f"{ORIGIN}/nothing"}, "We could not get a badge from this address: other.example has nothing there."),
        ({"text": "http://testserver/catalogue/"}, "This is an address of ours, but not that of a badge."),
        ({"file": SimpleUploadedFile("b.png", b"\x89PNG\r\n\x1a\n" + b"x" * 100)}, ""),
        ({"file": SimpleUploadedFile("b.json", b" " * (1024 * 1024 + 1) + b"{}")}, "larger than 1 MB"),
    ]  # fmt: skip
    for given, words in cases:
        refused = bring(site, **given)
        page = refused.content.decode()
        assert (refused.status_code, words in page) == (400, True), (str(given)[:80], page[-3000:])
        assert "This badge was not kept" in page
        assert escape(given.get("text", "")[:5]) in page
    assert not ImportedBadge.objects.exists()


@pytest.fixture
def model(campus):
    return campus("model")


def test_twice_and_too_many_are_refused(own, web, holder, monkeypatch):
    site = site_for(holder)
    text = json.dumps(badge(own))
    bring(site, text)
    assert "in your wallet already" in bring(site, text).content.decode()
    monkeypatch.setattr(importing, "MOST", 1)
    assert "Remove one first" in bring(site, json.dumps(badge(own, licence_number="2"))).content.decode()


def test_looking_again_finds_what_was_revoked_meanwhile(own, web, holder):
    site = site_for(holder)
    bring(site, json.dumps(badge(own)))
    kept = ImportedBadge.objects.get()
    web[LIST] = proof.sign(status_list.build(LIST, DID, [3], NOW), own.signing_key, NOW)
    page = site.post(f"/wallet/elsewhere/{kept.pk}/check/", follow=True).content.decode()
    assert "At least one answer is no. Do not rely on it." in page
    site.post(f"/wallet/elsewhere/{kept.pk}/remove/")
    site.post(f"/wallet/elsewhere/{kept.pk}/remove/")
    assert not ImportedBadge.objects.exists()


def test_nobody_else_sees_or_touches_it(own, web, holder, model):
    bring(site_for(holder), json.dumps(badge(own)))
    kept = ImportedBadge.objects.get()
    for other in (learner(name="Another", email="other@learner.example"), model.programme_manager):
        site = site_for(other)
        assert "Knots" not in site.get("/wallet/elsewhere/").content.decode()
        assert site.get(f"/wallet/elsewhere/{kept.pk}/file/").status_code == 404
        assert site.post(f"/wallet/elsewhere/{kept.pk}/check/").status_code == 404
        site.post(f"/wallet/elsewhere/{kept.pk}/remove/")
    assert Client().get("/wallet/elsewhere/").status_code == 302
    assert ImportedBadge.objects.filter(holder=holder).exists()

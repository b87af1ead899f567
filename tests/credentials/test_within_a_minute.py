"""Suspended, reinstated, revoked: every address that tells of an award says so at the next look, and nobody may keep
what it said before for longer than a minute."""

import re

import pytest
from django.conf import settings
from django.test import Client

from credentials.actions import awards, collections, profiles, suspension, wallet
from credentials.openbadges import status_list
from credentials.urls import urlpatterns
from tests.credentials.support import award, definition, learner, texts, with_image
from tests.credentials.test_public_page import wanted
from tests.support import api_for, site_for
from tests.test_public_addresses import PUBLIC_PAGES

WHY = "Looked into by two readers."
PERSON = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"accept": "application/json"}
FILES = (".json", ".jwt", ".png", ".svg", ".pdf", "/ob2.json", "/ob2.png")
# What each address says: its status and words of it, in force, suspended and revoked.
PAGE = ((200, "genuine and in force"), (403, "has been suspended since"), (410, "was revoked on"))
FILE = ((200, ""), (403, "suspended it for now"), (410, "revoked it"))
TOLD = {
    "page": PAGE,
    "short address": PAGE,
    "link of the holder's": PAGE,
    "address for people": PAGE,
    "report": ((200, '"answer": "yes"'), (403, "suspended it for now"), (410, "has revoked it")),
    "address for programs": FILE,
    **dict.fromkeys(FILES, FILE),
    "/ob2.json": ((200, '"HostedBadge"'), (403, "suspended it for now"), (410, '"revoked": true')),
    "card": ((200, "In force"), (200, "Suspended for the time being"), (200, "Revoked: do not rely on it")),
    "collection": (
        (200, "Reading fire data"),
        (200, "No badge in it is shown"),
        (200, "No badge in it is shown"),
    ),
    "public page": ((200, "Reading fire data"), (200, "No badge"), (200, "No badge")),
    "wallet": ((200, "Reading fire data"), (200, "Suspended"), (200, "Revoked")),
    "wallet, the badge": ((200, "Share it"), (200, WHY), (200, WHY)),
    "API": ((200, '"status":"valid"'), (200, '"status":"suspended"'), (200, '"status":"revoked"')),
    "the file, brought": (
        (200, "Everything is in order."),
        (200, "Its issuer has suspended it for now."),
        (200, "Its issuer has revoked it."),
    ),
}
# Public addresses of this part of the house that say nothing of how one award stands, or are tested by themselves.
OF_NO_AWARD = {
    "achievement", "achievement_older", "badge_card", "badge_drawing", "badge_image", "campus_feed", "catalogue", "catalogue_feed", "credential", "credential_ctdl",
    "endorsement", "endorsement_json", "issuer", "issuer_achievements", "issuer_body", "issuer_body_did", "issuer_did",
    "issuer_jwk", "issuer_jwks", "issuer_older", "mail_seen", "short_qr", "wallet_link",
}  # fmt: skip
BY_THEMSELVES = {
    "claim",
    "claim_again",
    "offer",
    "offer_credential",
    "offer_issuer",
    "offer_server",
    "offer_token",
}
LOOKED_AT = {
    "award", "award_older", "collection_public", "embed", "oembed", "public_person", "share", "short", "status_list",
    "verify", "verify_any",
}  # fmt: skip


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(with_image(definition(model), model), learner(name="Demo reader"))


@pytest.fixture
def addresses(held):
    """A look at each address; everybody may see the award."""
    by = held.holder
    wallet.show(award=held, visibility="public", by=by)
    link = wallet.share(award=held, label="", by=by)
    mine = collections.make(title="Fires", words="", visibility="public", by=by)
    collections.add(collection=mine, badge=held, by=by)
    profiles.save(wanted=wanted(), by=by)
    stored = held.document

    def get(path, headers=PERSON, site=None):
        return (site or Client()).get(path, headers=headers, follow=True)

    return {
        "page": lambda: get(f"/verify/{held.pk}/"),
        "short address": lambda: get(f"/b/{held.code}"),
        "link of the holder's": lambda: get(f"/s/{link.token}/"),
        "address for people": lambda: get(f"/awards/{held.pk}"),
        "report": lambda: get(f"/verify/{held.pk}/", PROGRAM),
        "address for programs": lambda: get(f"/awards/{held.pk}", PROGRAM),
        **{ending: lambda ending=ending: get(f"/awards/{held.pk}{ending}", {}) for ending in FILES},
        "card": lambda: get(f"/embed/{held.pk}/"),
        "collection": lambda: get(f"/collections/{mine.pk}/"),
        "public page": lambda: get("/people/fire-reader/"),
        "wallet": lambda: get("/wallet/", site=site_for(by)),
        "wallet, the badge": lambda: get(f"/wallet/{held.pk}/", site=site_for(by)),
        "API": lambda: api_for(by).get("/api/v1/awards/"),
        "the file, brought": lambda: Client().post("/verify/", {"text": stored}),
    }


def told(answer):
    """The words of a page; the whole text of a file."""
    if "html" in answer["Content-Type"]:
        return texts(answer)
    return answer.content.decode("utf-8", "replace")


def kept_for(answer):
    """For how many seconds somebody may show it again without asking."""
    rules = answer.headers.get("Cache-Control", "")
    if re.search(r"no-store|no-cache", rules):
        return 0
    seconds = re.search(r"max-age=(\d+)", rules)
    return int(seconds[1]) if seconds else 10**9 if answer.headers.get("Expires") else 0


def looked(addresses, state):
    for name, look in addresses.items():
        answer, (status, words) = look(), TOLD[name][state]
        assert (name, answer.status_code, words in told(answer)) == (name, status, True), told(answer)[:2000]
        assert (name, kept_for(answer) <= 60) == (name, True)
        if state and name in {*FILES, "page", "report", "card"}:
            assert (name, WHY in told(answer)) == (name, False)


def is_set(held):
    """Whether the place of the award is marked on the published list."""
    listed = Client().get(f"/issuers/model/status/{held.status_list.number}.json")
    assert listed["Cache-Control"] == "public, max-age=60"
    places = status_list.decode(listed.json()["credentialSubject"]["encodedList"])
    return bool(places[held.status_index // 8] & (0x80 >> held.status_index % 8))


def test_how_an_award_stands_is_told_at_every_address_at_the_next_look(model, held, addresses):
    looked(addresses, 0)
    suspension.suspend(award=held, reason=WHY, by=model.registrar)
    looked(addresses, 1)
    assert not is_set(held)  # the signed status says only what is final
    suspension.reinstate(award=held, by=model.registrar)
    looked(addresses, 0)
    awards.revoke(award=held, reason=WHY, by=model.registrar)
    looked(addresses, 2)
    assert is_set(held)


def test_what_other_sites_keep_of_a_card_they_ask_for_again_within_a_minute(held, addresses):
    told = Client().get(f"/oembed?url={settings.SITE_URL}/verify/{held.pk}/")
    assert (told.status_code, told.json()["cache_age"], kept_for(told)) == (200, 60, 60)
    assert f"/embed/{held.pk}/" in told.json()["html"]  # the card itself says how the badge stands


def test_every_public_address_of_an_award_is_looked_at_here():
    """A new one is either of no award, or stands in the table above."""
    public = {item.name for item in urlpatterns} & PUBLIC_PAGES
    assert public == LOOKED_AT | OF_NO_AWARD | BY_THEMSELVES

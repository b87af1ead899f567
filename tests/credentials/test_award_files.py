"""An award's address for programs: the forms, the Accept header, what is refused, and the headers."""

import hashlib
import io
import json
import uuid

import pytest
from django.test import Client
from PIL import Image

from credentials.actions import awards, wallet
from credentials.checking import check_any
from credentials.models import Award
from credentials.openbadges.bake import extract_png
from credentials.openbadges.document import to_bytes
from journal import clock
from tests.credentials.support import award, definition, with_image
from tests.support import site_for

JSON, JWT, PNG = "application/vc+ld+json", "text/plain; charset=utf-8", "image/png"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(with_image(definition(model), model))


def get(held, ending="", accept=None, site=None, query=""):
    headers = {"accept": accept} if accept else {}
    return (site or Client()).get(f"/awards/{held.pk}{ending}{query}", headers=headers)


def answers(source):
    return [str(check.answer) for check in check_any(source, clock.now()).checks]


@pytest.mark.parametrize(("ending", "kind"), [(".json", JSON), (".jwt", JWT), (".png", PNG)])
def test_every_form_verifies(held, ending, kind):
    found = get(held, ending)
    assert (found.status_code, found["Content-Type"]) == (200, kind)
    assert answers(found.content) == ["yes"] * 5


def test_json_is_the_stored_document_byte_for_byte(held):
    served = get(held, ".json").content
    assert served == held.document.encode()
    assert served == to_bytes(held.credential)  # compact, in the order of signing
    assert list(held.credential)[:4] == ["@context", "id", "type", "issuer"]
    assert held.document_hash == hashlib.sha256(served).hexdigest()


def test_png_is_the_badge_with_the_credential_inside(held):
    found = get(held, ".png")
    assert json.loads(extract_png(found.content)) == held.credential
    assert Image.open(io.BytesIO(found.content)).size == (400, 400)
    assert found["Content-Disposition"] == f'attachment; filename="{held.definition.slug}.png"'


def test_jwt_says_what_the_document_says(held):
    claims = check_any(get(held, ".jwt").content, clock.now()).credential
    assert {name: claims[name] for name in held.credential if name != "proof"} == {
        name: value for name, value in held.credential.items() if name != "proof"
    }


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", JSON),
        ("application/ld+json", JSON),
        ("application/vc+ld+json", JSON),
        ("application/pdf", JSON),
        ("*/*", JSON),
        ("application/jwt", JWT),
        ("application/vc+jwt", JWT),
        ("text/plain", JWT),
        ("image/png", PNG),
        ("image/png;q=0.2, application/json;q=0.9", JSON),
    ],
)
def test_accept_header_chooses_the_form(held, accept, kind):
    found = get(held, accept=accept)
    assert found["Content-Type"] == kind
    assert "Accept" in found["Vary"].split(", ")


@pytest.mark.parametrize("accept", [BROWSER, "text/html", None])
def test_people_are_led_to_the_verification_page(held, accept):
    found = get(held, accept=accept, query="?link=abc")
    assert (found.status_code, found["Location"]) == (302, f"/verify/{held.pk}/?link=abc")
    assert "Accept" in found["Vary"]


def test_files_are_open_to_every_origin_and_kept_for_a_minute(held):
    for ending in (".json", ".jwt", ".png"):
        found = get(held, ending)
        assert found["Access-Control-Allow-Origin"] == "*"
        assert found["X-Content-Type-Options"] == "nosniff"
        assert found["Cache-Control"] == "public, max-age=60"
        assert "Accept" not in found["Vary"]


@pytest.mark.parametrize("ending", [".json", ".jwt", ".png"])
def test_private_file_is_refused_but_to_its_holder_and_by_a_shared_link(held, ending):
    wallet.show(award=held, visibility="private", by=held.holder)
    link = wallet.share(award=held, label="", by=held.holder)
    refused = get(held, ending)
    assert refused.status_code == 403
    assert refused.json() == {"detail": "Its holder keeps this award private.", "reasons": []}
    for found in (
        get(held, ending, site=site_for(held.holder)),
        get(held, ending, query=f"?link={link.token}"),
    ):
        assert found.status_code == 200
        assert found["Cache-Control"] == "private, no-store"


def test_revoked_award_has_no_file_any_more(model, held):
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    for ending in (".json", ".jwt", ".png"):
        found = get(held, ending)
        assert found.status_code == 410
        assert found.json()["status"] == "revoked"
        assert "A mistake" not in found.content.decode()
        assert found["Cache-Control"] == "private, no-store"


def test_superseded_award_has_no_file_any_more(model, held):
    newer = award(definition(model, title="Newer"), held.holder)
    Award.objects.filter(pk=held.pk).update(superseded_by=newer)
    assert get(held, ".json").status_code == 410
    assert get(held, ".json").json()["status"] == "superseded"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/awards/{uuid.UUID(int=5)}.json", 404),
        ("/awards/abc.json", 400),
        ("/awards/%00.json", 400),
        (f"/awards/{uuid.UUID(int=5)}.exe", 404),
        ("/awards/.json", 400),
    ],
)
def test_what_is_no_award_is_told_as_json(db, path, status):
    found = Client().get(path)
    assert found.status_code == status
    assert found.json()["reasons"] == []
    assert found["Access-Control-Allow-Origin"] == "*"


def test_award_without_image_has_no_png(model):
    found = get(award(definition(model)), ".png")
    assert found.status_code == 404
    assert "no image" in found.json()["detail"]


def test_notation_has_no_file(model):
    found = get(award(definition(model, badge=False)), ".json")
    assert found.status_code == 404
    assert "no file" in found.json()["detail"]


def test_only_reading_is_possible(held):
    assert Client().post(f"/awards/{held.pk}.json").status_code == 405


def test_a_person_of_no_rights_gets_the_same_as_a_stranger(model, held):
    wallet.show(award=held, visibility="private", by=held.holder)
    for person in (model.programme_manager, model.stranger, model.learner):
        assert get(held, ".json", site=site_for(person)).status_code == 403

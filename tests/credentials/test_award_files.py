"""An award's address for programs: the forms, the Accept header, what is refused, and the headers."""

import base64
import hashlib
import io
import json
import uuid
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from django.test import Client
from PIL import Image

from credentials.actions import awards, suspension, wallet
from credentials.actions.renewal import correct, said_by
from credentials.checking.anyone import check_any
from credentials.openbadges.bake import extract_png
from credentials.openbadges.document import to_bytes
from journal import clock
from tests.credentials.support import award, definition, nothing_written, texts, with_image
from tests.support import site_for

JSON, JWT, PNG = "application/vc+ld+json", "text/plain; charset=utf-8", "image/png"
SVG, PDF, LD = "image/svg+xml", "application/pdf", "application/ld+json"
# Every form, what it is said to be, and whether it holds the whole credential.
FORMS = {
    ".json": (JSON, True),
    ".jwt": (JWT, True),
    ".png": (PNG, True),
    ".svg": (SVG, True),
    ".pdf": (PDF, False),
    "/ob2.json": (LD, False),
    "/ob2.png": (PNG, False),
}
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


def test_every_form_is_what_it_says_and_those_that_hold_the_credential_verify(held):
    for ending, (kind, whole) in FORMS.items():
        found = get(held, ending)
        assert (ending, found.status_code, found["Content-Type"]) == (ending, 200, kind)
        if whole:
            assert answers(found.content) == ["yes"] * 6, ending


def test_json_is_the_stored_document_byte_for_byte(held):
    served = get(held, ".json").content
    assert served == held.document.encode()
    assert served == to_bytes(held.credential)  # compact, in the order of signing
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


CHROME_IMAGE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
ACCEPTED = {
    "application/vc+ld+json": JSON,
    "application/vc": "application/vc",
    "application/json": "application/json",
    "application/ld+json": "application/ld+json",
    'application/ld+json;profile="https://www.w3.org/ns/credentials/v2"': "application/ld+json",
    "APPLICATION/JSON": "application/json",
    "*/*": JSON,
    "application/json, text/plain, */*": JSON,
    "application/*": JSON,
    "application/jwt": "application/jwt",
    "application/vc+jwt": "application/vc+jwt",
    "text/plain": JWT,
    "image/png": PNG,
    "image/svg+xml": SVG,
    "image/*": PNG,
    CHROME_IMAGE: PNG,
    "image/svg+xml, image/png;q=0.5": SVG,
    "application/pdf": PDF,
    "application/pdf, */*;q=0.1": PDF,
    "image/png;q=0.2, application/json;q=0.9": "application/json",
    "text/html;q=0.1, application/json": "application/json",
    "application/vc+ld+json;q=0, application/vc;q=0, */*;q=0.5": "application/ld+json",
    "nonsense, application/json;q=x": "application/json",
}


def test_accept_header_chooses_the_form(held):
    found = {accept: get(held, accept=accept) for accept in ACCEPTED}
    assert {accept: answer["Content-Type"] for accept, answer in found.items()} == ACCEPTED
    for answer in found.values():
        assert "Accept" in answer["Vary"].split(", ")
        assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["application/xml", "image/webp", "*/*;q=0", "video/*, audio/*", ";;,;"])
def test_what_an_award_does_not_come_as_is_told(held, accept):
    found = get(held, accept=accept)
    assert found.status_code == 406
    assert "application/vc+ld+json, application/vc," in found.json()["detail"]
    assert "Accept" in found["Vary"]


@pytest.mark.parametrize("accept", [BROWSER, "text/html", None])
def test_people_are_led_to_the_verification_page(held, accept):
    found = get(held, accept=accept, query="?link=abc")
    assert (found.status_code, found["Location"]) == (302, f"/verify/{held.pk}/?link=abc")
    assert "Accept" in found["Vary"]


def test_svg_is_the_drawing_with_the_credential_directly_inside(held):
    found = get(held, ".svg")
    root = ET.fromstring(found.content)
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert json.loads(root[0].text) == held.credential
    said = {child.tag.rpartition("}")[2]: child for child in root[1:]}
    assert (said["title"].text, said["desc"].text) == ("Reading fire data", "A ring on blue")
    assert root.get("aria-labelledby") == "title words"
    data = said["image"].get("href").removeprefix("data:image/png;base64,")
    with held.definition.image.open("rb") as file:
        assert base64.b64decode(data) == file.read()
    assert "default-src 'none'" in found["Content-Security-Policy"]
    assert found["Content-Disposition"] == f'attachment; filename="{held.definition.slug}.svg"'


def test_files_are_open_to_every_origin_and_kept_for_a_minute(held):
    for ending in FORMS:
        found = get(held, ending)
        assert found["Access-Control-Allow-Origin"] == "*"
        assert found["X-Content-Type-Options"] == "nosniff"
        assert found["Cache-Control"] == "public, max-age=60"
        assert "Accept" not in found["Vary"]


def test_private_file_is_refused_but_to_its_holder_and_by_a_shared_link(held):
    wallet.show(award=held, visibility="private", by=held.holder)
    link = wallet.share(award=held, label="", by=held.holder)
    mine = site_for(held.holder)
    for ending in FORMS:
        refused = get(held, ending)
        assert refused.status_code == 403
        assert refused.json() == {"detail": "Its holder keeps this award private.", "reasons": []}
        for found in (get(held, ending, site=mine), get(held, ending, query=f"?link={link.token}")):
            assert found.status_code == 200
            assert found["Cache-Control"] == "private, no-store"


def test_revoked_award_has_no_file_any_more(model, held):
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    for ending in FORMS:
        found = get(held, ending)
        assert found.status_code == 410
        assert found.json().get("status") == "revoked" or ending == "/ob2.json"
        assert "A mistake" not in found.content.decode()
        assert found["Cache-Control"] == "private, no-store"


def test_suspended_award_has_no_file_until_it_is_reinstated(model, held):
    suspension.suspend(award=held, reason="Under review.", by=model.programme_manager)
    for ending in FORMS:
        found = get(held, ending)
        assert (found.status_code, found.json()["status"]) == (403, "suspended")
        assert "suspended it for now" in found.json()["detail"] and "review" not in found.json()["detail"]
        assert found["Cache-Control"] == "private, no-store"
    held.refresh_from_db()
    suspension.reinstate(award=held, by=model.programme_manager)
    assert {get(held, ending).status_code for ending in FORMS} == {200}


def test_superseded_award_has_no_file_any_more(model, held):
    said = replace(said_by(held), name="Right name")
    correct(award=held, said=said, reason="The name.", by=model.programme_manager)
    for ending in (".json", ".pdf"):
        assert get(held, ending).status_code == 410
        assert get(held, ending).json()["status"] == "superseded"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/awards/{uuid.UUID(int=5)}.json", 404),
        ("/awards/abc.json", 400),
        ("/awards/%00.pdf", 400),
        (f"/awards/{uuid.UUID(int=5)}.exe", 404),
        ("/awards/.json", 400),
        (f"/awards/{uuid.UUID(int=5)}/ob2.json", 404),
        (f"/awards/{uuid.UUID(int=5)}/ob2.exe", 404),
        ("/awards/abc/ob2.png", 400),
    ],
)
def test_what_is_no_award_is_told_as_json(db, path, status):
    found = Client().get(path)
    assert found.status_code == status
    assert found.json()["reasons"] == []
    assert found["Access-Control-Allow-Origin"] == "*"


def test_people_are_told_on_a_page_why_there_is_no_file(model, held):
    def page(path):
        return Client().get(path, headers={"accept": BROWSER})

    assert page("/awards/abc.pdf").status_code == 400
    assert "not the address of an award" in texts(page("/awards/abc.pdf"))
    wallet.show(award=held, visibility="private", by=held.holder)
    found = page(f"/awards/{held.pk}.pdf")
    assert (found.status_code, found["Cache-Control"]) == (403, "private, no-store")
    assert "Its holder keeps this award private." in texts(found)
    assert f'href="/verify/{held.pk}/"' in found.content.decode()
    assert "Accept" in found["Vary"]


def test_award_without_image_has_no_pixels_but_a_drawing_of_its_shape(model):
    plain = award(definition(model, title="Éclair & <co>"))
    for ending in (".png", "/ob2.json", "/ob2.png"):
        found = get(plain, ending)
        assert found.status_code == 404
        assert "no image" in found.json()["detail"]
    found = get(plain, ".svg").content
    assert answers(found) == ["yes"] * 6
    assert ET.fromstring(found)[1].text == "Éclair & <co>"
    assert get(plain, ".pdf").status_code == 200


def test_image_that_cannot_carry_a_credential_is_told_so(model, held):
    with held.definition.image.open("rb") as file:
        png = file.read()
    with held.definition.image.storage.open(held.definition.image.name, "wb") as file:
        file.write(png[:-20])
    for ending in (".png", "/ob2.png"):
        found = get(held, ending)
        assert (found.status_code, found.json()["detail"].split(".")[0]) == (
            404,
            "The credential cannot be put into this badge’s image",
        )


def test_notation_has_no_file(model):
    held = award(definition(model, badge=False))
    for ending in (".json", ".pdf", "/ob2.json"):
        found = get(held, ending)
        assert found.status_code == 404
        assert "no file" in found.json()["detail"]


def test_only_reading_is_possible_and_nothing_is_written(held):
    assert Client().post(f"/awards/{held.pk}.json").status_code == 405
    with nothing_written():
        assert {get(held, ending).status_code for ending in FORMS} == {200}


def test_a_person_of_no_rights_gets_the_same_as_a_stranger(model, held):
    wallet.show(award=held, visibility="private", by=held.holder)
    for person in (model.programme_manager, model.stranger, model.learner):
        site = site_for(person)
        assert {get(held, ending, site=site).status_code for ending in FORMS} == {403}

"""Whatever is brought to the page gets an answer in words: damaged files, bombs, and every change of a badge of ours."""

import json
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.checking.anyone import check_any
from credentials.checking.fetching import Fetcher, NotFetched
from credentials.models import ImportedBadge
from credentials.openbadges.bake import bake_png, bake_svg
from credentials.views.reports import overall
from journal import clock
from tests.credentials.hostile_files import FILES
from tests.credentials.openbadges_examples import SVG, png
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.support import award, definition
from tests.factories import PersonFactory
from tests.support import api_for, site_for


@pytest.fixture
def held(campus):
    return award(definition(campus("model")), PersonFactory(email="fires@learner.example"))


TAKEN = {
    ("badge image", "svg with nonsense"),
    ("badge image, API", "svg with nonsense"),
}  # a drawing all the same


def post(content, name="badge"):
    return Client().post("/verify/", {"file": SimpleUploadedFile(name, content), "email": "a@b.example"})


def asks_nobody():
    raise NotFetched("nobody is asked")


def test_every_member_of_our_badge_changed_or_removed_is_rejected_by_our_page(held):
    accepted, count = [], 0
    for name, other in changed_documents(held.credential):
        report = check_any(json.dumps(other), clock.now(), fetcher=Fetcher(permit=asks_nobody))
        accepted += [name] if overall(report.checks) == "yes" else []
        count += 1
    assert (accepted, count > 100) == ([], True)


def test_every_form_of_our_badge_flipped_anywhere_gets_an_answer(held):
    """A byte of a compact token or document changed: never a yes to the signature."""
    token = Client().get(f"/awards/{held.pk}.jwt").content
    dice = random.Random(7)
    for whole in (token, held.document.encode()):
        for place in dice.sample(range(len(whole)), 25):
            other = whole[:place] + bytes([whole[place] ^ dice.choice([1, 2, 4, 32])]) + whole[place + 1 :]
            report = check_any(other, clock.now(), fetcher=Fetcher(permit=asks_nobody))
            assert str(report.answer("signature")) != "yes" or json.loads(other) == held.credential


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_file_that_is_no_badge_gets_an_answer_in_words(db, content):
    found = post(content)
    assert found.status_code in (200, 400)
    if found.status_code == 200:
        assert "yes" not in [item["answer"] for item in found.context["answers"]]
        assert all(item["meaning"].endswith(".") for item in found.context["answers"])
    assert "Traceback" not in found.content.decode()


def test_fifty_megabytes_are_refused_unread(db):
    found = post(b"x" * 50_000_000)
    assert found.status_code == 413


TOKENS = {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_in_any_place_gets_an_answer_in_words(held, data):
    text = held.document
    token = TOKENS.setdefault(held.pk, Client().get(f"/awards/{held.pk}.jwt").content)
    forms = [text.encode(), token, bake_png(png(), text), bake_svg(SVG, text), bake_svg(SVG, token.decode())]
    whole = data.draw(st.sampled_from(forms))
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[start + length :]
    found = post(damaged)
    assert found.status_code in (200, 400)


# --- the other doors for files ------------------------------------------------------------------------------------------
@pytest.fixture
def doors(campus):
    """Where else a file can be sent: functions that send it."""
    model = campus("model")
    made, learner = definition(model), PersonFactory(email="fires@learner.example")
    page, api, wallet = site_for(model.programme_manager), api_for(model.programme_manager), site_for(learner)
    image, alt = f"/catalogue/{made.slug}/image/upload/", {"alt": "A ring"}
    address = f"/api/v1/definitions/{made.pk}/image/"
    return {
        "badge image": lambda file: page.post(image, alt | {"file": file}),
        "badge image, API": lambda file: api.post(address, alt | {"file": file}, format="multipart"),
        "badge from elsewhere": lambda file: wallet.post(
            "/wallet/elsewhere/", {"email": learner.email, "file": file}
        ),
    }


def told(answer):
    """The sentences of a refusal, as the page or the API gives them."""
    if "json" in answer["Content-Type"]:
        return [reason["text"] for reason in answer.json()["reasons"]]
    errors = answer.context["form"].errors
    return [text for texts in errors.values() for text in texts]


def test_file_that_is_nothing_is_refused_in_words_at_every_door(doors):
    for door, send in doors.items():
        for name, content in FILES.items():
            if (door, name) in TAKEN:
                continue
            answer = send(SimpleUploadedFile("badge.png", content))
            assert (door, name, answer.status_code in (400, 409)) == (door, name, True), answer.status_code
            sentences = told(answer)
            assert sentences and all(text[0].isupper() and text.endswith(".") for text in sentences), (
                door,
                name,
            )
            assert "Traceback" not in answer.content.decode()
    assert not ImportedBadge.objects.exists()


def test_fifty_megabytes_are_refused_in_words_at_every_door(doors):
    for door, send in doors.items():
        answer = send(SimpleUploadedFile("badge.png", b"x" * 50_000_000))
        assert (door, answer.status_code in (400, 409, 413)) == (door, True), answer.content
        assert any("larger than" in text for text in told(answer))

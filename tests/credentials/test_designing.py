"""The page where a badge is made from choices: proposal, preview, use, refusals, who may."""

import pytest

from credentials.actions import images
from credentials.drawing import design
from credentials.drawing.design import Design
from credentials.models import Standing
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import award, definition, picture, texts
from tests.support import api_for, site_for

CHOSEN = {
    "title": "Fire data",
    "shape": "hexagon",
    "mark": "flame",
    "ground": "campus",
    "ink": "auto",
    "accent": "soft",
    "band_place": "ribbon",
    "alt": "A hexagon with a flame",
    "confirmed": "on",
    "do": "use",
}


@pytest.fixture
def model(campus):
    return campus("model")


def path_of(made, tail=""):
    return f"/catalogue/{made.slug}/image/{tail}"


def test_page_proposes_a_badge_in_the_shape_and_colour_of_the_campus(model):
    made = definition(model)
    page = site_for(model.programme_manager).get(path_of(made))
    html = page.content.decode()
    assert "Use it as it is, or make it your own." in texts(page)
    assert 'value="Reading fire data"' in html
    assert (
        "A round badge with a drawing of a flame and the words “Reading fire data”, on its ribbon “Model”."
        in html
    )
    assert 'fill="#1f4d3a"' in html
    assert html.count('<use href="#design-drawing"') == 6


def test_badge_that_is_used_is_drawn_kept_and_recorded(model, client):
    made = definition(model)
    page = site_for(model.programme_manager).post(path_of(made), CHOSEN, follow=True)
    assert page.redirect_chain == [(f"/catalogue/{made.slug}/", 302)]
    made.refresh_from_db()
    assert made.image_alt == "A hexagon with a flame"
    assert made.design["shape"] == "hexagon"
    drawing = client.get(f"/catalogue/{made.slug}/badge.svg").content.decode()
    assert "<title>Reading fire data</title><desc>A hexagon with a flame</desc>" in drawing
    assert client.get(f"/catalogue/{made.slug}/badge.png").content.startswith(b"\x89PNG")
    entry = Entry.objects.filter(subject_id=made.pk).latest("number")
    assert (entry.act, entry.by_id, entry.detail["designed"]) == (
        "badge image set",
        model.programme_manager.pk,
        True,
    )
    again = site_for(model.programme_manager).get(path_of(made)).content.decode()
    assert 'value="Fire data"' in again
    assert "A hexagon with a flame" in again


def test_upload_takes_the_place_of_a_design(model):
    made = definition(model)
    images.set_design(definition=made, design=Design("Fire"), alt="A", by=model.programme_manager)
    images.set_image(definition=made, upload=picture(), alt="A", by=model.programme_manager)
    made.refresh_from_db()
    assert (made.design, bool(made.drawing)) == (None, False)


def test_preview_follows_the_choices_and_stores_nothing(model):
    made = definition(model)
    site = site_for(model.programme_manager)
    before = {"alt": "Words of before", "proposed": "Words of before"}
    for path in (path_of(made, "preview/"), path_of(made)):
        page = site.post(path, CHOSEN | before | {"do": "preview"})
        assert page.status_code == 200
        html = page.content.decode()
        assert "A hexagon badge with a drawing of a flame and the words “Fire data”." in html
        assert "Words of before" not in html
        assert [html.count(f'id="second-{name}"') for name in ("ground", "ink", "accent")] == [1, 1, 1]
        assert "Letters on their ground: 9.1 to 1, where 4.5 is needed." in texts(page)
        assert (
            "My own words"
            in site.post(path, CHOSEN | before | {"do": "preview", "alt": "My own words"}).content.decode()
        )
    typed = site.post(path_of(made, "preview/"), CHOSEN | {"second_colour": "#b6862c"}).content.decode()
    assert 'id="second-accent" hx-swap-oob="true"' in typed
    assert typed.count('fill="#b6862c"/></svg></span>') == 3
    made.refresh_from_db()
    assert not made.image


WRONG = {
    "letters on their own colour": (
        {"ink": "campus"},
        "their contrast is 1.0 to 1, and at least 4.5 is needed. Readable there: Paper, Tint.",
    ),
    "no title": ({"title": "  "}, "Write what stands on the badge"),
    "a title of 120 letters": (
        {"title": "Supercalifragilistic " * 5},
        "The title is too long for this badge.",
    ),
    "a band that is too long": ({"band": "W" * 60}, "The words on the ribbon are too long."),
    "a sign that the letters lack": ({"title": "Fire 山"}, "The badge's letters have no “山”."),
    "initials that are not there": ({"mark": "initials"}, "Write the letters that stand large on the badge"),
    "an unknown shape": ({"shape": "blob<script>"}, "Choose one of the shapes."),
    "an unknown symbol": ({"mark": "../../etc"}, "Choose one of the symbols."),
    "an unknown colour": ({"ground": "url(#x)"}, "Choose one of the colours."),
    "a second colour that is none": ({"second_colour": "red"}, "Write the second colour as # and six digits"),
    "a second colour that is missing": ({"accent": "second"}, "Write your second colour first"),
}


def test_choices_that_cannot_be_used_are_told_in_words_and_kept(model):
    made = definition(model)
    site = site_for(model.programme_manager)
    for case, (change, words) in WRONG.items():
        shown = site.post(path_of(made, "preview/"), CHOSEN | change)
        assert (case, shown.status_code) == (case, 200)
        assert words in texts(shown), case
        page = site.post(path_of(made), CHOSEN | change)
        assert (case, page.status_code) == (case, 409)
        assert "A hexagon with a flame" in page.content.decode(), case
        chosen = Design(
            **{name: (CHOSEN | change)[name] for name in design.names() if name in CHOSEN | change}
        )
        with pytest.raises(Refused):
            images.set_design(definition=made, design=chosen, alt="A", by=model.programme_manager)
    made.refresh_from_db()
    assert not made.image


def test_words_of_the_image_are_asked_and_confirmed(model):
    made = definition(model)
    site = site_for(model.programme_manager)
    page = texts(site.post(path_of(made), CHOSEN | {"confirmed": "", "ink": "campus"}))
    assert "Tick this box first." in page
    assert "Letters and symbol: These letters cannot be read on that ground" in page
    for change in ({"alt": " "}, {"confirmed": ""}, {"alt": "\x00"}, {"alt": "x" * 201}):
        assert site.post(path_of(made), CHOSEN | change).status_code == 409
    made.refresh_from_db()
    assert not made.image


def test_hostile_words_are_drawn_as_words(model, client):
    made = definition(model, title="</title><script>alert(1)</script>")
    told = CHOSEN | {"alt": "<script>alert(2)</script>", "title": "<b>&amp;"}
    page = site_for(model.programme_manager).post(path_of(made), told, follow=True)
    assert page.status_code == 200
    drawing = client.get(f"/catalogue/{made.slug}/badge.svg").content.decode()
    assert "<script" not in drawing
    assert "&lt;script&gt;alert(2)" in drawing
    shown = site_for(model.programme_manager).post(path_of(made, "preview/"), told).content.decode()
    assert "<script" not in shown


def test_whoever_holds_the_badge_is_counted_before_it_changes(model):
    made = definition(model)
    site = site_for(model.programme_manager)
    for tail in ("", "upload/"):
        assert "this badge already" not in texts(site.get(path_of(made, tail)))
    images.set_design(definition=made, design=Design("Fire"), alt="A", by=model.programme_manager)
    award(made)
    for tail in ("", "upload/"):
        assert "1 person holds this badge already" in texts(site.get(path_of(made, tail)))
    award(made)
    assert "2 people hold this badge already" in texts(site.get(path_of(made)))


def test_pages_are_for_those_who_make_the_badges(model, client):
    made = definition(model)
    draft = definition(model, Standing.DRAFT, title="Not yet")
    for tail in ("", "upload/", "preview/"):
        assert client.post(path_of(made, tail), CHOSEN).status_code == 302
        for who in ("proposer", "issuer", "registrar", "administrator", "learner", "stranger"):
            assert site_for(getattr(model, who)).post(path_of(made, tail), CHOSEN).status_code == 403, (
                who,
                tail,
            )
        assert site_for(model.stranger).post(path_of(draft, tail), CHOSEN).status_code == 404
        assert site_for(model.programme_manager).post(path_of(draft, tail), CHOSEN).status_code != 404
    assert site_for(model.programme_manager).get(path_of(made, "preview/")).status_code == 405
    made.refresh_from_db()
    assert not made.image


def test_drawing_of_ours_is_taken_by_the_api(model):
    made = definition(model)
    images.set_design(definition=made, design=Design("Fire"), alt="A", by=model.programme_manager)
    with made.__class__.objects.get(pk=made.pk).drawing.open("rb") as file:
        answer = api_for(model.programme_manager).post(
            f"/api/v1/definitions/{made.pk}/image/", {"file": file, "alt": "A"}, format="multipart"
        )
    assert answer.status_code == 200


def test_api_makes_it_from_choices_and_refuses_in_its_own_shape(model):
    made = definition(model)
    path = f"/api/v1/definitions/{made.pk}/design/"
    api = api_for(model.programme_manager)
    wrong = api.post(path, {"title": "Fire 山", "alt": "A"}, format="json")
    assert wrong.status_code == 409
    assert [reason["field"] for reason in wrong.json()["reasons"]] == ["title"]
    assert api.post(path, {"shape": "blob", "alt": "A"}, format="json").status_code == 400
    assert api.post(path, {"shape": "seal"}, format="json").status_code == 400
    answer = api.post(path, {"shape": "seal", "second": "2027", "alt": "A seal with a flame"}, format="json")
    assert (answer.status_code, answer.json()["has_image"]) == (200, True)
    made.refresh_from_db()
    kept = ("Reading fire data", "seal", "flame", "2027")
    assert tuple(made.design[name] for name in ("title", "shape", "mark", "second")) == kept
    for who, status in (("issuer", 403), ("proposer", 403), ("stranger", 403)):
        assert api_for(getattr(model, who)).post(path, {"alt": "A"}, format="json").status_code == status
    draft = definition(model, Standing.DRAFT, title="Not yet")
    hidden = f"/api/v1/definitions/{draft.pk}/design/"
    assert api_for(model.stranger).post(hidden, {"alt": "A"}, format="json").status_code == 404

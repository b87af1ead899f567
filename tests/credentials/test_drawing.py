"""Badges made of choices: structure, contrast, fit, letters, the proposal and its words. Expectations by hand."""

import json
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from credentials.drawing import colours, design, lettering, proposing, shapes, symbols
from credentials.drawing.allowed import SVG
from credentials.drawing.cleaning import clean
from credentials.drawing.composing import compose
from credentials.drawing.design import Design
from credentials.drawing.layout import lay_out
from tools import letters

FIRE = Design("Reading fire data", mark="flame")
LONG = "Interdisciplinary Foundations of Environmental Epidemiology and Community Health Practice"


def parts(svg, name):
    return fromstring(svg).findall(f".//{{{SVG}}}{name}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # W3C's own figures: black on white is 21, #767676 on white passes at 4.54, #777777 fails at 4.48.
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(colours.contrast(one, other), 2) == ratio
    assert colours.contrast(one, other) == colours.contrast(other, one)


def test_palette_comes_from_the_colour_of_the_campus():
    found = colours.palette("#204060", "#FFCC00")
    assert {key: swatch.colour for key, swatch in found.items()} == {
        "campus": "#204060",
        "deep": "#13263a",  # 40 % black
        "soft": "#9ba9b7",  # 55 % white
        "tint": "#e4e8ec",  # 88 % white
        "paper": "#fbf8f1",
        "ink": "#1c1915",
        "second": "#ffcc00",
    }


@pytest.mark.parametrize(
    "ground", ["#000000", "#ffffff", "#767676", "#777777", "#ff0000", "#00ff00", "#8a7d6b"]
)
def test_there_are_letters_for_every_ground(ground):
    assert colours.contrast(colours.letters_on(ground), ground) >= 4.5


def test_drawing_says_what_it_is_and_holds_nothing_but_shapes():
    svg = compose(FIRE, "Reading <fire> data", "A flame & words").svg
    root = fromstring(svg)
    assert (root.get("viewBox"), root.get("role")) == ("0 0 600 600", "img")
    assert [root[0].text, root[1].text] == ["Reading <fire> data", "A flame & words"]
    names = {element.tag.partition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "circle", "polygon", "path", "g"}
    assert clean(svg.encode()) == svg


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_every_shape_and_symbol_makes_a_drawing_that_is_safe(shape):
    some = [*symbols.symbols()][
        list(shapes.SHAPES).index(shape) :: len(shapes.SHAPES)
    ]  # all, over all shapes
    for n, mark in enumerate([*some, "initials", "none"]):
        made = compose(
            Design("Fire", shape, mark=mark, initials="F", band="Model" if n % 2 else "", second="Level 2"),
            "Fire",
        )
        assert (made.problems, clean(made.svg.encode()) == made.svg) == ((), True)


def test_same_choices_give_the_same_file():
    assert compose(FIRE, "A").svg == compose(replace(FIRE), "A").svg


def test_title_stands_inside_its_shape():
    for shape in shapes.SHAPES:
        placed = lay_out(replace(FIRE, shape=shape, second="Undergraduate"))
        rooms = shapes.widths(shape, 0.9)
        for line in placed.title:
            wide = lettering.face("serif").width(line.text, line.size)
            assert all(wide <= rooms[int(y)] for y in (line.base - 0.6 * line.size, line.base)), shape
        assert placed.unfit == ()


def test_short_title_is_large_and_a_long_one_small():
    short, long = lay_out(Design("Fire")), lay_out(Design(LONG))
    assert [line.text for line in short.title] == ["Fire"]
    assert short.title[0].size == 132
    assert long.title[0].size < 60
    assert " ".join(line.text for line in long.title) == LONG


def test_title_that_has_no_room_asks_for_a_short_form():
    (problem,) = compose(replace(FIRE, title=LONG, shape="diamond", band="Model"), "A").problems
    assert problem.field == "title"
    assert problem.text.startswith(
        "The title is too long for this badge. Write a short form: as far as “Interdisc"
    )
    far = problem.text.partition("“")[2].partition("”")[0]
    assert LONG.startswith(f"{far} ")
    assert compose(replace(FIRE, title=far, shape="diamond", band="Model"), "A").problems == ()
    (word,) = compose(replace(FIRE, title="W" * 60), "A").problems
    assert word.text == "The title is too long for this badge. Write a short form."


def test_badge_that_cannot_be_known_when_small_has_a_hint():
    title = "Foundations of Environmental Epidemiology"
    (hint,) = compose(Design(title), "A").hints
    assert hint.startswith("At 64 pixels the capitals of the title are ")
    assert compose(Design(title, mark="leaf"), "A").hints == ()
    assert compose(Design("Fire"), "A").hints == ()


def test_badge_that_is_lost_on_a_page_has_a_hint():
    lost = Design("Fire", ground="ink", accent="deep", campus="#1f4d3a")
    (hint,) = compose(lost, "A").hints
    assert hint.startswith("On a dark page the edge of the badge can hardly be seen")
    assert compose(replace(lost, accent="paper"), "A").hints == ()


def test_letters_are_mended_by_themselves_and_refused_when_chosen():
    assert compose(Design("Fire", ground="tint"), "A").problems == ()
    made = compose(Design("Fire", ground="tint", ink="paper", campus="#70002e"), "A")
    (problem,) = made.problems
    assert problem.field == "ink"
    assert problem.text.endswith("Readable there: Ink, Deep, Campus colour.")
    assert made.svg  # shown all the same, so that one sees why


def test_words_along_the_edge_stand_on_their_circle():
    svg = compose(Design("Fire", "seal", band="Model", band_place="edge"), "A").svg
    turned = [path.get("transform") for path in parts(svg, "path") if "rotate" in path.get("transform", "")]
    assert len(turned) == len("Model")
    degrees = [float(transform.partition("rotate(")[2].partition(")")[0]) for transform in turned]
    assert degrees == sorted(degrees)
    assert abs(degrees[0] + degrees[-1]) < 6  # around the top
    elsewhere = Design("Fire", "hexagon", band="Model", band_place="edge")
    assert compose(elsewhere, "A").svg == compose(replace(elsewhere, band_place="ribbon"), "A").svg


def test_letters_of_a_line_are_as_far_apart_as_the_face_has_them():
    serif = lettering.face("serif")
    assert serif.width("AV", 1000) == serif.advances["A"] + serif.advances["V"] + serif.kerns["AV"]
    assert serif.width("A A", 500) == (2 * serif.advances["A"] + serif.advances[" "]) / 2
    assert serif.kerns["AV"] < 0
    assert serif.line("A", 300, 100, 1000).endswith(
        f'translate({300 - serif.advances["A"] / 2:.1f} 100.0) scale(1 -1)"/>'
    )


def test_letters_are_those_of_the_faces():
    for name, typeface in letters.FACES.items():
        kept = json.loads((letters.LETTERS / f"{name}.json").read_text())
        made = letters.letters_of(typeface, list("A gß€é"), ["Ag"])
        assert made["outlines"] == {sign: kept["outlines"][sign] for sign in "A gß€é"}
        assert made["advances"] == {sign: kept["advances"][sign] for sign in "A gß€é"}


def test_signs_that_the_letters_lack_are_named():
    assert lettering.missing("Fire 山 ☃ Ωж", "serif") == ["山", "☃"]
    assert lettering.plain("a\x00\u200b\n  b\u202e e\u0301") == "a b é"


def test_room_of_a_shape_is_its_width_around_the_middle():
    assert shapes.widths("square", 1.0)[300] == 512
    assert shapes.widths("diamond", 1.0)[300] == pytest.approx(568)
    assert shapes.widths("diamond", 1.0)[158] == pytest.approx(284)
    assert shapes.widths("round", 1.0)[300] == pytest.approx(572, abs=0.5)
    assert shapes.widths("banner", 1.0)[540] == 0  # in the notch
    assert shapes.widths("round", 1.0)[5] == 0


@pytest.mark.parametrize(
    ("title", "symbol"),
    [
        ("Reading fire data", "flame"),
        ("Beekeeping", "comb"),
        ("Spreadsheet Models for Community Budgets", "coin"),
        ("Telling Stories with Data", "chart"),
        ("Aikido", "initials"),  # not "ai"
        ("Ice on the roads", "snow"),
        ("Justice", "scales"),
    ],
)
def test_symbol_is_proposed_from_the_title(title, symbol):
    assert proposing.symbol_for(title) == symbol


def test_badge_is_proposed_and_said_in_words():
    made = proposing.proposed(
        title="Ikebana for Beginners", skills="", shape="shield", colour="#70002e", band="Montana"
    )
    assert made == Design(
        "Ikebana for Beginners", "shield", mark="initials", initials="IB", band="Montana", campus="#70002e"
    )
    assert proposing.in_words(made) == (
        "A shield badge with the large letters IB and the words “Ikebana for Beginners”, on its ribbon “Montana”."
    )
    octagon = Design("Fire", "octagon", mark="lens", second="Level 2", band="Model", band_place="edge")
    assert proposing.in_words(octagon) == (
        "An octagon badge with a drawing of a magnifying glass and the words “Fire”, below them “Level 2”, on its ribbon “Model”."
    )
    assert len(proposing.in_words(replace(octagon, title="W" * 120, second="x" * 60, band="y" * 60))) <= 200


def test_proposal_is_usable_whatever_the_title():
    for title in ("A", "Fire", LONG, "W" * 30, "山 studies", "x y z"):
        made = proposing.proposed(title=title, skills="", shape="hexagon", colour="#ffee00", band="Model")
        problems = {problem.field for problem in compose(made, "A").problems}
        assert problems <= ({"title", "initials"} if "山" in title or "WWW" in title else set()), title


def test_what_was_stored_is_read_again():
    stored = replace(FIRE, band="Model").as_dict()
    assert design.of(stored) == replace(FIRE, band="Model")
    assert design.of({"title": " a \n b ", "unknown": "x", "shape": "seal"}) == Design("a b", "seal")

"""The page of components: each part drawn, readable in both schemes, without inline style, without axe findings."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from desk.state_words import SIGNS, sign
from desk.templatetags import imprimatur as tags
from journal import clock

STYLE_SHEET = (settings.BASE_DIR / "static/css/imprimatur.css").read_text()
SHAPES = (settings.BASE_DIR / "static/img/shapes.svg").read_text()
SCHEMES = ("light", "dark")
TONES = ("yes", "now", "heed", "no", "aside")

# Which colour is read on which ground, and how much contrast WCAG 2.2 AA asks of it:
# 4.5 for text, 3 for the edges of controls, shapes and the focus ring.
TEXT_ON_PAPER = ["ink", "ink-soft", "ink-faint", "seal", "past", *TONES]
PAIRS = [
    *[(colour, ground, 4.5) for colour in TEXT_ON_PAPER for ground in ("paper", "leaf", "sheet")],
    *[(tone, f"{tone}-wash", 4.5) for tone in TONES],
    *[(ink, f"{tone}-wash", 4.5) for ink in ("ink", "ink-soft", "ink-faint") for tone in TONES],
    ("on-seal", "seal-fill", 4.5),
    ("on-seal", "seal-deep", 4.5),
    ("on-institution", "institution", 4.5),
    ("paper", "ink", 4.5),
    *[("rule", ground, 3) for ground in ("paper", "leaf", "sheet")],
    *[("focus", ground, 3) for ground in ("paper", "leaf", "sheet")],
]


def luminance(colour):
    """WCAG 2.2, "relative luminance", written out anew so that the page's own sum is checked too."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colours():
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", STYLE_SHEET)
    return {name: dict(zip(SCHEMES, pair, strict=True)) for name, *pair in found}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_colour_reads_on_its_ground(colour, ground, least, scheme):
    palette = colours()
    assert contrast(palette[colour][scheme], palette[ground][scheme]) >= least


def test_every_colour_of_the_style_sheet_is_measured():
    ornament = {"hairline"}  # carries no meaning
    measured = {name for pair in PAIRS for name in pair[:2]}
    assert set(colours()) - ornament == measured


def test_contrast_of_black_on_white_is_21():
    assert round(tags.contrast("#000000", "#ffffff"), 2) == 21.0


@pytest.mark.parametrize(
    "colour", ["#000000", "#ffffff", "#70002e", "#cfb87c", "#777777", "#ff0000", "#00ff00"]
)
def test_ink_on_an_institutions_colour_is_readable(colour):
    assert contrast(tags.ink_on(colour), colour) >= 4.5


def test_every_state_has_a_shape_that_is_drawn():
    drawn = set(re.findall(r'symbol id="(\w+)"', SHAPES))
    assert {one.shape for one in SIGNS.values()} <= drawn
    assert {one.tone for one in SIGNS.values()} == {*TONES, "past"}


def test_state_that_nobody_listed_is_shown_by_its_name():
    assert sign("with_the_dean").word == "With the dean"


@pytest.fixture
def page_text(client, db):
    response = client.get(reverse("components"))
    assert response.status_code == 200
    return response


def test_page_draws_every_component(page_text):
    drawn = {template.name for template in page_text.templates}
    folder = settings.BASE_DIR / "templates/components"
    elsewhere = {"components/before_decision.html", "components/fields.html", "components/nav_public.html"}
    assert {f"components/{path.name}" for path in folder.glob("*.html")} - elsewhere <= drawn


def test_the_red_line_shown_is_made_by_the_real_function(page_text):
    text = " ".join(page_text.content.decode().split())
    assert "<del><b>removed: </b>will understand <b>, end</b></del>" in text
    assert ">Changed</td>" in text and ">Removed</td>" in text and ">Added</td>" in text
    assert 'id="change-3"' in text and 'id="change-4"' not in text


def test_page_has_no_inline_style_or_script(page_text):
    text = page_text.content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)


def test_page_asks_nothing_of_another_host(page_text):
    text = page_text.content.decode()
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', text) == []
    assert all(address.startswith("../fonts/") for address in re.findall(r'url\("?([^")]+)', STYLE_SHEET))


@pytest.mark.parametrize(
    ("days", "left", "far"),
    [
        (0, "3 March 2027, today", "today"),
        (1, "4 March 2027, 1 day left", "tomorrow"),
        (12, "15 March 2027, 12 days left", "in 12 days"),
        (-1, "2 March 2027, 1 day late", "yesterday"),
        (-2, "1 March 2027, 2 days late", "2 days ago"),
    ],
)
def test_dates_are_written_out_with_the_days_left(days, left, far):
    now = dt.datetime(2027, 3, 3, 9, 30, tzinfo=dt.UTC)
    with clock.at(now):
        assert tags.deadline(now + dt.timedelta(days=days)) == left
        assert tags.deadline((now + dt.timedelta(days=days)).date()) == left
        assert tags.distance(now + dt.timedelta(days=days)) == far


@pytest.mark.parametrize(
    ("call", "written"),
    [
        (lambda: tags.number(1284), "1,284"),
        (lambda: tags.number(None), ""),
        (lambda: tags.number(0), "0"),
        (lambda: tags.percent(4, 9), "44 %"),
        (lambda: tags.percent(4, 0), ""),
        (lambda: tags.words("<p>one two</p> three"), 3),
        (lambda: tags.and_list(["a"]), "a"),
        (lambda: tags.and_list(["a", "b", "c"]), "a, b and c"),
        (lambda: tags.and_list([]), ""),
        (lambda: tags.day(None), ""),
    ],
)
def test_figures_and_words(call, written):
    assert call() == written


def test_curve_leaves_out_a_missing_value():
    points = [{"label": "a", "value": 0}, {"label": "b", "value": None}, {"label": "c", "value": 8}]
    places = [(p["label"], p["x"], p["y"]) for p in tags.curve(points)]
    assert places == [("a", "20.0", "180.0"), ("c", "580.0", "20.0")]


def test_stacked_bar_fills_the_whole_width():
    laid = tags.stacked([{"count": 3}, {"count": 0}, {"count": 1}])
    assert [(p["start"], p["width"]) for p in laid] == [
        ("0.00", "75.00"),
        ("75.00", "0.00"),
        ("75.00", "25.00"),
    ]


def draw_style(colour):
    request: HttpRequest = RequestFactory().get("/")
    request.csp_nonce = "abc"
    context = Context({"request": request, "institution": SimpleNamespace(colour=colour)})
    return Template("{% load imprimatur %}{% institution_style institution %}").render(context)


def test_institution_style_carries_the_nonce():
    wanted = '<style nonce="abc">:root{--institution:#70002e;--on-institution:#ffffff}</style>'
    assert draw_style("#70002e") == wanted


@pytest.mark.parametrize("colour", ["", None, "red", "#fff", "#70002e}body{display:none"])
def test_institution_style_refuses_what_is_not_a_colour(colour):
    assert draw_style(colour) == ""


WIDTHS = [(1280, "light"), (1280, "dark"), (320, "light")]


@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
def test_axe_finds_nothing(page, live_server, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(live_server.url + reverse("components"))
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_page_fits_320_pixels_without_sideways_scrolling(page, live_server):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + reverse("components"))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_links_and_controls_are_24_pixels_high(page, live_server):
    page.goto(live_server.url + reverse("components"))
    low = """() => [...document.querySelectorAll(
        'button, .button, .nav a, .tabs a, .pages a, .crumbs a, summary, .choice, select, textarea')]
      .filter(part => { const box = part.getBoundingClientRect(); return box.height && box.height < 23.9; })
      .map(part => part.outerHTML.slice(0, 80))"""
    assert page.evaluate(low) == []


# --- clauses in sentences --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, "Too many. (UM-4)"),
        (
            {"institution": SimpleNamespace(slug="another-university")},
            'Too many. (<a href="/policies/another-university/#UM-4">UM-4</a>)',
        ),
        (
            {
                "institution": SimpleNamespace(slug="another-university"),
                "proposal": SimpleNamespace(
                    policy=SimpleNamespace(get_absolute_url=lambda: "/policies/another-university/2020/")
                ),
            },
            'Too many. (<a href="/policies/another-university/2020/#UM-4">UM-4</a>)',
        ),
    ],
)
def test_a_clause_in_a_refusal_is_a_link_where_the_campus_is_known(context, expected):
    template = Template("{% load clauses %}{% told said %}")
    assert template.render(Context({"said": "Too many. (UM-4)", **context})) == expected


def test_a_sentence_is_never_taken_for_markup():
    template = Template("{% load clauses %}{% told said %}")
    context = {"institution": SimpleNamespace(slug="x"), "said": "<b> is wrong. (UM-4)"}
    assert template.render(Context(context)) == '&lt;b&gt; is wrong. (<a href="/policies/x/#UM-4">UM-4</a>)'
    assert template.render(Context({"said": "<b>"})) == "&lt;b&gt;"

"""Parts of the demo: badge images, moments, and where made-up badges may go."""

import datetime as dt

import pytest

from credentials.drawing.composing import compose
from desk.demo import badges, platforms, timeline
from policies.schema.about import Look

NOON = dt.datetime(2027, 3, 3, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("title", [*badges.CHOSEN, "Reading the Weather"])
@pytest.mark.parametrize("shape", ["round", "hexagon", "shield"])
def test_badge_of_the_demo_is_readable_everywhere(title, shape):
    look = Look(short_name="Trial", colour="#336699", badge_shape=shape)
    made = compose(badges.chosen_for(title, look), title)
    assert (made.problems, made.hints) == ((), ())
    assert badges.chosen_for(title, look) == badges.chosen_for(title, look)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (2, dt.datetime(2027, 3, 1, 16, 0, tzinfo=dt.UTC)),
        (365, dt.datetime(2026, 3, 3, 16, 0, tzinfo=dt.UTC)),
        (0.5, dt.datetime(2027, 3, 3, 0, 0, tzinfo=dt.UTC)),
    ],
)
def test_moment_is_so_many_days_before(days, expected):
    assert timeline.moment(NOON, days) == expected


@pytest.mark.parametrize(
    ("base_url", "token", "expected"),
    [
        ("", "a-token", ["Credly"]),
        ("https://api.credly.com/v1", "a-token", ["Credly"]),
        ("https://api.credly.com/v1", "", []),
        ("http://127.0.0.1:8100/credly/v1", "a-token", []),
        ("http://localhost:8100/credly/v1", "a-token", []),
    ],
)
def test_made_up_badges_never_go_to_a_real_platform(settings, base_url, token, expected):
    settings.CREDLY_BASE_URL, settings.CREDLY_TOKEN = base_url, token
    settings.ACCREDIBLE_API_KEY = ""
    assert platforms.real_platforms() == expected


def test_without_a_sandbox_nothing_is_pushed(settings):
    settings.CREDLY_BASE_URL = "http://127.0.0.1:9/credly/v1"
    assert platforms.find().url == ""

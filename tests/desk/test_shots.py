"""Which pages the screenshots take: each kind once, and nothing that is no page."""

import pytest

from desk import shots

ONE, OTHER = "1b9f6d1e-0000-4000-8000-000000000001", "1b9f6d1e-0000-4000-8000-000000000002"


def test_two_proposals_are_one_kind_of_page():
    kinds = {shots.kind_of(f"/proposals/{key}/") for key in (ONE, OTHER)}
    assert len(kinds) == 1
    assert shots.kind_of("/proposals/") not in kinds


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/logout/",
        f"/files/{ONE}/",
        f"/awards/{ONE}.json",
        "/catalogue/a-badge/badge.png",
        "/api/v1/proposals/",
        "/static/css/imprimatur.css",
        "/nothing/of/this/name/",
    ],
)
def test_what_is_no_page_is_left_out(path):
    assert shots.kind_of(path) == ""


def test_home_is_a_page():
    assert shots.kind_of("/") == "/"


def test_parameters_make_no_other_kind():
    assert shots.kind_of("/proposals/?scope=all") == shots.kind_of("/proposals/")


def test_browser_is_the_one_that_is_named(monkeypatch, tmp_path):
    program = tmp_path / "browser"
    program.touch()
    monkeypatch.setenv("CHROMIUM_PATH", str(program))
    assert shots.find_browser() == str(program)
    monkeypatch.setenv("CHROMIUM_PATH", str(tmp_path / "nowhere"))
    assert shots.find_browser() is None


def test_index_links_every_picture(tmp_path):
    gallery = shots.Gallery(tmp_path, {"a proposer": [("/", {"desktop": "a.png", "phone": "b.png"})]})
    page = gallery.write_index().read_text()
    assert 'href="a.png"' in page
    assert 'href="b.png"' in page
    assert "A proposer" in page

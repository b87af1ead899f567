"""The frame around every page: site, dashboard, errors, sign-in, mail."""

import re
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

from accounts.models import Institution
from config.unfold import BASE, PRIMARY
from desk.context import frame
from desk.templatetags.imprimatur import contrast
from tests.support import site_for

INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style(?![^>]*nonce=\"[^\"]+\")|<script(?![^>]*\ssrc=)")
CAMPUS = SimpleNamespace(name="Model University", colour="#214f3b")


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("colour", "ground"),
    [
        (BASE["500"], "#fffefa"),  # quiet text on a light sheet
        (BASE["600"], BASE["50"]),  # text on the darker sheet
        (BASE["400"], BASE["900"]),  # quiet text in the dark scheme
        (BASE["300"], BASE["900"]),  # text in the dark scheme
        (PRIMARY["600"], BASE["50"]),
        (PRIMARY["500"], BASE["900"]),
        ("#fffefa", PRIMARY["600"]),  # white words on a button
    ],
)
def test_dashboard_colours_are_readable(colour, ground):
    assert contrast(colour, ground) >= 4.5


@pytest.mark.django_db
def test_dashboard_has_its_landmarks_and_no_inline_style(campus):
    page = text_of(site_for(campus("model").programme_manager).get(reverse("admin:index")))
    assert page.count("<main ") == 1
    assert page.count("<h1>") == 1
    assert '<a class="skip" href="#main">' in page
    assert INLINE.findall(page) == []
    assert "Model University" in page


@pytest.mark.django_db
def test_dashboard_hides_nothing_where_scripts_do_not_run(campus):
    page = text_of(site_for(campus("model").programme_manager).get(reverse("admin:index")))
    assert "x-cloak" not in page[: page.index("<main ")]


@pytest.mark.django_db
def test_frame_names_the_only_campus_of_a_person(campus):
    made = campus("model")
    request = RequestFactory().get("/")
    request.user = made.proposer
    assert frame(request)["institution"] == made.institution


@pytest.mark.django_db
def test_frame_names_no_campus_for_people_of_several(campus):
    request = RequestFactory().get("/")
    request.user = campus("model").stranger
    request.user.affiliations.create(institution=Institution.objects.exclude(name="").first())
    assert Institution.objects.of(request.user).count() == 2
    assert not frame(request)["institution"]


def test_frame_asks_nothing_for_strangers():
    assert frame(RequestFactory().get("/")) == {}


@pytest.mark.django_db
def test_address_that_does_not_exist_says_what_one_can_do(client):
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert reverse("verify_any") in page.content.decode()


@pytest.mark.django_db
def test_no_right_says_why_in_the_words_of_the_refusal(rf, campus):
    request = rf.get("/")
    request.user = campus("model").proposer
    page = defaults.permission_denied(request, PermissionDenied("Only the chair closes a ballot."))
    assert page.status_code == 403
    assert "Only the chair closes a ballot." in text_of(page)


def test_form_without_a_token_is_asked_for_once_more(db):
    page = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a@b.example"})
    assert page.status_code == 403
    assert "Please send it once more" in text_of(page)


def test_not_now_lists_the_reasons_with_their_clauses():
    reason = {
        "text": "The ballot is closed.",
        "clause": {"id": "MU-10", "text": "Votes end with the ballot."},
    }
    page = render_to_string("409.html", {"reasons": [reason], "back_url": "/x/"})
    assert "The ballot is closed." in page
    assert "MU-10" in page
    assert 'href="/x/"' in page


def test_broken_page_needs_nothing_that_may_be_broken():
    page = render_to_string("500.html")
    assert "Something broke on our side" in page
    assert INLINE.findall(page) == []


SIGN_IN_PAGES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
]
ACCOUNT_PAGES = ["account_logout", "account_change_password", "addresses", "mfa_index"]


@pytest.mark.parametrize("name", SIGN_IN_PAGES)
def test_sign_in_pages_wear_our_frame(name, client, db):
    page = text_of(client.get(reverse(name), follow=True))
    assert page.count("<h1>") == 1
    assert 'class="masthead"' in page
    assert INLINE.findall(page) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_pages_wear_our_frame(name, campus):
    page = text_of(site_for(campus("model").proposer).get(reverse(name)))
    assert page.count("<h1>") == 1
    assert 'class="masthead"' in page
    assert "uccessfully" not in page


@pytest.mark.django_db
def test_wrong_password_keeps_the_address_and_says_so_on_top(client):
    page = text_of(client.post(reverse("account_login"), {"login": "a@b.example", "password": "wrong wrong"}))
    assert 'role="alert"' in page
    assert 'value="a@b.example"' in page


def test_mail_wears_the_colour_of_the_campus():
    context = {
        "institution": CAMPUS,
        "name": "N",
        "title": "Data",
        "url": "http://testserver/claim/x/",
        "days": 30,
    }
    page = render_to_string("mail/badge_awarded.html", context)
    assert 'bgcolor="#214f3b"' in page
    assert page.count("http://testserver/claim/x/") == 2
    assert INLINE.findall(page) == []


def test_front_door_leads_to_find_check_and_propose():
    page = render_to_string("home/signed_out.html", {"sessions": []})
    for name in ("catalogue", "verify_any", "proposal_start"):
        assert f'"{reverse(name)}"' in page
    assert "No session is set at the moment" in page


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_at_the_sign_in(page, live_server, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + reverse("account_login"))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width

"""Which addresses a stranger may open: written out by hand, so that a new one is a decision."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

PUBLIC_PAGES = {
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "achievement",
    "achievement_older",
    "award_older",
    "issuer_older",
    "award",
    "badge_card",
    "badge_drawing",
    "badge_image",
    "campus_feed",
    "catalogue",
    "catalogue_feed",
    "claim",
    "claim_again",
    "collection_public",
    "components",
    "conversation",
    "conversation_file",
    "conversations",
    "credential",
    "credential_ctdl",
    "definition_version",
    "definitions",
    "demo_signins",
    "embed",
    "enquiry",
    "home",
    "endorsement",
    "endorsement_json",
    "issuer",
    "issuer_achievements",
    "issuer_body",
    "issuer_body_did",
    "issuer_did",
    "issuer_jwk",
    "issuer_jwks",
    "mail_seen",
    "mail_stop",
    "offer",
    "offer_credential",
    "offer_issuer",
    "offer_server",
    "offer_token",
    "oembed",
    "office",
    "offices",
    "policies",
    "policy",
    "policy_compare",
    "policy_revision",
    "public_person",
    "registration",
    "registration_calendar",
    "resources",
    "roadmap",
    "roadmap_version",
    "robots",
    "session",
    "session_calendar",
    "session_request",
    "sessions",
    "sessions_calendar",
    "share",
    "short",
    "short_qr",
    "sitemap",
    "sitemap_part",
    "status_list",
    "survey_answer",
    "survey_stop",
    "verify",
    "verify_any",
    "wallet_link",
    "webhook_credly",
}
PUBLIC_API = {"api-catalogue", "api-catalogue-filters", "api-schema", "api-docs", "api-token"}


def patterns(resolver=None, prefix=""):
    """Every pattern with its full route."""
    for item in (resolver or get_resolver()).url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item, route)
        elif isinstance(item, URLPattern):
            yield route, item


def api_class(callback):
    found = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    return found if isinstance(found, type) and issubclass(found, APIView) else None


def opened_to_strangers():
    """Names (or routes) of the views that ask for no sign-in, apart from those of libraries that guard themselves."""
    pages, api = set(), set()
    for route, item in patterns():
        view = api_class(item.callback)
        if view:
            if AllowAny in view.permission_classes:
                api.add(item.name or route)
        elif not getattr(item.callback, "login_required", True):
            pages.add(item.name or route)
    return pages, api


def test_public_pages_are_those_listed():
    pages, _ = opened_to_strangers()
    ours = {
        name for name in pages if not name.startswith(("socialaccount", "openid_connect", "mfa_", "admin"))
    }
    assert (
        ours
        - {"login", "jsi18n", "logout", "account_logout", "account_signup", "account_confirm_email"}
        - {name for name in ours if name.startswith("account_") and name not in PUBLIC_PAGES}
        == PUBLIC_PAGES
    )


def test_public_api_is_what_is_listed():
    _, api = opened_to_strangers()
    assert api == PUBLIC_API


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["proposals", "wallet", "offerings", "notices", "profile", "admin:index", "people_home"]
)
def test_strangers_are_sent_to_sign_in(name):
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "proposals/",
        "steps/",
        "ballots/",
        "definitions/",
        "awards/",
        "offerings/",
        "completions/",
        "issuance-requests/",
        "deliveries/",
        "people/",
    ],
)
def test_the_api_answers_strangers_with_401(path):
    answer = Client().get(f"/api/v1/{path}")
    assert answer.status_code == 401
    assert set(answer.json()) == {"detail", "reasons"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_strangers(path):
    assert Client().get(path).status_code == 200


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves():
    answer = Client().post(
        reverse("account_signup"), {"email": "new@example.org", "password1": "x" * 12, "password2": "x" * 12}
    )
    assert answer.status_code in (200, 403, 404)
    assert not Client().login(email="new@example.org", password="x" * 12)

"""Every address of the dashboard's read-only pages, for each role and campus: shown within the walls, never changed."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.staff import ReadOnlyAdmin
from tests.proposals.walking import MODEL_INTENT, move, start
from tests.support import site_for

pytestmark = pytest.mark.django_db

STAFF = ["supervisor", "section_head", "programme_manager", "issuer", "assessor", "administrator"]


def pages():
    """(model, name of its list, name of its page) of every registered model."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield model, f"{name}_changelist", f"{name}_change"


def test_only_read_only_pages_are_registered():
    assert reverse("admin:index")  # the addresses are loaded, and with them what is taken out
    assert [m for m, page in admin.site._registry.items() if not isinstance(page, ReadOnlyAdmin)] == []
    assert len(admin.site._registry) > 10


@pytest.fixture
def filled(campus):
    """A campus with something in it, seen by people of its own and by a stranger."""
    campus = campus("model")
    proposal = start(campus, MODEL_INTENT)
    move(proposal, "submit", campus.proposer)
    return campus


@pytest.mark.parametrize("role", STAFF)
def test_lists_open_for_staff_and_pages_stay_within_the_walls(filled, role):
    person = getattr(filled, role)
    site = site_for(person)
    for model, listing, page in pages():
        answer = site.get(reverse(listing))
        assert answer.status_code == 200, (role, listing)
        for row in model._default_manager.all()[:3]:
            found = site.get(reverse(page, args=[row.pk]))
            seen = admin.site._registry[model].get_queryset(answer.wsgi_request).filter(pk=row.pk).exists()
            assert found.status_code == (200 if seen else 404), (role, page, row)


def test_another_campus_sees_nothing_of_this_one(filled):
    site = site_for(filled.stranger)
    theirs = filled.institution
    for model, listing, page in pages():
        assert site.get(reverse(listing)).status_code == 200
        for row in model._default_manager.all()[:20]:
            institution = getattr(row, "institution", None) or (row if row == theirs else None)
            if institution == theirs:
                assert site.get(reverse(page, args=[row.pk])).status_code == 404, (page, row)


@pytest.mark.parametrize("role", ["learner", "nobody"])
def test_people_without_a_role_do_not_get_in(filled, role):
    site = site_for(getattr(filled, role))
    for _, listing, _ in pages():
        assert site.get(reverse(listing)).status_code in (302, 403), (role, listing)


@pytest.mark.parametrize("role", ["programme_manager", "administrator"])
def test_nothing_is_added_changed_or_deleted_there(filled, role):
    site = site_for(getattr(filled, role))
    for model, listing, page in pages():
        name = listing.removesuffix("_changelist")
        assert site.get(reverse(f"{name}_add")).status_code in (403, 404), name
        assert site.post(reverse(f"{name}_add"), {}).status_code in (403, 404), name
        for row in model._default_manager.all()[:2]:
            before = model._default_manager.count()
            assert site.post(reverse(page, args=[row.pk]), {"name": "Changed"}).status_code in (403, 404), (
                page
            )
            assert site.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code in (
                403,
                404,
            )
            assert model._default_manager.count() == before
        action = {"action": "delete_selected", "_selected_action": "1"}
        assert site.post(reverse(listing), action).status_code in (200, 302, 403)

"""The dashboard's pages of who is who and of the journal: for whom they open, and that they change nothing."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Person, RoleGrant, SeatHolding, Unit
from accounts.staff import ReadOnlyAdmin
from journal.actions import mail, notices
from journal.models import Entry, Mail
from tests.factories import DelegationFactory
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db

APPS = ("accounts", "journal")
PAGES = [model for model in admin.site._registry if model._meta.app_label in APPS]


def address(model, what, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@pytest.fixture
def made(campus):
    """Two campuses with a row of everything."""
    made = campus("montana")
    DelegationFactory(grant=RoleGrant.objects.get(person=made.section_head), delegate=made.nobody)
    for person, where in ((made.administrator, made.institution), (made.stranger, made.elsewhere)):
        Unit.objects.get_or_create(institution=where, name="Another unit")
        notices.tell(people=[person], kind="x", text="Told")
        mail.post(kind="welcome", key=str(person.pk), to=person, institution=where, context={"url": "/"})
    return made


def test_the_pages_are_there():
    names = {model._meta.model_name for model in PAGES}
    assert names == {
        "institution", "unit", "person", "rolegrant", "delegation", "seatholding", "qualification", "adoptedpolicy",
        "entry", "mail", "notice",
    }  # fmt: skip
    assert all(isinstance(admin.site._registry[model], ReadOnlyAdmin) for model in PAGES)


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.model_name)
def test_rows_of_one_s_own_campus_only_and_nothing_can_be_changed(made, model):
    for person in (made.administrator, made.stranger):
        browser, mine = site_for(person), set(model.objects.visible_to(person))
        page = browser.get(
            address(model, "changelist"), {"q": "t"} if admin.site._registry[model].search_fields else {}
        )
        assert page.status_code == 200
        everything = browser.get(address(model, "changelist"))
        assert set(everything.context["cl"].queryset) == mine
        for row in mine:
            assert browser.get(address(model, "change", row.pk)).status_code == 200
            assert browser.post(address(model, "change", row.pk), {}).status_code == 403
            assert browser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
            assert browser.get(address(model, "history", row.pk)).status_code == 404
            break
        for row in set(model.objects.all()) - mine:
            assert browser.get(address(model, "change", row.pk)).status_code == 404
            assert browser.get(address(model, "delete", row.pk)).status_code in (302, 403, 404)
            break
        assert browser.get(address(model, "add")).status_code == 403
        sent = browser.post(
            address(model, "changelist"), {"action": "delete_selected", "_selected_action": ["1"]}
        )
        assert sent.status_code in (200, 302, 403)
    ours = [
        rows.visible_to(made.stranger)
        for rows in (Person.objects, RoleGrant.objects, SeatHolding.objects, Entry.objects, Mail.objects)
    ]
    assert not any(
        row for rows in ours for row in rows if getattr(row, "institution", None) == made.institution
    )


def test_nothing_was_changed_by_forged_posts(made):
    before = RoleGrant.objects.count()
    browser = site_for(made.administrator)
    row = RoleGrant.objects.filter(institution=made.institution).first()
    browser.post(
        address(RoleGrant, "change", row.pk), {"role": "campus_administrator", "person": made.nobody.pk}
    )
    browser.post(address(RoleGrant, "add"), {"role": "campus_administrator", "person": made.nobody.pk})
    browser.post(
        address(RoleGrant, "changelist"),
        {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"},
    )
    assert RoleGrant.objects.count() == before
    assert not RoleGrant.objects.filter(person=made.nobody).exists()


@pytest.mark.parametrize("who", ["nobody", "learner"])
def test_the_dashboard_does_not_open_without_a_role(campus, who):
    made = campus()
    page = site_for(getattr(made, who)).get(reverse("admin:index"))
    assert page.status_code in (302, 403)
    assert site_for(made.proposer).get(reverse("admin:index")).status_code == 200


def test_filters_list_one_s_own_campus_only(made):
    page = site_for(made.stranger).get(address(RoleGrant, "changelist"))
    listed = page.content.decode()
    assert str(made.institution.pk) not in listed
    assert made.institution.name not in listed.replace(f"Not {made.institution.name}", "")


def test_autocomplete_and_forged_filters_do_not_leak(made):
    browser = site_for(made.stranger)
    answer = browser.get(
        reverse("admin:autocomplete"),
        {"app_label": "accounts", "model_name": "rolegrant", "field_name": "person", "term": "test"},
    )
    names = [row["text"] for row in answer.json()["results"]] if answer.status_code == 200 else []
    assert not [name for name in names if "Not " not in name]
    page = browser.get(address(RoleGrant, "changelist"), {"institution__id__exact": str(made.institution.pk)})
    assert {row.institution for row in page.context["cl"].queryset} <= {made.elsewhere}


def test_what_a_mail_says_is_not_shown(made):
    row = Mail.objects.get(institution=made.institution)
    Mail.objects.filter(pk=row.pk).update(text="http://testserver/secret-link/")
    page = site_for(made.administrator).get(address(Mail, "change", row.pk))
    assert row.to.encode() in page.content
    assert b"secret-link" not in page.content


def test_a_person_s_page_shows_no_password(made):
    page = site_for(made.administrator).get(address(Person, "change", made.issuer.pk))
    assert b"md5" not in page.content
    assert made.issuer.email.encode() in page.content


def test_lists_take_the_same_queries_for_any_number(made):
    browser = site_for(made.administrator)
    for model in (RoleGrant, SeatHolding, Person, Entry):
        place = address(model, "changelist")
        few = queries_of(browser, f"{place}?q=chair" if model is SeatHolding else f"{place}?q=provost")
        assert queries_of(browser, place) <= few + 1, model

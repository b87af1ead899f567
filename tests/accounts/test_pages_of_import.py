"""The pages of importing people, the profile and what follows."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actions import imports, roles
from accounts.authority import holds, is_qualified, seat_holdings
from accounts.models import (
    Delegation,
    Person,
    Qualification,
    RoleGrant,
    SeatHolding,
    Term,
)
from journal import clock
from tests.factories import DelegationFactory
from tests.support import site_for

pytestmark = pytest.mark.django_db


def addresses(made):
    """Every page of the campus, with whether a programme manager may open it too."""
    slug = made.institution.slug
    grant = RoleGrant.objects.get(person=made.supervisor)
    delegation = DelegationFactory(grant=grant, delegate=made.nobody)
    seat = SeatHolding.objects.filter(institution=made.institution).first()
    training = Qualification.objects.get(person=made.issuer)
    listed = imports.upload(
        institution=made.institution,
        upload=SimpleUploadedFile("list.csv", b"name,email\nA,a@test.example\n"),
        by=made.administrator,
    )
    return {
        reverse("people", args=[slug]): True,
        reverse("person", args=[slug, made.issuer.pk]): True,
        reverse("seats", args=[slug]): True,
        reverse("units", args=[slug]): True,
        reverse("calendar", args=[slug]): True,
        reverse("training_give", args=[slug, made.untrained_issuer.pk]): True,
        reverse("training_withdraw", args=[slug, training.pk]): True,
        reverse("person_invite", args=[slug]): False,
        reverse("people_import", args=[slug]): False,
        reverse("people_import_check", args=[slug, listed.pk]): False,
        reverse("person_invite_again", args=[slug, made.issuer.pk]): False,
        reverse("person_leave", args=[slug, made.issuer.pk]): False,
        reverse("role_give", args=[slug, made.issuer.pk]): False,
        reverse("role_end", args=[slug, grant.pk]): False,
        reverse("delegation_give", args=[slug, grant.pk]): False,
        reverse("delegation_end", args=[slug, delegation.pk]): False,
        reverse("seat_give", args=[slug, seat.body, seat.seat]): False,
        reverse("seat_end", args=[slug, seat.pk]): False,
        reverse("unit_add", args=[slug]): False,
        reverse("calendar_year", args=[slug, 2026]): False,
    }


def test_a_seat_is_given_and_vacated(campus):
    made = campus("montana")
    slug, browser = made.institution.slug, site_for(made.administrator)
    give = reverse("seat_give", args=[slug, "ascrc", "members"])
    answer = browser.post(give, {"person": made.stranger.email})
    assert answer.status_code == 409
    assert "Invite them first" in answer.content.decode()
    browser.post(give, {"person": made.nobody.email.upper()})
    row = SeatHolding.objects.get(person=made.nobody)
    assert row in seat_holdings(made.institution, made.pack.body("ascrc"))
    browser.post(reverse("seat_end", args=[slug, row.pk]))
    assert row not in seat_holdings(made.institution, made.pack.body("ascrc"))
    assert browser.get(reverse("seat_give", args=[slug, "ascrc", "clown"])).status_code == 404


def test_the_programme_manager_records_a_training_on_the_page(campus):
    made = campus()
    slug, browser = made.institution.slug, site_for(made.programme_manager)
    browser.post(reverse("training_give", args=[slug, made.untrained_issuer.pk]))
    assert is_qualified(made.untrained_issuer, made.institution)
    row = Qualification.objects.get(person=made.untrained_issuer)
    browser.post(reverse("training_withdraw", args=[slug, row.pk]))
    assert not is_qualified(made.untrained_issuer, made.institution)


def test_the_office_enters_the_dates_of_a_year(campus):
    made = campus("montana")
    slug, browser = made.institution.slug, site_for(made.administrator)
    address = reverse("calendar_year", args=[slug, 2026])
    usual = browser.get(address).context["form"].initial
    data = {key: value.isoformat() for key, value in usual.items()}
    first = made.pack.calendar.terms[0].id
    browser.post(address, {**data, first: "2026-08-31"})
    assert Term.objects.get(key=first).starts_on == dt.date(2026, 8, 31)
    with clock.at(dt.datetime(2026, 10, 1, tzinfo=dt.UTC)):
        page = browser.get(reverse("calendar", args=[slug]))
    assert b"31 August 2026" in page.content
    wrong = browser.post(address, {**data, first: "2027-08-31"})
    assert wrong.status_code == 409
    assert "The academic year 2026 starts in 2026, not on 31 August 2027." in wrong.content.decode()
    assert browser.get(reverse("calendar_year", args=[slug, 9999])).status_code == 404


def test_a_unit_is_added(campus):
    made = campus()
    slug, browser = made.institution.slug, site_for(made.administrator)
    browser.post(reverse("unit_add", args=[slug]), {"name": "Laboratory", "parent": made.unit.pk})
    assert b"College of Trials / Department of Trials" in browser.get(reverse("units", args=[slug])).content


def test_someone_leaves(campus):
    made = campus()
    slug, browser = made.institution.slug, site_for(made.administrator)
    browser.post(reverse("person_leave", args=[slug, made.issuer.pk]))
    assert not Person.objects.get(pk=made.issuer.pk).is_active
    assert b"Not here any more" in browser.get(reverse("person", args=[slug, made.issuer.pk])).content


def test_one_s_own_page_shows_roles_and_names_designees(campus):
    made = campus()
    browser = site_for(made.section_head)
    grant = RoleGrant.objects.get(person=made.section_head)
    page = browser.get(reverse("profile"))
    assert b"College of Trials" in page.content
    browser.post(
        reverse("designee_name", args=[grant.pk]), {"delegate": made.nobody.email, "ends_on": "2099-01-01"}
    )
    row = Delegation.objects.get()
    assert (row.principal, row.delegate, row.ends_on) == (made.section_head, made.nobody, dt.date(2099, 1, 1))
    assert b"acts for you" in browser.get(reverse("profile")).content
    assert b"You act for" in site_for(made.nobody).get(reverse("profile")).content
    assert site_for(made.proposer).post(reverse("designee_end", args=[row.pk])).status_code == 404
    assert site_for(made.proposer).get(reverse("designee_name", args=[grant.pk])).status_code == 404
    browser.post(reverse("designee_end", args=[row.pk]))
    assert not holds(made.nobody, "section_head", made.institution, made.unit)


def test_one_writes_one_s_own_name(campus):
    made = campus()
    site_for(made.issuer).post(reverse("profile"), {"name": "Renamed"})
    made.issuer.refresh_from_db()
    assert made.issuer.name == "Renamed"


@pytest.mark.parametrize("who", ["nobody", "learner", "stranger", "programme_manager"])
def test_everyone_has_a_page_of_their_own(campus, who):
    made = campus()
    page = site_for(getattr(made, who)).get(reverse("profile"))
    assert page.status_code == 200


def test_the_sole_administrator_is_told_why_the_role_cannot_end(campus):
    made = campus()
    grant = RoleGrant.objects.get(person=made.administrator)
    page = site_for(made.administrator).post(reverse("role_end", args=[made.institution.slug, grant.pk]))
    assert page.status_code == 409
    assert b"is the only campus administrator" in page.content
    roles.grant(
        institution=made.institution, person=made.nobody, role="campus_administrator", by=made.administrator
    )

"""The campus administrator's pages and everyone's own page: what they do, and for whom they open at all."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actions import imports
from accounts.authority import holds
from accounts.models import (
    PeopleImport,
    Person,
    Qualification,
    RoleGrant,
    SeatHolding,
    Unit,
)
from tests.factories import DelegationFactory, RoleGrantFactory
from tests.support import queries_of, site_for

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


def test_every_page_opens_for_the_administrator_and_some_for_the_programme_manager(campus):
    made = campus()
    pages = addresses(made)
    for person, expected in (
        (made.administrator, dict.fromkeys(pages, 200)),
        (made.programme_manager, {page: 200 if may else 403 for page, may in pages.items()}),
    ):
        browser = site_for(person)
        assert {page: browser.get(page).status_code for page in pages} == expected


@pytest.mark.parametrize("who", ["stranger", "proposer", "registrar", "issuer", "nobody", "learner"])
def test_for_everyone_else_there_are_no_such_pages(campus, who):
    made = campus()
    pages = addresses(made)
    browser = site_for(getattr(made, who))
    before = RoleGrant.objects.count(), Person.objects.count()
    assert {browser.get(page).status_code for page in pages} == {404}
    assert {browser.post(page).status_code for page in pages} <= {404, 405}
    assert (RoleGrant.objects.count(), Person.objects.count()) == before


def test_one_s_own_campus_does_not_lead_to_the_people_of_another(campus):
    """The stranger's own slug with ids from here."""
    made = campus()
    slug, browser = made.elsewhere.slug, site_for(made.stranger)
    grant = RoleGrant.objects.get(person=made.supervisor)
    ours = [
        reverse("role_give", args=[slug, made.issuer.pk]),
        reverse("person_leave", args=[slug, made.issuer.pk]),
        reverse("training_give", args=[slug, made.issuer.pk]),
        reverse("role_end", args=[slug, grant.pk]),
        reverse("delegation_give", args=[slug, grant.pk]),
        reverse("seat_end", args=[slug, SeatHolding.objects.filter(institution=made.institution).first().pk]),
        reverse("training_withdraw", args=[slug, Qualification.objects.get(person=made.issuer).pk]),
    ]
    assert browser.get(reverse("person", args=[slug, made.issuer.pk])).status_code == 404
    assert [browser.get(address).status_code for address in ours] == [404] * len(ours)
    assert [browser.post(address).status_code for address in ours] == [404] * len(ours)


def test_strangers_are_asked_to_sign_in(campus, client):
    made = campus()
    for address in [*addresses(made), reverse("profile"), reverse("people_home"), reverse("notices")]:
        assert client.get(address)["Location"].startswith(reverse("account_login"))


def shown(page):
    return [person.pk for person in page.context["page"]]


def test_the_list_is_searched_and_filtered(campus):
    made = campus()
    browser, address = site_for(made.administrator), reverse("people", args=[made.institution.slug])
    assert made.stranger.pk not in shown(browser.get(address))
    assert set(shown(browser.get(address, {"q": "test ISSUER"}))) == {
        made.issuer.pk,
        made.untrained_issuer.pk,
    }
    assert shown(browser.get(address, {"role": "section_head"})) == [made.section_head.pk]
    empty = browser.get(address, {"q": "no such person"})
    assert b"Nobody fits" in empty.content


def test_the_list_takes_the_same_queries_for_any_number(campus):
    made = campus()
    browser = site_for(made.administrator)
    address = f"{reverse('people', args=[made.institution.slug])}?role=assessor"
    one = queries_of(browser, address)
    for _ in range(2):
        RoleGrantFactory(institution=made.institution, role="assessor", unit=made.unit)
    assert len(shown(browser.get(address))) == 3
    assert queries_of(browser, address) == one <= 15


def test_a_manager_s_home_leads_to_the_own_campus(campus):
    made = campus()
    answer = site_for(made.administrator).get(reverse("people_home"))
    assert answer["Location"] == reverse("people", args=[made.institution.slug])
    assert site_for(made.issuer).get(reverse("people_home")).status_code == 404


def test_someone_is_invited_and_what_was_typed_stays_on_a_refusal(campus):
    made = campus()
    browser, address = site_for(made.administrator), reverse("person_invite", args=[made.institution.slug])
    answer = browser.post(address, {"name": "New", "email": "new@test.example"})
    assert answer["Location"] == reverse("people", args=[made.institution.slug])
    assert Person.objects.of(made.institution).filter(email="new@test.example").exists()
    again = browser.post(address, {"name": "New", "email": "new@test.example"})
    assert again.status_code == 409
    assert again.context["form"]["email"].value() == "new@test.example"
    assert b"is at Model University already" in again.content


def test_a_role_is_given_and_ended(campus):
    made = campus()
    slug, browser = made.institution.slug, site_for(made.administrator)
    answer = browser.post(
        reverse("role_give", args=[slug, made.nobody.pk]), {"role": "issuer", "unit": made.unit.pk}
    )
    assert answer["Location"] == reverse("person", args=[slug, made.nobody.pk])
    assert holds(made.nobody, "issuer", made.institution, made.unit)
    grant = RoleGrant.objects.get(person=made.nobody)
    browser.post(reverse("role_end", args=[slug, grant.pk]))
    assert not holds(made.nobody, "issuer", made.institution, made.unit)
    assert b"Over" in browser.get(reverse("person", args=[slug, made.nobody.pk])).content


def test_a_role_of_another_campus_s_unit_cannot_be_chosen(campus):
    made = campus()
    foreign = Unit.objects.create(institution=made.elsewhere, name="Theirs")
    answer = site_for(made.administrator).post(
        reverse("role_give", args=[made.institution.slug, made.nobody.pk]),
        {"role": "issuer", "unit": foreign.pk},
    )
    assert answer.status_code == 409
    assert not RoleGrant.objects.filter(person=made.nobody).exists()


def test_a_list_is_uploaded_looked_through_and_confirmed(campus):
    made = campus()
    slug, browser = made.institution.slug, site_for(made.administrator)
    file = SimpleUploadedFile("list.csv", b"name,email,role\nA,a@test.example,issuer\n")
    check = browser.post(reverse("people_import", args=[slug]), {"upload": file})["Location"]
    assert not Person.objects.filter(email="a@test.example").exists()
    assert b"1 line, nothing wrong" in browser.get(check).content
    browser.post(check)
    assert holds(Person.objects.get(email="a@test.example"), "issuer", made.institution)
    assert browser.post(check).status_code == 409
    assert PeopleImport.objects.get().written_by == made.administrator


def test_a_bad_list_shows_what_to_mend(campus):
    made = campus()
    slug, browser = made.institution.slug, site_for(made.administrator)
    file = SimpleUploadedFile("list.csv", b"name,email\n<b>,nothing\n")
    page = browser.post(reverse("people_import", args=[slug]), {"upload": file}, follow=True)
    assert "“nothing” is not an e-mail address." in page.content.decode()
    assert "1 of 1 line must be mended" in " ".join(page.content.decode().split())
    assert b"Write them in" not in page.content


def test_the_list_of_people_tells_seats_beside_roles(campus):
    model = campus("model")
    member = SeatHolding.objects.filter(institution=model.institution).first().person
    page = site_for(model.administrator).get(
        reverse("people", args=[model.institution.slug]), {"q": member.email}
    )
    assert "seat, Micro-credential Committee" in re.sub(r"\s+", " ", page.content.decode()).replace(" ,", ",")

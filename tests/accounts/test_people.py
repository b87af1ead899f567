"""People are invited, learn, and leave."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.actions import people, roles
from accounts.authority import holds, seat_holdings
from accounts.models import Affiliation, Person, RoleGrant
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.factories import PASSWORD, PersonFactory
from tests.support import site_for

pytestmark = pytest.mark.django_db


def invite(made, email="New.Person@Test.example", name=" New   person ", by=None):
    return people.invite(institution=made.institution, email=email, name=name, by=by or made.administrator)


def test_an_invitation_makes_a_person_and_a_mail(campus):
    made = campus()
    person = invite(made)
    assert (person.email, person.name, person.is_staff) == ("new.person@test.example", "New person", False)
    assert not person.has_usable_password()
    assert Person.objects.of(made.institution).filter(pk=person.pk).exists()
    mail = Mail.objects.get(recipient=person)
    assert (mail.kind, mail.subject) == ("invitation", f"Your account at {made.institution}")
    entry = Entry.objects.about("campus", made.institution.pk).last()
    assert (entry.act, entry.by, entry.detail) == (
        "person joined",
        made.administrator,
        {"person": str(person.pk)},
    )


def test_the_link_of_an_invitation_sets_a_password_and_the_person_signs_in(campus):
    made = campus()
    person = invite(made)
    (link,) = re.findall(r"http://testserver(/\S+)", Mail.objects.get(recipient=person).text)[:1]
    browser = Client()
    page = browser.get(link, follow=True)
    assert page.status_code == 200
    where = page.redirect_chain[-1][0]
    browser.post(where, {"password1": PASSWORD, "password2": PASSWORD})
    assert Client().login(email=person.email, password=PASSWORD)
    assert browser.get(link, follow=True).context["token_fail"]  # good once only


def test_someone_with_a_password_is_welcomed_without_a_link_to_set_one(campus):
    made, known = campus(), PersonFactory(name="Known elsewhere")
    assert invite(made, email=known.email.upper(), name="Another name") == known
    known.refresh_from_db()
    assert known.name == "Known elsewhere"
    mail = Mail.objects.get(recipient=known)
    assert mail.kind == "welcome"
    assert "password" not in mail.text


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"name": " "}, "name"), ({"email": "no address"}, "email"), ({"email": ""}, "email")],
)
def test_invitations_that_are_refused(campus, facts, field):
    with pytest.raises(Refused) as caught:
        invite(campus(), **facts)
    assert [reason.field for reason in caught.value.reasons] == [field]


def test_who_is_here_already_is_not_invited_twice(campus):
    made = campus()
    with pytest.raises(Refused, match="already"):
        invite(made, email=made.issuer.email)


@pytest.mark.parametrize("who", ["programme_manager", "proposer", "stranger"])
def test_only_the_administrator_invites_and_removes(campus, who):
    made = campus()
    by = getattr(made, who)
    with pytest.raises(PermissionDenied):
        invite(made, by=by)
    with pytest.raises(PermissionDenied):
        people.leave(institution=made.institution, person=made.issuer, by=by)
    with pytest.raises(PermissionDenied):
        people.invite_again(institution=made.institution, person=made.issuer, by=by)


def test_an_invitation_is_sent_again(campus):
    made = campus()
    person = invite(made)
    people.invite_again(institution=made.institution, person=person, by=made.administrator)
    assert Mail.objects.filter(recipient=person, kind="invitation").count() == 2


def test_a_learner_is_made_once_and_belongs_to_no_campus():
    learner = people.ensure_learner(email="L@Test.example", name="Learner")
    assert people.ensure_learner(email="l@test.EXAMPLE", name="Other") == learner
    learner.refresh_from_db()
    assert (learner.name, learner.email, learner.is_staff) == ("Learner", "l@test.example", False)
    assert learner.learner_since is not None
    assert not Affiliation.objects.filter(person=learner).exists()
    assert not Mail.objects.exists()


def test_many_learners_in_a_few_statements(django_assert_max_num_queries):
    known = PersonFactory(email="p1@test.example", name="Known")
    with django_assert_max_num_queries(9):
        found = people.ensure_learners(
            recipients=[(f"P{n}@test.example", f"Learner {n}") for n in range(300)]
        )
    assert (len(found), found["p1@test.example"], found["p2@test.example"].name) == (300, known, "Learner 2")
    assert Person.objects.filter(learner_since__isnull=False).count() == 300


def test_leaving_ends_everything_at_this_campus_and_closes_the_account(campus):
    made = campus()
    head = RoleGrant.objects.get(person=made.section_head)
    roles.delegate(grant=head, delegate=made.nobody, by=made.section_head)
    people.leave(institution=made.institution, person=made.section_head, by=made.administrator)
    person = Person.objects.get(pk=made.section_head.pk)
    assert not person.is_active
    assert not holds(person, "section_head", made.institution, made.unit)
    assert not holds(made.nobody, "section_head", made.institution, made.unit)
    assert not Person.objects.of(made.institution).filter(pk=person.pk).exists()
    assert Person.objects.visible_to(made.administrator).filter(pk=person.pk).exists()
    assert not Client().login(email=person.email, password=PASSWORD)
    assert Entry.objects.about("campus", made.institution.pk).last().act == "person left"


def test_who_left_is_signed_out_at_once(campus):
    made = campus()
    browser = site_for(made.issuer)
    assert browser.get(reverse("profile")).status_code == 200
    people.leave(institution=made.institution, person=made.issuer, by=made.administrator)
    assert browser.get(reverse("profile")).status_code == 302


def test_a_member_who_leaves_vacates_the_seat(campus):
    made = campus("montana")
    chair = made.chair("ascrc")
    people.leave(institution=made.institution, person=chair, by=chair)
    assert "chair" not in [row.seat for row in seat_holdings(made.institution, made.pack.body("ascrc"))]


def test_who_belongs_to_another_campus_or_has_a_wallet_keeps_the_account(campus):
    made = campus()
    people.ensure_learner(email=made.issuer.email, name="x")
    people.leave(institution=made.institution, person=made.issuer, by=made.administrator)
    people.invite(institution=made.elsewhere, email=made.proposer.email, name="x", by=made.stranger)
    RoleGrant.objects.create(
        person=made.proposer, institution=made.elsewhere, role="issuer", starts_on="2020-01-01"
    )
    people.leave(institution=made.institution, person=made.proposer, by=made.administrator)
    assert Person.objects.get(pk=made.issuer.pk).is_active
    proposer = Person.objects.get(pk=made.proposer.pk)
    assert proposer.is_active
    assert holds(proposer, "issuer", made.elsewhere)
    assert not holds(proposer, "proposer", made.institution, made.unit)


def test_who_left_can_be_invited_again(campus):
    made = campus()
    people.leave(institution=made.institution, person=made.issuer, by=made.administrator)
    again = invite(made, email=made.issuer.email)
    assert again.is_active
    assert Affiliation.objects.filter(person=again).count() == 2
    assert not holds(again, "issuer", made.institution, made.unit)


def test_the_only_administrator_cannot_leave(campus):
    made = campus()
    with pytest.raises(Refused, match="only campus administrator"):
        people.leave(institution=made.institution, person=made.administrator, by=made.administrator)


def test_who_is_not_here_cannot_leave(campus):
    made = campus()
    with pytest.raises(Refused, match="Invite this person first"):
        people.leave(institution=made.institution, person=made.stranger, by=made.administrator)


def test_everyone_writes_their_own_name_only(campus):
    made = campus()
    people.rename(person=made.issuer, name="  Test issuer,  renamed ", by=made.issuer)
    made.issuer.refresh_from_db()
    assert made.issuer.name == "Test issuer, renamed"
    with pytest.raises(PermissionDenied):
        people.rename(person=made.issuer, name="x", by=made.administrator)
    with pytest.raises(Refused, match="Write your name"):
        people.rename(person=made.issuer, name=" ", by=made.issuer)

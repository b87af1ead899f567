"""Signing in by e-mail address; nobody signs up; forgotten passwords."""

import re

import pytest
from django.urls import reverse

from accounts.models import Person
from journal.models import Mail

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough phrase"


@pytest.fixture
def person():
    return Person.objects.create_user("member@example.org", PASSWORD, name="Demo member")


def test_people_sign_in_by_address_in_any_case(client, person):
    response = client.post(reverse("account_login"), {"login": "Member@Example.org", "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_signs_nobody_in(client, person):
    response = client.post(reverse("account_login"), {"login": person.email, "password": "guessed"})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_strangers_cannot_sign_up(client):
    details = {"email": "stranger@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), details)
    assert not Person.objects.exists()


def test_people_sign_in_when_redis_is_away(client, person, redis_away):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_forgotten_password_is_reset_through_the_outbox(client, person):
    client.post(reverse("account_reset_password"), {"email": person.email})
    row = Mail.objects.get()
    assert (row.to, row.kind, row.institution, row.recipient) == (person.email, "sign_in", None, person)
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", row.text).group(1)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "another long phrase", "password2": "another long phrase"})
    person.refresh_from_db()
    assert person.check_password("another long phrase")


def test_a_reset_for_an_unknown_address_tells_nothing_and_sends_nothing(client, person):
    known = client.post(reverse("account_reset_password"), {"email": person.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Mail.objects.count() == 1


def test_the_dashboard_uses_the_same_sign_in(client):
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/").url == f"{reverse('account_login')}?next=%2Fadmin%2F"

"""Several addresses, one person: proof by mail, the main one, removing; merging what two records hold."""

import datetime as dt
import re
import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client

from accounts.actions import addresses, people
from accounts.addresses import further_of, holder_of, proven_by
from accounts.models import Person
from credentials.actions import accepting
from credentials.models import Award, ClaimLink
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.credentials.support import award, definition, learner, texts
from tests.factories import PASSWORD, PersonFactory
from tests.support import site_for

FURTHER = "further@learner.example"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def me(db):
    return learner(name="Test learner", email="me@learner.example")


@pytest.fixture
def other(db):
    return learner(name="Test learner, too", email=FURTHER)


def asked(me, email=FURTHER):
    """The token that was mailed to this address."""
    addresses.ask(email=email, by=me)
    text = Mail.objects.filter(to=email, kind="address_proof").order_by("-created_at").first().text
    return re.search(r"/profile/addresses/prove/(\S+)/", text).group(1)


def test_proven_address_leads_to_the_person_and_its_link_works_once(me):
    token = asked(me)
    site = site_for(me)
    assert proven_by(me) == [me.email]
    page = site.get(f"/profile/addresses/prove/{token}/")
    assert f"Add {FURTHER} to your account" in texts(page)
    assert proven_by(me) == [me.email]
    site.post(f"/profile/addresses/prove/{token}/")
    assert proven_by(me) == [me.email, FURTHER]
    assert holder_of(FURTHER.upper()) == me
    assert further_of([FURTHER, me.email]) == {FURTHER: me.email}
    assert site.post(f"/profile/addresses/prove/{token}/").status_code == 410
    assert FURTHER in texts(site.get("/profile/addresses/"))


def test_link_is_for_who_asked_and_needs_a_sign_in(me):
    token, path = asked(me), "/profile/addresses/prove/{}/"
    assert "/login/" in Client().post(path.format(token))["Location"]
    page = site_for(PersonFactory()).post(path.format(token))
    assert page.status_code == 403
    assert "Sign in to the account that asked" in texts(page)
    for bad in ("nothing", "%00", "x" * 2000, token[:-1], f"{token}x"):
        assert site_for(me).get(path.format(bad)).status_code == 410
    assert proven_by(me) == [me.email]


def test_asking_tells_nothing_of_who_else_has_the_address(model, me, other):
    site = site_for(me)
    said = {
        texts(site.post("/profile/addresses/", {"email": email}, follow=True)).replace(email, "…")
        for email in (FURTHER, "nobody@learner.example", model.registrar.email)
    }
    assert len(said) == 1
    for email in ("", "nonsense", "a\x00@b.example", me.email):
        assert site.post("/profile/addresses/", {"email": email}).status_code == 409


def test_badges_of_a_bare_record_come_into_the_wallet_recorded_by_id(model, campus, me, other):
    mine, theirs = (
        award(definition(model), me),
        award(definition(model, title="Theirs"), other, accepted=False),
    )
    elsewhere = award(definition(campus("montana"), title="Elsewhere"), other)
    link = ClaimLink.objects.create(
        person=other, award=theirs, token_hash="h", created_at=theirs.awarded_at, expires_at=theirs.awarded_at
    )
    token, site = asked(me), site_for(me)
    assert "come into this wallet too" in texts(site.get(f"/profile/addresses/prove/{token}/"))
    site.post(f"/profile/addresses/prove/{token}/")
    assert set(Award.objects.held_by(me)) == {mine, theirs, elsewhere}
    link.refresh_from_db()
    other.refresh_from_db()
    assert (link.person, other.merged_into, other.is_active) == (me, me, False)
    assert not other.has_usable_password()
    entries = Entry.objects.filter(act="learners merged").order_by("detail__moved")
    assert {(entry.institution.slug, str(entry.detail)) for entry in entries} == {
        (campus_.slug, str({"gone": str(other.pk), "kept": str(me.pk), "moved": {"award": [str(row.pk)]}}))
        for campus_, row in ((model.institution, theirs), (elsewhere.institution, elsewhere))
    }
    theirs.refresh_from_db()
    assert (theirs.recipient_email, theirs.accepted_at) == (FURTHER, None)


def test_of_two_live_awards_the_older_stays(model, me, other):
    made, second = definition(model), definition(model, title="Second")
    older, mine = award(made, other, accepted=False), award(second, me)
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        newer, later = award(made, me), award(second, other)
    addresses.prove(token=asked(me), by=me)
    for row in (older, newer, mine, later):
        row.refresh_from_db()
    assert [row.holder for row in (older, newer, mine, later)] == [me] * 4
    assert (newer.superseded_by, later.superseded_by) == (older, mine)
    assert (older.superseded_by, mine.superseded_by) == (None, None)
    assert (older.accepted_at, older.visibility) == (
        newer.accepted_at,
        "link",
    )  # it was accepted under the other
    (entry,) = Entry.objects.filter(act="learners merged")
    assert sorted(entry.detail["moved"]["award superseded"]) == sorted([str(newer.pk), str(later.pk)])


def test_after_the_merge_awards_to_any_address_find_the_one_person(model, me, other):
    addresses.prove(token=asked(me), by=me)
    found = people.ensure_learners(recipients=[(FURTHER, "x"), (me.email, "y"), ("New@learner.example", "n")])
    assert (found[FURTHER], found[me.email]) == (me, me)
    assert found["new@learner.example"].email == "new@learner.example"
    assert people.ensure_learner(email=FURTHER, name="x") == me
    assert people.invite(institution=model.institution, email=FURTHER, name="x", by=model.administrator) == me


@pytest.mark.parametrize("kind", ["role", "affiliation", "second factor", "campus account", "operator"])
def test_account_with_more_than_a_wallet_is_not_merged(model, me, other, kind):
    if kind == "role":
        other = model.registrar
    elif kind == "affiliation":
        people.join(model.institution, other, model.administrator)
    elif kind == "second factor":
        Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={"secret": "x"})
    elif kind == "campus account":
        SocialAccount.objects.create(user=other, provider="openid_connect", uid="1")
    else:
        Person.objects.filter(pk=other.pk).update(is_superuser=True)
    token = asked(me, other.email)
    page = site_for(me).post(f"/profile/addresses/prove/{token}/")
    assert page.status_code == 409
    assert "This address belongs to an account with a" in texts(page)
    with pytest.raises(Refused):
        addresses.prove(token=token, by=me)
    other.refresh_from_db()
    assert (other.merged_into, other.is_active) == (None, True)


def test_account_with_a_password_needs_that_too(me):
    known = PersonFactory()
    token, site = asked(me, known.email), site_for(me)
    path = f"/profile/addresses/prove/{token}/"
    assert 'type="password"' in site.get(path).content.decode()
    for wrong in ("", "guessed", "x" * 200):
        assert site.post(path, {"password": wrong}).status_code == 409
    assert holder_of(known.email) == known
    mine = site_for(known)
    assert site.post(path, {"password": PASSWORD}).status_code == 302
    assert holder_of(known.email) == me
    assert "/login/" in mine.get("/wallet/")["Location"]  # the other account's sessions have ended


def test_main_address_is_chosen_and_further_ones_removed(model, me):
    addresses.prove(token=asked(me), by=me)
    held, site = award(definition(model), me), site_for(me)
    site.post("/profile/addresses/main/", {"email": FURTHER})
    me.refresh_from_db()
    assert proven_by(me) == [FURTHER, "me@learner.example"]
    assert "Choose another one first" in texts(
        site.post("/profile/addresses/remove/", {"email": FURTHER}, follow=True)
    )
    for email in ("x@learner.example", "", "\x00", "x" * 999):
        for act in ("main", "remove"):
            assert site.post(f"/profile/addresses/{act}/", {"email": email}).status_code == 302
    site.post("/profile/addresses/remove/", {"email": "me@learner.example"})
    assert proven_by(me) == [FURTHER]
    assert list(Award.objects.held_by(me)) == [held]
    assert not EmailAddress.objects.exclude(verified=True).exists()
    EmailAddress.objects.create(user=model.registrar, email="r@learner.example", verified=True)
    with pytest.raises(Refused, match="Your role goes with the address"):
        addresses.make_main(email="r@learner.example", by=model.registrar)


def test_sign_in_works_by_any_proven_address(me):
    known = PersonFactory()
    addresses.prove(token=asked(known), by=known)
    site = Client()
    site.post("/accounts/login/", {"login": FURTHER, "password": PASSWORD})
    assert site.session["_auth_user_id"] == str(known.pk)
    assert site.get("/accounts/email/")["Location"] == "/profile/addresses/"


def test_every_row_of_a_person_is_moved_or_stays_on_purpose():
    """A new foreign key to a person is a decision."""
    moved = {
        "credentials.Award.holder", "credentials.ClaimLink.person", "credentials.Collection.owner", "credentials.Profile.person", "credentials.ImportedBadge.holder", "credentials.StudentNumber.person", "learning.Completion.learner", "learning.Enrolment.learner", "evaluation.Reading.learner",
        "journal.Mail.recipient", "journal.Notice.person", "journal.MailChoice.person", "journal.MailConsent.person",
        "account.EmailAddress.user", "evaluation.Invitation.person", "evaluation.SurveyStop.person",
    }  # fmt: skip
    keeps_apart = {  # by what opens the dashboard, an affiliation, a second factor, a campus account
        "accounts.RoleGrant.person", "accounts.Delegation.principal", "accounts.Delegation.delegate",
        "accounts.SeatHolding.person", "accounts.Qualification.person", "accounts.Affiliation.person",
        "learning.Offering.director", "learning.Offering.assessors", "issuance.IssuanceRequest.requested_by",
        "reviews.MeetingSeat.person", "reviews.Attendance.person", "reviews.Alternate.principal",
        "reviews.Alternate.delegate", "reviews.PanelMember.person", "proposals.Proposer.person",
        "mfa.Authenticator.user", "socialaccount.SocialAccount.user",
    }  # fmt: skip
    history = {"admin.LogEntry.user", "authtoken.Token.user", "accounts.Person.merged_into"}
    found = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Person._meta.related_objects
    }
    assert found == moved | keeps_apart | history


# --- races --------------------------------------------------------------------------------------


def at_once(*acts):
    """Run the acts in threads of their own; what each raised."""
    raised, ready = [None] * len(acts), threading.Barrier(len(acts))

    def run(n, act):
        try:
            ready.wait(10)
            act()
        except Exception as error:
            raised[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_merge_each_other_at_once_and_one_wins(campus):
    model = campus("model")
    one, two = learner(email="one@learner.example"), learner(email="two@learner.example")
    made = definition(model)
    rows = {award(made, one).pk, award(definition(model, title="Two"), two).pk}
    tokens = asked(one, two.email), asked(two, one.email)
    raised = at_once(
        lambda: addresses.prove(token=tokens[0], by=one), lambda: addresses.prove(token=tokens[1], by=two)
    )
    assert sorted(error is None for error in raised) == [False, True]
    assert isinstance(next(error for error in raised if error), (Refused, PermissionDenied))
    winner = Person.objects.get(merged_into=None, pk__in=[one.pk, two.pk])
    assert {row.pk for row in Award.objects.held_by(winner)} == rows


@pytest.mark.django_db(transaction=True)
def test_merge_while_the_address_is_awarded_loses_nothing(campus):
    model = campus("model")
    me, other = learner(email="me@learner.example"), learner(email=FURTHER)
    token, made = asked(me), definition(model)
    in_chunk, may_end = threading.Event(), threading.Event()

    def chunk():
        with transaction.atomic():
            holder = people.ensure_learners(recipients=[(FURTHER, "x")])[FURTHER]
            in_chunk.set()
            may_end.wait(5)
            award(made, holder, accepted=False)

    def merge():
        in_chunk.wait(10)
        threading.Timer(0.3, may_end.set).start()
        addresses.prove(token=token, by=me)

    assert at_once(chunk, merge) == [None, None]
    (held,) = Award.objects.all()
    assert held.holder == me
    other.refresh_from_db()
    assert other.merged_into == me
    accepting.accept(award=held, visibility="link", by=me)

"""What is known of a learner: told whole, downloaded, and erased by a mailed link, while what they hold still verifies."""

import datetime as dt
import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.test import Client

from accounts.actions import erasing, people
from accounts.models import Person
from credentials.actions import accepting, wallet
from credentials.models import Award, ShareLink
from issuance import awarding
from issuance.models import Delivery, DeliveryState, RequestLine
from journal import clock
from journal.models import Entry, Mail
from learning.models import Completion
from policies.reasons import Refused
from tests.factories import PASSWORD, PersonFactory
from tests.issuance.support import approved
from tests.support import site_for

SECRETS = ("Test learner 1", "learner1@", "Gauges of one river")
PLAIN_TEXT = (models.CharField, models.TextField, models.JSONField)


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


@pytest.fixture
def learner(boulder):
    """A learner who accepted a badge that was requested, awarded and waits to be sent to the platform."""
    request = approved(boulder, 2)
    Completion.objects.filter(learner__email="learner1@learners.example").update(
        evidence="Gauges of one river"
    )
    awarding.run(request.job.pk)
    award = Award.objects.get(recipient_email="learner1@learners.example")
    holder = award.holder
    holder.set_password(PASSWORD)
    holder.save()
    accepting.accept(award=award, visibility="link", by=holder)
    wallet.share(award=award, label="for Test learner 1’s employer", by=holder)
    EmailAddress.objects.create(user=holder, email="learner1@home.example", verified=True)
    return holder


def link_of(learner):
    """The path in the mail that asks whether one is sure."""
    text = Mail.objects.get(kind="erase_asked", recipient=learner).text
    return re.search(r"(/profile/data/erase/\S+)", text).group(1)


def asked(learner):
    """A site where the learner is signed in, and the mailed path."""
    site = site_for(learner)
    site.post("/profile/data/erase/")
    return site, link_of(learner)


def written():
    """Every text in the database, row by row, but for the record, which names nobody but by id."""
    for model in apps.get_models():
        texts = [field.column for field in model._meta.local_fields if isinstance(field, PLAIN_TEXT)]
        if not texts or not model._meta.managed:
            continue
        names = ", ".join(f'"{name}"::text' for name in texts)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                yield model, " ".join(text or "" for text in row)


def test_all_that_is_kept_is_told_and_downloaded(learner):
    site = site_for(learner)
    page = site.get("/profile/data/").content.decode()
    for title in (
        "Your account",
        "Your badges",
        "What you completed and showed",
        "Requests to give you a badge",
    ):
        assert title in page
    response = site.get("/profile/data/my-data.json")
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    said = json.loads(response.content)
    (award,) = said["awards"]
    assert award["title"] == "Data Literacy"
    assert award["credential"]["credentialSubject"]["achievement"]["name"] == "Data Literacy"
    assert [one["evidence"] for one in said["completions"]] == ["Gauges of one river"]
    assert [one["email"] for one in said["requests"]] == ["learner1@learners.example"]
    assert [one["platform"] for one in said["deliveries"]] == ["credly"]
    assert [one["email"] for one in said["account"][0]["addresses"]] == ["learner1@home.example"]
    assert "learner2" not in response.content.decode()


def test_asking_mails_a_link_once_in_ten_minutes_and_erases_nothing(learner):
    site, path = asked(learner)
    site.post("/profile/data/erase/")
    assert Mail.objects.filter(kind="erase_asked").count() == 1
    page = site.get(path)
    assert page.status_code == 200
    assert "What cannot be undone" in page.content.decode()
    unsure = site.post(path, {})
    assert (unsure.status_code, "Tick this if you are sure" in unsure.content.decode()) == (400, True)
    assert Award.objects.get(holder=learner).recipient_name == "Test learner 1"


def test_erasing_leaves_no_word_of_the_learner_and_the_file_still_verifies(learner):
    award = Award.objects.get(holder=learner)
    before = {model.__name__ for model, text in written() if any(secret in text for secret in SECRETS)}
    assert before == {"Award", "Completion", "EmailAddress", "Mail", "Person", "RequestLine", "ShareLink"}
    file, digest, link = award.document, award.document_hash, ShareLink.objects.get(award=award).token
    site, path = asked(learner)
    done = site.post(path, {"sure": "on"})
    assert "It is erased" in done.content.decode()

    assert [
        (model.__name__, text) for model, text in written() if any(secret in text for secret in SECRETS)
    ] == []
    assert Completion.objects.get(learner=learner).evidence == ""
    award.refresh_from_db()
    assert (award.document, award.document_hash, award.recipient_email) == ("", digest, "")
    assert award.status_index is not None

    assert "_auth_user_id" not in site.session
    assert not Client().login(email="learner1@learners.example", password=PASSWORD)
    assert Client().get(f"/s/{link}/").status_code == 404
    shown = Client().get(f"/verify/{award.pk}/")
    assert (shown.status_code, "Who held it is not known here any more" in shown.content.decode()) == (
        200,
        True,
    )
    assert Client().get(f"/awards/{award.pk}.json").status_code == 410
    checked = Client().post("/verify/", {"text": file, "email": "learner1@learners.example"})
    assert "Everything is in order." in checked.content.decode()


def test_erasing_keeps_the_record_true(learner, boulder):
    site, path = asked(learner)
    site.post(path, {"sure": "on"})
    entry = Entry.objects.get(act="learner erased")
    assert (entry.institution, entry.by, entry.detail) == (
        boulder.institution,
        learner,
        {"person": str(learner.pk)},
    )
    call_command("verify_record")


def test_what_is_not_sent_or_awarded_yet_is_given_up(learner, boulder):
    award = Award.objects.get(holder=learner)
    other = approved(boulder, 1, title="Another")
    site, path = asked(learner)
    site.post(path, {"sure": "on"})
    delivery = Delivery.objects.get(award=award)
    assert (delivery.state, delivery.settled_at is not None) == (DeliveryState.CANCELLED, True)
    line = RequestLine.objects.get(request=other)
    assert (line.email.endswith("@erased.invalid"), line.problem) == (
        True,
        "The learner had what was known of them erased.",
    )
    assert not RequestLine.objects.filter(request=other).to_award().exists()


def test_a_badge_on_its_way_to_a_platform_is_waited_for(learner):
    site, path = asked(learner)
    moment = clock.now() + dt.timedelta(minutes=1)
    Delivery.objects.filter(award__holder=learner).update(
        state="sending", claimed_until=moment, claim_token="00000000-0000-4000-8000-000000000000"
    )
    refused = site.post(path, {"sure": "on"})
    assert (refused.status_code, "on its way to Credly just now" in refused.content.decode()) == (409, True)
    assert Award.objects.get(holder=learner).recipient_name == "Test learner 1"


def test_revoking_still_reaches_the_platform(learner):
    award = Award.objects.get(holder=learner)
    Delivery.objects.filter(award=award).update(state="delivered", remote_id="b-1")
    revoke = Delivery.objects.create(
        award=award,
        account=Delivery.objects.get(award=award).account,
        act="revoke",
        due_at=clock.now(),
        created_at=clock.now(),
    )
    site, path = asked(learner)
    site.post(path, {"sure": "on"})
    revoke.refresh_from_db()
    assert revoke.state == DeliveryState.QUEUED


def test_links_that_erase_nothing(learner, boulder):
    site, path = asked(learner)
    other = site_for(PersonFactory(email="other@learners.example"))
    cases = [
        (other, path, "mailed to somebody else"),
        (site, path[:-3] + "/", "is not whole"),
        (site, "/profile/data/erase/%00/", "is not whole"),
        (site, "/profile/data/erase/" + "x" * 5000 + "/", "is not whole"),
    ]
    for visitor, address, words in cases:
        refused = visitor.post(address, {"sure": "on"})
        assert (refused.status_code, words in refused.content.decode()) == (409, True), address
    assert Client().post(path, {"sure": "on"}).status_code == 302
    with clock.at(clock.now() + dt.timedelta(minutes=61)):
        assert "too old" in site.get(path).content.decode()
    assert Award.objects.get(holder=learner).recipient_name == "Test learner 1"


@pytest.fixture
def colleague(learner, boulder):
    """The same learner, who works at the campus by now."""
    return people.invite(
        institution=boulder.institution, email=learner.email, name=learner.name, by=boulder.administrator
    )


def test_who_works_here_has_what_they_learned_erased_and_keeps_the_account(colleague, boulder):
    award, line = Award.objects.get(holder=colleague), RequestLine.objects.get(learner=colleague)
    completion = Completion.objects.get(learner=colleague)
    file, place = award.document, colleague.affiliations.get()
    site, path = asked(colleague)
    page = site.get(path).content.decode()
    assert "You keep your account for your work" in page
    assert "Kept, since you work here under it." in page
    done = site.post(path, {"sure": "on"}, follow=True)
    assert "Your account for your work stays." in done.content.decode()

    colleague.refresh_from_db()
    assert (colleague.is_active, colleague.name, colleague.learner_since) == (True, "Test learner 1", None)
    assert colleague.affiliations.get() == place
    assert site_for(colleague).get("/profile/data/").status_code == 200
    left = {model.__name__ for model, text in written() if any(secret in text for secret in SECRETS)}
    assert left == {"Person", "EmailAddress", "Mail"}
    assert set(Mail.objects.filter(recipient=colleague).values_list("kind", flat=True)) == {
        "welcome",
        "erase_asked",
    }
    for row, field in ((award, "holder"), (line, "learner"), (completion, "learner")):
        row.refresh_from_db()
        nobody = getattr(row, field)
        assert (nobody.name, nobody.is_active) == ("A learner whose data was erased", False)
        assert nobody.email == f"{nobody.pk}@erased.invalid"

    checked = Client().post("/verify/", {"text": file, "email": "learner1@learners.example"})
    assert "Everything is in order." in checked.content.decode()
    entry = Entry.objects.get(act="learner erased")
    assert (entry.institution, entry.by, entry.detail) == (
        boulder.institution,
        colleague,
        {"person": str(colleague.pk)},
    )
    call_command("verify_record")


def test_who_works_here_and_never_learned_has_nothing_to_erase(colleague, boulder):
    _, path = asked(colleague)
    token = path.split("/")[-2]
    erasing.erase(token=token, by=colleague)
    with pytest.raises(Refused, match="erased already"):  # of two at once
        erasing.erase(token=token, by=colleague)
    for person in (Person.objects.get(pk=colleague.pk), boulder.registrar):
        site = site_for(person)
        assert "nothing is kept of you as a learner" in site.get("/profile/data/").content.decode()
        site.post("/profile/data/erase/")
    assert Mail.objects.filter(kind="erase_asked").count() == 1


def test_link_to_the_wallet_that_was_mailed_to_another_address_goes_too(learner):
    Client().post("/wallet/link/", {"email": "learner1@home.example"})
    assert Mail.objects.filter(kind="wallet_link").exists()
    site, path = asked(learner)
    site.post(path, {"sure": "on"})
    assert not Mail.objects.filter(kind="wallet_link").exists()


def test_erasing_twice_is_refused(learner):
    _, path = asked(learner)
    token = path.split("/")[-2]
    erasing.erase(token=token, by=learner)
    with pytest.raises(Refused, match="erased already"):
        erasing.erase(token=token, by=learner)
    assert Entry.objects.filter(act="learner erased").count() == 1

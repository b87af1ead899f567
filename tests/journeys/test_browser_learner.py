"""The learner on a phone, from the mail to a shared link, and the stranger who checks what they were shown."""

import datetime as dt
import re
import uuid

import pytest

from credentials.actions import accepting, awards
from credentials.checking.anyone import check_any
from credentials.models import Award, ClaimLink
from credentials.openbadges.verify import Answer
from journal import clock
from journal.models import Mail
from tests.journeys import deeds
from tests.journeys.hands import NARROW, PHONE
from tests.journeys.walk import Walk, badge_and_training, issue
from tests.proposals import walking

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Technical writing"
MONTH = dt.timedelta(days=30)


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def award(model, platforms, hand):
    """A badge that was requested, released and pushed; the mail names this run's site, since `hand` came first."""
    definition = walking.model_pilot(model).definition_id
    walk = Walk(model)
    badge_and_training(walk, definition)
    return Award.objects.get(pk=issue(walk, definition, model.registrar))


def mailed_link(address):
    """The claim link as it stands in the learner's mail."""
    text = Mail.objects.get(to=address, kind="badge_awarded").text
    return re.search(r"http\S+/claim/\S+/", text).group()


def claim(learner, award):
    """The mailed link shows the badge; accepting it opens the wallet, once."""
    link = mailed_link(award.holder.email)
    learner.go(link)
    learner.reads(TITLE, "This link works once, until")
    learner.press("Accept it")
    learner.reads("It is yours", TITLE)
    learner.go(link)
    learner.reads("My badges", TITLE)
    return link


def share(learner):
    """A link to show, made in the wallet."""
    learner.reads("What it says about you", "Who may see it")
    learner.fill(label="application")
    learner.press("Make a link")
    learner.reads("Your link is ready", "application")
    return learner.page.locator("#links a").first.get_attribute("href")


def test_from_the_mail_to_a_stranger(award, hand):
    learner, stranger = hand(size=PHONE), hand()
    link = claim(learner, award)
    shared = share(learner)
    stranger.go(link, status=410)
    stranger.reads("This link was used already.")
    stranger.go(shared)
    stranger.reads(TITLE, "This badge is genuine and in force.", award.recipient_name)
    stranger.fill(email=award.holder.email)
    stranger.press("Compare")
    stranger.reads("Is it this person")
    file = stranger.download("Signed credential")
    assert {check.answer for check in check_any(file, clock.now()).checks} == {Answer.YES}
    stranger.go("/verify/")
    deeds.upload(stranger, "file", "badge.json", "application/json", file)
    stranger.press("Check it")
    stranger.reads("What we found")
    forged = file.replace(TITLE.encode(), b"Brain surgery")
    deeds.upload(stranger, "file", "badge.json", "application/json", forged)
    stranger.press("Check it")
    stranger.reads("What we found", "Brain surgery", "No")


def test_a_private_badge_and_a_withdrawn_link(award, hand):
    learner, stranger = hand(award.holder, size=NARROW), hand(size=PHONE)
    stranger.go(f"/verify/{award.pk}/", status=403)
    stranger.reads("This badge is not accepted yet")
    learner.go("/wallet/")
    learner.reads("1 badge waits for your answer.")
    learner.press(TITLE)
    learner.press("Accept it")
    shared = share(learner)
    learner.choose("visibility", "private")
    learner.press("Save", exact=True)
    learner.reads("That is who may see it from now on.")
    stranger.go(shared)
    stranger.reads(award.recipient_name)
    stranger.go(f"/verify/{award.pk}/")
    stranger.reads("Its holder keeps the name private.")
    assert award.recipient_name not in stranger.words()
    learner.press("Withdraw")
    learner.reads("The link no longer works.")
    stranger.go(shared, status=410)
    stranger.reads("This link was withdrawn")


def test_addresses_that_lead_nowhere(award, model, hand):
    stranger = hand(size=NARROW)
    link = mailed_link(award.holder.email)
    ClaimLink.objects.update(created_at=clock.now() - 2 * MONTH, expires_at=clock.now() - MONTH)
    stranger.go(link, status=410)
    stranger.reads("This link is too old.")
    stranger.go("/claim/never-made/", status=404)
    stranger.reads("This link is not known.")
    stranger.go("/s/never-made/", status=404)
    stranger.go(f"/verify/{uuid.uuid4()}/", status=404)
    stranger.reads("There is no such badge here")
    stranger.go(f"/verify/{str(award.pk)[:-1]}/", status=400)
    stranger.reads("This is not the address of a badge")
    accepting.accept(award=award, visibility="link", by=award.holder)
    awards.revoke(award=award, reason="Made out to the wrong person.", by=model.registrar)
    stranger.go(f"/verify/{award.pk}/", status=410)
    stranger.reads("This badge was revoked on")
    assert stranger.page.request.get(f"{stranger.base}/awards/{award.pk}.json").status == 410


def test_redis_is_away(award, hand, request):
    """People still sign in to their wallet, and strangers verify."""
    request.getfixturevalue("redis_away")
    learner, stranger = hand(award.holder, door=True), hand()
    learner.go("/wallet/")
    learner.press(TITLE)
    learner.press("Accept it")
    stranger.go(f"/verify/{award.pk}/")
    stranger.reads("This badge is genuine and in force.")
    stranger.download("Signed credential")

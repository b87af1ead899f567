"""A badge designed in the browser and issued completes a stack; the learner shares the stack, and in the end erases all."""

import re

import pytest

from credentials.models import Award, Definition
from journal.models import Mail
from tests.issuance.stacks import Set, award, work
from tests.issuance.support import learners
from tests.journeys import deeds
from tests.journeys.hands import NARROW, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
PART, WHOLE = "Reading maps", "Whole"


@pytest.fixture
def made(campus):
    """A stack of two; one of its parts has no image yet."""
    found = Set(campus("model"), names=(PART, "Drawing maps"))
    Definition.objects.filter(pk=found.parts[0].pk).update(image="", image_alt="")
    return found


@pytest.fixture
def holder(made):
    """Somebody who completed the first part and holds the second."""
    learners(made.parts[0], 1)
    person = made.parts[0].offerings.get().completions.get().learner
    award(made.parts[1], person)
    return person


def design(manager, definition):
    """Made from choices, with the preview that follows them."""
    manager.go(f"/catalogue/{definition.slug}/image/")
    manager.fill(title="Maps", second_colour="#b6862c")
    manager.choose("shape", "hexagon")
    manager.choose("accent", "second")
    manager.page.locator("#second-accent circle[fill='#b6862c']").wait_for()
    manager.page.locator("#design-now", has_text="Letters on their ground").wait_for()
    manager.page.check("[name=confirmed]")
    manager.press("Use this badge")
    manager.reads("The badge has its image.")


def issue(issuer, registrar, definition, person):
    issuer.go(f"/issuance/new/{definition.pk}/")
    issuer.fill(name=person.name, email=person.email)
    issuer.press("Send the request")
    issuer.reads("Your request is with")
    deeds.open_waiting(registrar, PART)
    registrar.press("Release")
    registrar.press("Release")
    registrar.reads("Released")


def share(learner):
    """The stack, accepted on a phone; a link to show."""
    learner.go("/wallet/")
    learner.press(WHOLE)
    learner.press("Accept it")
    learner.fill(label="application")
    learner.press("Make a link")
    return learner.page.locator("#links a").first.get_attribute("href")


def erase(learner, person):
    learner.go("/profile/data/")
    learner.press("Mail me the link that erases it")
    text = Mail.objects.get(kind="erase_asked", recipient=person).text
    learner.go(re.search(r"http\S+/profile/data/erase/\S+", text).group())
    learner.reads("What cannot be undone")
    learner.page.check("[name=sure]")
    learner.press("Erase it for good")
    learner.reads("It is erased")


def test_from_the_designer_to_the_eraser(made, holder, hand):
    place, stranger, learner = made.place, hand(size=NARROW), hand(holder, size=PHONE)
    design(hand(place.programme_manager), made.parts[0])
    issue(hand(place.issuer), hand(place.registrar), made.parts[0], holder)
    learner.go(f"/catalogue/{made.whole.slug}/")
    learner.reads("1 of 2")
    work()
    assert Award.objects.live().filter(holder=holder, definition=made.whole).count() == 1
    learner.go(f"/catalogue/{made.whole.slug}/")
    learner.reads("2 of 2")
    shared = share(learner)
    stranger.go(shared)
    stranger.reads(WHOLE, "This badge is genuine and in force.", holder.name)
    file = stranger.download("Signed credential")
    erase(learner, holder)
    stranger.go(shared, status=404)
    stranger.go("/verify/")
    deeds.upload(stranger, "file", "badge.json", "application/json", file)
    stranger.press("Check it")
    stranger.reads("Everything is in order.")

"""Two proposers in two browsers write the same section: what they type is saved, merged, and never lost."""

import pytest
from playwright.sync_api import expect

from proposals.models import Document, KeptAnswer
from tests.journeys.hands import NARROW
from tests.proposals import walking

pytestmark = pytest.mark.django_db(transaction=True)


def saved(one, says="Saved at"):
    expect(one.page.locator("#draft-saved")).to_contain_text(says)


def idea():
    return Document.objects.get().answers["idea"]


def types(one, **values):
    """Types into a field and leaves it."""
    for name, text in values.items():
        with one.page.expect_response(lambda answer: answer.url.endswith("/save/")):
            one.page.locator(f"[name={name}]").fill(text)
            one.page.locator(f"[name={name}]").blur()


@pytest.fixture
def pair(campus, hand):
    """Both proposers with the same section open, and its address."""
    model = campus("model")
    proposal = walking.start(model, walking.MODEL_INTENT, proposers=[model.second_proposer])
    address = f"/proposals/{proposal.pk}/edit/idea/"
    one, two = hand(model.proposer), hand(model.second_proposer)
    one.go(address)
    two.go(address)
    two.reads(f"{model.proposer} is writing in this section too.")
    return model, one, two, address


def write_apart(one, two):
    """Each another answer: on leaving the field, and after a pause in it. Nothing takes the focus."""
    types(one, title="Plain writing")
    saved(one)
    two.page.locator("[name=summary]").press_sequentially("And more. ")
    saved(two)
    assert two.page.evaluate("document.activeElement.name") == "summary"
    assert idea()["title"] == "Plain writing"
    assert "And more." in idea()["summary"]


def meet(one):
    """The answer that the other has just changed: both texts are kept, and what is typed on follows."""
    types(one, summary="By the first, who had not seen that.")
    saved(one, "Not saved:")
    types(one, summary="By the first, who had not seen that. Typed on.")
    one.look()
    one.press("compare and choose")
    kept = KeptAnswer.objects.get()
    assert kept.answer == "By the first, who had not seen that. Typed on."
    one.reads("Both texts are kept", "And more.", "Typed on.")
    return kept


def test_two_proposers_write_together_and_nothing_is_lost(pair, hand):
    model, one, two, address = pair
    write_apart(one, two)
    kept = meet(one)
    phone = hand(model.proposer, size=NARROW)
    phone.go(kept.get_absolute_url())
    phone.go(address)
    phone.reads("Two texts for one answer")
    one.choose("take", "together")
    one.fill(summary="By both of us.")
    one.press("Choose")
    one.reads("Chosen. Both texts are kept.")
    assert (idea()["title"], idea()["summary"]) == ("Plain writing", "By both of us.")

    one.page.locator("[name=title]").fill("Left in a hurry")
    one.go(address.replace("edit/idea", "texts"))  # before the pause was over
    one.go(address)
    assert one.page.input_value("[name=title]") == idea()["title"] == "Left in a hurry"

    plain = hand(model.second_proposer, script=False)
    plain.page.goto(plain.base + address)
    plain.fill(title="Without a script")
    plain.press("Save", exact=True)
    plain.reads("Saved.")
    two.page.route("**/save/", lambda route: route.abort())  # as on a train
    two.page.locator("[name=title]").fill("On a train")
    two.page.locator("[name=title]").blur()
    saved(two, "Not saved: no connection. What you typed is still here")
    two.page.unroute("**/save/")
    types(two, title="With one")
    saved(two, "Not saved: “Working title”")
    assert (idea()["title"], idea()["summary"]) == ("Without a script", "By both of us.")
    met = KeptAnswer.objects.filter(answer="With one", other="Without a script")
    for _ in range(100):  # what was typed on the train may come first, and what follows a moment later
        if met.exists():
            break
        two.page.wait_for_timeout(100)
    assert met.exists()

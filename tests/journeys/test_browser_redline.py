"""The red-line in the browser: on any screen, without a script, from one change to the next, and in print."""

import pytest
from django.urls import reverse

from tests.journeys.hands import DESK, NARROW
from tests.policies.examples import words
from tests.proposals import walking
from tests.proposals.walking import save

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def changed(campus):
    """A proposal that was sent back: a longer text, another choice, another row, a file, in its draft."""
    at = campus("model")
    proposal = walking.model_changes_requested(at)
    rows = [
        {"competency": "Write a long procedure", "assessment": "Portfolio"},
        {"competency": "Edit it", "assessment": "Peers"},
    ]
    save(proposal, {"learning": {"competencies": rows, "need": f"{words(20)}\n\nMore."}}, at.proposer)
    save(proposal, {"idea": {"audience": ["students"]}}, at.proposer)
    walking.attach(proposal, at.proposer, field="attachments.files", name="plan.pdf")
    return at, proposal


@pytest.mark.parametrize("size", [DESK, NARROW])
def test_from_one_change_to_the_next_on_any_screen(changed, hand, size):
    at, proposal = changed
    proposer = hand(at.proposer, size=size)
    proposer.go(reverse("proposal", args=[proposal.pk]))
    proposer.press("What changed in the draft since revision 2")
    page = proposer.page
    proposer.press("Go to the first change")
    assert page.url.endswith("#change-1")
    for ends in ("#change-2", "#change-1", "#change-2"):  # next, previous, next, by the keyboard alone
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ends}")
    assert page.locator("#change-1").get_by_role("link", name="Previous change").count() == 0
    assert page.locator("#change-2 ins", has_text="Edit it").is_visible()
    proposer.press("Only what changed")
    assert page.get_by_text("The closing reflection").count() == 0
    page.emulate_media(media="print")
    lines = [
        page.locator(f"#change-1 {name}, #change-2 {name}").first.evaluate(
            "e => getComputedStyle(e).textDecorationLine"
        )
        for name in ("ins", "del")
    ]
    assert lines == ["underline", "line-through"]
    assert not page.get_by_text("Compare others").is_visible()


def test_it_is_read_without_a_script(changed, hand):
    at, proposal = changed
    proposer = hand(at.proposer, script=False)
    proposer.page.goto(proposer.base + reverse("proposal_compare", args=[proposal.pk, 2, "draft"]))
    proposer.page.get_by_label("What changed from").select_option("1")
    proposer.page.get_by_label("to", exact=True).select_option("2")
    proposer.page.get_by_role("button", name="Compare").click()
    assert proposer.page.url.endswith(reverse("proposal_compare", args=[proposal.pk, 1, 2]))
    assert "Only revision 2 has this section." in proposer.words()


def test_two_versions_that_cannot_be_compared_are_refused_on_a_page_that_reads_well(changed, hand):
    at, proposal = changed
    proposer = hand(at.proposer, size=NARROW)
    proposer.go(reverse("proposal_compare", args=[proposal.pk, 2, 2]), status=400)
    assert "Both are the same. Choose two different ones." in proposer.words()

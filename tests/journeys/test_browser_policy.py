"""A policy in the browser: read on any screen, follow a clause, put a revision in force, move a proposal to it."""

import copy

import pytest

from policies import loader
from policies.schema import Pack
from tests.journeys.hands import DESK, NARROW, PHONE
from tests.proposals import packs, walking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.mark.parametrize("size", [DESK, PHONE, NARROW])
@pytest.mark.parametrize("slug", ["montana", "model"])
def test_the_page_reads_on_every_screen(campus, hand, slug, size):
    campus(slug)
    reader = hand(size=size)
    reader.go("/policies/")
    reader.go(f"/policies/{slug}/")
    assert reader.page.locator(".rules__drawing svg").is_visible()
    reader.page.locator("details.rules__form > summary").first.click()
    assert reader.page.locator("details.rules__form .items").first.is_visible()


def test_a_clause_mark_leads_to_its_anchor(model, hand):
    draft = walking.model_draft(model)
    proposer = hand(model.proposer)
    proposer.go(f"/proposals/{draft.pk}/")
    mark = proposer.page.locator(".checklist details.clause").first
    name = mark.locator("summary").inner_text().split()[-1]
    mark.locator("summary").click()
    mark.locator("a").click()
    proposer.page.wait_for_load_state()
    assert proposer.page.url.endswith(f"/policies/model/#{name}")
    assert proposer.page.locator(f"#{name}").is_visible()


def test_a_revision_is_put_in_force_and_a_proposal_is_moved_to_it(model, hand, monkeypatch):
    proposal, voted = walking.model_unit_approval(model), walking.model_committee_review(model)
    walking.model_draft(model)
    data = copy.deepcopy(model.pack.model_dump(mode="json"))
    packs.step(data, "dean_signoff")["title"] = "The dean approves twice"
    data["policy"]["revision"] = "2026-09"
    known = {**loader.packs(), "model": Pack.model_validate(data)}
    monkeypatch.setattr("accounts.offered.packs", lambda: known)
    for size in (DESK, NARROW):
        administrator = hand(model.administrator, size=size)
        administrator.go("/campus/model/policy/")
        administrator.press("Put it in force")
    administrator.fill(note="Adopted by the council on 12 May.")
    administrator.press("Put it in force")
    assert "Revision 2026-09 is in force." in administrator.words()
    hand(size=NARROW).go("/policies/model/compare/2026-01/2026-09/")
    hand(size=PHONE).go("/policies/model/2026-01/")
    manager = hand(model.programme_manager, size=NARROW)
    manager.go(f"/proposals/{voted.pk}/policy/")
    assert "a vote is under way. Let it end first." in manager.words()
    manager.go(f"/proposals/{proposal.pk}/")
    manager.press("Move it to a later revision")
    manager.fill(note="The council asked for it.")
    manager.press("Move it")
    assert "It is under revision 2026-09 now." in manager.words()
    assert walking.fresh(proposal).policy.revision == "2026-09"

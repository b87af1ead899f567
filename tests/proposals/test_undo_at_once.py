"""Two at once: one takes a step back while another acts on it; one adds a step while another moves the proposal on."""

import pytest

from journal.models import Entry
from proposals.actions import adhoc, steps
from proposals.actions.undoing import undo
from proposals.models import Step
from tests.proposals import walking
from tests.proposals.test_concurrency import together
from tests.proposals.walking import finish, fresh, move, open_keys, open_step
from tests.support import make_campus


@pytest.fixture
def at(transactional_db):
    return make_campus("montana")


def signed(at):
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    finish(at, proposal, "supervisor_signoff")
    return fresh(proposal)


def test_undo_while_the_next_signs(at):
    proposal = signed(at)
    first = Step.objects.get(proposal=proposal, key="supervisor_signoff")
    second = open_step(proposal, "section_head_signoff")
    found = together(
        lambda: undo(step=first, by=at.supervisor),
        lambda: steps.complete(step=second, outcome="approve", by=at.section_head),
    )
    assert found in (
        ["Somebody has acted on it since: it cannot be taken back any more.", "done"],
        ["This step is not open: it was completed, or does not count any more.", "done"],
    )
    assert open_keys(proposal) in (["supervisor_signoff"], ["um_online_signoff"])
    acts = list(Entry.objects.about("proposal", proposal.pk).values_list("act", flat=True))
    assert acts.count("undo") + acts.count("step") == 2


def test_undo_clicked_twice(at):
    proposal = signed(at)
    step = Step.objects.get(proposal=proposal, key="supervisor_signoff")
    found = []
    try:
        found = together(*[lambda: undo(step=step, by=at.supervisor)] * 2)
    finally:
        assert Entry.objects.filter(subject_id=proposal.pk, act="undo").count() == 1
    assert "done" in found
    assert open_keys(proposal) == ["supervisor_signoff"]


def test_a_step_is_added_while_the_last_one_signs(at):
    proposal = signed(at)
    finish(at, proposal, "section_head_signoff")
    last = open_step(proposal, "um_online_signoff")
    new = {"kind": "signoff", "title": "The library", "reason": "Journals.", "person": at.nobody}
    found = together(
        lambda: adhoc.add(proposal=proposal, by=at.programme_manager, **new),
        lambda: steps.complete(step=last, outcome="approve", by=at.offices["um_online"]),
    )
    state = fresh(proposal).state
    if state == "unit_approval":
        assert (found, open_keys(proposal)) == (["done", "done"], ["added-1"])
    else:
        assert (found, state) == (["A step is added while something is being decided.", "done"], "pilot")

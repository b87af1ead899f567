"""Two people at once, on a real PostgreSQL with real transactions: one wins, the other is told, nothing happens twice."""

import threading
import time

import pytest
from django.db import connections, transaction

from journal.models import Entry
from policies.reasons import Refused
from proposals.actions import documents, steps, transitions
from proposals.actions.lapsing import lapse_due
from proposals.actions.locking import lock
from proposals.models import Revision, Step
from tests.proposals import walking
from tests.proposals.walking import fresh, open_step, save
from tests.support import make_campus


@pytest.fixture
def at(transactional_db):
    return make_campus("montana")


def together(*acts):
    """Run these at the same moment, each in a thread and a connection of its own. What each came to, in order."""
    ready, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        ready.wait()
        try:
            act()
            results[place] = "done"
        except Refused as refused:
            results[place] = refused.reasons[0].text
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_two_proposers_submit_at_once(at):
    proposal = walking.montana_draft(at)
    found = together(
        *[
            lambda person=person: transitions.perform(proposal=proposal, transition="submit", by=person)
            for person in (at.proposer, at.second_proposer)
        ]
    )
    assert found == ["Only what is being written can be submitted.", "done"]
    assert Revision.objects.filter(proposal=proposal).count() == 1
    assert Entry.objects.filter(subject_id=proposal.pk, act="submit").count() == 1
    assert Step.objects.filter(proposal=proposal, status="open").count() == 1


def test_one_submits_while_the_other_withdraws(at):
    proposal = walking.montana_draft(at)
    found = together(
        lambda: transitions.perform(
            proposal=proposal, transition="submit", by=at.proposer, version=proposal.version
        ),
        lambda: transitions.perform(
            proposal=proposal, transition="withdraw", by=at.second_proposer, version=proposal.version
        ),
    )
    stale = "Somebody changed this proposal after you opened it. Look at it again, then decide."
    assert found == [stale, "done"]
    assert fresh(proposal).state in ("unit_approval", "withdrawn")


def test_two_proposers_save_from_the_same_page(at):
    proposal = walking.montana_draft(at)
    version = proposal.version
    found = together(
        *[
            lambda title=title, person=person: documents.save(
                proposal=proposal, answers={"offering": {"title": title}}, version=version, by=person
            )
            for title, person in (("One", at.proposer), ("Two", at.second_proposer))
        ]
    )
    assert found[1] == "done"
    assert found[0].endswith("changed “Title” after you had read it.")
    assert fresh(proposal).version == version + 1


def test_the_holder_and_the_designee_sign_at_once(at):
    proposal = walking.montana_draft(at)
    transitions.perform(proposal=proposal, transition="submit", by=at.proposer)
    walking.finish(at, proposal, "supervisor_signoff")
    grant = at.section_head.grants.get(role="section_head")
    grant.delegations.create(principal=at.section_head, delegate=at.nobody, starts_on="2020-01-01")
    step = open_step(proposal, "section_head_signoff")
    found = together(
        lambda: steps.complete(step=step, outcome="approve", by=at.section_head),
        lambda: steps.complete(step=step, outcome="decline", by=at.nobody, note="No."),
    )
    assert found == ["This step is not open: it was completed, or does not count any more.", "done"]
    assert Entry.objects.filter(subject_id=proposal.pk, act="step", detail__key=step.key).count() == 1


def test_two_clocks_let_a_pilot_lapse_once(at):
    proposal = walking.montana_pilot(at)
    save(proposal, walking.MONTANA_FULL, at.proposer)
    type(proposal.definition).objects.update(awards_until="2020-08-10")
    counted = []
    together(*[lambda: counted.append(lapse_due())] * 2)
    assert sorted(counted) == [0, 1]
    assert Entry.objects.filter(subject_id=proposal.pk, act="lapse").count() == 1


def test_who_waited_for_a_proposal_reads_it_with_the_policy_that_it_has_now(at):
    proposal = walking.montana_draft(at)
    other, held, found = at.elsewhere.policy, threading.Event(), []

    def first():
        with transaction.atomic():
            mine = lock(proposal.pk)
            mine.policy = other
            mine.save(update_fields=["policy"])
            held.set()
            assert until(waits)

    def second():
        assert held.wait(10)
        with transaction.atomic():
            found.append(lock(proposal.pk).policy)

    assert together(first, second) == ["done", "done"]
    assert found == [other]


def waits():
    """Whether somebody waits for a lock."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def until(holds, seconds=10):
    """Whether it comes to hold in time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()

"""Accredible's client sending batches to the sandbox: each row is read on its own."""

import pytest

from issuance.platforms.base import Outcome
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, held, outgoing, refused, reply_with

sandbox = platform_fixtures.sandbox
accredible = platform_fixtures.accredible
group = platform_fixtures.group


def states(results):
    """The states of a batch's results, or the code of the error."""
    return [row.state if isinstance(row, Outcome) else row.code for row in results]


def test_batch_of_thirty_is_one_call_in_order(sandbox, accredible, group):
    before = sandbox.state.arrivals["accredible"].count()
    results = accredible.send_batch([outgoing(group, number) for number in range(1, 31)])
    assert [row.remote_id for row in results] == [str(10_000_000 + number) for number in range(1, 31)]
    assert sandbox.state.arrivals["accredible"].count() == before + 1
    assert held(sandbox, "accredible") == [f"award-{number}" for number in range(1, 31)]


@pytest.mark.parametrize("size", [0, 31])
def test_batch_of_a_wrong_size_is_our_mistake(accredible, group, size):
    with pytest.raises(ValueError, match="1 to 30"):
        accredible.send_batch([outgoing(group, number) for number in range(size)])


@pytest.mark.parametrize("spelling", ["errors", "error"])
def test_batch_mixed_is_read_row_by_row(sandbox, accredible, group, spelling):
    sandbox.state.set_switches({"accredible_bulk_error_key": spelling})
    there = accredible.send(outgoing(group, 2))
    batch = [outgoing(group, 1), outgoing(group, 2), outgoing(group, 3, recipient_email="nobody")]
    first, adopted, wrong = accredible.send_batch(batch)
    assert (first.state, adopted.remote_id, adopted.adopted) == ("delivered", there.remote_id, True)
    assert wrong.message == "Accredible refused it: The credential is not valid: recipient.email is invalid"
    assert (wrong.permanent, wrong.ambiguous) == (True, False)


@pytest.mark.parametrize("spelling", ["errors", "error"])
def test_batch_with_credits_gone_in_the_middle(sandbox, accredible, group, spelling):
    sandbox.state.set_switches({"accredible_bulk_error_key": spelling, "accredible_credits": 1})
    results = accredible.send_batch([outgoing(group, 1), outgoing(group, 2)])
    assert states(results) == ["delivered", "unpublished"]


def test_batch_all_wrong(accredible, group):
    results = accredible.send_batch([outgoing("99", 1), outgoing("99", 2)])
    assert [(row.permanent, row.code) for row in results] == [(True, "template")] * 2


def test_batch_same_person_twice_makes_one(sandbox, accredible, group):
    results = accredible.send_batch([outgoing(group, 1), outgoing(group, 1, key="award-9")])
    assert [row.remote_id for row in results] == ["10000001", "10000001"]
    assert [row.adopted for row in results] == [False, True]


def test_batch_with_too_few_results_is_ambiguous_for_the_rest(sandbox, accredible, group, monkeypatch):
    made = {"credential": {"id": "1", "approve": True, "recipient": {"email": "learner1@montana.example"}}}
    reply_with(monkeypatch, 200, {"results": [made]})
    first, second = accredible.send_batch([outgoing(group, 1), outgoing(group, 2)])
    assert (first.remote_id, second.ambiguous, second.permanent) == ("1", True, False)


def test_batch_with_results_in_another_order_is_asked_about(sandbox, accredible, group, monkeypatch):
    rows = [
        {"credential": {"id": str(number), "recipient": {"email": f"learner{number}@montana.example"}}}
        for number in (2, 1)
    ]
    reply_with(monkeypatch, 200, {"results": rows})
    results = accredible.send_batch([outgoing(group, 1), outgoing(group, 2)])
    assert [row.ambiguous for row in results] == [True, True]


def test_batch_refused_as_a_whole(sandbox, accredible, group, monkeypatch):
    reply_with(monkeypatch, 422, {"errors": "Too many credentials"})
    error = refused(lambda: accredible.send_batch([outgoing(group, 1), outgoing(group, 2)]))
    assert (error.permanent, error.message) == (True, "Accredible refused it (422): Too many credentials")


def test_batch_duplicate_with_the_search_broken_is_asked_again(sandbox, accredible, group):
    accredible.send(outgoing(group, 1, key="other"))
    break_next(sandbox, "503", path="/credentials/award-1")
    (row,) = accredible.send_batch([outgoing(group, 1)])
    assert (row.permanent, row.ambiguous, row.code) == (False, True, "duplicate")

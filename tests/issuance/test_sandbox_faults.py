"""Every fault of the sandbox, switched on over HTTP, as a caller meets it."""

import time
from email.utils import parsedate_to_datetime

import pytest
import requests

from issuance.sandbox.faults import BEFORE, KINDS, UNLIKELY, UNNOTICED, Faults, mixture
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, held, outgoing, refused

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible
credly_template = platform_fixtures.credly_template
group = platform_fixtures.group


def test_expired_token_is_refused_as_each_vendor_does(sandbox, credly, accredible, credly_template, group):
    for client, template in ((credly, credly_template), (accredible, group)):
        break_next(sandbox, "401", method="POST")
        error = refused(lambda client=client, template=template: client.send(outgoing(template)))
        assert (error.permanent, error.account_wide, error.code) == (True, True, "token_refused")
        assert client.send(outgoing(template)).state == "delivered"


def test_credits_gone_for_one_call_makes_it_unpublished(sandbox, accredible, group):
    break_next(sandbox, "no_credits", method="POST")
    made = accredible.send(outgoing(group))
    assert made.state == "unpublished"
    assert accredible.publish(outgoing(group), made.remote_id).state == "delivered"
    assert held(sandbox, "accredible") == ["award-1"]


@pytest.mark.parametrize("error_key", ["error", "errors"])
def test_credits_gone_in_a_batch_is_read_row_by_row(sandbox, accredible, group, error_key):
    sandbox.state.set_switches({"accredible_bulk_error_key": error_key})
    break_next(sandbox, "no_credits", method="POST")
    rows = accredible.send_batch([outgoing(group, 1), outgoing(group, 2)])
    assert [row.state for row in rows] == ["unpublished", "unpublished"]


def test_lagging_index_hides_what_a_call_made_from_lists_but_not_from_the_duplicate_rule(
    sandbox, credly, accredible, credly_template, group
):
    break_next(sandbox, "index_lag", method="POST", times=2, seconds=0.4)
    credly.send(outgoing(credly_template))
    accredible.send(outgoing(group))
    assert credly.find(outgoing(credly_template)) is None
    assert list(accredible.statuses(group)) == []
    assert accredible.find(outgoing(group)).adopted  # read by our own key, not searched for
    assert refused(lambda: credly.send(outgoing(credly_template))).code == "duplicate"
    time.sleep(0.45)
    assert credly.find(outgoing(credly_template)).adopted
    assert len(list(accredible.statuses(group))) == 1


def test_429_says_how_long_in_both_forms_or_not_at_all(sandbox):
    url = f"{sandbox.url}/accredible/v1/issuer/details"
    for kind in ("429", "429_date", "429_no_header"):
        break_next(sandbox, kind, retry_after="90")
    answers = [requests.get(url, timeout=10) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429] * 3
    assert answers[0].headers["Retry-After"] == "90"
    wait = parsedate_to_datetime(answers[1].headers["Retry-After"]).timestamp() - time.time()
    assert 85 <= wait <= 91
    assert "Retry-After" not in answers[2].headers


def test_mixture_breaks_its_share_of_calls_in_every_way_alike():
    faults, calls = Faults(), 40_000
    for fault in mixture(0.2):
        faults.add(fault)
    for _ in range(calls):
        faults.take("credly", "POST", "/credly/v1/organizations/1/badges")
    met = faults.taken()
    assert set(met) == set(KINDS) - set(UNLIKELY)
    each = 0.2 * calls / (len(met) - len(UNNOTICED))
    assert all(0.8 * each < number < 1.2 * each for number in met.values())
    assert set(UNLIKELY) < set(BEFORE)


def test_mixture_and_what_it_met_over_http(sandbox):
    address = f"{sandbox.url}/_control/faults"
    assert (
        requests.post(f"{address}/mixture", json={"share": 1.0, "seconds": 0}, timeout=10).status_code == 200
    )
    assert requests.post(f"{address}/mixture", json={"colour": "red"}, timeout=10).status_code == 400
    for _ in range(3):
        try:
            requests.get(f"{sandbox.url}/accredible/v1/issuer/details", timeout=10)
        except requests.RequestException:
            continue
    assert sum(requests.get(address, timeout=10).json().values()) == 3
    requests.delete(address, timeout=10)
    assert requests.get(address, timeout=10).json() == {}

"""What the clients make of every way in which a call can go wrong, over real HTTP.

`ambiguous` decides whether something is issued twice: it must be set whenever the request may have arrived.
"""

import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from issuance.platforms.accredible import Accredible
from issuance.platforms.base import Gate, OpenGate, PlatformError
from issuance.platforms.credly import Credly
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import (
    FACTS,
    accredible_account,
    break_next,
    credly_account,
    held,
    outgoing,
    refused,
)

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible
hasty_credly = platform_fixtures.hasty_credly
hasty_accredible = platform_fixtures.hasty_accredible
credly_template = platform_fixtures.credly_template
group = platform_fixtures.group

# fault -> (is it ambiguous after a write, was it done, cause)
FAULTS = [
    ("timeout_before", True, False, "timeout"),
    ("timeout_after", True, True, "timeout"),
    ("reset_before", True, False, "timeout"),
    ("reset_after", True, True, "timeout"),
    ("502", True, False, "server_error"),
    ("503", True, False, "server_error"),
    ("502_after", True, True, "server_error"),
    ("429", False, False, "rate_limited"),
    ("429_no_header", False, False, "rate_limited"),
    ("truncated", True, True, "timeout"),
    ("not_json", True, True, "unreadable"),
]


@pytest.mark.parametrize("fault, ambiguous, done, code", FAULTS)
def test_credly_send_broken_then_found_or_sent_again(
    sandbox, hasty_credly, credly_template, fault, ambiguous, done, code
):
    award = outgoing(credly_template)
    break_next(sandbox, fault, method="POST", seconds=3)
    error = refused(lambda: hasty_credly.send(award))
    assert (error.permanent, error.ambiguous, error.code) == (False, ambiguous, code)
    found = hasty_credly.find(award)
    assert (found is not None) is done
    assert (found or hasty_credly.send(award)).state == "delivered"
    assert held(sandbox, "credly") == ["person-1"]


@pytest.mark.parametrize("fault, ambiguous, done, code", FAULTS)
def test_accredible_send_broken_then_found_or_sent_again(
    sandbox, hasty_accredible, group, fault, ambiguous, done, code
):
    award = outgoing(group)
    break_next(sandbox, fault, method="POST", seconds=3)
    error = refused(lambda: hasty_accredible.send(award))
    assert (error.permanent, error.ambiguous, error.code) == (False, ambiguous, code)
    found = hasty_accredible.find(award)
    assert (found is not None) is done
    assert (found or hasty_accredible.send(award)).state == "delivered"
    assert held(sandbox, "accredible") == ["award-1"]


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS])
def test_find_broken_is_never_ambiguous(
    sandbox, hasty_credly, hasty_accredible, credly_template, group, fault
):
    for client, template in ((hasty_credly, credly_template), (hasty_accredible, group)):
        break_next(sandbox, fault, method="GET", seconds=3)
        if fault == "not_json" and client is hasty_accredible:
            assert client.find(outgoing(template)) is None  # the search is asked then
            continue
        error = refused(lambda client=client, template=template: client.find(outgoing(template)))
        assert (error.permanent, error.ambiguous) == (False, False)


def test_batch_that_dies_half_way_is_asked_about_row_by_row(sandbox, hasty_accredible, group):
    batch = [outgoing(group, number) for number in (1, 2, 3, 4)]
    break_next(sandbox, "half_batch")
    assert refused(lambda: hasty_accredible.send_batch(batch)).ambiguous
    assert [hasty_accredible.find(row) is not None for row in batch] == [True, True, False, False]
    again = hasty_accredible.send_batch(batch)
    assert [row.adopted for row in again] == [True, True, False, False]
    assert held(sandbox, "accredible") == ["award-1", "award-2", "award-3", "award-4"]


def test_revoke_broken_is_ambiguous_and_safe_to_repeat(sandbox, hasty_credly, credly_template):
    award = outgoing(credly_template)
    sent = hasty_credly.send(award)
    break_next(sandbox, "timeout_after", method="PUT", seconds=3)
    assert refused(lambda: hasty_credly.revoke(award, sent.remote_id, "Mistake")).ambiguous
    assert hasty_credly.revoke(award, sent.remote_id, "Mistake").state == "revoked"


@pytest.mark.parametrize("header, seconds", [("7", 7.0), ("Thu, 01 Jan 2099 00:00:00 GMT", 86_400.0)])
def test_429_with_retry_after_holds_everyone_back(sandbox, credly_template, header, seconds):
    gate = Noted()
    client = Credly(credly_account(sandbox), gate)
    break_next(sandbox, "429", retry_after=header)
    error = refused(lambda: client.send(outgoing(credly_template)))
    assert (error.retry_after, gate.pauses) == (seconds, [seconds])


def test_503_that_names_a_moment_holds_everyone_back(raw_server):
    url = raw_server(b"HTTP/1.1 503 Unavailable\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n")
    gate = Noted()
    client = Credly(credly_account(type("Anywhere", (), {"url": url}), base_url=url), gate)
    error = refused(lambda: client.send(outgoing("any")))
    assert (error.retry_after, error.code, gate.pauses) == (9.0, "server_error", [9.0])


def test_429_without_retry_after_holds_everyone_back_for_half_a_minute(sandbox, group):
    gate = Noted()
    client = Accredible(accredible_account(sandbox), gate)
    break_next(sandbox, "429_no_header")
    error = refused(lambda: client.send(outgoing(group)))
    assert (error.retry_after, gate.pauses) == (None, [30.0])


def test_nobody_listening_is_temporary_and_not_ambiguous(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = Credly(credly_account(sandbox, base_url=f"http://127.0.0.1:{port}/v1"), OpenGate())
    error = refused(lambda: client.send(outgoing("any")))
    assert (error.permanent, error.ambiguous, error.account_wide, error.code) == (
        False,
        False,
        True,
        "unreachable",
    )
    assert error.message == (f"Credly (127.0.0.1:{port}) could not be reached. It is tried again by itself.")


@pytest.mark.parametrize("base_url", ["http://", "ftp://127.0.0.1/v1"])
def test_base_url_that_is_none_is_permanent(sandbox, base_url):
    client = Credly(credly_account(sandbox, base_url=base_url), OpenGate())
    error = refused(lambda: client.send(outgoing("any")))
    assert (error.permanent, error.code) == (True, "configuration")


def test_answer_that_is_not_tls_was_never_sent_in_clear(sandbox):
    base_url = sandbox.url.replace("http://", "https://") + "/credly/v1"
    error = refused(
        lambda: Credly(credly_account(sandbox, base_url=base_url), OpenGate()).send(outgoing("any"))
    )
    assert error.permanent is False
    assert held(sandbox, "credly") == []


def test_redirect_is_not_followed(raw_server):
    url = raw_server(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
    error = refused(lambda: client_at(url).send(outgoing("any")))
    assert (error.permanent, error.ambiguous, error.code) == (True, False, "configuration")


def test_answer_too_large_is_ambiguous_for_a_write(raw_server):
    body = b"x" * (6 * 1024 * 1024)
    head = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body)
    url = raw_server(head + body)
    error = refused(lambda: client_at(url).send(outgoing("any")))
    assert (error.permanent, error.ambiguous, error.code) == (False, True, "unreadable")


def test_answer_that_quotes_our_token_does_not_pass_it_on(raw_server):
    body = b'{"data":{"message":"no such token: very-secret"},"metadata":null}'
    url = raw_server(b"HTTP/1.1 422 Unprocessable\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    error = refused(lambda: client_at(url, token="very-secret").send(outgoing("any")))
    assert error.message == "Credly refused it (422): no such token: [token]"


def test_netrc_cannot_replace_our_token(sandbox, credly, credly_template, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert credly.send(outgoing(credly_template)).state == "delivered"


def test_no_room_under_the_limit_means_nothing_leaves(sandbox, credly_template):
    client = Credly(credly_account(sandbox), Closed())
    before = sandbox.state.arrivals["credly"].count()
    error = refused(lambda: client.send(outgoing(credly_template)))
    assert (error.ambiguous, error.permanent, error.retry_after) == (False, False, 9)
    assert sandbox.state.arrivals["credly"].count() == before


def test_every_request_passes_the_gate_but_the_first_that_is_paid(sandbox, credly_template, group):
    gate = Noted()
    client = Credly(credly_account(sandbox), gate)
    client.send(outgoing(credly_template))
    client.send(outgoing(credly_template), paid=True)  # 422, then one look at the list
    assert gate.paid == [1, 1]
    gate = Noted()
    Accredible(accredible_account(sandbox), gate).find(outgoing(group), paid=True)  # read, then searched
    assert gate.paid == [1]


def test_v1_search_is_counted_by_its_own_limit_too(sandbox):
    """100 in 60 s: the groups' search counts there, the newer search of credentials does not."""
    gate = Noted()
    client = Accredible(replace(accredible_account(sandbox), endpoints=Accredible.endpoints), gate)
    client.ensure_template(FACTS)  # searched for, then made
    client.find(outgoing("1"))  # read, then searched for by v2
    assert (gate.narrow, gate.paid) == (["v1 search"], [1, 1, 1, 1, 1])


def test_threads_share_one_client(sandbox, credly, credly_template):
    ends = []
    threads = [
        threading.Thread(target=lambda n=n: ends.append(credly.send(outgoing(credly_template, n)).state))
        for n in range(32)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == ["delivered"] * 32
    assert sorted(held(sandbox, "credly")) == sorted(f"person-{n}" for n in range(32))


class Noted(Gate):
    """A gate that lets all through and keeps count."""

    def __init__(self):
        self.paid, self.pauses, self.narrow = [], [], []

    def pay(self, cost):
        self.paid.append(cost)

    def pause(self, seconds):
        self.pauses.append(seconds)

    def narrowed(self, endpoint):
        self.narrow.append(endpoint.name)
        return self


class Closed(Gate):
    """A gate that lets nothing through."""

    def pay(self, cost):
        raise PlatformError("Waiting.", False, retry_after=9, code="limit")

    def pause(self, seconds):
        raise AssertionError("nothing was asked")


def client_at(url, **changes):
    """Credly's client at a base URL."""
    values = {"base_url": url, "read_seconds": 2.0} | changes
    return Credly(credly_account(type("Anywhere", (), {"url": url}), **values), OpenGate())


@pytest.fixture
def raw_server():
    """A server that answers every POST with the given bytes."""
    servers = []

    def start(answer):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.wfile.write(answer)
                self.close_connection = True

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/v1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()

"""The sandbox as a server: faults, limits, delay, control routes, pages, and what a restart keeps."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import requests

from issuance.sandbox.faults import KINDS, Fault
from issuance.sandbox.server import Sandbox
from issuance.sandbox.state import ACCREDIBLE_KEY
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import outgoing

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible
credly_template = platform_fixtures.credly_template
group = platform_fixtures.group

KEY = {"Authorization": f"Token token={ACCREDIBLE_KEY}"}


def control(sandbox, path, **body):
    """A POST to a control route."""
    return requests.post(f"{sandbox.url}/_control/{path}", json=body, timeout=10)


def test_every_answer_says_that_it_is_a_sandbox(sandbox):
    for path in (
        "/",
        "/nowhere",
        "/accredible/v1/issuer/details",
        "/credly/v1/nowhere",
        "/_control/switches",
    ):
        answer = requests.get(sandbox.url + path, timeout=10)
        assert answer.headers["X-Sandbox"] == "imitation of the platforms; nothing is issued"


def test_connection_is_kept_alive(sandbox):
    with requests.Session() as session:
        for _ in range(3):
            answer = session.get(f"{sandbox.url}/_control/switches", timeout=10)
        assert (answer.raw.version, "Connection" in answer.headers) == (11, False)


def test_switches_by_http(sandbox):
    assert control(sandbox, "switches", accredible_credits=5).json()["accredible_credits"] == 5
    wrong = control(sandbox, "switches", colour="red")
    assert (wrong.status_code, wrong.json()) == (400, {"error": "no such switch: colour"})


def test_faults_by_http_happen_as_often_as_asked(sandbox):
    assert control(sandbox, "faults", kind="503", platform="accredible", times=2).status_code == 200
    url = f"{sandbox.url}/accredible/v1/issuer/details"
    assert [requests.get(url, headers=KEY, timeout=10).status_code for _ in range(3)] == [503, 503, 200]


def test_faults_that_do_not_exist_are_refused(sandbox):
    assert control(sandbox, "faults", kind="earthquake").status_code == 400
    assert control(sandbox, "faults", kind="503", colour="red").status_code == 400


def test_faults_are_cleared(sandbox):
    control(sandbox, "faults", kind="503", times=None)
    requests.delete(f"{sandbox.url}/_control/faults", timeout=10)
    assert (
        requests.get(f"{sandbox.url}/accredible/v1/issuer/details", headers=KEY, timeout=10).status_code
        == 200
    )


def test_fault_with_a_probability_hits_some(sandbox):
    sandbox.state.faults.add(Fault("503", times=None, probability=0.5))
    url = f"{sandbox.url}/accredible/v1/issuer/details"
    seen = {requests.get(url, headers=KEY, timeout=10).status_code for _ in range(40)}
    assert seen == {200, 503}


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_a_known_kind(kind):
    assert Fault(kind).kind == kind


def test_limit_is_kept_in_a_moving_window(sandbox):
    control(sandbox, "switches", accredible_rate=[3, 30])
    url = f"{sandbox.url}/accredible/v1/issuer/details"
    seen = [requests.get(url, headers=KEY, timeout=10) for _ in range(5)]
    assert [answer.status_code for answer in seen] == [200, 200, 200, 429, 429]
    assert "Retry-After" not in seen[-1].headers


def test_calls_are_counted_by_window(sandbox, accredible):
    for _ in range(4):
        accredible.health()
    counted = requests.get(f"{sandbox.url}/_control/calls?window=60", timeout=10).json()
    assert 0 < counted["accredible"].pop("seconds") < 60
    assert [counted["credly"].pop("seconds"), counted["canvas"].pop("seconds")] == [0, 0]
    assert counted == {
        "credly": {"calls": 0, "most_in_window": 0},
        "accredible": {"calls": 4, "most_in_window": 4},
        "canvas": {"calls": 0, "most_in_window": 0},
        "window_seconds": 60.0,
    }
    requests.delete(f"{sandbox.url}/_control/calls", timeout=10).raise_for_status()
    again = requests.get(f"{sandbox.url}/_control/calls", timeout=10).json()
    assert again["accredible"] == {"calls": 0, "seconds": 0.0, "most_in_window": 0}


def test_held_lists_what_was_made(sandbox, credly, accredible, credly_template, group):
    badge = credly.send(outgoing(credly_template))
    made = accredible.send(outgoing(group, 2))
    held = requests.get(f"{sandbox.url}/_control/held", timeout=10).json()
    assert [(row["platform"], row["id"], row["email"], row["state"]) for row in held["badges"]] == [
        ("credly", badge.remote_id, "learner1@montana.example", "pending"),
        ("accredible", made.remote_id, "learner2@montana.example", "published"),
    ]
    only = requests.get(f"{sandbox.url}/_control/held?platform=credly&count=1", timeout=10).json()
    assert only == {"count": 1}


def test_reset_forgets_badges_and_keeps_accounts(sandbox, accredible, group):
    accredible.send(outgoing(group))
    control(sandbox, "reset")
    assert sandbox.state.held() == []
    assert accredible.health().ok


def test_further_account_by_http(sandbox):
    control(sandbox, "accounts", platform="accredible", token="second", account="2", name="Second")
    headers = {"Authorization": "Token token=second"}
    answer = requests.get(f"{sandbox.url}/accredible/v1/issuer/details", headers=headers, timeout=10)
    assert answer.json()["issuer"]["name"] == "Second"
    assert control(sandbox, "accounts", platform="accredible").status_code == 400


def test_learner_accepts_by_the_button_and_not_by_the_link(sandbox, credly, credly_template):
    award = outgoing(credly_template)
    sent = credly.send(award)
    page = requests.get(sent.claim_url, timeout=10)
    assert "you have earned “Data Literacy”" in page.text
    assert credly.status(award, sent.remote_id).state == "delivered"
    requests.post(sent.claim_url, timeout=10)
    accepted = credly.status(award, sent.remote_id)
    assert accepted.state == "accepted"
    assert "accepted" in requests.get(accepted.remote_url, timeout=10).text


def test_learner_declines(sandbox, credly, credly_template):
    sent = credly.send(outgoing(credly_template))
    requests.post(sent.claim_url.replace("/accept", "/reject"), timeout=10)
    assert credly.status(outgoing(credly_template), sent.remote_id).state == "rejected"
    assert control(sandbox, f"badges/{sent.remote_id}/accepted").status_code == 404


def test_home_page_lists_badges_and_escapes_names(sandbox, credly, credly_template):
    assert "No badge has been sent yet" in requests.get(sandbox.url, timeout=10).text
    credly.send(outgoing(credly_template, recipient_name="Demo <b>learner</b>"))
    page = requests.get(sandbox.url, timeout=10).text
    assert "Demo &lt;b&gt;learner&lt;/b&gt;" in page
    assert "<button>Accept</button>" in page
    assert "http" not in page.replace(sandbox.url, "")


def test_pages_that_are_not_there(sandbox):
    for path in (
        "/credly/badges/none",
        "/credly/badges/none/accept",
        "/credly/images/none",
        "/accredible/credentials/1",
    ):
        assert requests.get(sandbox.url + path, timeout=10).status_code == 404


def test_image_of_a_template_is_served(sandbox, credly_template):
    answer = requests.get(f"{sandbox.url}/credly/images/{credly_template}", timeout=10)
    assert (answer.headers["Content-Type"], answer.content) == ("image/png", b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"\xff", b'{"credential": 5}', b'{"credential":{"recipient":5}}']
)
def test_body_that_is_no_object_is_refused_and_not_a_crash(sandbox, body):
    answer = requests.post(f"{sandbox.url}/accredible/v1/credentials", data=body, headers=KEY, timeout=10)
    assert (answer.status_code, answer.json()) == (
        422,
        {"errors": "Can not create credential without recipient data"},
    )


def test_many_callers_at_once_with_delay(sandbox, accredible, group):
    control(sandbox, "switches", latency_ms=20)
    threads = [threading.Thread(target=accredible.send, args=(outgoing(group, n),)) for n in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sandbox.state.held("accredible")) == 64


def test_one_person_sent_by_many_at_once_is_made_once(sandbox, accredible, group):
    outcomes = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(accredible.send(outgoing(group)))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {outcome.remote_id for outcome in outcomes} == {"10000001"}
    assert sorted(outcome.adopted for outcome in outcomes) == [False] + [True] * 15


def test_restart_keeps_badges_and_switches(tmp_path):
    with Sandbox(tmp_path) as first:
        first.state.set_switches({"accredible_credits": 7})
        first.state.add_badge(
            {"id": 1}, platform="accredible", account="1", id="1", template="2", email="a@b.example"
        )
    with Sandbox(tmp_path) as second:
        assert second.state.switch("accredible_credits") == 7
        assert [row["id"] for row in second.state.held()] == ["1"]


def test_command_serves_until_it_is_stopped(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "issuance.sandbox",
        "--port",
        port,
        "--data",
        str(tmp_path),
        "--latency",
        "1",
    ]
    environment = {"PATH": os.environ["PATH"]}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    lines = [process.stdout.readline().strip() for _ in range(10)]
    url = f"http://127.0.0.1:{port}"
    assert lines[0] == f"Sandbox of the platforms on {url} (nothing is really issued)"
    assert {f"CREDLY_BASE_URL={url}/credly/v1", f"CANVAS_BASE_URL={url}/canvas"} <= set(lines[1:])
    switches = requests.get(f"http://127.0.0.1:{port}/_control/switches", timeout=10).json()
    assert switches["latency_ms"] == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_command_on_a_busy_port_says_so(tmp_path, sandbox):
    port = str(sandbox.server_address[1])
    command = [sys.executable, "-m", "issuance.sandbox", "--port", port, "--data", str(tmp_path / "other")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stderr) == (
        1,
        f"The sandbox cannot listen on 127.0.0.1:{port}: Address already in use.\n",
    )

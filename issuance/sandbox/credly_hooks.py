"""Credly's events and webhooks: kept for every change of a badge, sent to the organisation's `webhook_url`.

The message `{id, organization_id, event_type, occurred_at}` and repeats until exactly 200 are the vendor's; that
an event shows its badge under `badge` is presumed, and the pauses are ours (the vendor's grow to 25 days).
"""

import json
import logging
import queue
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from issuance.sandbox.credly_replies import paged, refuse, wrap
from issuance.sandbox.routing import Refusal, Reply, Request, Row
from issuance.sandbox.state import State

log = logging.getLogger(__name__)

EVENTS, SETTINGS = "credly-events", "credly-organization"
PAUSES = (1, 2, 4, 8, 16, 32, 64, 128)  # seconds between the repeats
PATIENCE = 5.0


@dataclass(frozen=True)
class Parcel:
    """A message on its way."""

    url: str
    body: bytes
    sent: int = 0


class Sender:
    """Sends messages one after another from a thread of its own; a failed one comes again later, a few times."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Parcel] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, parcel: Parcel) -> None:
        """Send this."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
        self._waiting.put(parcel)

    def _work(self) -> None:
        while True:
            parcel = self._waiting.get()
            if not delivered(parcel) and parcel.sent < len(PAUSES):
                again = Parcel(parcel.url, parcel.body, parcel.sent + 1)
                timer = threading.Timer(PAUSES[parcel.sent], self._waiting.put, [again])
                timer.daemon = True
                timer.start()


_sender = Sender()


def delivered(parcel: Parcel) -> bool:
    """Whether the message was answered with exactly 200."""
    headers = {"Content-Type": "application/json", "User-Agent": "Sandbox"}
    call = urllib.request.Request(parcel.url, data=parcel.body, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(call, timeout=PATIENCE) as answer:  # noqa: S310  (the operator's own address)
            return bool(answer.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def note(request: Request, kind: str, badge: Row) -> Row:
    """Keep an event about a badge, and tell the organisation where it wants that."""
    organization = str(badge["created_by"]["id"])
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = {
        "id": str(uuid.uuid4()),
        "organization_id": organization,
        "event_type": kind,
        "occurred_at": moment,
    }
    url = webhook_of(request.state, organization)
    if url:  # without a receiver events would only fill the disk
        request.state.save_template(EVENTS, organization, message["id"], {**message, "badge_id": badge["id"]})
        _sender.put(Parcel(url, json.dumps(message).encode()))
    return message


def webhook_of(state: State, organization: str) -> str:
    """Where the organisation wants its messages; "" for nowhere."""
    found = state.template(SETTINGS, organization)
    return str(found[1].get("webhook_url") or "") if found else ""


def set_webhook(state: State, organization: str, url: str) -> None:
    """Send the organisation's messages there from now on."""
    state.save_template(SETTINGS, organization, organization, {"webhook_url": url})


def change_organization(request: Request) -> Reply:
    """PUT of the organisation; of its attributes the sandbox knows `webhook_url` alone (assumed: sent as such)."""
    url = request.json().get("webhook_url")
    if not isinstance(url, str):
        raise Refusal(refuse(422, "Validation failed: webhook_url is missing"))
    set_webhook(request.state, request.account, url)
    return Reply(200, wrap({"id": request.account, "type": "Organization", "webhook_url": url}))


def listed(request: Request) -> Reply:
    """The organisation's events, newest first (assumed)."""
    rows = request.state.templates(EVENTS, request.account)
    return Reply(200, paged(request, [_shown(request.state, row) for row in reversed(rows)]))


def one(request: Request, event_id: str) -> Reply:
    """One event of this organisation, with its badge as it is now; 404 for all others."""
    found = request.state.template(EVENTS, event_id)
    if not found or found[0] != request.account:
        raise Refusal(refuse(404, "Event not found"))
    return Reply(200, wrap(_shown(request.state, found[1])))


def _shown(state: State, row: Row) -> Row:
    kept = {name: value for name, value in row.items() if name != "badge_id"}
    return kept | {"badge": state.badge("credly", row["badge_id"]) or {}}

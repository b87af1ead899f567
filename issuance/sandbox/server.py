"""The sandbox's web server: HTTP/1.1 with keep-alive, a thread a connection, faults and delay in between."""

import logging
import socket
import sqlite3
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from issuance.sandbox import (
    accredible,
    accredible_events,
    accredible_evidence,
    accredible_groups,
    canvas,
    canvas_classes,
    canvas_replies,
    control,
    credly,
    credly_replace,
    pages,
)
from issuance.sandbox.credly_replies import refuse
from issuance.sandbox.faults import AFTER, BEFORE, WITHIN, Fault
from issuance.sandbox.routing import Refusal, Reply, Request
from issuance.sandbox.state import State

log = logging.getLogger(__name__)

PLATFORMS = {
    "credly": (credly.routes,),
    "accredible": (accredible.routes, accredible_groups.routes),
    "canvas": (canvas_replies.routes,),
}
# These add their routes to those above.
FURTHER = (accredible_events, accredible_evidence, canvas, canvas_classes, credly_replace)
# A token that has run out, as each vendor refuses one.
EXPIRED = {
    "credly": refuse(401, "Invalid access token"),  # wording assumed
    "accredible": Reply(401, "HTTP Token: Access denied.\n", content_type="text/html; charset=utf-8"),
    "canvas": canvas_replies.refuse(401, "no valid auth token found"),
}
LARGEST_BODY = 20 * 1024 * 1024
BAD_GATEWAY = "<html><head><title>{0}</title></head><body><h1>{0} Bad Gateway</h1></body></html>"


class Sandbox(ThreadingHTTPServer):
    """The server and what it holds. As a context manager it runs in a thread of this process."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0, public_url: str = "") -> None:
        self.state = State(folder)
        self.stopping = threading.Event()
        super().__init__((host, port), Handler)
        self.url = public_url.rstrip("/") or f"http://{host}:{self.server_address[1]}"

    def __enter__(self) -> "Sandbox":
        """Start serving in the background."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving; calls held by a time-out fault are let go."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        self.state.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no event."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one piece
    timeout = 75
    server: Sandbox

    def do_GET(self) -> None:
        """Any GET."""
        self._serve()

    def do_POST(self) -> None:
        """Any POST."""
        self._serve()

    def do_PUT(self) -> None:
        """Any PUT."""
        self._serve()

    def do_DELETE(self) -> None:
        """Any DELETE."""
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(Reply(413, {"error": "too large"}))
            return
        body, parts = self.rfile.read(int(length)), urlsplit(self.path)
        request = Request(
            state=self.server.state,
            method=self.command,
            path=unquote(parts.path) if "%2F" not in parts.path.upper() else parts.path,
            query=dict(parse_qsl(parts.query)),
            headers=self.headers,
            body=body,
            public_url=self.server.url,
        )
        platform = parts.path.split("/")[1]
        if platform in PLATFORMS and _is_api(parts.path):
            self._serve_api(platform, request)
        else:
            self._send(_answer((control.routes, pages.routes), request))

    def _serve_api(self, platform: str, request: Request) -> None:
        """A call to a vendor's API: counted, limited, delayed, and broken where a fault waits for it."""
        state = self.server.state
        state.arrivals[platform].note()
        rate = state.switch(f"{platform}_rate")
        if rate and not state.arrivals[platform].room(int(rate[0]), float(rate[1])):
            self._send(
                Reply(429, {"error": "Too many requests"})
            )  # body assumed; no Retry-After is documented
            return
        fault = request.fault = state.faults.take(platform, request.method, request.path)
        if fault and fault.kind in BEFORE:
            self._break_before(platform, fault)
            return
        time.sleep(state.switch("latency_ms") / 1000)
        with state.shown_late(fault.lag_seconds if fault else 0.0):
            reply = _answer(PLATFORMS[platform], request)
        if fault and fault.kind in AFTER:
            self._break_after(fault, reply)
        elif fault and fault.kind in WITHIN:
            self._reset()
        else:
            self._send(reply)

    def _break_before(self, platform: str, fault: Fault) -> None:
        if fault.kind == "timeout_before":
            self._hold(fault)
        elif fault.kind == "reset_before":
            self._reset()
        elif fault.kind.startswith("429"):
            self._send(Reply(429, {"error": "Too many requests"}, fault.retry_header()))
        elif fault.kind == "401":
            self._send(EXPIRED[platform])
        else:
            self._send(Reply(int(fault.kind), BAD_GATEWAY.format(fault.kind), content_type="text/html"))

    def _break_after(self, fault: Fault, reply: Reply) -> None:
        if fault.kind == "timeout_after":
            self._hold(fault)
        elif fault.kind == "reset_after":
            self._reset()
        elif fault.kind == "502_after":
            self._send(Reply(502, BAD_GATEWAY.format(502), content_type="text/html"))
        elif fault.kind == "truncated":
            self._send(reply, keep=0.5)
            self._reset()
        else:
            self._send(Reply(reply.status, "OK", content_type="text/plain"))

    def _hold(self, fault: Fault) -> None:
        self.server.stopping.wait(fault.held_seconds)
        self._reset()

    def _reset(self) -> None:
        """Cut the connection so that the caller sees a reset, not an end."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, reply: Reply, *, keep: float = 1.0) -> None:
        content = reply.content()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Sandbox", "imitation of the platforms; nothing is issued")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: int(len(content) * keep)])
        self.wfile.flush()


def _is_api(path: str) -> bool:
    return len(parts := path.split("/")) > 2 and parts[2] in ("v1", "v2", "o")


def _answer(tables: Any, request: Request) -> Reply:
    for routes in tables:
        if found := routes.find(request.method, request.path):
            handler, arguments = found
            try:
                reply: Reply = handler(request, **arguments)
            except Refusal as refusal:
                return refusal.reply
            except (TypeError, ValueError, LookupError, AttributeError, sqlite3.Error):
                log.exception("sandbox_handler_failed")
                return Reply(500, {"errors": "Internal server error"})
            return reply
    return Reply(404, {"error": "Not found"})

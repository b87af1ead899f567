"""Fetching what others publish, on behalf of strangers: few requests, little time, small answers, public hosts alone.

The standard library's client and not requests, since two things need the socket itself: it is connected to the very
address that was checked (a second look-up could give another), and one deadline ends everything, so that a host which
drips a byte a second holds nobody up. No cookies, no credentials, no proxy, nothing kept.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from credentials.checking.public_hosts import LookUp, NotAsked, Target, by_system, target

SECONDS = 8.0  # for all that one check fetches
MOST = 10  # requests of one check, redirects among them
REDIRECTS = 3  # of one address
LARGEST_JSON = 1_000_000
LARGEST_IMAGE = 5_000_000
CONNECTING = 3.0  # seconds for one address of a host
CHUNK = 64 * 1024
JSON_TYPES = "application/vc+ld+json, application/ld+json, application/json;q=0.9, text/plain;q=0.5"
BADGE_TYPES = f"{JSON_TYPES}, image/png;q=0.4, image/svg+xml;q=0.4"
USER_AGENT = "Imprimatur (checks a badge because somebody asked)"
WORDS = {400: "refused the request", 401: "wants a sign-in", 403: "does not give it out", 404: "has nothing there",
         410: "has taken it away", 429: "has had too many questions"}  # fmt: skip


class NotFetched(ValueError):
    """There is no answer to use; the sentence says why, without a full stop. `status` is what the host answered, or 0."""

    def __init__(self, sentence: str, status: int = 0, body: bytes = b"") -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Fetched:
    """An answer in full, and the address that gave it in the end."""

    url: str
    body: bytes
    content_type: str

    def text(self) -> str:
        """The answer as text; NotFetched when it is none."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise NotFetched(f"{self.url} did not answer with text") from None


@dataclass
class Fetcher:
    """The requests of one check. Not for several threads. `permit` is asked before the first one; it may raise NotFetched."""

    seconds: float = SECONDS
    most: int = MOST
    loopback: bool = False
    look_up: LookUp = by_system
    context: ssl.SSLContext | None = None
    permit: Callable[[], None] = lambda: None
    _until: float = field(init=False)
    _permitted: bool = field(init=False, default=False)
    _refusal: NotFetched | None = field(init=False, default=None)
    _known: dict[str, Fetched | NotFetched] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.seconds

    def get(self, url: str, accept: str = JSON_TYPES, largest: int = LARGEST_JSON) -> Fetched:
        """What is published at this address; NotFetched, in words. The same address is asked once."""
        known = self._known.get(url)
        if known is None:
            try:
                known = self._followed(url, accept, largest)
            except NotAsked as error:
                known = NotFetched(str(error))
            except NotFetched as error:
                known = error
            self._known[url] = known
        if isinstance(known, NotFetched):
            raise known
        return known

    def _ask_leave(self) -> None:
        """Once a check: a refusal stays one."""
        if self._refusal:
            raise self._refusal
        if not self._permitted:
            try:
                self.permit()
            except NotFetched as error:
                self._refusal = error
                raise
            self._permitted = True

    def _followed(self, url: str, accept: str, largest: int) -> Fetched:
        for _ in range(REDIRECTS + 1):
            found = self._once(url, accept, largest)
            if isinstance(found, Fetched):
                return found
            url = found
        raise NotFetched("the address leads on and on")

    def _once(self, url: str, accept: str, largest: int) -> Fetched | str:
        """The answer, or the address that it leads on to."""
        self.most -= 1
        left = self._until - time.monotonic()
        if self.most < 0 or left <= 0:
            raise NotFetched("asking for all that it names would take too long")
        self._ask_leave()
        place = target(url, left, look_up=self.look_up, loopback=self.loopback)
        try:
            with self._connected(place) as connection:
                found = _asked(connection, place, url, accept, largest)
            if time.monotonic() >= self._until:  # what was cut off may look whole
                raise TimeoutError
            return found
        except ssl.SSLCertVerificationError:
            raise NotFetched(f"{place.host} did not prove that it is that host") from None
        except TimeoutError:
            raise NotFetched(f"{place.host} did not answer in time") from None
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            if time.monotonic() >= self._until:  # whatever else it looks like
                raise NotFetched(f"{place.host} did not answer in time") from None
            if isinstance(error, NotFetched):
                raise
            raise NotFetched(f"{place.host} could not be reached, or broke off") from None

    @contextmanager
    def _connected(self, place: Target) -> Iterator[http.client.HTTPConnection]:
        """A connection to the address that was checked; cut off when the time of the check is up."""
        raw = _first_open(place, self._until)
        clock = threading.Timer(max(self._until - time.monotonic(), 0), _cut, [raw])
        try:
            if place.secure:
                context = self.context or _trusted()
                raw = context.wrap_socket(raw, server_hostname=place.host, do_handshake_on_connect=False)
                clock.args = [raw]
            clock.daemon = True
            clock.start()
            if isinstance(raw, ssl.SSLSocket):
                raw.do_handshake()
            connection = http.client.HTTPConnection(place.host, place.port)
            connection.default_port = 443 if place.secure else 80  # which goes without saying in `Host`
            connection.sock = raw
            yield connection
        finally:
            clock.cancel()
            raw.close()


def _first_open(place: Target, until: float) -> socket.socket:
    """A socket to the first of the two addresses that takes it."""
    last: OSError = TimeoutError()
    for address in place.addresses[:2]:
        left = min(until - time.monotonic(), CONNECTING)
        if left <= 0:
            break
        try:
            found = socket.create_connection((address, place.port), timeout=left)
        except OSError as error:
            last = error
        else:
            found.settimeout(max(until - time.monotonic(), 0.05))
            return found
    raise last


def _cut(raw: socket.socket) -> None:
    """End whatever waits on the socket."""
    with suppress(OSError):  # when it ended by itself
        socket.socket.shutdown(raw, socket.SHUT_RDWR)


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificate authorities, and those that come with requests for systems that have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def _asked(
    connection: http.client.HTTPConnection, place: Target, url: str, accept: str, largest: int
) -> Fetched | str:
    headers = {
        "Accept": accept,
        "Accept-Encoding": "gzip, identity;q=0.5",
        "User-Agent": USER_AGENT,
        "Connection": "close",
    }
    connection.request("GET", place.path, headers=headers)
    response = connection.getresponse()
    if response.status in (301, 302, 303, 307, 308):
        if not response.headers.get("Location"):
            raise NotFetched(f"{place.host} leads on to nowhere")
        return urljoin(url, response.headers["Location"])
    body = _body(response, place.host, largest)
    if response.status != 200:
        said = WORDS.get(response.status, f"answered {response.status}")
        raise NotFetched(f"{place.host} {said}", response.status, body)
    return Fetched(
        url, body, response.headers.get_content_type() if "Content-Type" in response.headers else ""
    )


def _body(response: http.client.HTTPResponse, host: str, largest: int) -> bytes:
    """The answer, unpacked, while both what is sent and what comes of it stay below the limit."""
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise NotFetched(f"{host} answered in a packed form that we do not read")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in packed else None
    body, sent = bytearray(), 0
    while chunk := response.read(CHUNK):
        sent += len(chunk)
        body += unpacker.decompress(chunk, largest + 1 - len(body)) if unpacker else chunk
        if max(sent, len(body)) > largest:
            raise NotFetched(f"{host} sent more than any badge needs")
    if response.length or (unpacker and not unpacker.eof):
        raise NotFetched(f"{host} broke off")
    return bytes(body)

"""Which hosts may be asked on behalf of strangers: public ones, by https, at the address that was looked up and checked.

Whatever a stranger gives us names where to ask next, so nothing inside may be reached that way: no private, loopback,
link-local or otherwise special address, however it is written, and no name that leads to one.
Source: OWASP, "Server-Side Request Forgery Prevention"; RFC 6890 (special-purpose addresses); RFC 6052 (NAT64).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str, int], list[str]]

PORTS = (443, 8443)
LONGEST = 2000  # characters of an address
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
TRANSLATED = [
    ipaddress.ip_network(text) for text in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")
]
RELAY = ipaddress.ip_network("192.88.99.0/24")


class NotAsked(ValueError):
    """The address is not one that we ask; the sentence says why, without a full stop."""


@dataclass(frozen=True)
class Target:
    """Where to connect: the parts of the address and the addresses that its host was found to have."""

    parts: SplitResult
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def secure(self) -> bool:
        """By TLS; only loopback is ever asked without it."""
        return self.parts.scheme == "https"

    @property
    def path(self) -> str:
        """What to ask for there."""
        return (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")


def target(url: str, seconds: float, *, look_up: LookUp, loopback: bool = False) -> Target:
    """Where to connect for this address. NotAsked, in words, when it must not be asked or its host is not found.

    `loopback` lets this machine itself be asked, at any port and without TLS: for development and tests only.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    local = loopback and _is_loopback(host)
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise NotAsked("only addresses that begin with https:// are asked")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in PORTS and not local:
        raise NotAsked(f"{host} is not asked at port {port}")
    addresses = _literal(host) or _looked_up(host, port, seconds, look_up)
    for address in addresses:
        if not (is_public(address) or (loopback and ipaddress.ip_address(address).is_loopback)):
            raise NotAsked(f"{host} is not a host of the public internet")
    return Target(parts, host, port, tuple(addresses))


def _parts(url: str) -> SplitResult:
    """The parts of an address; NotAsked unless it is plainly one of a host, without names, passwords or odd letters."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises for what is no port)
    except ValueError:
        raise NotAsked("the address is not written as one") from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= LONGEST
    if not plain or not parts.hostname or "%" in parts.netloc:
        raise NotAsked("the address is not written as one")
    if "@" in parts.netloc:
        raise NotAsked("the address holds a name or a password")
    return parts


def is_public(text: str) -> bool:
    """An address of the public internet: global unicast, and none that a translator would carry elsewhere."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address in GLOBAL_UNICAST and not any(address in network for network in TRANSLATED)
    return address not in RELAY


def _is_loopback(host: str) -> bool:
    literal = _literal(host)
    return host == "localhost" or bool(literal and ipaddress.ip_address(literal[0]).is_loopback)


def _literal(host: str) -> list[str]:
    """The host when it is an address itself; resolvers take others too (0x7f.1, 2130706433), which are looked up."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return []


def _looked_up(host: str, port: int, seconds: float, look_up: LookUp) -> list[str]:
    """The addresses of a host, within the time; NotAsked when there are none."""
    waiting: Future[list[str]] = _pool().submit(look_up, host, port)
    try:
        found = waiting.result(max(seconds, 0))
    except FutureTimeout:
        waiting.cancel()
        raise NotAsked(f"{host} could not be found in time") from None
    except (OSError, UnicodeError):
        raise NotAsked(f"there is no host of the name {host}") from None
    if not found:
        raise NotAsked(f"there is no host of the name {host}")
    return found


@cache
def _pool() -> ThreadPoolExecutor:
    """Looking up cannot be broken off, so it is done aside; made at first use, after the server's fork."""
    return ThreadPoolExecutor(8, thread_name_prefix="names")


def by_system(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver gives, the first of each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))[:4]

"""`dashboard`, `proposal_page`, `lists`: the 95th percentile in milliseconds with 10,000 proposals and 2,000 people.

Each is the slowest page of its kind, for everybody who reads it, beside a one-query view of equal size asked in turn.
"""

from __future__ import annotations

import http.client
import statistics
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.test import Client

from desk.bench import thousands
from desk.bench.figures import Figure
from desk.bench.verify import server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from desk.bench.thousands import Cast
    from proposals.models import Proposal

MOST_MS = 150.0
PEOPLE, PROPOSALS = 2_000, 10_000
Page = tuple["Person", str]
FETCHED = "/waiting/"  # lists that a front page fetches when it stands


def measure(n: int, people: int = PEOPLE, proposals: int = PROPOSALS) -> list[Figure]:
    """Each page is asked for n times by its reader, one request after another, of a web server as it is run."""
    cast, discussed = thousands.build(people, proposals)
    kinds = {"dashboard": fronts(cast), "proposal_page": whole(cast, discussed), "lists": lists(cast)}
    with server() as port:
        return [slowest(name, Door(port), _cookies(pages), n, MOST_MS) for name, pages in kinds.items()]


def _cookies(pages: Mapping[str, Page]) -> dict[str, tuple[str, str]]:
    return {who: (signed_in(person), path) for who, (person, path) in pages.items()}


def fronts(cast: Cast) -> dict[str, Page]:
    """The dashboard's front page of each role, and what it fetches afterwards."""
    return {
        "member": (cast.members[2], "/admin/"),
        "chair": (cast.members[0], "/admin/"),
        "manager": (cast.manager, "/admin/"),
        "provost": (cast.offices["provost"], "/admin/"),
        "administrator": (cast.administrator, "/admin/"),
        "what is late": (cast.manager, f"{FETCHED}overseen/"),
        "late on its way": (cast.offices["provost"], f"{FETCHED}late-coming/"),
    }


def whole(cast: Cast, proposal: Proposal) -> dict[str, Page]:
    """The page of the proposal with the long history, and the ballot on it."""
    path = proposal.get_absolute_url()
    return {
        "proposer": (proposal.created_by, path),
        "member": (cast.members[2], path),
        "manager": (cast.manager, path),
        "provost": (cast.offices["provost"], path),
        "ballot": (cast.members[2], f"/admin/ballots/{proposal.ballots.get(state='open').pk}/"),
    }


def lists(cast: Cast) -> dict[str, Page]:
    """What is listed, searched and waited for among all of them."""
    return {
        "home": (cast.people[0], "/"),
        "home of the manager": (cast.manager, "/"),
        "proposals": (cast.manager, "/proposals/?scope=all"),
        "last page": (cast.members[2], "/proposals/?scope=all&page=last"),
        "search": (cast.members[2], "/search/?q=credential+99"),
        "pilots": (cast.manager, "/pilots/"),
    }


class Door:
    """One connection that is kept open, to a web server on this machine."""

    def __init__(self, port: int) -> None:
        self._to = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, path: str, cookie: str = "") -> tuple[float, int]:
        """Milliseconds until the whole answer is there, and its size; any other answer than 200 stops the run."""
        headers = {"Host": "localhost", "Accept-Encoding": "identity", "Cookie": cookie}
        if path.startswith(FETCHED):
            headers["HX-Request"] = "true"
        began = time.perf_counter()
        self._to.request("GET", path, headers=headers)
        answer = self._to.getresponse()
        size = len(answer.read())
        taken = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise OSError(f"{path} answered {answer.status}")
        return taken, size


def slowest(name: str, door: Door, pages: Mapping[str, tuple[str, str]], n: int, most: float) -> Figure:
    """Of pages, each with the cookie of its reader ("" for strangers) and its path, the one that takes longest."""
    found = {who: _asked(door, cookie, path, n) for who, (cookie, path) in pages.items()}
    worst = max(found, key=lambda who: found[who][0])
    value, limit, size = found[worst]
    each = {who: round(taken) for who, (taken, _limit, _size) in found.items()}
    extra = {"of": worst, "bytes": size, "each": each, "headroom": round(most / value, 2)}
    return Figure(name, value, "ms", limit, n, f"value < {most:g} ms", value < most, extra)


def _asked(door: Door, cookie: str, path: str, n: int) -> tuple[float, float, int]:
    """The 95th percentile of the page and of a bare one of its size, asked in turn; and that size."""
    for _ in range(4):  # both workers
        _taken, size = door.ask(path, cookie)
    taken, bare = [], []
    for _ in range(n):
        taken.append(door.ask(path, cookie)[0])
        bare.append(door.ask(f"/bench/html/{size}/", cookie)[0])
    return percentile(taken, 95), percentile(bare, 95), size


def percentile(values: list[float], of_hundred: int) -> float:
    """The value that so many of a hundred do not exceed, by interpolation between its neighbours."""
    return (
        statistics.quantiles(values, n=100, method="inclusive")[of_hundred - 1] if values[1:] else values[0]
    )


def signed_in(person: Person) -> str:
    """The cookie of a session of theirs."""
    client = Client()
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

"""`status_list`: milliseconds in which a list of 131,072 with some thousand bits set is rebuilt, signed and stored, beside
what building and signing the same list takes without a database."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count

from credentials.actions import status_lists
from credentials.facts import keys_of
from credentials.models import Award, StatusList
from credentials.openbadges import did, proof, status_list
from credentials.openbadges.document import to_bytes
from desk.bench import verify
from desk.bench.cloning import clone, settle
from desk.bench.figures import Figure
from desk.bench.world import World, build
from journal import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

BITS = 4096
MOST_MS = 20.0
RUNS = 41


def measure(world: World | None = None) -> Figure:
    """The list with the most bits among those of the campus; of a campus without one, it is filled first."""
    world = world or build("model")
    if not _revoked(world).exists():
        clone(world, verify.awards(world, 4), 2 * BITS, every=2, say=lambda _words: None)
        settle()
    busiest = _revoked(world).values("status_list").annotate(bits=Count("pk")).order_by("-bits")[0]
    places = StatusList.objects.select_related("institution").get(pk=busiest["status_list"])
    value = _median(lambda: status_lists.publish(places.pk))
    extra = {"entries": places.size, "bits": busiest["bits"]}
    good = value < MOST_MS
    return Figure("status_list", value, "ms", _bare(places), RUNS, f"value < {MOST_MS:g} ms", good, extra)


def _revoked(world: World) -> QuerySet[Award]:
    return Award.objects.filter(institution=world.definition.institution, revoked_at__isnull=False).order_by()


def _bare(places: StatusList) -> float:
    """The bound: the same list built and signed in memory."""
    url = status_lists.url_of(places.institution, places.number)
    issuer = did.issuer_did(settings.ISSUER_ORIGIN, places.institution.slug)
    bits, key, now = Award.objects.bits(places), keys_of(places.institution).signing_key, clock.now()
    return _median(lambda: to_bytes(proof.sign(status_list.build(url, issuer, bits, now), key, now)))


def _median(act: Callable[[], object]) -> float:
    """Of RUNS, in milliseconds."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)

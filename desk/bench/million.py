"""The figures of issuing and verifying in a small database, then with a million awards in it: within a factor 1.2.

The measured campus holds the million itself, so that its own rows, indexes and lists are the large ones.
"""

from __future__ import annotations

import dataclasses
import uuid
from typing import TYPE_CHECKING

from credentials.models import Award
from desk.bench import issue, status_list, verify
from desk.bench.cloning import clone, settle
from desk.bench.status_list import BITS
from desk.bench.world import World, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from desk.bench.figures import Figure

FACTOR = 1.2
VERIFIED = 100
SPREAD = 2000  # awards anywhere among the million whose files are asked for too


def measure(awards: int, n: int, say: Callable[[str], object]) -> Iterator[Figure]:
    """Each figure of the small database, then each of the large one with how many times slower it is."""
    say("Measuring the small database.")
    small: dict[str, Figure] = {}
    for figure in _figures(build("model"), n):
        small[figure.name] = figure
        yield figure
    say(f"Filling it with {awards:,} awards.")
    world = build("model")
    models = verify.awards(world, 4)
    clone(world, models, awards, every=max(1, min(awards, 131072) // BITS), say=say)
    settle()
    say("Measuring the large database.")
    for figure in _figures(world, n, _anywhere(world)):
        yield _compared(figure, small[figure.name], awards)


def _figures(world: World, n: int, also: Sequence[uuid.UUID] = ()) -> Iterator[Figure]:
    yield from verify.measure(VERIFIED, world, also)
    yield status_list.measure(world)
    yield issue.measure(n, world)


def _anywhere(world: World) -> list[uuid.UUID]:
    """Awards in force, each the next one after a random id."""
    rows = Award.objects.live().filter(institution=world.definition.institution).order_by("pk")
    found = (rows.filter(pk__gte=uuid.uuid4()).values_list("pk", flat=True).first() for _ in range(SPREAD))
    return [key for key in found if key]


def _compared(large: Figure, small: Figure, awards: int) -> Figure:
    """The large one's figure, judged by how many times slower it is than the small one's.

    Rates beside a limit asked in turn are compared as ratios to it, the others as they are.
    """
    value, before = (
        one.value / one.limit if one.floor.startswith("ratio") else one.value for one in (large, small)
    )
    slower = value / before if large.unit == "ms" else before / value
    return dataclasses.replace(
        large,
        name=f"{large.name}_large",
        floor=f"slower <= {FACTOR}",
        good=slower <= FACTOR,
        extra={**large.extra, "awards": awards, "slower": round(slower, 3)},
    )

"""A stack as a path of stops: what its rules ask for, how far the reader is, what is missing and how to get it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from credentials.hooks import next_start
from credentials.models import Definition
from credentials.stacks.paths import on_the_way
from credentials.stacks.pathways import COUNTS, MISSING, NOT_NEEDED, Progress, Stop, Stretch

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models.definition import DefinitionQuerySet

# Of each state of a stop: its word, its shape, its tone. What is held and does not count says why.
LOOKS = {
    COUNTS: ("Counts", "done", "yes"),
    MISSING: ("Not held yet", "ahead", "past"),
    NOT_NEEDED: ("Not needed any more", "ended", "past"),
}
HEED = ("Does not count now", "attention", "heed")
PLAIN = ("", "ahead", "past")


def path_of(
    found: Progress, within_years: int | None, seen: DefinitionQuerySet | None = None, *, starts: bool = True
) -> dict[str, Any]:
    """What templates/credentials/parts/path.html shows. Links lead to what is `seen`; `starts` says when one can begin."""
    keys = [stop.slot.key for stop in found.stops]
    rows = seen.filter(pk__in=keys).select_related("institution") if seen is not None else []
    known = {row.pk: row for row in rows}
    own = any(stop.on for stop in found.stops)
    return {
        "own": own,
        "done": found.done,
        "total": found.total,
        "fulfilled": found.fulfilled,
        "within_years": within_years,
        "groups": [_group(stretch, found, known, own, starts) for stretch in found.stretches],
    }


def _group(
    stretch: Stretch, found: Progress, known: Mapping[uuid.UUID, Definition], own: bool, starts: bool
) -> dict[str, Any]:
    titles = {stop.slot.key: stop.slot.title for stop in found.stops}
    return {
        "name": stretch.group.name,
        "rule": stretch.group.rule,
        "done": stretch.done,
        "needed": stretch.group.needed,
        "stops": [_stop(stop, titles, known.get(stop.slot.key), own, starts) for stop in stretch.stops],
    }


def _stop(
    stop: Stop, titles: Mapping[uuid.UUID, str], definition: Definition | None, own: bool, starts: bool
) -> dict[str, Any]:
    word, shape, tone = LOOKS.get(stop.state, HEED) if own else PLAIN
    return {
        "title": stop.slot.title,
        "url": reverse("credential", args=[definition.slug]) if definition else "",
        "word": word,
        "shape": shape,
        "tone": tone,
        "on": stop.on if stop.state == COUNTS else None,
        "why": f"It {stop.why}." if stop.why else "",
        "after": [titles[key] for key in stop.slot.after],
        "start": _start(definition) if definition and starts and stop.state != COUNTS else "",
    }


def _start(definition: Definition) -> str:
    """When it can be begun next, in words."""
    found = next_start(definition)
    return f"Next start {found:%-d %B %Y}." if found else "No start is planned."


def ahead_of(person: Person) -> list[dict[str, Any]]:
    """The stacks that the person is on the way to, as their wallet shows them."""
    return [
        {
            "title": str(definition),
            "url": reverse("credential", args=[definition.slug]),
            "issuer": definition.institution.name,
            "done": found.done,
            "total": found.total,
            "fulfilled": found.fulfilled,
            "missing": found.to_earn,
        }
        for definition, found in on_the_way(person, Definition.objects.known())
    ]

"""What is to reach the platforms: a campus for each platform and one released request for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.bench.world import build_from, learners
from issuance.actions import requests
from issuance.platforms import registry
from issuance.sandbox.state import settings_at
from policies.loader import packs
from policies.schema import Pack, Platform

if TYPE_CHECKING:
    from accounts.models import Person
    from issuance.models import IssuanceRequest

TEMPLATE = "model"  # a campus of this pack, at the platform wanted
# Short waits, so that what is asked about again is asked about soon; and room enough under the limit.
QUICK = {
    "CONNECT_SECONDS": "0.5",
    "INDEX_LAG_SECONDS": "3",
    "PAUSE_SECONDS": "2",
    "RATE": "400/2",
}


@dataclass(frozen=True)
class Batch:
    """One platform's request, and who released it and tends it."""

    platform: str
    request: IssuanceRequest
    certifier: Person


def released(number: int) -> list[Batch]:
    """So many learners at each platform that we push to, released; no award is made yet."""
    return [_released(kind, number) for kind in registry.KINDS]


def _released(kind: str, number: int) -> Batch:
    world = build_from(_pack(kind))
    request = requests.submit(definition=world.definition, lines=learners(world, number), by=world.issuer)
    return Batch(kind, requests.approve(request=request, by=world.certifier), world.certifier)


def _pack(kind: str) -> Pack:
    return packs()[TEMPLATE].model_copy(update={"platform": Platform.model_validate({"kind": kind})})


def environment(sandbox_url: str, patience: float) -> dict[str, str]:
    """What points the workers at the sandbox, with short waits; `patience` is how long they wait for an answer."""
    waits = {**QUICK, "READ_SECONDS": str(patience)}
    quick = {f"{kind.upper()}_{name}": value for kind in registry.KINDS for name, value in waits.items()}
    return {**settings_at(sandbox_url), **quick, "LANE_LONGEST_PAUSE": "10", "WAKE_AGAIN_SECONDS": "5"}

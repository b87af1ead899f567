"""What the programme manager oversees: every proposal by state with its age, and figures of success."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min

from credentials.models import Award, Definition
from desk.state_words import sign
from desk.work.item import counted
from issuance.models import Delivery
from issuance.platforms import registry
from journal import clock
from proposals.models import Proposal
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person

LASTING = (State.PILOT, State.ESTABLISHED)
ARRIVED = ("delivered", "accepted", "rejected")


def figure(institutions: Iterable[Institution]) -> dict[str, Any]:
    """How many proposals stand in each state, as the figure component shows it; one query."""
    submitted = Proposal.objects.filter(institution__in=institutions, submitted_at__isnull=False)
    rows = submitted.order_by().values("state").annotate(number=Count("pk"), oldest=Min("state_since"))
    found: dict[str, Any] = {row["state"]: row for row in rows}
    under_way = [state for state in State.values if state not in ENDED]
    bars = [_bar(found[state]) for state in under_way if state in found]
    return {
        "title": "Proposals under way",
        "sums": sums(institutions),
        "source": "The proposals of your campus, by where they are",
        "at": clock.now(),
        "bars": bars,
        "top": max((bar["value"] for bar in bars), default=0),
        "label_head": "Where",
        "none": "No proposal is under way.",
    }


def _bar(row: dict[str, Any]) -> dict[str, Any]:
    """A bar; where proposals are meant to move on, with the age of the oldest."""
    label, days = sign(row["state"]).word, (clock.now() - row["oldest"]).days
    if row["state"] not in LASTING:
        label = f"{label}, oldest {counted(days, 'day', 'days')}"
    return {"label": label, "value": row["number"]}


def sums(institutions: Iterable[Institution]) -> list[dict[str, Any]]:
    """Figures of success at a glance; what no platform of the campus offers is None."""
    campuses = list(institutions)
    offered = Definition.objects.public().filter(institution__in=campuses).count()
    held = Award.objects.live().filter(institution__in=campuses).count()
    reached = Delivery.objects.filter(account__institution__in=campuses, act="issue", state__in=ARRIVED)
    asked = reached.filter(account__platform__in=[kind for kind in registry.KINDS if accepts(kind)])
    states = dict(asked.order_by().values_list("state").annotate(number=Count("pk")))
    total = sum(states.values())
    share = round(100 * states.get("accepted", 0) / total) if total else None
    return [
        {"label": "Credentials offered", "value": offered},
        {"label": "Badges in force", "value": held},
        {"label": "Accepted by learners", "value": share, "shown": f"{share} %"},
    ]


def accepts(kind: str) -> bool:
    """Whether learners accept badges at this platform, so that there is a figure for it."""
    return registry.platform_class(kind).accepts


def oversees(person: Person) -> list[Institution]:
    """The campuses that the person manages."""
    return list(person.managed())

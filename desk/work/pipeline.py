"""What the programme manager oversees: every proposal by state with its age, and what is late or soon due."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min

from credentials.models import Award, Definition
from desk.state_words import sign
from desk.work.item import Item, counted
from desk.work.signing import due_on
from issuance.models import Delivery
from issuance.platforms import registry
from journal import clock
from proposals import pilots, words
from proposals.models import Proposal, Step
from proposals.states import ENDED, State
from reviews.models import Ballot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person

SOON = dt.timedelta(days=60)
LASTING = (State.PILOT, State.ESTABLISHED)
ARRIVED = ("delivered", "accepted", "rejected")
MOST = 30


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


def late(institutions: Iterable[Institution]) -> list[Item]:
    """Steps past the day the policy gives them, ballots past their last day, full proposals due; three queries."""
    campuses = list(institutions)
    found = [*_late_steps(campuses), *_late_ballots(campuses), *_due_pilots(campuses)]
    return sorted(found, key=lambda item: str(item.until)[:10])[:MOST]


def _late_steps(campuses: list[Institution]) -> list[Item]:
    rows = Step.objects.open().filter(proposal__institution__in=campuses).exclude(proposal__state="on_hold")
    related = rows.exclude(kind__in=["form", "ballot"]).select_related(
        "proposal__institution", "proposal__policy", "proposal__unit"
    )
    items = [
        Item(
            title=str(step.proposal),
            text=f"With {words.who(step.proposal.policy.pack, step.actor, step.body)}: {step.title}.",
            url=step.proposal.get_absolute_url(),
            place=str(step.proposal.unit),
            state=step.proposal.state,
            since=step.opened_at,
            until=due_on(step),
        )
        for step in related
    ]
    return [item for item in items if item.late]


def _late_ballots(campuses: list[Institution]) -> list[Item]:
    rows = Ballot.objects.open().filter(proposal__institution__in=campuses, closes_at__lte=clock.now())
    related = rows.exclude(proposal__state="on_hold").select_related("proposal__policy", "proposal__unit")
    return [
        Item(
            title=str(ballot.proposal),
            text=f"The last day to vote is over: the chair of {ballot.body_rules.name} closes the ballot.",
            url=ballot.proposal.get_absolute_url(),
            place=str(ballot.proposal.unit),
            state=ballot.proposal.state,
            since=ballot.opened_at,
            until=ballot.closes_at,
        )
        for ballot in related
    ]


def _due_pilots(campuses: list[Institution]) -> list[Item]:
    """Pilots whose full proposal is due within two months, or overdue."""
    rows = Proposal.objects.filter(institution__in=campuses, state=State.PILOT)
    related = rows.select_related("institution", "policy", "unit", "definition")
    items = [
        Item(
            title=str(proposal),
            text="The full proposal is due from its proposers.",
            url=proposal.get_absolute_url(),
            place=str(proposal.unit),
            state=proposal.state,
            since=proposal.state_since,
            until=pilots.decision_on(proposal),
        )
        for proposal in related.prefetch_related("institution__terms")
    ]
    limit = clock.today() + SOON
    return [item for item in items if isinstance(item.until, dt.date) and item.until <= limit]


def oversees(person: Person) -> list[Institution]:
    """The campuses that the person manages."""
    return list(person.managed())

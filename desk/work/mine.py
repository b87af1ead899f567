"""A proposer's own: what waits to be written, what waits for others and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min
from django.urls import reverse

from accounts.models import Role
from desk.work.item import Item, Items, counted
from proposals import pilots, words
from proposals.models import KeptAnswer, Proposal, Step, StepStatus
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from desk.work.standing import Standing

MOST = 30
WRITTEN = {
    State.INTENT: "A draft: say what you have in mind, then submit it.",
    State.PROPOSAL: "You are writing it. What is missing stands beside the form.",
    State.CHANGES_REQUESTED: "It came back to you: change it and submit it again.",
    State.PILOT: "The pilot runs; the full proposal is yours to write.",
}


def _own(person: Person) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(proposers__person=person).waiting()
    related = rows.select_related("institution", "policy", "unit", "definition")
    return related.prefetch_related("institution__terms").order_by("state_since", "pk")


def _open_steps(proposals: list[Proposal]) -> dict[object, list[Step]]:
    """The open steps of each, in one query."""
    found: dict[object, list[Step]] = {}
    opened = Step.objects.filter(proposal__in=proposals, status=StepStatus.OPEN)
    for step in opened.select_related("person"):
        found.setdefault(step.proposal_id, []).append(step)
    return found


def proposals(person: Person) -> tuple[Items, Items]:
    """(what waits for the person to write, what waits for others), both the oldest first; four queries."""
    own = _own(person)
    rows = list(own[: MOST + 1])
    more, rows = (own.count() - MOST if len(rows) > MOST else 0), rows[:MOST]
    steps = _open_steps(rows)
    mine, others = [], []
    for proposal in rows:
        opened = steps.get(proposal.pk, [])
        if _is_mine(proposal, opened):
            mine.append(_to_write(proposal))
        else:
            others.append(_elsewhere(proposal, opened))
    last = Items(mine or others, more=more, whole=reverse("proposals"), words="Your proposals")
    return (last, Items(others)) if mine else (Items(), last)


def kept_texts(standing: Standing) -> list[Item]:
    """Texts of the person's that met another's in a draft and wait for their choice, a line a proposal; one query."""
    if not standing.ties.proposes:
        return []
    rows = KeptAnswer.objects.open().filter(written_by=standing.person)
    here = rows.filter(document__proposal__proposers__person=standing.person)
    going = here.exclude(document__proposal__state__in=ENDED).order_by()
    grouped = going.values("document__proposal", "document__proposal__title").annotate(
        number=Count("pk", distinct=True), since=Min("written_at")
    )
    return [
        Item(
            title=row["document__proposal__title"],
            text=f"{counted(row['number'], 'text of yours', 'texts of yours')} met a co-proposer's, and both are kept. "
            "Compare them and choose what stands in the draft.",
            url=reverse("proposal_texts", args=[row["document__proposal"]]),
            since=row["since"],
        )
        for row in grouped.order_by("since")
    ]


def _is_mine(proposal: Proposal, opened: list[Step]) -> bool:
    if proposal.state in (State.CHANGES_REQUESTED, State.PILOT):
        return True
    return any(step.kind == "form" for step in opened) and proposal.state != State.ON_HOLD


def _to_write(proposal: Proposal) -> Item:
    return Item(
        title=str(proposal),
        text=WRITTEN.get(State(proposal.state), "It waits for you."),
        url=proposal.get_absolute_url(),
        place=f"{proposal.unit}, {proposal.institution}",
        state=proposal.state,
        since=proposal.state_since,
        until=pilots.decision_on(proposal) if proposal.state == State.PILOT else None,
    )


def _elsewhere(proposal: Proposal, opened: list[Step]) -> Item:
    """With whom it is, in a sentence."""
    pack = proposal.policy.pack
    since = min((step.opened_at for step in opened if step.opened_at), default=proposal.state_since)
    who = words.listed([words.who_of(pack, step) for step in opened])
    if proposal.state == State.ON_HOLD:
        text = "It is on hold."
    elif who:
        text = f"It is with {who}."
    else:
        text = words.where(pack, proposal.state)
    return Item(
        title=str(proposal),
        text=text,
        url=proposal.get_absolute_url(),
        place=f"{proposal.unit}, {proposal.institution}",
        state=proposal.state,
        since=since,
    )


def start_links(standing: Standing) -> list[dict[str, str]]:
    """What the person can begin."""
    found = []
    if Role.PROPOSER in standing.roles:
        found.append({"label": "Start a proposal", "url": reverse("proposal_start")})
    if standing.roles & {Role.PROGRAMME_MANAGER, Role.PROGRAMME_DIRECTOR, Role.ISSUER}:
        found.append({"label": "Open an offering", "url": reverse("offerings")})
    if standing.asks_for_badges:
        found.append({"label": "Ask for badges", "url": reverse("issuance")})
    return found

"""Tell people that something waits for them or has ended: a notice, and mail that carries a link and no content.

Called inside the transaction of the act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.authority import people_with
from accounts.hooks import Message
from accounts.models import Person
from journal import clock
from journal.actions import mail, notices
from policies.reasons import Reason
from proposals import words
from reviews import rolls
from reviews.models import Alternate
from reviews.models.roll import CONFLICT_OF_THE_SEAT
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from policies.schema import Body
    from proposals.models import Step
    from reviews.models import Ballot


def tell(
    *,
    people: Iterable[Person],
    step: Step,
    kind: str,
    key: str,
    text: str,
    path: str,
    actor: str = "",
    **context: str,
) -> None:
    """`actor` is the role or office of the recipients, where it is not that of the step."""
    once = {person.pk: person for person in people if person.is_active}
    notices.tell(people=once.values(), kind=kind, text=text, path=path)
    shared = {"path": path, "step": step.title, **context}
    messages = [Message(kind, f"{kind}:{key}:{person.pk}", person, shared) for person in once.values()]
    pack = step.proposal.policy.pack
    office = words.who(pack, actor, "") if actor else words.who_of(pack, step)
    mail.post_many(
        messages=messages, institution=step.proposal.institution, about=step.proposal_id, office=office
    )


def electorate(ballot: Ballot) -> list[Person]:
    """The members who have a vote and are not recused."""
    seats = ballot.roll.filter(votes=True, person__isnull=False).select_related("person")
    recused = set(ballot.recusals.values_list("person_id", flat=True))
    return [seat.person for seat in seats if seat.person and seat.person_id not in recused]


def awaited(step: Step) -> list[Person]:
    """Who has to act on the open step of a ballot: members without a vote, then whoever closes it; without an open
    ballot the office, which sees to it that one can be held."""
    ballot = step.ballots.deciding().filter(state="open").first()
    if ballot is None:
        return list(people_with(MANAGER, step.proposal.institution, step.proposal.unit))
    return awaited_in(ballot)


def awaited_in(ballot: Ballot) -> list[Person]:
    """Who has to act on an open ballot: members without a vote, then whoever closes it."""
    if ballot.closes_at is None or clock.now() < ballot.closes_at:
        recused = set(ballot.recusals.values_list("person_id", flat=True))
        seats = ballot.roll.filter(votes=True, person__isnull=False, vote__isnull=True)
        if ballot.rule.get("chair_votes") == "never":
            seats = seats.exclude(chair=True)
        waiting = [seat.person for seat in seats.select_related("person") if seat.person]
        return [person for person in waiting if person.pk not in recused]
    chairs = [seat.person for seat in ballot.roll.presiding().select_related("person") if seat.person]
    return chairs or list(people_with(MANAGER, ballot.proposal.institution))


def ballot_opened(ballot: Ballot, body: Body) -> None:
    tell(
        people=electorate(ballot),
        step=ballot.step,
        kind="ballot_opened",
        key=str(ballot.pk),
        text=f"{body.name}: {ballot.question} Your vote is asked for.",
        path=reverse("ballot", args=[ballot.pk]),
        body=body.name,
    )
    if any(seat.alternates for seat in body.seats):
        _tell_alternates(ballot, body)


def alternates_of(ballot: Ballot) -> list[Alternate]:
    """Who may vote today for a member of the roll."""
    lines = ballot.roll.filter(alternates=True, votes=True).exclude(
        person__in=ballot.recusals.filter(how__in=CONFLICT_OF_THE_SEAT).values("person")
    )
    rows = Alternate.objects.in_force().filter(
        institution=ballot.proposal.institution, body=ballot.body, principal__in=lines.values("person")
    )
    return list(rows.select_related("principal", "delegate"))


def _tell_alternates(ballot: Ballot, body: Body) -> None:
    for row in alternates_of(ballot):
        tell(
            people=[row.delegate],
            step=ballot.step,
            kind="ballot_opened",
            key=str(ballot.pk),
            text=f"{body.name}: {ballot.question} You can vote for {row.principal}.",
            path=reverse("ballot", args=[ballot.pk]),
            body=body.name,
        )


def ballot_closed(ballot: Ballot, body: Body) -> None:
    tell(
        people=on_the_roll(ballot),
        step=ballot.step,
        kind="ballot_closed",
        key=str(ballot.pk),
        text=f"{ballot.question} {ballot.tally['sentence']}",
        path=reverse("ballot", args=[ballot.pk]),
        body=body.name,
    )


def on_the_roll(ballot: Ballot) -> list[Person]:
    """Everyone who stands on the roll, with a vote or without, and who votes for somebody on it."""
    members = [seat.person for seat in ballot.roll.select_related("person") if seat.person]
    return [*members, *(row.delegate for row in alternates_of(ballot))]


def ballot_void(ballot: Ballot, body: Body) -> None:
    tell(
        people=on_the_roll(ballot),
        step=ballot.step,
        kind="ballot_void",
        key=str(ballot.pk),
        text=f"{ballot.question} This ballot is void: {ballot.void_reason}",
        path=reverse("ballot", args=[ballot.pk]),
        body=body.name,
    )


def rescind_moved(ballot: Ballot, body: Body, notice: int) -> None:
    """The members as they are today hear that one of them moved to rescind a decision."""
    tell(
        people=[member.person for member in rolls.members_of(body, ballot.proposal)],
        step=ballot.step,
        kind="rescind_moved",
        key=str(notice),
        text=f"{body.name}: a member has moved to rescind what was decided on “{ballot.proposal}”.",
        path=reverse("ballot", args=[ballot.pk]),
        body=body.name,
    )


def recusal_ruled(ballot: Ballot, member: Person, body: Body) -> None:
    tell(
        people=[member],
        step=ballot.step,
        kind="recusal_ruled",
        key=f"{ballot.pk}",
        text=f"{body.name}: {ballot.question} The chair has ruled that you have no vote in this ballot.",
        path=reverse("ballot", args=[ballot.pk]),
        body=body.name,
    )


def ballot_extended(ballot: Ballot, body: Body, until: str) -> None:
    voted = ballot.votes.values_list("person_id", flat=True)
    tell(
        people=[person for person in electorate(ballot) if person.pk not in set(voted)],
        step=ballot.step,
        kind="ballot_extended",
        key=f"{ballot.pk}:{until}",
        text=f"{ballot.question} You can vote until {until}.",
        path=reverse("ballot", args=[ballot.pk]),
        body=body.name,
        until=until,
    )


def body_incomplete(step: Step, body: Body, reasons: list[Reason]) -> None:
    """The office is told which seats to fill before the body can convene."""
    tell(
        people=people_with(MANAGER, step.proposal.institution),
        step=step,
        kind="body_incomplete",
        key=f"{step.pk}",
        text=" ".join(reason.text for reason in reasons),
        path=reverse("step", args=[step.pk]),
        body=body.name,
        reasons="\n".join(f"- {reason.text}" for reason in reasons),
        actor=MANAGER,
    )


def panel_needed(step: Step, body: Body) -> None:
    """Whoever forms the panel is told that it is needed."""
    former = body.formed_by or MANAGER
    tell(
        people=people_with(former, step.proposal.institution, step.proposal.unit),
        step=step,
        kind="panel_needed",
        key=f"{step.pk}",
        text=f"{body.name} is to be formed for “{step.proposal}”.",
        path=reverse("panel_form", args=[step.pk]),
        actor=former,
        body=body.name,
    )


def step_opened(step: Step) -> None:
    """Whoever signs, advises or takes note; proposers never act on their own proposal."""
    proposers = step.proposal.proposers.values("person")
    tell(
        people=people_with(step.actor, step.proposal.institution, step.proposal.unit).exclude(
            pk__in=proposers
        ),
        step=step,
        kind="step_opened",
        key=f"{step.pk}",
        text=f"“{step.proposal}” waits for you: {step.title}.",
        path=reverse("step", args=[step.pk]),
    )

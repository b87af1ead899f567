"""Form a body for one proposal, with the seats its rules ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import authority
from accounts.authority import Authority, institutions_of
from journal import clock
from journal.actions import record
from policies.reasons import Reason, refuse_if
from proposals.models import StepStatus
from reviews import rolls
from reviews.actions import opening
from reviews.actions.locking import locked_step
from reviews.models import Ballot, Panel, PanelMember
from reviews.rolls import Member

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body
    from proposals.models import Step


@transaction.atomic
def form(*, step: Step, members: Iterable[tuple[str, Person, bool, bool]], by: Person) -> Panel:
    """Form the body of a ballot step and open its ballot (where it votes only in a meeting, it waits for one). `members`: (seat id, person, chairs, has the experience).

    Without anybody marked as chair, the holder of the seat that chairs by the pack does.
    Effects: Panel with its members (those of an earlier round are replaced), record, the ballot with all its effects.
    Refused: a body that is not formed for a proposal, a step that is not open, a proposal on hold, an open ballot;
    with its clause each seat that is missing or held by too many, a person twice, a proposer, a stranger to the
    campus, nobody with the experience asked for, no chair or two. PermissionDenied: who does not form this body.
    """
    step = locked_step(step)
    body = opening.body_of(step)
    acting = former(step, by)
    if acting is None:
        raise PermissionDenied(f"{body.name} is formed by someone else.")
    chosen = _with_chair(body, [Member(*member) for member in members])
    refuse_if([*form_reasons(step), *member_reasons(step, body, chosen)])
    panel = _save(step, body, chosen, by)
    _record(panel, step, chosen, acting)
    opening.open_or_wait(step, by)
    return panel


def former(step: Step, person: Person) -> Authority | None:
    """In which right the person forms the body of this step; None without one, and never for a proposer."""
    body = opening.body_of(step) if step.body else None
    if body is None or not body.formed_by or step.proposal.proposers.filter(person=person).exists():
        return None
    return authority.authority(person, body.formed_by, step.proposal.institution, step.proposal.unit)


def form_reasons(step: Step) -> list[Reason]:
    """Why no panel can be formed for this step now."""
    if step.status != StepStatus.OPEN:
        return [Reason("This step is not open, so there is nothing to form.", step.clause)]
    if step.proposal.state == "on_hold":
        return [Reason("The proposal is on hold. Form it once the proposal is resumed.", step.clause)]
    if Ballot.objects.open().filter(step=step).exists():
        return [Reason("Its ballot is open, and a roll is not changed during a ballot.", step.clause)]
    return []


def member_reasons(step: Step, body: Body, members: Sequence[Member]) -> list[Reason]:
    """What is wrong with these members: seats and experience as the body asks, then each person."""
    known = {seat.id for seat in body.seats}
    reasons = [
        Reason(f"{body.name} has no seat “{m.seat[:40]}”.", body.clause)
        for m in members
        if m.seat not in known
    ]
    reasons += rolls.lacking(body, members)
    twice = [p for p, number in Counter(member.person for member in members).items() if number > 1]
    reasons += [Reason(f"{person} can hold one seat only.", body.clause) for person in twice]
    chairs = sum(member.chair for member in members)
    if chairs != 1:
        reasons.append(Reason(f"One member chairs {body.name}; {chairs} are marked.", body.clause))
    return reasons + _person_reasons(step, body, members)


def _person_reasons(step: Step, body: Body, members: Sequence[Member]) -> list[Reason]:
    proposers = set(step.proposal.proposers.values_list("person_id", flat=True))
    reasons = []
    for person in {member.person for member in members}:
        if person.pk in proposers:
            reasons.append(Reason(f"{person} proposes this credential and cannot judge it.", body.clause))
        elif not person.is_active or step.proposal.institution not in institutions_of(person):
            reasons.append(Reason(f"{person} is not known on this campus; invite them first.", body.clause))
    return sorted(reasons, key=lambda reason: reason.text)


def _with_chair(body: Body, members: list[Member]) -> list[Member]:
    if any(member.chair for member in members):
        return members
    chairs = {seat.id for seat in body.seats if seat.chair}
    return [replace(member, chair=member.seat in chairs) for member in members]


def _save(step: Step, body: Body, members: Sequence[Member], by: Person) -> Panel:
    panel, _made = Panel.objects.update_or_create(
        proposal=step.proposal, body=body.id, defaults={"formed_by": by, "formed_at": clock.now()}
    )
    panel.members.all().delete()
    PanelMember.objects.bulk_create(
        PanelMember(panel=panel, seat=m.seat, person=m.person, chair=m.chair, experienced=m.experienced)
        for m in members
    )
    return panel


def _record(panel: Panel, step: Step, members: Sequence[Member], acting: Authority) -> None:
    record.write(
        subject_kind="proposal",
        subject_id=step.proposal_id,
        institution=step.proposal.institution,
        act="panel_formed",
        by=acting.person,
        on_behalf_of=acting.on_behalf_of,
        detail={
            "body": panel.body,
            "members": [
                {"seat": m.seat, "person": m.person.pk, "chair": m.chair, "experienced": m.experienced}
                for m in members
            ],
        },
    )

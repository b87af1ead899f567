"""Steps that the office adds for one proposal: when, which, and whom they may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.authority import people_with
from accounts.models import Person, Role
from policies.reasons import Reason
from proposals import hooks, rounds, words
from proposals.conditions import wrong_state
from proposals.models.step import AD_HOC, Step, StepStatus
from proposals.permissions import OWN, Standpoint
from proposals.states import DECIDING

if TYPE_CHECKING:
    from policies.schema import Pack
    from proposals.models import Proposal

KINDS = {
    "consultation": "A consultation: they are asked for advice",
    "signoff": "A sign-off: they approve it, or send it back",
}
LONGEST_TITLE = 200
LONGEST_REASON = 2000
ROLES = (Role.SUPERVISOR, Role.SECTION_HEAD)


def actors(pack: Pack) -> list[tuple[str, str]]:
    """The roles and offices that can be asked, with their names."""
    named = [*(str(role) for role in ROLES), *(f"office:{office.id}" for office in pack.offices)]
    found = [(actor, words.who(pack, actor, "")) for actor in named]
    return [(actor, f"{name[:1].upper()}{name[1:]}") for actor, name in found]


def may(proposal: Proposal, person: Person) -> bool:
    """Whether adding steps to this proposal is the person's business."""
    return Standpoint(proposal, person).authority(Role.PROGRAMME_MANAGER) is not None


def not_now(standpoint: Standpoint) -> list[Reason]:
    """Why no step can be added now."""
    proposal = standpoint.proposal
    if standpoint.proposes:
        return [OWN]
    if proposal.state not in DECIDING:
        return [wrong_state(proposal, "add_step")]
    return []


def unfit(proposal: Proposal, kind: str, title: str, reason: str) -> list[Reason]:
    """What is wrong with the step as it was asked for, whomever it asks."""
    found = []
    if kind not in AD_HOC:
        found.append(Reason("It is a consultation or a sign-off.", field="kind"))
    if not title or len(title) > LONGEST_TITLE:
        found.append(Reason(f"Give it a title of at most {LONGEST_TITLE} characters.", field="title"))
    if not reason or len(reason) > LONGEST_REASON:
        said = f"Say why it is added, in at most {LONGEST_REASON:,} characters: it stands in the record."
        found.append(Reason(said, field="reason"))
    return found


def unfit_asked(proposal: Proposal, actor: str, person: Person | None) -> list[Reason]:
    """What is wrong with whom it asks: one person of the campus, or an office that somebody holds; never a proposer."""
    if bool(actor) == bool(person):
        return [Reason("Name an office or one person, not both.", field="actor")]
    mine = {row.person_id for row in proposal.proposers.all()}
    if person is None:
        if actor not in dict(actors(proposal.policy.pack)):
            return [Reason("The policy knows no such office.", field="actor")]
        people = people_with(actor, proposal.institution, proposal.unit).exclude(pk__in=mine)
        return (
            [] if people.exists() else [Reason("Nobody who could answer holds this office.", field="actor")]
        )
    here = person.affiliations.filter(institution=proposal.institution, left_at=None)
    if not person.is_active or not here.exists():
        return [Reason("Nobody of this campus has this address.", field="person")]
    if person.pk in mine:
        return [Reason("A proposer cannot be asked about their own proposal.", field="person")]
    return []


def place(rows: list[Step], state: str) -> int:
    """Its place in the state: with what is open there, else after all that is done."""
    here = rounds.current(rows, state)
    opened = [row for row in here if row.status == StepStatus.OPEN]
    done = [row for row in here if row.status == StepStatus.COMPLETE]
    return max((row.position for row in opened or done), default=0)


def not_cancellable(step: Step, standpoint: Standpoint) -> list[Reason]:
    """Why a step, or the vote of a step, cannot be stopped now."""
    if standpoint.proposes:
        return [OWN]
    if step.status != StepStatus.OPEN or step.state != standpoint.proposal.state:
        return [Reason("This step is not open: there is nothing to stop.", step.clause)]
    if step.ad_hoc or votes(step):
        return []
    said = "The policy asks for this step, so it cannot be taken away. Put the proposal on hold, or have it withdrawn."
    return [Reason(said, step.clause)]


def votes(step: Step) -> bool:
    """Whether a vote of this step is under way."""
    return step.kind == "ballot" and hooks.step_handler("ballot").summary(step, None).get("state") == "open"

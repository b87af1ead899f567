"""Who is told what: notices and mail rows, in the transaction of the act. Mail carries a link, never the content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accounts.authority import people_with
from accounts.hooks import Message
from accounts.models import Person, Role
from journal.actions import mail, notices
from proposals import rounds, words
from proposals.models import Step
from proposals.permissions import officer
from proposals.states import State

if TYPE_CHECKING:
    import datetime as dt

    from proposals.models import Proposal


def proposers_of(proposal: Proposal) -> list[Person]:
    """The people who propose it."""
    return [row.person for row in proposal.proposers.select_related("person")]


def moved(proposal: Proposal, move: str, before: str) -> None:
    """The proposers hear of every move from the state `before`; the office hears of a pilot that lapsed."""
    said = words.where(proposal.policy.pack, proposal.state)
    kind = "proposal_moved"
    if before == State.INTENT and proposal.state == State.PROPOSAL:
        kind = "proposal_form_open"
    if move == "submit" and proposal.state == before:
        said = _submitted(proposal)
    if move == "extend_pilot" and proposal.definition and proposal.definition.awards_until:
        said = f"The pilot was extended until {proposal.definition.awards_until:%-d %B %Y}."
    if move == "send_back":
        said = f"It was sent back to an earlier step. {said}"
    if move == "resume":
        said = f"It goes on. {said}"
    people = proposers_of(proposal)
    if move == "lapse":
        people += people_with(Role.PROGRAMME_MANAGER, proposal.institution, proposal.unit)
    _tell(people, proposal, kind, said)


def _submitted(proposal: Proposal) -> str:
    """What comes after a submission that leaves the proposal where it is."""
    pack = proposal.policy.pack
    batch = rounds.waiting_batch(Step.objects.filter(proposal=proposal), pack.stage(proposal.state))
    if batch:
        return f"It was submitted. Next comes {words.listed([f'“{row.title}”' for row in batch])}."
    return f"It was submitted and waits for {words.who(pack, officer(pack, proposal.state), '')}."


def awards_ended(proposal: Proposal) -> None:
    """The pilot's last day is over while the full proposal is still being decided, or was turned down."""
    people = proposers_of(proposal)
    people += people_with(Role.PROGRAMME_MANAGER, proposal.institution, proposal.unit)
    _tell(
        people, proposal, "pilot_awards_end", "The pilot's last day is over: no badge can be issued under it."
    )


def policy_changed(proposal: Proposal, left_out: list[dict[str, Any]]) -> None:
    """The proposers hear that other rules hold for their proposal, and whether answers fell away."""
    said = f"It is under revision {proposal.policy.revision} of the policy now."
    if left_out:
        number = f"{len(left_out)} of its answers are" if len(left_out) > 1 else "One of its answers is"
        said += f" {number} not asked for any more and stand only in its record."
    _tell(proposers_of(proposal), proposal, "proposal_moved", said)


def pilot_end_moved(proposal: Proposal, until: dt.date) -> None:
    """The office entered other dates for the terms, and the pilot's last day follows them."""
    said = f"The dates of the terms changed: the pilot's last day is {until:%-d %B %Y} now."
    _tell(proposers_of(proposal), proposal, "proposal_moved", said, of=f"until-{until}")


def form_opened(step: Step) -> None:
    """A form that comes after other steps can be submitted now (that it can be written is told with the move)."""
    if step.position > 0:
        said = f"You can submit now: {step.title}."
        _tell(proposers_of(step.proposal), step.proposal, "proposal_form_open", said)


def officer_next(proposal: Proposal, actor: str) -> None:
    """All steps of the state are complete and an officer moves the proposal on."""
    people = people_with(actor, proposal.institution, proposal.unit)
    mine = {person.pk for person in proposers_of(proposal)}
    name = proposal.policy.pack.stage(proposal.state).name
    said = f"A proposal has all it needs at “{name}” and waits for you to move it on."
    others = [person for person in people if person.pk not in mine]
    _tell(others, proposal, "proposal_officer", said, office=words.who(proposal.policy.pack, actor, ""))


def tell(
    people: Iterable[Person],
    proposal: Proposal,
    kind: str,
    text: str,
    *,
    of: str,
    office: str = "",
    path: str = "",
) -> None:
    """For a higher app, in its transaction: `of` tells this message apart from others of its kind."""
    _tell(people, proposal, kind, text, of=of, office=office, path=path)


def _tell(
    people: Iterable[Person],
    proposal: Proposal,
    kind: str,
    text: str,
    *,
    of: str = "",
    office: str = "",
    path: str = "",
) -> None:
    """`of` tells apart what is said of one version of the proposal; `office` is who they are that do not propose it,
    in words (the programme manager unless said)."""
    once = {person.pk: person for person in people if person.is_active}
    path = path or proposal.get_absolute_url()
    notices.tell(people=once.values(), kind=kind, text=f"{proposal}: {text}", path=path)
    context = {"title": str(proposal), "sentence": text, "path": path}
    key = f"{kind}:{proposal.pk}:{of or proposal.version}"
    messages = [Message(kind, f"{key}:{person.pk}", person, context) for person in once.values()]
    who = office or words.who(proposal.policy.pack, Role.PROGRAMME_MANAGER, "")
    mail.post_many(messages=messages, institution=proposal.institution, about=proposal.pk, office=who)


def taken_back(proposal: Proposal, step: Step, asked: Iterable[Person]) -> None:
    """A step was completed by mistake: the proposers hear where it is again, the others that they need not act."""
    where = words.where(proposal.policy.pack, proposal.state)
    mine = proposers_of(proposal)
    _tell(
        mine, proposal, "proposal_moved", f"“{step.title}” was recorded by mistake and is open again. {where}"
    )
    known = {person.pk for person in mine}
    others = [person for person in asked if person.pk not in known]
    said = "It came to you by mistake and does not wait for you now."
    office = "those to whom it had come"
    _tell(others, proposal, "proposal_moved", said, of=f"{proposal.version}-back", office=office)


def step_added(step: Step) -> None:
    """The proposers hear that somebody else is asked for this proposal."""
    said = f"A step was added for it: {step.title}. It goes on once that is complete."
    _tell(proposers_of(step.proposal), step.proposal, "proposal_moved", said)


def step_cancelled(step: Step) -> None:
    """The proposers hear that it is not asked for any more."""
    said = f"“{step.title}” was taken away again: nobody is asked for it now."
    _tell(proposers_of(step.proposal), step.proposal, "proposal_moved", said)

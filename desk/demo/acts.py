"""What people do with proposals in the demo: one line of a story for each act. Every write is a real action."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from desk.demo import subjects
from proposals.actions import documents, files, proposals, transitions
from proposals.models import Proposal, Step
from reviews.actions import ballots, panels, signoffs
from reviews.models import Ballot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Person
    from desk.demo.cast import Campus

YES = "approve"
PROPOSERS = ("proposer", "proposer2")


def begin(campus: Campus, subject: str, unit: str, type: str = "badge") -> Proposal:
    """The two proposers of the campus begin a draft with what its first form asks."""
    first, second = (campus[local] for local in PROPOSERS)
    proposal = proposals.start(
        institution=campus.institution,
        unit=campus.units[unit],
        type=type,
        proposers=[second],
        by=first,
        answers=subjects.answers(subject, campus.pack.stages[0].state),
    )
    campus.proposals[subject] = proposal
    return proposal


def fresh(proposal: Proposal) -> Proposal:
    """The proposal as it stands now."""
    return Proposal.objects.get(pk=proposal.pk)


def write(campus: Campus, proposal: Proposal, subject: str, form: str) -> None:
    """Fill in the form, or the part of it that the subject has."""
    version = fresh(proposal).version
    answers = subjects.answers(subject, form)
    documents.save(proposal=proposal, answers=answers, version=version, by=campus["proposer"])


def attach_syllabus(campus: Campus, proposal: Proposal, subject: str) -> None:
    """Add the syllabus that the form asks for."""
    files.attach(
        proposal=proposal,
        field="syllabi.files",
        upload=subjects.syllabus(subject),
        by=campus["proposer"],
    )


def move(proposal: Proposal, transition: str, by: Person, note: str = "") -> None:
    """A move by hand."""
    transitions.perform(proposal=proposal, transition=transition, by=by, note=note)


def submit(campus: Campus, proposal: Proposal, transition: str = "submit", note: str = "") -> None:
    """The first proposer sends it off."""
    move(proposal, transition, campus["proposer"], note)


def complete(proposal: Proposal, key: str, outcome: str, by: Person, note: str = "") -> None:
    """Complete the open step with this id."""
    step = Step.objects.open().get(proposal=proposal, key=key)
    signoffs.complete(step=step, outcome=outcome, by=by, note=note)


def ballot_on(proposal: Proposal, key: str) -> Ballot:
    """The open ballot of a step."""
    return Ballot.objects.open().get(proposal=proposal, step__key=key)


def vote(
    proposal: Proposal,
    key: str,
    choice: str = YES,
    *,
    but: Mapping[str, tuple[str, str]] | None = None,
    absent: Sequence[str] = (),
) -> None:
    """The members vote `choice`; `but` says who votes otherwise and why; those in `absent` have not voted yet.

    People are named by the local part of their address. The choice "recuse" is a member who steps aside.
    """
    ballot = ballot_on(proposal, key)
    for seat in ballot.roll.filter(person__isnull=False).select_related("person"):
        person = cast("Person", seat.person)
        local = person.email.partition("@")[0]
        chosen, comment = (but or {}).get(local, (choice, ""))
        if local in absent:
            continue
        if chosen == "recuse":
            ballots.recuse(ballot=ballot, by=person, reason=comment)
        else:
            ballots.vote(ballot=ballot, choice=chosen, comment=comment, by=person)


def close(proposal: Proposal, key: str, note: str = "") -> None:
    """The chair closes the ballot."""
    ballot = ballot_on(proposal, key)
    chair = cast("Person", ballot.roll.get(chair=True).person)
    ballots.close(ballot=ballot, by=chair, note=note)


def form_panel(campus: Campus, proposal: Proposal, key: str) -> None:
    """The office that forms the body puts it together of members of the councils and others."""
    step = Step.objects.open().get(proposal=proposal, key=key)
    seated = {
        "ascrc_member": "ascrc.members1",
        "graduate_council_member": "graduate-council.members1",
        "faculty": "faculty1",
        "staff": "staff1",
        "students": "student1",
    }
    members = [(seat, campus[local], False, seat == "faculty") for seat, local in seated.items()]
    panels.form(step=step, members=members, by=campus["senate-office"])

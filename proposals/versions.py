"""The versions of a proposal that a person may compare: its revisions and, for its proposers, the draft they work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Person
from policies.schema import Form
from proposals import conditions, reading, redline

if TYPE_CHECKING:
    import datetime as dt

    from proposals.models import Proposal, Revision

DRAFT = "draft"
SAME_TWICE = "Both are the same. Choose two different ones."


@dataclass(frozen=True)
class Version:
    """One of them. `key` is the number of a revision or "draft"; `on` when it was submitted or last saved."""

    key: str
    name: str
    form: Form
    on: dt.datetime
    answers: dict[str, dict[str, object]]
    files: list[dict[str, str]]
    proposers: list[str]  # ids

    @property
    def is_draft(self) -> bool:
        return self.key == DRAFT


def proposes(proposal: Proposal, person: Person) -> bool:
    return any(row.person_id == person.pk for row in proposal.proposers.all())


def keys(proposal: Proposal, person: Person) -> list[tuple[str, str]]:
    """What can be chosen, oldest first, each with its words. The draft only while it can be written."""
    found = [(str(one.number), _called(one)) for one in proposal.revisions.all()]
    if proposes(proposal, person) and not conditions.not_writable(proposal):
        found.append((DRAFT, "The draft as it is now"))
    return found


def _called(revision: Revision) -> str:
    return f"Revision {revision.number}, {revision.form['title']}"


def find(proposal: Proposal, key: str, person: Person) -> Version | None:
    """The version under this key; None where there is none, and for a draft that is not the person's."""
    if key == DRAFT:
        return _draft(proposal) if proposes(proposal, person) else None
    revision = next((one for one in proposal.revisions.all() if str(one.number) == key), None)
    return submitted(revision) if revision else None


def submitted(revision: Revision) -> Version:
    """A revision as it is compared."""
    return Version(
        key=str(revision.number),
        name=f"revision {revision.number}",
        form=Form.model_validate(revision.form),
        on=revision.submitted_at,
        answers=revision.answers,
        files=revision.files,
        proposers=revision.proposers,
    )


def _draft(proposal: Proposal) -> Version:
    document = reading.current(proposal)
    form = proposal.policy.pack.form(document.form)
    return Version(
        key=DRAFT,
        name="the draft",
        form=form,
        on=document.updated_at,
        answers=document.answers,
        files=reading.listed(reading.files_of(proposal, form)),
        proposers=[str(row.person_id) for row in proposal.proposers.all()],
    )


def missing(proposal: Proposal, key: str) -> str:
    """Why there is nothing under this key, in words."""
    numbers = [one.number for one in proposal.revisions.all()]
    if key == DRAFT:
        return "Only its proposers see the draft."
    if not numbers:
        return "Nothing has been submitted yet, so there is no revision to compare."
    asked = key[:20] if key.isdecimal() else f"“{key[:20]}”"
    there = f"revisions 1 to {numbers[-1]}" if len(numbers) > 1 else "revision 1 only"
    return f"There is no revision {asked} of this proposal. It has {there}."


def red_line(proposal: Proposal, old: Version, new: Version) -> list[redline.Section]:
    """What changed from one to the other; one query for the proposers' names."""
    people = Person.objects.filter(pk__in={*old.proposers, *new.proposers})
    names = {str(person.pk): str(person) for person in people}
    return redline.compare(*(_plain(one, proposal.type, names) for one in (old, new)))


def _plain(version: Version, type: str, names: dict[str, str]) -> redline.Version:
    team = sorted((names.get(key, "Somebody who is not here any more"), key) for key in version.proposers)
    return redline.Version(
        form=version.form,
        answers=version.answers,
        files=version.files,
        type=type,
        proposers=[(key, name) for name, key in team],
    )

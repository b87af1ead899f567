"""What proposals handle for themselves: steps of kind form, and who may download a proposal's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.hooks import register_calendar_follower, register_policy_follower
from journal import choosing, files_access
from journal.wake import after_commit
from proposals.actions import policies, telling
from proposals.hooks import register_step_handler
from proposals.models import Proposal
from proposals.tasks import follow_terms

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import Institution, Person
    from journal.models import StoredFile
    from policies.reasons import Reason
    from proposals.models import Step


class FormSteps:
    """A form is open while the proposers write it; submitting completes it."""

    def opened(self, step: Step) -> None:
        """Tell the proposers, where they had to wait for it."""
        telling.form_opened(step)

    def voided(self, step: Step, reason: str) -> None:
        """The document stays as it is; nothing else belongs to the step."""

    def blocked(self, step: Step) -> list[Reason]:
        """What a document lacks is said by the checklist."""
        return []

    def closes(self, steps: Iterable[Step]) -> dict[UUID, dt.datetime]:
        """A form has no moment of its own."""
        return {}

    def asked(self, step: Step) -> Iterable[Person]:
        """The proposers write it."""
        return telling.proposers_of(step.proposal)

    def summary(self, step: Step, person: Person | None) -> dict[str, object]:
        """Where it is written, and whether by this person."""
        writes = person is not None and step.proposal.proposers.filter(person=person).exists()
        return {"path": step.proposal.get_absolute_url(), "waits_for_you": writes and step.status == "open"}


def may_download(stored: StoredFile, person: Person) -> bool:
    """Proposers: what is attached. They and all who see the proposal: what was submitted, also if removed since."""
    proposal = Proposal.objects.visible_to(person).filter(pk=stored.subject_id).first()
    if proposal is None:
        return False
    if stored.removed_at is None and proposal.proposers.filter(person=person).exists():
        return True
    return proposal.revisions.filter(files__contains=[{"id": str(stored.pk)}]).exists()


def calendar_changed(institution: Institution) -> None:
    """Other dates for the terms of a campus: its pilots follow them as soon as the dates are committed."""
    after_commit(follow_terms)


def register() -> None:
    """Called once, by the AppConfig."""
    register_calendar_follower(calendar_changed)
    register_step_handler("form", FormSteps())
    choosing.offer("proposal_moved", "A proposal of mine moved, or something happened to it", none=True)
    choosing.offer("proposal_form_open", "A form is open for me")
    choosing.offer("proposal_officer", "A proposal waits for me to move it on")
    choosing.offer("deadline", "Something is due soon, or late")
    choosing.offer("escalation", "A step has waited long for somebody")
    files_access.register("proposal", may_download)
    register_policy_follower(policies.follow)

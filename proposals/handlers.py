"""Steps of kind form: the proposers write and submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proposals.actions import telling
from proposals.hooks import register_step_handler

if TYPE_CHECKING:
    from accounts.models import Person
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

    def summary(self, step: Step, person: Person | None) -> dict[str, object]:
        """Where it is written, and whether by this person."""
        writes = person is not None and step.proposal.proposers.filter(person=person).exists()
        return {"path": step.proposal.get_absolute_url(), "waits_for_you": writes and step.status == "open"}


def register() -> None:
    """Called once, by the AppConfig."""
    register_step_handler("form", FormSteps())

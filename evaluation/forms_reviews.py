"""Forms of reviews: the sections of the pack's form on one page, and the office's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.clauses import mark
from evaluation.reviews import form_of
from policies.reasons import Refused
from proposals import asking
from proposals.forms import SectionForm, place_reasons

if TYPE_CHECKING:
    from django.http import QueryDict

    from policies.engine import Answers
    from policies.schema import Deadline
    from proposals.models import Proposal


class AnswerForm(forms.Form):
    """A word of the office, and the version of the page it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="A word to them",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        help_text="They read it, and it stands in the record. To send it back, say what is missing.",
    )


class ReviewForm:
    """All sections of the form together; nothing is required here, the checklist says what is missing."""

    def __init__(
        self, proposal: Proposal, rule: Deadline, answers: Answers, data: QueryDict | None = None
    ) -> None:
        self.policy = proposal.policy
        self.parts = [
            SectionForm(
                section,
                asking.asked(section, answers, proposal.type),
                answers.get(section.id, {}),
                data,
                prefix=section.id,
            )
            for section in form_of(self.policy.pack, rule).sections
        ]

    def is_valid(self) -> bool:
        """Whether every field could be read; every part is asked, so that each says what is wrong."""
        return not [part for part in self.parts if not part.is_valid()]

    def answers(self) -> dict[str, dict[str, Any]]:
        """What was typed, as the review holds it."""
        return {name: fields for part in self.parts for name, fields in part.answers().items()}

    def refuse(self, error: Refused) -> None:
        """Each reason at its field, in its section."""
        for part in self.parts:
            mine = [one for one in error.reasons if one.field.startswith(f"{part.section.id}.")]
            place_reasons(part, Refused(mine), prefix=f"{part.section.id}.")

    def sections(self) -> list[dict[str, Any]]:
        """As the page draws them."""
        return [
            {
                "section": part.section,
                "clause": mark(self.policy, part.section.clause),
                "form": part,
                "rows": [{"field": field, "asked": self._asked(part, field.name)} for field in part],
            }
            for part in self.parts
        ]

    def _asked(self, part: SectionForm, name: str) -> Any:
        return next(asked for asked in part.section.fields if asked.id == name)

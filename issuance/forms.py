"""Forms of issuing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from credentials.actions import stacks
from credentials.actions.renewal import Said
from credentials.actions.transcripts import MAX_BODY, MAX_CODE
from credentials.models import Definition
from issuance.checking.typed import MAX_ADDRESS, MAX_NAME, MAX_NARRATIVE, MAX_URL
from issuance.models import Outcome


class RecipientForm(forms.Form):
    """One learner. What is wrong with the answers is said by the same check that reads lists."""

    name = forms.CharField(label="Learner’s name", max_length=MAX_NAME, required=False)
    email = forms.CharField(
        label="Learner’s e-mail address",
        max_length=MAX_ADDRESS,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    evidence_url = forms.CharField(
        label="Link to the evidence",
        max_length=MAX_URL,
        required=False,
        widget=forms.URLInput(),
        help_text="Without one the link that the assessor recorded is used.",
    )
    narrative = forms.CharField(
        label="What they did",
        max_length=MAX_NARRATIVE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A sentence or two that go into the signed badge.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"use_required_attribute": False, **kwargs})
        for name in ("name", "email"):
            self.fields[name].required = True


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why."},
    )


class CorrectionForm(forms.Form):
    """What an award says, to be put right, and what was wrong."""

    name = forms.CharField(
        label="Learner’s name", max_length=MAX_NAME, error_messages={"required": "Write the learner’s name."}
    )
    email = forms.EmailField(
        label="Learner’s e-mail address",
        max_length=MAX_ADDRESS,
        help_text="With another address the badge goes to whoever has that address.",
        error_messages={"required": "Write the address.", "invalid": "This is not an e-mail address."},
    )
    evidence_url = forms.CharField(
        label="Link to the evidence", max_length=MAX_URL, required=False, widget=forms.URLInput()
    )
    evidence = forms.CharField(
        label="Evidence in words",
        max_length=MAX_NARRATIVE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    narrative = forms.CharField(
        label="What they did",
        max_length=MAX_NARRATIVE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label="What was wrong",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The learner reads it.",
        error_messages={"required": "Say what was wrong."},
    )

    def said(self) -> Said:
        """What the new award is to say."""
        given = self.cleaned_data
        return Said(**{name: given[name] for name in given if name != "reason"})


class EventCodeForm(forms.Form):
    """The Academic Event Code and its approval."""

    code = forms.CharField(
        label="Academic Event Code", max_length=MAX_CODE, error_messages={"required": "Write the code."}
    )
    body = forms.CharField(
        label="Approved by",
        max_length=MAX_BODY,
        help_text="The governing academic body, such as a senate or a graduate council.",
        error_messages={"required": "Write which academic body approved it."},
    )
    approved_on = forms.DateField(
        label="Approved on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Write the day of the approval."},
    )
    minutes = forms.CharField(
        label="Where it stands written",
        max_length=MAX_BODY,
        required=False,
        help_text="Such as the meeting and the item of its minutes.",
    )


class NotationForm(forms.Form):
    """Awards that were noted on their learners' transcripts, and when."""

    awards = forms.TypedMultipleChoiceField(
        label="Awards",
        coerce=uuid.UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one award."},
    )
    recorded_on = forms.DateField(
        label="Noted on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Write the day."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whose they may be is the action's to say; here they only have to be ids.
        self.fields["awards"].valid_value = is_id  # type: ignore[attr-defined]


def is_id(value: object) -> bool:
    """Whether it is written as an id; whose it may be is for others to say."""
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


class PartsForm(forms.Form):
    """Which credentials a stack is made of: one for each line of the approved list, or as many as are chosen."""

    def __init__(self, definition: Definition, lines: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        rows, now = stacks.possible_parts(definition), self.initial.get("parts") or []
        known = list(rows)
        for n, line in enumerate(lines, 1):
            chosen = now[n - 1] if n <= len(now) else stacks.likely(line, known)
            self.fields[f"part_{n}"] = forms.ModelChoiceField(
                rows, label=line, initial=chosen, empty_label="Choose the credential"
            )
        if not lines:
            self.fields["parts"] = forms.ModelMultipleChoiceField(
                rows, label="Credentials that it is made of", initial=now, widget=forms.CheckboxSelectMultiple
            )

    def parts(self) -> list[Definition]:
        """What was chosen, in order."""
        if not self.lines:
            return list(self.cleaned_data["parts"])
        return [self.cleaned_data[f"part_{n}"] for n in range(1, len(self.lines) + 1)]


class NothingForm(forms.Form):
    """A page before a decision that asks for nothing but the decision."""


class ReviewForm(forms.Form):
    """Whether an award of a stack stands."""

    outcome = forms.ChoiceField(
        label="Your decision",
        choices=[(Outcome.KEPT, "It stands though a part is gone"), (Outcome.REVOKED, "It is revoked")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it stands.", "invalid_choice": "Choose one of the two."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why; it is kept with the decision."},
    )

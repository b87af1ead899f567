"""Many awards at once: what is to be done, why, and the list."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from issuance.bulk_lists import COLUMNS
from issuance.forms import is_id
from issuance.forms_lists import ListForm
from issuance.models import BulkAct


class BulkForm(ListForm):
    """The decision and its list."""

    file_help = "CSV or Excel (.xlsx), up to 10,000 lines and 20 MB."
    text_help = (
        f"The first line names the columns: {', '.join(column.name for column in COLUMNS)}. "
        "An award is named by its id, or by address and credential; leave empty what stays as it is."
    )
    field_order = ("act", "reason", "file", "text", "leave_out")

    act = forms.ChoiceField(
        label="What is to be done",
        choices=[(BulkAct.REVOKE, "Revoke them, for good"), (BulkAct.CORRECT, "Correct what they say")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what is to be done.", "invalid_choice": "Choose one of the two."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Each learner reads it.",
        error_messages={"required": "Give a reason; each learner is told it."},
    )
    leave_out = forms.BooleanField(label="Leave out the lines that need mending", required=False)


class SelectionForm(forms.Form):
    """Awards chosen from a page, and what is to be done with them."""

    act = forms.ChoiceField(choices=BulkAct.choices)
    awards = forms.TypedMultipleChoiceField(coerce=uuid.UUID, required=False)
    everything = forms.BooleanField(required=False)
    q = forms.CharField(required=False, max_length=200)
    ends = forms.CharField(required=False, max_length=10)
    request = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whose they may be is the action's to say; here they only have to be ids.
        self.fields["awards"].valid_value = is_id  # type: ignore[attr-defined]

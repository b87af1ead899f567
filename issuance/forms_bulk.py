"""Many awards at once: what is to be done, why, and the list."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.tables import LIMIT
from issuance.bulk_lists import COLUMNS
from issuance.models import BulkAct


class BulkForm(forms.Form):
    """The decision and its list, as a file or as text (which the dry run gives back to be mended)."""

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
    file = forms.FileField(
        label="List as a file",
        required=False,
        allow_empty_file=True,
        help_text="CSV or Excel (.xlsx), up to 10,000 lines and 20 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )
    text = forms.CharField(
        label="Or the list as text",
        required=False,
        strip=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", "wrap": "off"}),
        help_text=f"The first line names the columns: {', '.join(column.name for column in COLUMNS)}. "
        "An award is named by its id, or by address and credential; leave empty what stays as it is.",
    )
    leave_out = forms.BooleanField(label="Leave out the lines that need mending", required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two is there."""
        given = super().clean() or {}
        if not self.errors and given.get("file") is None and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or write the list.")
        return given


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
        self.fields["awards"].valid_value = _is_id  # type: ignore[attr-defined]


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True

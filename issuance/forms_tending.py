"""What is to happen to many deliveries that wait for a person."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms


class TendForm(forms.Form):
    """Which deliveries, and what to do with them; everything but the reason stands hidden in the page before the act."""

    do = forms.ChoiceField(
        choices=[("retry", "Send again"), ("cancel", "Do not send")], widget=forms.HiddenInput
    )
    chosen = forms.TypedMultipleChoiceField(
        coerce=uuid.UUID, required=False, widget=forms.MultipleHiddenInput
    )
    everything = forms.BooleanField(required=False, widget=forms.HiddenInput)
    account = forms.UUIDField(required=False, widget=forms.HiddenInput)
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    cause = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the record, and at each delivery.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whose they may be is the action's to say; here they only have to be ids.
        self.fields["chosen"].valid_value = _is_id  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something is chosen."""
        given = super().clean() or {}
        if not self.errors and not given["chosen"] and not given["everything"]:
            raise forms.ValidationError("Choose at least one.")
        return given

    def asking(self) -> TendForm:
        """The form of the page before the act: with what was chosen, and the reason where one is needed."""
        given = self.cleaned_data
        kept = {name: given[name] or "" for name in ("everything", "account", "request", "cause", "reason")}
        form = TendForm({**kept, "do": given["do"], "chosen": given["chosen"], "confirm": "1"})
        if given["do"] != "cancel":
            del form.fields["reason"]
        form.full_clean()
        return form


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True

"""Forms of the holder: accept a badge and choose who may see it, decline it, set a password on the way."""

from __future__ import annotations

from django import forms

from credentials.actions.accepting import MOST_WORDS
from credentials.models.award import Visibility


class AcceptForm(forms.Form):
    """Accept; "people with my link" is proposed."""

    visibility = forms.ChoiceField(
        label="Who may see it",
        choices=Visibility.choices,
        initial=Visibility.LINK,
        widget=forms.RadioSelect,
        help_text="You can change this at any time.",
        error_messages={"required": "Choose who may see it.", "invalid_choice": "Choose one of the three."},
    )


class PasswordForm(forms.Form):
    """A password for coming back; may be left for later."""

    password = forms.CharField(
        label="A password, so that you can come back",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. Leave it empty if you would rather get a link by mail each time.",
    )


class DeclineForm(forms.Form):
    """Say no, and why if one wants to."""

    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only the office that issued it reads this.",
    )

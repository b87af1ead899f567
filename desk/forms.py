"""Forms of the pages that belong to no other app."""

from __future__ import annotations

from django import forms


class InForceForm(forms.Form):
    """Why a revision is put in force, and which text the page showed."""

    hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = forms.CharField(
        label="By which decision",
        help_text="Such as: adopted by the Senate on 12 May. It stands in the campus's record.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

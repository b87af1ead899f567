"""Forms of issuing."""

from __future__ import annotations

from typing import Any

from django import forms

from issuance.checks import MAX_NARRATIVE, MAX_URL
from issuance.lists import HEADINGS


class RecipientForm(forms.Form):
    """One learner."""

    name = forms.CharField(label="Learner's name", max_length=200)
    email = forms.EmailField(label="Learner's e-mail address")
    evidence_url = forms.CharField(
        label="Link to the evidence", required=False, max_length=MAX_URL, widget=forms.URLInput()
    )
    narrative = forms.CharField(
        label="What they did",
        required=False,
        max_length=MAX_NARRATIVE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A sentence or two that go into the badge.",
    )


class ListForm(forms.Form):
    """Many learners: a file, or the list as text (which the dry run gives back to be mended)."""

    file = forms.FileField(
        label="List as a file", required=False, help_text="CSV or Excel, up to 50,000 lines, 20 MB."
    )
    text = forms.CharField(
        label="The list",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono", "spellcheck": "false"}),
        help_text=f"The first line names the columns: {', '.join(HEADINGS)}.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or write the list.")
        return given


class NoteForm(forms.Form):
    """A note with the moment the page was drawn from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The requester reads it.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), required=False)


class ImageForm(forms.Form):
    """The badge's picture and the words for those who cannot see it."""

    file = forms.FileField(
        label="Image", help_text="PNG, JPEG or WebP, at least 200 by 200 pixels, up to 5 MB."
    )
    alt = forms.CharField(
        label="In a few words, for people who cannot see it", max_length=200, required=False
    )

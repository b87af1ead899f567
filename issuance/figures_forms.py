"""The form by which a report of figures is brought in."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.upload_forms import ListForm
from issuance.figures.lists import HEADINGS


class ReportForm(ListForm):
    """A list as a file or as text; `name` keeps what the file was called while its text is looked through."""

    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = f"The first line names the columns: {', '.join(HEADINGS)}."

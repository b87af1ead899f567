"""What forms share that take a list: as a file, or written."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accounts.tables import LIMIT


class ListForm(forms.Form):
    """A list as a file or as text, which a dry run gives back to be mended. The helps say what stands in it."""

    file_help: ClassVar[str] = ""
    text_help: ClassVar[str] = ""

    file = forms.FileField(
        label="List as a file",
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )
    text = forms.CharField(
        label="Or the list as text",
        required=False,
        strip=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", "wrap": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text, self.fields["text"].help_text = self.file_help, self.text_help

    def clean(self) -> dict[str, Any]:
        """One of the two is there."""
        given = super().clean() or {}
        if not self.errors and given.get("file") is None and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or write the list.")
        return given

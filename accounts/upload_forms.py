"""Forms of lists: a list as a file or as text, which column each heading means, and filing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.base import ContentFile, File

from accounts.tables import LIMIT
from accounts.tables.columns import ColumnSpec
from accounts.tables.headings import LEAVE_OUT, Head, Layout

OUT = "-"  # on the page, where nothing chosen would be an answer that is missing
FORMATS = ".csv,.txt,.tsv,.xlsx,text/csv"


class ListForm(forms.Form):
    """Many learners: a file, or the list as text."""

    file = forms.FileField(
        label="List as a file",
        required=False,
        allow_empty_file=True,
        help_text=f"CSV or Excel (.xlsx), up to {LIMIT // 1024 // 1024} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": FORMATS}),
    )
    text = forms.CharField(
        label="Or the list as text",
        required=False,
        strip=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false", "wrap": "off"}),
        help_text="The first line names the columns.",
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is there."""
        given = super().clean() or {}
        if not self.errors and given.get("file") is None and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or write the list.")
        return given

    def as_file(self) -> File[bytes]:
        """What was given, as a file."""
        given = self.cleaned_data
        found: File[bytes] | None = given["file"]
        return found if found is not None else ContentFile(given["text"].encode(), name="list.csv")


class ColumnsForm(forms.Form):
    """Which column each heading means; beside each stand the first cells below it."""

    def __init__(
        self, head: Head, layout: Layout, columns: Sequence[ColumnSpec], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = [(column.name, column.name) for column in columns]
        for place, heading in enumerate(head.headings):
            held = [line[place] for line in head.samples if place < len(line) and line[place]]
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1}, without a heading",
                choices=[(OUT, "Leave it out"), *names],
                initial=layout.columns[place] or OUT,
                help_text=f"Below it: {', '.join(held)}" if held else "Nothing stands below it at first.",
            )
        self.fields["sheet"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=head.sheet, min_value=0, required=False
        )

    def chosen(self) -> list[str]:
        """The column of each heading, in the order of the list."""
        given = self.cleaned_data
        chosen = [given[name] for name in self.fields if name.startswith("column_")]
        return [LEAVE_OUT if name == OUT else name for name in chosen]


class FileListForm(forms.Form):
    """File the lines that are in order."""

    leave_out = forms.BooleanField(label="Leave out the lines that need mending", required=False)

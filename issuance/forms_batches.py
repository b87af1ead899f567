"""Forms for batches of the student system and for student numbers."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from accounts.tables import LIMIT

NO_LINES = "Write line numbers with commas between, such as 3, 7-9."
MOST = 10_000
RANGE = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


class BatchForm(forms.Form):
    """A batch stands in the student system since a day, but for the lines that it did not take."""

    recorded_on = forms.DateField(
        label="Recorded there on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Write the day."},
    )
    not_taken = forms.CharField(
        label="Lines that it did not take",
        required=False,
        max_length=20_000,
        help_text="Their numbers, such as 3, 7-9. They are told again in the next batch. Leave it empty if all went in.",
    )

    def clean_not_taken(self) -> list[int]:
        """The numbers, each once."""
        found: set[int] = set()
        for part in re.split(
            r"[,;\s]\s*(?![-–])", re.sub(r"\s*[-–]\s*", "-", self.cleaned_data["not_taken"].strip())
        ):
            if not part:
                continue
            match = RANGE.fullmatch(part)
            if match is None:
                raise forms.ValidationError(NO_LINES)
            first, last = int(match[1]), int(match[2] or match[1])
            if not 0 <= last - first < MOST or len(found) > MOST:
                raise forms.ValidationError(NO_LINES)
            found |= set(range(first, last + 1))
        return sorted(found)


class NumbersForm(forms.Form):
    """A list of student numbers: a file, or the list as text."""

    file = forms.FileField(
        label="List as a file",
        required=False,
        allow_empty_file=True,
        help_text="CSV or Excel (.xlsx), with the columns email and student number, up to 50,000 lines.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )
    text = forms.CharField(
        label="Or the list as text",
        required=False,
        strip=False,
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false", "wrap": "off"}),
        help_text="The first line names the columns. An empty number takes the learner’s number away.",
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is there."""
        given = super().clean() or {}
        if not self.errors and given.get("file") is None and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or write the list.")
        return given

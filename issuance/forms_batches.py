"""Forms for batches of the student system and for student numbers."""

from __future__ import annotations

import re

from django import forms

from issuance.forms_lists import ListForm

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


class NumbersForm(ListForm):
    """A list of student numbers: a file, or the list as text."""

    file_help = "CSV or Excel (.xlsx), with the columns email and student number, up to 50,000 lines."
    text_help = "The first line names the columns. An empty number takes the learner’s number away."

"""The form in which a survey is written: its words, its days, and a part for each question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import slugify

from evaluation import questions as rules
from evaluation.actions.templates import Timing, Words
from evaluation.models import After, Survey, SurveyVersion
from evaluation.questions import Question
from policies.reasons import Refused

BLANK = 2
DAYS = "Numbers with commas between them, such as 42, 182, 365."


class DaysField(forms.CharField):
    """Numbers of days, written one after the other."""

    def to_python(self, value: Any) -> Any:
        """The numbers; a sentence for anything else."""
        text = super().to_python(value) or ""
        try:
            return [int(part) for part in text.replace(",", " ").split()]
        except ValueError:
            raise forms.ValidationError(f"Write whole numbers of days. {DAYS}") from None


class WordsForm(forms.Form):
    """Title and introduction; `seen` is the version that the form was drawn from."""

    title = forms.CharField(max_length=200, error_messages={"required": "Give it a title."})
    intro = forms.CharField(
        label="Introduction", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class TimingForm(forms.Form):
    """When a survey is asked."""

    after = forms.ChoiceField(label="The days follow", choices=After.choices)
    offsets_days = DaysField(label="Asked after so many days", required=False, max_length=200, help_text=DAYS)
    reminders_days = DaysField(
        label="Reminded so many days after asking", required=False, max_length=100, help_text=DAYS
    )
    open_days = forms.IntegerField(label="Can be answered for so many days", min_value=1, max_value=365)

    def timing(self) -> Timing:
        """What was written."""
        return Timing(**self.cleaned_data)


class QuestionForm(forms.Form):
    """One question; left empty it is not there."""

    key = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    place = forms.IntegerField(label="Place", required=False, min_value=1, max_value=999)
    group = forms.CharField(
        label="Screen", required=False, max_length=100, help_text="Questions of one screen stand together."
    )
    text = forms.CharField(
        label="Question", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label="Answered as", choices=list(rules.KINDS.items()))
    options = forms.CharField(
        label="Answers to choose from",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One on each line; only where one or several are chosen.",
    )
    low = forms.CharField(label="A scale’s 1 means", required=False, max_length=60)
    high = forms.CharField(label="A scale’s 5 means", required=False, max_length=60)
    required = forms.BooleanField(label="Has to be answered", required=False)
    leave_out = forms.BooleanField(label="Take this question out", required=False)

    def first_fields(self) -> list[forms.BoundField]:
        """What every question has."""
        return [self["text"], self["kind"]]

    def further_fields(self) -> list[forms.BoundField]:
        """What some have."""
        return [field for field in self.visible_fields() if field.name not in ("text", "kind")]

    def stands_open(self) -> bool:
        """Whether the further fields are to be seen at once."""
        return bool(self.errors) or self["kind"].value() in (rules.CHOICE, rules.CHOICES)


QuestionForms = forms.formset_factory(QuestionForm, extra=BLANK, max_num=60, absolute_max=100)


def initial_of(version: SurveyVersion) -> list[dict[str, Any]]:
    """The questions of a version as their forms show them."""
    return [
        {
            "key": q.id, "place": n, "group": q.group, "text": q.text, "kind": q.kind,
            "options": "\n".join(q.options), "low": q.low, "high": q.high, "required": q.required,
        }
        for n, q in enumerate(rules.read(version.questions), 1)
    ]  # fmt: skip


def timing_of(survey: Survey) -> dict[str, Any]:
    """The days of a survey as their form shows them."""
    return {
        "after": survey.after,
        "offsets_days": ", ".join(str(day) for day in survey.offsets_days),
        "reminders_days": ", ".join(str(day) for day in survey.reminders_days),
        "open_days": survey.open_days,
    }


def written(words: WordsForm, parts: Any) -> Words:
    """What the form says, questions in the order of their places."""
    rows = [part.cleaned_data for part in parts if part.cleaned_data.get("text", "").strip()]
    kept = sorted((row for row in rows if not row["leave_out"]), key=lambda row: row["place"] or 1000)
    return Words(words.cleaned_data["title"], words.cleaned_data["intro"], _questions(kept))


def _questions(rows: Sequence[dict[str, Any]]) -> list[Question]:
    known, found = {row["key"] for row in rows if row["key"]}, []
    for row in rows:
        key = row["key"] or _key(row["text"], known)
        known.add(key)
        choose = row["kind"] in (rules.CHOICE, rules.CHOICES)
        lines = [line.strip() for line in row["options"].splitlines() if line.strip()] if choose else []
        scale = row["kind"] == rules.SCALE
        found.append(
            Question(
                id=key,
                text=" ".join(row["text"].split()),
                kind=row["kind"],
                options=tuple(dict.fromkeys(lines)),
                low=row["low"].strip() if scale else "",
                high=row["high"].strip() if scale else "",
                group=row["group"].strip(),
                required=row["required"],
            )
        )
    return found


def _key(text: str, known: set[str]) -> str:
    """An id that no other question of the survey has."""
    start = slugify(text)[:30].replace("-", "_") or "question"
    return next(key for key in (start, *(f"{start}_{n}" for n in range(2, 200))) if key not in known)


def put_refusal(words: WordsForm, timing: TimingForm | None, error: Refused) -> None:
    """Each reason at its field; those of a question on top, with the others."""
    for reason in error.reasons:
        if reason.field in words.fields:
            words.add_error(reason.field, reason.text)
        elif timing is not None and reason.field in timing.fields:
            timing.add_error(reason.field, reason.text)
        else:
            named = reason.field.removeprefix("question.")
            words.add_error(None, f"{named}: {reason.text}" if named else reason.text)

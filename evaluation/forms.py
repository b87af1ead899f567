"""Forms of surveys: one screen of questions, with the answers of the others carried along unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict

from evaluation import questions as rules
from evaluation.questions import Question

PREFIX = "q_"


def _field(question: Question) -> forms.Field:
    if question.kind == rules.TEXT:
        return forms.CharField(
            label=question.text, required=False, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000})
        )
    if question.kind == rules.CHOICES:
        return forms.MultipleChoiceField(
            label=question.text,
            required=False,
            choices=question.choices,
            widget=forms.CheckboxSelectMultiple,
            help_text="Choose as many as you like.",
        )
    return forms.ChoiceField(
        label=question.text, required=False, choices=question.choices, widget=forms.RadioSelect
    )


class ScreenForm(forms.Form):
    """The questions of one screen; `given` are all answers so far, by question id, `wrong` what to mend."""

    def __init__(
        self, asked: Sequence[Question], given: Mapping[str, Any], wrong: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        for question in asked:
            field = _field(question)
            field.initial = given.get(question.id)
            field.required = question.required  # for its label; what is missing is said by `rules.checked`
            self.fields[f"{PREFIX}{question.id}"] = field
        if wrong:
            named = {f"{PREFIX}{key}": text for key, text in wrong.items()}
            self._errors = ErrorDict(
                {name: ErrorList([named[name]]) for name in self.fields if name in named}
            )


def given_in(post: QueryDict, questions: Sequence[Question]) -> dict[str, Any]:
    """What a survey's page sent, of all its screens, by question id; nothing is judged here."""
    found: dict[str, Any] = {}
    for question in questions:
        values = [value.replace("\x00", "") for value in post.getlist(f"{PREFIX}{question.id}")]
        found[question.id] = values if question.kind == rules.CHOICES else (values[-1] if values else "")
    return found


def unseen(asked: Sequence[Question], given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers of the other screens as hidden fields (name, value)."""
    found = []
    for question in asked:
        value = given.get(question.id)
        values = value if isinstance(value, list) else [value]
        found += [(f"{PREFIX}{question.id}", str(one)) for one in values if one]
    return found

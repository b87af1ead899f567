"""Forms for offerings and completions."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Person
from credentials.models import Definition
from learning.actions.offerings import possible_assessors
from policies.reasons import Refused


def a_day() -> forms.DateInput:
    """A date with the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OfferingForm(forms.Form):
    """Open an offering; the assessors are people who hold that role for the credential's unit."""

    title = forms.CharField(max_length=200, help_text="For example “Spring 2027, evening group”.")
    starts_on = forms.DateField(label="First day", widget=a_day())
    ends_on = forms.DateField(label="Last day", widget=a_day(), required=False)
    assessors = forms.ModelMultipleChoiceField(
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="They record who has completed the programme, and on what evidence.",
        error_messages={"required": "Name at least one assessor."},
    )

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assessors"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = possible_assessors(definition).order_by("name")


class CompletionForm(forms.Form):
    """One learner's completion with the competencies that were shown."""

    name = forms.CharField(label="Learner’s name", max_length=200)
    email = forms.EmailField(label="Learner’s e-mail address")
    completed_on = forms.DateField(label="Completed on", widget=a_day())
    competencies = forms.MultipleChoiceField(
        label="Competencies shown", widget=forms.CheckboxSelectMultiple, required=False
    )
    evidence = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=10_000,
        help_text="What shows it: the work, the examination, the observation.",
    )
    evidence_url = forms.URLField(
        label="Link to the evidence", required=False, max_length=500, assume_scheme="https"
    )
    enrolled = forms.NullBooleanField(
        label="Enrolled student",
        required=False,
        widget=forms.Select(
            choices=[("unknown", "Not asked here"), ("true", "Yes, confirmed"), ("false", "No")]
        ),
    )

    def __init__(self, competencies: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["competencies"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(c, c) for c in competencies]
        field.initial = competencies


def refused(form: forms.Form, error: Refused) -> None:
    """Put each reason at its field, or on top where it has none."""
    for reason in error.reasons:
        field = reason.field if reason.field in form.fields else None
        form.add_error(field, f"{reason.text} ({reason.clause})" if reason.clause else reason.text)

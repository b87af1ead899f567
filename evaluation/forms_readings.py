"""Forms for what is measured: define a measure, and record values before or after."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from evaluation.actions.indicators import Value
from evaluation.models import Indicator
from evaluation.readings import plain, scale
from policies.schema.evaluation import Metrics


class MetricForm(forms.Form):
    """One measure of one objective, of the kinds and forms that the policy names."""

    objective = forms.ChoiceField(help_text="Which of the credential’s objectives it shows.")
    name = forms.CharField(label="Name", max_length=120, help_text="For example “Test of 20 questions”.")
    kind = forms.ChoiceField()
    form = forms.ChoiceField(label="Form")
    lowest = forms.DecimalField(label="Lowest value", max_digits=8, decimal_places=2, initial=0)
    highest = forms.DecimalField(label="Highest value", max_digits=8, decimal_places=2, initial=100)
    everywhere = forms.BooleanField(
        label="In all offerings of this credential", required=False, help_text="Else in this one alone."
    )

    def __init__(self, objectives: Sequence[str], rules: Metrics, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("objective", objectives), ("kind", rules.kinds), ("form", rules.forms)):
            if choices:
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)  # noqa: S101
                field.choices = [(one, one) for one in choices]
            else:
                self.fields[name] = forms.CharField(max_length=100)


class ValuesForm(forms.Form):
    """A grid: a number for each learner and measure, of one time; an empty cell leaves what is recorded."""

    def __init__(
        self,
        metrics: Sequence[Indicator],
        learners: Mapping[uuid.UUID, tuple[str, str]],
        known: Mapping[tuple[uuid.UUID, uuid.UUID], Decimal],
        when: str,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.metrics, self.learners, self.when = list(metrics), dict(learners), when
        for n, (key, (name, _)) in enumerate(self.learners.items()):
            for m, metric in enumerate(self.metrics):
                value = known.get((metric.pk, key))
                self.fields[f"v_{n}_{m}"] = forms.CharField(
                    label=f"{metric.name} of {name}",
                    required=False,
                    max_length=12,
                    initial="" if value is None else plain(value),
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "autocomplete": "off"}),
                )

    def clean(self) -> dict[str, Any]:
        """Each cell is a number within its measure's scale, or empty."""
        data = super().clean() or {}
        for n in range(len(self.learners)):
            for m, metric in enumerate(self.metrics):
                name = f"v_{n}_{m}"
                text = data.get(name, "")
                value = number_in(text) if text else None
                if text and (value is None or not metric.lowest <= value <= metric.highest):
                    self.add_error(name, f"Write a number from {scale(metric)}, or nothing.")
                else:
                    data[name] = value
        return data

    def values(self) -> list[Value]:
        """What the action takes."""
        found = []
        for n, key in enumerate(self.learners):
            for m, metric in enumerate(self.metrics):
                value = self.cleaned_data[f"v_{n}_{m}"]
                if value is not None:
                    found.append(Value(metric, key, value, self.when, n + 1))
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The grid for the page."""
        return [
            {
                "name": name,
                "email": email,
                "cells": [
                    {"metric": metric, "field": self[f"v_{n}_{m}"]} for m, metric in enumerate(self.metrics)
                ],
            }
            for n, (name, email) in enumerate(self.learners.values())
        ]


def number_in(text: str) -> Decimal | None:
    """A number with up to two places, with a point or a comma; None for anything else."""
    try:
        value = Decimal(text.strip().replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > 99999 or value != round(value, 2):
        return None
    return value

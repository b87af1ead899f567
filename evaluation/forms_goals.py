"""Forms for goals and their metrics. They check shape; what is allowed is said by the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from evaluation.measures import measures
from evaluation.models import Direction, PeriodKind

if TYPE_CHECKING:
    from evaluation.models import Metric


class MetricForm(forms.Form):
    """How a goal is measured."""

    measure = forms.ChoiceField(label="What is measured", choices=())
    period = forms.ChoiceField(label="Reported", choices=PeriodKind.choices)
    direction = forms.ChoiceField(label="The target is reached with", choices=Direction.choices)
    target = forms.IntegerField(
        label="Target", min_value=0, help_text="A whole number; for a share per cent, for a time days."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(one.key, one.label) for one in measures().values()]
        self.fields["measure"].choices = found  # type: ignore[attr-defined]


class GoalForm(MetricForm):
    """A goal with its first metric."""

    says = forms.CharField(
        label="The goal", max_length=300, help_text="What is to be reached, in one sentence."
    )
    field_order = ("says", "measure", "period", "direction", "target")


class AdjustForm(MetricForm):
    """The same for a goal that has one; `seen` is the metric that the page showed."""

    reason = forms.CharField(
        label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept beside the metric as it was.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, metric: Metric) -> AdjustForm:
        """Filled in as it is now."""
        names = ("measure", "period", "direction", "target")
        return cls(initial={name: getattr(metric, name) for name in names} | {"seen": metric.number})


class EndForm(forms.Form):
    """Giving a goal up."""

    reason = forms.CharField(
        label="Why it is given up", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

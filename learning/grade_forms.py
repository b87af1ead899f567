"""The form for the grades from which something counts as shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from learning.actions.grading import MOST, Key


class ThresholdsForm(forms.Form):
    """A number for completion and for each competency, or each of its levels; an empty one: grades do not say it."""

    def __init__(self, keys: Sequence[Key], known: Mapping[Key, Decimal], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(keys)
        for number, key in enumerate(self.keys):
            name, level = key
            label = f"{name}: {level}" if level else name or "Completed, from a final grade of"
            self.fields[f"least_{number}"] = forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_value=MOST,
                max_digits=7,
                decimal_places=2,
                initial=known[key].normalize().__format__("f") if key in known else None,
            )

    def values(self) -> dict[Key, Decimal | None]:
        """What the action takes."""
        return {key: self.cleaned_data[f"least_{number}"] for number, key in enumerate(self.keys)}

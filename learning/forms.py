"""Forms for what learners have shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import Truncator

from learning.actions.changes import NO_REASON
from learning.entry import MAX_EVIDENCE, MAX_NAME, MAX_REASON, MAX_URL, Met
from learning.models import Completion
from policies.reasons import Refused

Rubrics = Mapping[str, list[dict[str, Any]]]


def a_day() -> forms.DateInput:
    """A date with the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def level_field(levels: list[dict[str, Any]]) -> forms.ChoiceField:
    """The level that was reached, among those that count as shown; each with what such work shows."""
    counting = [(one["name"], _level_words(one)) for one in levels if one["counts"]]
    return forms.ChoiceField(
        label="Level reached", required=False, choices=[("", "Choose where it is shown"), *counting]
    )


def _level_words(level: dict[str, Any]) -> str:
    points = (
        "" if level["points"] is None else f" ({level['points']} point{'' if level['points'] == 1 else 's'})"
    )
    said = f": {level['description']}" if level["description"] else ""
    return Truncator(f"{level['name']}{points}{said}").chars(120)


class CompletionForm(forms.Form):
    """What one learner has shown. Of each competency: shown or not, and, where they differ, its own day and evidence.

    What is wrong with the answers is said by the same rules that read lists.
    """

    name = forms.CharField(
        label="Learner’s name", max_length=MAX_NAME, error_messages={"required": "Write the learner’s name."}
    )
    email = forms.EmailField(
        label="Learner’s e-mail address",
        max_length=254,
        error_messages={"required": "Write the learner’s e-mail address."},
    )
    completed_on = forms.DateField(
        label="Completed on",
        widget=a_day(),
        required=False,
        help_text="Leave it empty while the programme is not completed; the rest is recorded all the same.",
    )
    evidence = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=MAX_EVIDENCE,
        help_text="What shows it: the work, the examination, the observation.",
    )
    evidence_url = forms.URLField(
        label="Link to the evidence", required=False, max_length=MAX_URL, assume_scheme="https"
    )
    enrolled = forms.NullBooleanField(
        label="Eligible enrolled student",
        required=False,
        widget=forms.Select(
            choices=[("unknown", "Not asked here"), ("true", "Yes, confirmed"), ("false", "No")]
        ),
    )

    def __init__(self, competencies: list[str], levels: Rubrics, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competencies = competencies
        for n, name in enumerate(competencies, 1):
            self.fields[f"met_{n}"] = forms.BooleanField(label=name, required=False)
            if name in levels:
                self.fields[f"met_{n}_level"] = level_field(levels[name])
            self.fields[f"met_{n}_on"] = forms.DateField(label="Shown on", widget=a_day(), required=False)
            self.fields[f"met_{n}_evidence"] = forms.CharField(
                label="Its own evidence",
                required=False,
                max_length=MAX_EVIDENCE,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def person_fields(self) -> list[forms.BoundField]:
        """Who, and when completed."""
        return [self[name] for name in ("name", "email", "completed_on") if name in self.fields]

    def competency_fields(self) -> list[dict[str, Any]]:
        """Each competency with its three fields; `open` where its own day or evidence is given."""
        found = []
        for n in range(1, len(self.competencies) + 1):
            met, on, evidence = self[f"met_{n}"], self[f"met_{n}_on"], self[f"met_{n}_evidence"]
            given = bool(on.value() or evidence.value() or on.errors or evidence.errors)
            level = self[f"met_{n}_level"] if f"met_{n}_level" in self.fields else None
            found.append({"met": met, "level": level, "on": on, "evidence": evidence, "open": given})
        return found

    def other_fields(self) -> list[forms.BoundField]:
        """Evidence of the whole, enrolment and what a subclass adds."""
        return [self[n] for n in ("evidence", "evidence_url", "enrolled", "reason") if n in self.fields]

    def given(self) -> list[int]:
        """The numbers of the competencies that are marked as shown, or that a level was chosen of."""
        data = self.cleaned_data
        return [
            n for n in range(1, len(self.competencies) + 1) if data[f"met_{n}"] or data.get(f"met_{n}_level")
        ]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = self.cleaned_data
        met = [
            Met(
                self.competencies[n - 1],
                data[f"met_{n}_on"],
                data[f"met_{n}_evidence"],
                data.get(f"met_{n}_level", ""),
            )
            for n in self.given()
        ]
        names = ("name", "email", "completed_on", "evidence", "evidence_url", "enrolled", "reason")
        return {name: data[name] for name in names if name in data} | {"competencies": met}

    def field_of(self, name: str) -> str | None:
        """The form's own name of the field that a reason is about."""
        kind, _, place = name.partition(".")
        if kind == "competencies":
            number, _, part = place.partition(".")
            found = f"met_{self.given()[int(number) - 1]}_{part or 'on'}" if number else ""
            return found if found in self.fields else None
        return name if name in self.fields else None


class CorrectionForm(CompletionForm):
    """The same for what was recorded before, with a reason; whom it is about stays."""

    reason = forms.CharField(
        label="Why it changes",
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is kept with what stood there before.",
        error_messages={"required": NO_REASON},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]


def as_recorded(completion: Completion, competencies: list[str]) -> dict[str, Any]:
    """What stands recorded, as the initial values of a correction."""
    found: dict[str, Any] = {
        name: getattr(completion, name) for name in ("completed_on", "evidence", "evidence_url", "enrolled")
    }
    met = {one.competency: one for one in completion.competencies.all()}
    for n, name in enumerate(competencies, 1):
        if row := met.get(name):
            found |= {f"met_{n}": True, f"met_{n}_on": row.met_on, f"met_{n}_evidence": row.evidence}
            found[f"met_{n}_level"] = row.level
    return found | {"name": completion.learner_name}


class ReasonForm(forms.Form):
    """Why it is taken back."""

    reason = forms.CharField(
        label="Why",
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is kept with what stood there before.",
        error_messages={"required": NO_REASON},
    )


def refused(form: forms.Form, error: Refused) -> None:
    """Put each reason at its field, or on top where it has none."""
    for reason in error.reasons:
        name = form.field_of(reason.field) if isinstance(form, CompletionForm) else reason.field
        form.add_error(
            name if name in form.fields else None,
            f"{reason.text} ({reason.clause})" if reason.clause else reason.text,
        )

"""Forms of what the office keeps: the roadmap, versions, studies and the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.forms import date_field
from accounts.models import Unit
from credentials.models import Definition
from outreach.forms import LOW, TALL
from outreach.roadmap import WORDS
from outreach.subjects import states
from proposals.models import Proposal

if TYPE_CHECKING:
    from accounts.models import Institution, Person

EMPTY_ROWS = 3


class PhaseForm(forms.Form):
    """One phase of the roadmap with its activities; a row that is emptied goes."""

    title = forms.CharField(max_length=200)
    time_frame = forms.CharField(
        label="Time frame",
        max_length=200,
        required=False,
        help_text="For example “Fall 2026 to spring 2027”.",
    )
    settled = forms.BooleanField(label="Its activities are settled", required=False, initial=True)

    def __init__(self, phase: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial={name: phase.get(name) for name in ("title", "time_frame", "settled")})
        rows = phase.get("activities", [])
        for n in range(max(len(rows), self._sent(data)) + EMPTY_ROWS):
            row = rows[n] if n < len(rows) else {}
            self.fields[f"says_{n}"] = forms.CharField(
                label=f"Activity {n + 1}", max_length=500, required=False, initial=row.get("says", "")
            )
            self.fields[f"state_{n}"] = forms.ChoiceField(
                label=f"State of activity {n + 1}",
                choices=list(WORDS.items()),
                required=False,
                initial=row.get("state", "planned"),
            )
        self.fields["why"] = forms.CharField(
            label="What changes, and why",
            max_length=1000,
            widget=LOW,
            help_text="It stands beside the version.",
            error_messages={"required": "Say what changes, and why. It is kept."},
        )

    def _sent(self, data: Any) -> int:
        return min(sum(1 for name in data or {} if name.startswith("says_")), 60)

    def phase(self) -> dict[str, Any]:
        """The phase as it was written."""
        said = self.cleaned_data
        rows = [
            {"says": text, "state": said.get(f"state_{name.removeprefix('says_')}") or "planned"}
            for name, text in said.items()
            if name.startswith("says_") and text
        ]
        head = {name: said[name] for name in ("title", "time_frame", "settled")}
        return {**head, "activities": rows}


class TextForm(forms.Form):
    """The draft of a version."""

    text = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))
    why = forms.CharField(label="What changes, and why", required=False, max_length=1000, widget=LOW)


class ApproveForm(forms.Form):
    """Who approved it, when, and from when it holds."""

    approved_by = forms.CharField(
        label="Who approved it", max_length=200, help_text="The body or office, as it calls itself."
    )
    approved_on = date_field("On what day", required=True)
    reference = forms.CharField(
        label="Where that stands", required=False, max_length=300, help_text="Minutes, or a number."
    )
    effective_on = date_field("In effect from", required=True)


class StudyForm(forms.Form):
    """A finding with source and date."""

    title = forms.CharField(max_length=300)
    text = forms.CharField(label="What it says", required=False, max_length=5000, widget=TALL)
    source = forms.CharField(max_length=300, help_text="Author and title, or who said it.")
    url = forms.URLField(label="Link", required=False, max_length=500, assume_scheme="https")
    dated_on = date_field("Of what date", required=True)


class MarketForm(StudyForm):
    """A skill gap, attached to a proposal or a credential."""

    proposal = forms.ModelChoiceField(
        queryset=Proposal.objects.none(), required=False, empty_label="None", label="For the proposal"
    )
    definition = forms.ModelChoiceField(
        queryset=Definition.objects.none(), required=False, empty_label="None", label="For the credential"
    )

    def __init__(self, institution: Institution, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.fields["title"].label = "Skill gap"
        offer(self, institution, person)


class CandidateForm(forms.Form):
    """A learning activity for the inventory."""

    title = forms.CharField(max_length=200)
    text = forms.CharField(label="What it is", required=False, max_length=5000, widget=LOW)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False, empty_label="None yet")

    def __init__(self, institution: Institution, data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = institution.units.order_by("name")  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Another state."""

    state = forms.ChoiceField()
    proposal = forms.ModelChoiceField(
        queryset=Proposal.objects.none(), required=False, empty_label="As it is", label="Its proposal"
    )
    definition = forms.ModelChoiceField(
        queryset=Definition.objects.none(), required=False, empty_label="As it is", label="Its credential"
    )
    text = forms.CharField(label="Note", required=False, max_length=5000, widget=LOW)

    def __init__(self, institution: Institution, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.fields["state"].choices = list(states(institution.policy.pack).items())  # type: ignore[attr-defined]
        offer(self, institution, person)


class MarketingForm(forms.Form):
    """How it was marketed."""

    channel = forms.CharField(
        label="Where", max_length=200, help_text="For example the newsletter of the evening school."
    )
    on = date_field("On what day", required=True)
    text = forms.CharField(label="What, and to whom", required=False, max_length=5000, widget=LOW)


def offer(form: forms.Form, institution: Institution, person: Person) -> None:
    """The proposals and credentials of the campus that the person may see, newest first."""
    seen = Proposal.objects.visible_to(person).filter(institution=institution)
    proposals = seen.exclude(title="").order_by("-created_at")
    form.fields["proposal"].queryset = proposals  # type: ignore[attr-defined]
    known = institution.definitions.filter(current__isnull=False).select_related("current")
    form.fields["definition"].queryset = known.order_by("current__title")  # type: ignore[attr-defined]

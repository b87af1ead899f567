"""Forms for people, roles, seats, units and the calendar. They check shape; what is allowed is said by the actions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.models import Institution, Person, Role, Unit
from policies.calendar import year_terms
from policies.engine import unit_kind_name

if TYPE_CHECKING:
    from policies.reasons import Refused


def add_refusal(form: forms.Form, error: Refused) -> None:
    """Put each reason at its field, or on top where the form has no such field."""
    for reason in error.reasons:
        field = reason.field if reason.field in form.fields else None
        form.add_error(field, f"{reason.text} ({reason.clause})" if reason.clause else reason.text)


def date_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    """A day, with the browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class PersonField(forms.EmailField):
    """Someone at the campus, by e-mail address."""

    def __init__(self, institution: Institution, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.institution = institution

    def clean(self, value: Any) -> Person | None:  # type: ignore[override]
        """The person; a form error when nobody at the campus has the address."""
        email = super().clean(value)
        if not email:
            return None
        person = Person.objects.of(self.institution).filter(email=email.lower()).first()
        if person is None:
            raise forms.ValidationError(f"Nobody at {self.institution} has this address. Invite them first.")
        return person


class InviteForm(forms.Form):
    """Name and address of a newcomer."""

    name = forms.CharField(max_length=200)
    email = forms.EmailField(label="E-mail address")


class ImportForm(forms.Form):
    """A list of people."""

    upload = forms.FileField(label="List of people", help_text="CSV or Excel (.xlsx), up to 50,000 lines.")


class RoleForm(forms.Form):
    """A role with its place and its dates."""

    role = forms.ChoiceField(choices=Role.choices)
    office = forms.ChoiceField(required=False, help_text="Only for an office holder.")
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), required=False, empty_label="The whole campus"
    )
    starts_on = date_field("First day", help_text="Without one: today.")
    ends_on = date_field("Last day", help_text="Without one: until further notice.")

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [(office.id, office.name) for office in institution.policy.pack.offices]
        self.fields["office"].choices = [("", "None"), *offices]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = institution.units.order_by("name")  # type: ignore[attr-defined]


class DelegateForm(forms.Form):
    """A designee and the dates."""

    starts_on = date_field("First day", help_text="Without one: today.")
    ends_on = date_field("Last day", help_text="Without one: until further notice.")

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = PersonField(institution, label="E-mail address of the designee")
        self.fields = {"delegate": person, **self.fields}


class SeatForm(forms.Form):
    """Who takes a seat, and for how long."""

    starts_on = date_field("First day", help_text="Without one: today.")
    ends_on = date_field("Last day", help_text="Without one: until further notice.")
    experienced = forms.BooleanField(required=False)

    def __init__(self, institution: Institution, experience: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"person": PersonField(institution, label="E-mail address"), **self.fields}
        self.fields["experienced"].label = f"This person {experience}" if experience else "Experienced"
        if not experience:
            del self.fields["experienced"]


class EndForm(forms.Form):
    """When something ends."""

    ends_on = date_field("Last day", help_text="Without one it ends at once.")


OTHER = ("other", "Something else")


class UnitForm(forms.Form):
    """A new unit; its kind is asked where the policy says which kinds propose."""

    name = forms.CharField(max_length=200)
    parent = forms.ModelChoiceField(
        queryset=Unit.objects.none(), required=False, empty_label="At the top", label="Part of"
    )
    kind = forms.ChoiceField(required=False, label="What it is")

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = institution.units.order_by("name")  # type: ignore[attr-defined]
        kinds = institution.policy.pack.proposing.unit_kinds
        if kinds:
            offered = [(kind, unit_kind_name(kind).capitalize()) for kind in kinds]
            self.fields["kind"].choices = [("", "Not said"), *offered, OTHER]  # type: ignore[attr-defined]
            self.fields["kind"].help_text = "Units of these kinds propose. Something else does not."
        else:
            del self.fields["kind"]


class ReviewForm(forms.Form):
    """The day of a unit's periodic review."""

    review_on = date_field(
        "Day of the next periodic review",
        help_text="Units below share it unless they have a day of their own. Without one there is none.",
    )


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(max_length=200, label="Your name")


class YearForm(forms.Form):
    """First and last day of every term of one academic year; begins with what stands or is usual."""

    def __init__(self, institution: Institution, year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {term.id: term.name for term in institution.policy.pack.calendar.terms}
        for term in year_terms(year, institution.calendar):
            self.fields[term.id] = date_field(f"{names[term.id]}, first day", required=True)
            self.fields[f"{term.id}_ends"] = date_field(f"{names[term.id]}, last day", required=True)
            self.initial = {
                **self.initial,
                term.id: term.starts_on,
                f"{term.id}_ends": term.ends_on,
            }

    @property
    def dates(self) -> dict[str, tuple[dt.date, dt.date]]:
        """The days as the action wants them."""
        data = self.cleaned_data
        return {key: (data[key], data[f"{key}_ends"]) for key in data if f"{key}_ends" in data}

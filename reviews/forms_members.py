"""Forms about members of bodies: who votes for me, and who sits on a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.addressees import nobody
from accounts.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Institution
    from policies.schema import Body, Seat


def known_person(address: str) -> Person:
    """The person behind an address that was typed."""
    found = Person.objects.filter(email=address.lower(), is_active=True).first()
    if found is None:
        raise forms.ValidationError(nobody(address))
    return found


class AlternateForm(forms.Form):
    """Who votes for me in which of my seats, and until when."""

    seat = forms.ChoiceField(label="My seat")
    email = forms.EmailField(label="Their e-mail address")
    starts_on = forms.DateField(
        label="First day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Left out: today.",
    )
    ends_on = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, seats: list[tuple[Institution, Body, Seat]], data: Any = None) -> None:
        super().__init__(data)
        self.seats = {f"{place.slug}:{body.id}": (place, body, seat) for place, body, seat in seats}
        labels = [(key, f"{body.name}, {seat.title}") for key, (_, body, seat) in self.seats.items()]
        self.fields["seat"].choices = labels  # type: ignore[attr-defined]

    def clean_email(self) -> Person:
        """The person behind the address."""
        return known_person(self.cleaned_data["email"])

    def chosen(self) -> tuple[Institution, Body, Seat]:
        """The seat that was chosen."""
        return self.seats[self.cleaned_data["seat"]]


class PanelForm(forms.Form):
    """A line for each seat that may be filled: the address of who sits on it, and whether they have the experience."""

    def __init__(self, body: Body, people: QuerySet[Person], data: Any = None) -> None:
        super().__init__(data)
        self.body, self.people = body, people
        self.lines: list[tuple[str, str]] = []
        for seat in body.seats:
            for n in range(seat.maximum):
                self._add(seat, n)

    def _add(self, seat: Seat, n: int) -> None:
        name, label = f"{seat.id}_{n}", _line_label(seat, n)
        self.lines.append((seat.id, name))
        clause = seat.clause or self.body.clause
        missing = f"{self.body.name} cannot convene without this seat{f' ({clause})' if clause else ''}."
        self.fields[name] = forms.EmailField(
            label=label,
            required=n < seat.minimum,
            widget=forms.EmailInput(attrs={"list": "people", "autocomplete": "off"}),
            error_messages={"required": missing},
        )
        if self.body.experience:
            self.fields[f"{name}_experienced"] = forms.BooleanField(
                label=f"{label}: {self.body.experience}", required=False
            )

    def clean(self) -> dict[str, Any]:
        """Find the people of this campus behind the addresses."""
        cleaned = super().clean() or {}
        asked = {name: cleaned[name].lower() for _seat, name in self.lines if cleaned.get(name)}
        known = {person.email: person for person in self.people.filter(email__in=set(asked.values()))}
        for name, address in asked.items():
            if address not in known:
                self.add_error(name, f"Nobody on this campus has the address {address}. Invite them first.")
        self.found = {name: known[address] for name, address in asked.items() if address in known}
        return cleaned

    def members(self) -> list[tuple[str, Person, bool, bool]]:
        """What `panels.form` takes; the chair is the one whose seat chairs."""
        chairs = {seat.id for seat in self.body.seats if seat.chair}
        return [
            (seat, self.found[name], seat in chairs, bool(self.cleaned_data.get(f"{name}_experienced")))
            for seat, name in self.lines
            if name in self.found
        ]


def _line_label(seat: Seat, n: int) -> str:
    return seat.title if seat.maximum == 1 else f"{seat.title}, {n + 1} of up to {seat.maximum}"

"""Forms of meetings. Times are typed as clocks on the campus show them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms

from reviews.forms import TALL
from reviews.forms_members import known_person
from reviews.meetings import rules as meetings
from reviews.meetings.reading import place_name
from reviews.meetings.rules import LONGEST, LONGEST_PLACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Person
    from reviews.meetings.reading import Place
    from reviews.models import AgendaItem, Meeting, MeetingSeat

LOCAL = "%Y-%m-%dT%H:%M"


class LocalTime(forms.CharField):
    """A day with a time, as clocks on the campus show it; the form says in which zone and after which moment."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def clean(self, value: Any) -> dt.datetime | None:
        """The naive time that was typed."""
        text = super().clean(value)
        if not text:
            return None
        for pattern in (LOCAL, f"{LOCAL}:%S", "%Y-%m-%d %H:%M"):
            try:
                return dt.datetime.strptime(text[:19], pattern)  # noqa: DTZ007  (its zone is the campus's)
            except ValueError:
                continue
        raise forms.ValidationError("Give a day and a time.")


class InZone(forms.Form):
    """A form whose times are those of a campus."""

    zone: ZoneInfo
    after: dt.datetime | None = None

    def clean(self) -> dict[str, Any]:
        """Typed times as moments; an hour that clocks skip is an error at its field."""
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            typed = cleaned.get(name)
            if isinstance(field, LocalTime) and typed is not None:
                for reason in meetings.time_reasons(typed, self.zone):
                    self.add_error(name, reason.text)
                cleaned[name] = meetings.moment(typed, self.zone, self.after)
        return cleaned


def local(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    """A moment as the field shows it."""
    return moment.astimezone(zone).strftime(LOCAL) if moment else ""


class MeetingForm(InZone):
    """When, where, and who keeps the minutes."""

    starts_at = LocalTime(label="Begins")
    place = forms.CharField(
        label="Where", required=False, max_length=LONGEST_PLACE, help_text="A room, or the address of a call."
    )
    keeper = forms.EmailField(
        label="Who keeps the minutes",
        required=False,
        help_text="Their e-mail address. The chair can do it too, and so can the programme manager.",
    )

    def __init__(self, zone: ZoneInfo | None, data: Any = None, meeting: Meeting | None = None) -> None:
        super().__init__(data)
        if zone is not None:
            self.zone = zone
        if meeting is not None:
            keeper = meeting.keeper.email if meeting.keeper else ""
            self.initial = {
                "starts_at": local(meeting.starts_at, meeting.zone), "place": meeting.place, "keeper": keeper
            }  # fmt: skip

    def clean_keeper(self) -> Person | None:
        """The person behind the address."""
        address = self.cleaned_data["keeper"]
        return known_person(address) if address else None


class PlanForm(MeetingForm):
    """A new meeting: of which body as well."""

    field_order = ("body", "starts_at", "place", "keeper")
    body = forms.ChoiceField(label="Of which body")

    def __init__(self, places: dict[str, Place], data: Any = None) -> None:
        super().__init__(None, data)
        self.places = places
        offered = [(key, place_name(place)) for key, place in places.items()]
        self.fields["body"].choices = offered  # type: ignore[attr-defined]

    def clean_body(self) -> Place:
        """The body that was chosen, whose campus's time the form then speaks."""
        place = self.places[self.cleaned_data["body"]]
        self.zone = ZoneInfo(place[0].timezone)
        return place

    def clean(self) -> dict[str, Any]:
        """Without a body no time can be read."""
        return super().clean() if "body" in self.cleaned_data else self.cleaned_data


class OtherForm(forms.Form):
    """Other business."""

    title = forms.CharField(label="Title", max_length=300)
    text = forms.CharField(label="What it is about", required=False, max_length=LONGEST, widget=TALL)


class WordsForm(forms.Form):
    """A few words, compulsory or not."""

    text = forms.CharField(label="In words", max_length=LONGEST, widget=TALL)

    def __init__(self, label: str, data: Any = None, *, required: bool = True, help: str = "") -> None:
        super().__init__(data)
        self.fields["text"].label, self.fields["text"].required = label, required
        self.fields["text"].help_text = help


class PresentForm(forms.Form):
    """Who is there when the meeting opens."""

    present = forms.MultipleChoiceField(
        label="Who is in the room",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who comes later is recorded with the time.",
    )

    def __init__(self, roll: list[MeetingSeat], data: Any = None) -> None:
        super().__init__(data)
        offered = [(str(seat.pk), f"{seat.person}, {seat.title}") for seat in roll]
        self.fields["present"].choices = offered  # type: ignore[attr-defined]


class PresideForm(forms.Form):
    """Whom the body named to preside."""

    line = forms.ChoiceField(
        label="Who presides",
        widget=forms.RadioSelect,
        help_text="A member who is in the room. The chair, or the vice chair, presides again once they can.",
    )

    def __init__(self, roll: list[MeetingSeat], data: Any = None) -> None:
        super().__init__(data)
        offered = [(str(seat.pk), f"{seat.person}, {seat.title}") for seat in roll]
        self.fields["line"].choices = offered  # type: ignore[attr-defined]


class MotionForm(forms.Form):
    """Who moves a vote and who seconds it, as far as the body's rule asks."""

    moved_by = forms.ChoiceField(label="Who moves it")
    seconded_by = forms.ChoiceField(label="Who seconds it")

    def __init__(self, asked: Sequence[str], roll: list[MeetingSeat], data: Any = None) -> None:
        super().__init__(data)
        self.people = {str(seat.person_id): seat.person for seat in roll}
        offered = [
            ("", "Choose a member"),
            *((str(row.person_id), f"{row.person}, {row.title}") for row in roll),
        ]
        for name in list(self.fields):
            if name in asked:
                self.fields[name].choices = offered  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def named(self) -> dict[str, Person]:
        """Who was chosen, by part."""
        return {name: self.people[key] for name, key in self.cleaned_data.items()}


class StretchForm(InZone):
    """From when to when somebody was there."""

    arrived_at = LocalTime(label="Came")
    left_at = LocalTime(
        label="Left", required=False, help_text="Left out: still there, or stayed to the end."
    )

    def __init__(self, meeting: Meeting, data: Any = None, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.zone, self.after = meeting.zone, meeting.opened_at


class ArrivalForm(InZone):
    """Who came for a member, and when."""

    person = forms.ChoiceField(label="Who came", required=False)
    at = LocalTime(label="When", required=False, help_text="Left out: now.")

    def __init__(self, meeting: Meeting, people: list[Person], data: Any = None) -> None:
        super().__init__(data)
        self.zone, self.after = meeting.zone, meeting.opened_at
        self.people = {str(person.pk): person for person in people}
        self.fields["person"].choices = [(key, str(row)) for key, row in self.people.items()]  # type: ignore[attr-defined]
        if len(people) < 2:
            del self.fields["person"]

    def chosen(self) -> Person | None:
        """Who came; None for the member."""
        return self.people.get(self.cleaned_data.get("person", ""))


class ItemNoteForm(WordsForm):
    """What came of an item, in words."""

    def __init__(self, item: AgendaItem, label: str, data: Any = None, *, required: bool = False) -> None:
        super().__init__(label, data, required=required, help="It stands in the minutes.")
        self.item = item

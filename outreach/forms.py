"""Forms of the office's pages. They check shape; what is allowed is said by the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import Unit
from outreach.models import Attendance, Session, SessionKind
from outreach.wording import LONGEST_NAME, LONGEST_TEXT
from reviews.meetings.forms import LocalTime, local
from reviews.meetings.rules import moment, time_reasons

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Institution
    from outreach.models import Registration

TALL = forms.Textarea(attrs={"rows": 6})
LOW = forms.Textarea(attrs={"rows": 3})


class WhoForm(forms.Form):
    """Name and address of somebody without an account."""

    name = forms.CharField(
        label="Your name",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name."},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="We send a message there; the link in it confirms that it is yours.",
        error_messages={"required": "Type your address.", "invalid": "This is not an e-mail address."},
    )


class _ByAnybody(forms.Form):
    """Asks for name and address unless the writer is signed in."""

    name = WhoForm.base_fields["name"]
    email = WhoForm.base_fields["email"]

    def __init__(self, known: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["name"], self.fields["email"]


class QuestionForm(_ByAnybody):
    """A question to the office."""

    field_order = ("text", "name", "email")
    text = forms.CharField(
        label="Your question",
        max_length=LONGEST_TEXT,
        widget=TALL,
        error_messages={"required": "Write your question."},
    )


class RequestForm(_ByAnybody):
    """A session for a unit or any group."""

    field_order = ("wanted", "unit", "group", "text", "name", "email")
    wanted = forms.ChoiceField(label="What kind of session", choices=SessionKind.choices)
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        required=False,
        empty_label="No unit, or another group",
        label="For which unit",
    )
    group = forms.CharField(
        label="Or for which group",
        required=False,
        max_length=LONGEST_NAME,
        help_text="For example “Academic advisers”.",
    )
    text = forms.CharField(
        label="What it should be about, and when",
        max_length=LONGEST_TEXT,
        widget=TALL,
        help_text="How many you are, and two or three days that would suit you.",
        error_messages={"required": "Say what it should be about, and which days suit you."},
    )

    def __init__(self, institution: Institution, known: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(known, *args, **kwargs)
        self.fields["unit"].queryset = institution.units.order_by("name")  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    """A session, its times as clocks on the campus show them."""

    kind = forms.ChoiceField(label="What it is", choices=SessionKind.choices)
    title = forms.CharField(max_length=200)
    text = forms.CharField(label="What it is about", required=False, max_length=LONGEST_TEXT, widget=TALL)
    starts_at = LocalTime(label="Begins")
    ends_at = LocalTime(label="Ends")
    place = forms.CharField(
        label="Where", required=False, max_length=300, help_text="A room, or “Online”. Everyone reads it."
    )
    address = forms.URLField(
        label="Address of the call",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Only those who are registered learn it.",
    )
    capacity = forms.IntegerField(
        label="Seats", required=False, min_value=1, max_value=100_000, help_text="Empty: as many as come."
    )
    group = forms.CharField(
        label="For which unit or group", required=False, max_length=200, help_text="Empty: for everyone."
    )
    open = forms.BooleanField(label="Anyone can register", required=False, initial=True)

    def __init__(self, zone: ZoneInfo, data: Any = None, session: Session | None = None) -> None:
        super().__init__(data, initial=self._of(session) if session else None)
        self.zone = zone
        self.fields["starts_at"].help_text = f"As clocks on campus show it ({zone.key})."

    def _of(self, session: Session) -> dict[str, Any]:
        kept = {name: getattr(session, name) for name in self.base_fields}
        times = {name: local(kept[name], session.zone) for name in ("starts_at", "ends_at")}
        return {**kept, **times}

    def clean(self) -> dict[str, Any]:
        """Typed times as moments; an hour that clocks skip is an error at its field. In the hour that comes twice a
        session ends after it begins."""
        cleaned = super().clean() or {}
        start: dt.datetime | None = None
        for name in ("starts_at", "ends_at"):
            typed = cleaned.get(name)
            if typed is not None:
                for reason in time_reasons(typed, self.zone):
                    self.add_error(name, reason.text)
                cleaned[name] = moment(typed, self.zone, start)
                start = cleaned[name]
        return cleaned


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=LOW,
        help_text="Those who registered read it, and it stands on the page.",
        error_messages={"required": "Say why; those who registered read it."},
    )


class AddForm(forms.Form):
    """Somebody whom the office adds."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    email = forms.EmailField(label="E-mail address", max_length=254)


class AttendanceForm(forms.Form):
    """Of each registration, whether they came."""

    def __init__(self, rows: list[Registration], trains: bool, data: Any = None) -> None:
        super().__init__(data)
        offered = [c for c in Attendance.choices if trains or c[0] != Attendance.TRAINED]
        for row in rows:
            self.fields[str(row.pk)] = forms.ChoiceField(
                label=f"{row.name}, {row.email}",
                choices=[("", "Not marked"), *offered],
                required=False,
                initial=row.attendance,
            )

    def marks(self) -> dict[str, str]:
        """What was said, of those that were marked."""
        return {name: said for name, said in self.cleaned_data.items() if said}


class AnswerForm(forms.Form):
    """The answer to a question or a request."""

    text = forms.CharField(
        label="Your answer",
        max_length=LONGEST_TEXT,
        widget=TALL,
        help_text="It goes out by mail.",
        error_messages={"required": "Write the answer."},
    )
    session = forms.ModelChoiceField(
        queryset=Session.objects.none(),
        required=False,
        empty_label="None",
        label="Session that came of it",
        help_text="Plan it first; then choose it here.",
    )
    published = forms.BooleanField(
        label="Put question and answer on the page of resources",
        required=False,
        help_text="Without the name of who asked. Read the question once more: it stands there as it was written.",
    )

    def __init__(self, sessions: Any, is_request: bool, data: Any = None) -> None:
        super().__init__(data)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]
        del self.fields["published" if is_request else "session"]

"""Forms of the certifier's decisions: release, send back, on which day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.dateparse import parse_datetime

from issuance.actions.deciding import NOTE_NEEDED
from issuance.actions.parting import KEEP, RETURN

if TYPE_CHECKING:
    from issuance.models import IssuanceRequest


class DecisionForm(forms.Form):
    """A certifier's decision, with the moment the page was drawn from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="Note", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, found: IssuanceRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = found.submitted_at.isoformat() if found.submitted_at else ""

    def clean_seen(self) -> dt.datetime | None:
        """The request's `submitted_at` as the page knew it."""
        return seen_in(self.cleaned_data["seen"])


def seen_in(text: str) -> dt.datetime | None:
    """The moment that a page was drawn from; the distant past where it was tampered with, None where it is not given."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found and found.tzinfo else dt.datetime.min.replace(tzinfo=dt.UTC) if text else None


def _day_field(label: str, help_text: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReleaseForm(DecisionForm):
    """Release a request, now or for a day; and say what becomes of the lines left out, where there are any."""

    rest = forms.ChoiceField(
        label="The lines left out",
        choices=[
            (RETURN, "go back to the requester, with your comments"),
            (KEEP, "stay here, to be checked later"),
        ],
        widget=forms.RadioSelect,
        initial=RETURN,
        error_messages={"required": "Say what becomes of them.", "invalid_choice": "Choose one of the two."},
    )
    due_on = _day_field(
        "Award them on", "Leave it empty to award them now. The day begins at midnight on the campus."
    )
    field_order = ("seen", "rest", "due_on", "note")

    def __init__(self, found: IssuanceRequest, held: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(found, *args, **kwargs)
        self.fields["note"].help_text = "The requester reads it on the request’s page."
        if not held:
            del self.fields["rest"]
        elif not found.requested_by_id:
            self.fields["rest"].choices = [(KEEP, "stay here, to be checked later")]  # type: ignore[attr-defined]
            self.fields["rest"].initial = KEEP


class ReturnForm(DecisionForm):
    """Send a request back, with a note or with comments on its lines."""

    def __init__(self, found: IssuanceRequest, commented: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(found, *args, **kwargs)
        note = self.fields["note"]
        note.label, note.required = "What the requester should change", not commented
        note.help_text = "It goes to the requester by mail."
        note.error_messages["required"] = NOTE_NEEDED


class DayForm(forms.Form):
    """On which day."""

    due_on = _day_field("Award them on", "Leave it empty to award them now.")


class ManyForm(forms.Form):
    """Release several requests, each as its page knew it."""

    due_on = _day_field("Award them on", "Leave it empty to award them now.")
    note = forms.CharField(
        label="Note", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, chosen: Sequence[IssuanceRequest], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [one.pk for one in chosen]
        seen = [one.submitted_at.isoformat() for one in chosen if one.submitted_at]
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=" ".join(seen)
        )

    def clean_seen(self) -> dict[uuid.UUID, dt.datetime]:
        """When each was filed, as the page knew it; the distant past where that cannot be read."""
        texts = self.cleaned_data["seen"].split()
        past = dt.datetime.min.replace(tzinfo=dt.UTC)
        if len(texts) != len(self.keys):
            return dict.fromkeys(self.keys, past)
        return {key: seen_in(text) or past for key, text in zip(self.keys, texts, strict=True)}

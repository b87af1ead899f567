"""Forms of campus conversations."""

from __future__ import annotations

from django import forms

from accounts.forms import date_field
from outreach.forms import LOW, TALL
from outreach.wording import LONGEST_NAME, LONGEST_TEXT


class FeedbackForm(forms.Form):
    """What somebody thinks of a draft; with a name only where they want."""

    text = forms.CharField(
        label="What do you think of it?",
        max_length=LONGEST_TEXT,
        widget=TALL,
        help_text="The office reads it. Only a summary is published, without names.",
        error_messages={"required": "Write what you think of it."},
    )
    name = forms.CharField(label="Your name or group", required=False, max_length=LONGEST_NAME)
    email = forms.EmailField(label="Your e-mail address", required=False, max_length=254)


class ConversationForm(forms.Form):
    """A draft and the days on which it is open."""

    title = forms.CharField(max_length=200)
    text = forms.CharField(
        label="What it is about", required=False, max_length=LONGEST_TEXT, widget=LOW,
        help_text="Why you ask, and what happens with what people say.",
    )  # fmt: skip
    draft = forms.CharField(label="The draft", max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))
    opens_on = date_field("First day", required=True)
    closes_on = date_field("Last day", required=True)


class SummaryForm(forms.Form):
    """What came of it."""

    summary = forms.CharField(
        label="What people said, and what you make of it",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class FilmForm(forms.Form):
    """The introductory film with its captions."""

    title = forms.CharField(max_length=200)
    film = forms.FileField(label="Film", help_text="MP4 or WebM, up to 300 MB.")
    captions = forms.FileField(
        label="Captions", help_text="WebVTT (.vtt). A film without them cannot be put up."
    )
    poster = forms.FileField(
        label="Picture before it plays", required=False, help_text="PNG or JPEG, up to 5 MB."
    )


class GroupForm(forms.Form):
    """A group that was met, or is to be."""

    name = forms.CharField(
        label="Group", max_length=LONGEST_NAME, help_text="Its name again says what changed."
    )
    met = forms.BooleanField(label="It was met", required=False)
    met_on = date_field("On what day")
    open = forms.BooleanField(label="It was open to everyone", required=False)
    remark = forms.CharField(label="Note", required=False, max_length=500, help_text="Everyone reads it.")

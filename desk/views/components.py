"""The page that shows every component with each of its states. Nothing on it is real."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desk.state_words import ANSWERS, AWARDS, BALLOTS, ISSUANCE, PROPOSALS, STEPS
from desk.views import component_samples as samples
from desk.views.component_redline import redlines


class EveryField(forms.Form):
    """One field of each kind, so that the page shows them empty, filled in and refused."""

    title = forms.CharField(label="Title", help_text="As it will stand on the badge.", max_length=80)
    purpose = forms.CharField(
        label="Purpose and need",
        help_text="What a learner will be able to do, and who asks for it.",
        widget=forms.Textarea,
    )
    credits = forms.IntegerField(label="Credits", min_value=1, max_value=11)
    starts = forms.DateField(label="First start", widget=forms.DateInput(attrs={"type": "date"}))
    level = forms.ChoiceField(
        label="Level",
        choices=[
            ("", "Choose one"),
            ("u", "Undergraduate"),
            ("g", "Graduate"),
            ("c", "Continuing education"),
        ],
    )
    mode = forms.ChoiceField(
        label="How it is taught",
        widget=forms.RadioSelect,
        choices=[("online", "Online"), ("person", "In person"), ("both", "Both")],
    )
    audience = forms.MultipleChoiceField(
        label="For whom",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("students", "Students"), ("staff", "Staff"), ("community", "Community members")],
    )
    syllabus = forms.FileField(label="Syllabus", help_text="PDF or Word, up to 20 MB.", required=False)
    attest = forms.BooleanField(label="The unit has agreed to teach this")


class VoteForm(forms.Form):
    """The shape of a vote, as the ballot card draws it."""

    choice = forms.ChoiceField(label="My vote", widget=forms.RadioSelect, choices=samples.CHOICES)
    comment = forms.CharField(
        label="Comment", required=False, widget=forms.Textarea, help_text="The proposers will read it."
    )


WRONG = {"title": "", "purpose": "Too short.", "credits": "12", "mode": "by post", "starts": "soon"}
PARTS = (
    "type states who route checklist actions decision record chain ballots arithmetic batch answers figures "
    "badges forms lists navigation"
).split()
STATE_GROUPS = [
    ("Proposals", list(PROPOSALS)),
    ("Steps", list(STEPS)),
    ("Ballots", list(BALLOTS)),
    ("Awards", list(AWARDS)),
    ("Issuing", list(ISSUANCE)),
    ("Answers", list(ANSWERS)),
]


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Every component, each of its states, in the order of the design brief."""
    for level, text in samples.MESSAGES:
        messages.add_message(request, level, text)
    context = {
        **samples.everything(),
        "nav": samples.nav(),
        "parts": PARTS,
        "redlines": redlines(),
        "state_groups": STATE_GROUPS,
        "empty_form": EveryField(prefix="empty"),
        "wrong_form": EveryField({f"wrong-{name}": value for name, value in WRONG.items()}, prefix="wrong"),
        "vote_form": VoteForm(prefix="vote"),
    }
    return render(request, "desk/components.html", context)

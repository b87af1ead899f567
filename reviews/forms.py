"""Forms of the pages: what is well-formed. What is allowed is the actions' business."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms

from reviews.models import Choice
from reviews.rules import LONGEST_COMMENT, SCORES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import Person
    from policies.schema import Body, FormField, Seat
    from policies.schema import Step as PackStep
    from reviews.models import Ballot, Vote

WORDS = {
    "approve": "Approve",
    "approve_with_conditions": "Approve with conditions",
    "request_changes": "Ask for changes",
    "decline": "Decline",
    "done": "Done",
    "acknowledged": "Acknowledged",
    "abstain": "Abstain",
}
TALL = forms.Textarea(attrs={"rows": 5})


class VoteForm(forms.Form):
    """One vote: a choice of what the body can say, a comment, and scores where the body has a rubric."""

    choice = forms.ChoiceField(label="My vote", widget=forms.RadioSelect)
    comment = forms.CharField(label="Comment", required=False, max_length=LONGEST_COMMENT, widget=TALL)

    def __init__(self, ballot: Ballot, vote: Vote | None, data: Any = None) -> None:
        initial = {"choice": vote.choice, "comment": vote.comment} if vote else {}
        super().__init__(data, initial=initial)
        names = [*ballot.outcomes, Choice.ABSTAIN.value]
        self.fields["choice"].choices = [(name, WORDS[name]) for name in names]  # type: ignore[attr-defined]
        self.rubric = [] if ballot.secret else ballot.body_rules.rubric
        if ballot.secret:
            del self.fields["comment"]
        else:
            self.fields["comment"].help_text = (
                "The body reads it. If the outcome is not a plain approval, comments of those who voted for it go to "
                "the proposers, without names."
            )
        for n, name in enumerate(self.rubric):
            self.fields[f"score_{n}"] = _score(name, (vote.rubric if vote else {}).get(name))

    def vote(self) -> dict[str, Any]:
        """What `ballots.vote` takes."""
        scores = {name: int(self.cleaned_data[f"score_{n}"] or 0) for n, name in enumerate(self.rubric)}
        return {
            "choice": self.cleaned_data["choice"],
            "comment": self.cleaned_data.get("comment", ""),
            "rubric": {name: score for name, score in scores.items() if score},
        }


def _score(name: str, given: int | None) -> forms.ChoiceField:
    ends = {SCORES[0]: " (not at all)", SCORES[-1]: " (fully)"}
    choices = [("", "No score"), *((str(n), f"{n}{ends.get(n, '')}") for n in SCORES)]
    return forms.ChoiceField(label=name, choices=choices, required=False, initial=str(given or ""))


class RecusalForm(forms.Form):
    """Why someone steps aside."""

    reason = forms.CharField(
        label="What the conflict is",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=TALL,
        help_text="It is kept with the ballot. You need not say more than you wish.",
    )


class CloseForm(forms.Form):
    """What the body says to the proposers."""

    note = forms.CharField(
        label="To the proposers",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=TALL,
        help_text="It goes to them with the outcome, whatever that is.",
    )


class ExtendForm(forms.Form):
    until = forms.DateField(label="Last day to vote", widget=forms.DateInput(attrs={"type": "date"}))


class StepForm(forms.Form):
    """Sign or send back; the fields that the step records come from the pack, and the engine judges the answers."""

    use_required_attribute = False  # who sends back need not answer everything
    outcome = forms.ChoiceField(label="My answer", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=TALL,
        help_text="The proposers read it. To send back or decline, say why.",
    )

    back_to = forms.ChoiceField(
        label="If you ask for changes, send it back to",
        required=False,
        help_text="What lies between is done again only where an answer changed that it was about.",
    )

    def __init__(self, rules: PackStep, data: Any = None, earlier: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        if earlier:
            offered = [("", "The proposers"), *earlier]
            self.fields["back_to"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["back_to"]
        self.fields["outcome"].choices = [(name, WORDS[name]) for name in rules.outcomes]  # type: ignore[attr-defined]
        if len(rules.outcomes) == 1:
            self.fields["outcome"].widget = forms.HiddenInput()
            self.fields["outcome"].initial = rules.outcomes[0]
        self.recorded = [field.id for field in rules.fields]
        for field in rules.fields:
            self.fields[field.id] = _recorded(field)

    def completion(self) -> dict[str, Any]:
        """What `signoffs.complete` takes."""
        answers = {name: self.cleaned_data[name] for name in self.recorded if self.cleaned_data.get(name)}
        return {
            "outcome": self.cleaned_data["outcome"],
            "note": self.cleaned_data["note"],
            "answers": answers,
            "back_to": uuid.UUID(key) if (key := self.cleaned_data.get("back_to")) else None,
        }


def _recorded(field: FormField) -> forms.Field:
    """A field of the pack as a form field that takes anything; the engine checks the answer."""
    made = _plain(field)
    made.label, made.help_text = field.label, field.help
    made.required = field.required and field.kind != "boolean"
    setattr(made, "validate", _anything)  # noqa: B010  (the engine judges, by clause)
    return made


def _plain(field: FormField) -> forms.Field:
    options = [(choice.value, choice.label) for choice in field.choices]
    if field.kind == "choice":
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect)
    if field.kind == "choices":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple)
    if field.kind == "boolean":
        return forms.BooleanField()
    if field.kind == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=10)
    return forms.CharField(widget=TALL if field.kind == "longtext" else forms.TextInput())


def _anything(value: Any) -> None:
    """Whatever was typed is taken."""


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

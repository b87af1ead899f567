"""Forms of the pages: what is well-formed. What is allowed is the actions' business."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms

from proposals import sending
from reviews.conditions import LONGEST, MOST, lines_of
from reviews.models import Choice
from reviews.rules import LONGEST_COMMENT, SCORES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.schema import FormField
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
    "rescind": "Yes, rescind it",
    "keep": "No, let it stand",
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
        self.rubric = [] if ballot.secret or ballot.rescinds else ballot.body_rules.rubric
        if ballot.secret:
            del self.fields["comment"]
        else:
            passed_on = (
                " If the outcome is not a plain approval, comments of those who voted for it go to the proposers, "
                "without names."
            )
            self.fields["comment"].help_text = f"The body reads it.{'' if ballot.rescinds else passed_on}"
        self.asks = not ballot.secret and Choice.APPROVE_WITH_CONDITIONS in ballot.outcomes
        if self.asks:
            self.fields["conditions"] = _conditions(
                "Only with “Approve with conditions”. One condition a line."
            )
            self.initial["conditions"] = "\n".join(vote.conditions if vote else [])
        for n, name in enumerate(self.rubric):
            self.fields[f"score_{n}"] = _score(name, (vote.rubric if vote else {}).get(name))

    def vote(self) -> dict[str, Any]:
        """What `ballots.vote` takes."""
        scores = {name: int(self.cleaned_data[f"score_{n}"] or 0) for n, name in enumerate(self.rubric)}
        return {
            "choice": self.cleaned_data["choice"],
            "comment": self.cleaned_data.get("comment", ""),
            "rubric": {name: score for name, score in scores.items() if score},
            "conditions": lines_of(self.cleaned_data.get("conditions", "")),
        }


def _conditions(help: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label="Conditions", required=required, max_length=MOST * LONGEST, widget=TALL, help_text=help
    )


def _due() -> forms.DateField:
    day = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(
        label="To be met by", required=False, widget=day, help_text="Leave it out for no day."
    )


def _back_to(label: str, earlier: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    """To whom it is sent back: the proposers, or an earlier step."""
    return forms.ChoiceField(
        label=label,
        choices=[("", "The proposers"), *earlier],
        required=False,
        help_text="What lies between is done again only where an answer changed that it was about.",
    )


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


class RulingForm(forms.Form):
    """Why a member has a conflict, in the chair's words."""

    reason = forms.CharField(
        label="What the conflict is",
        max_length=LONGEST_COMMENT,
        widget=TALL,
        help_text="The member reads it, and it stands in the record.",
    )


class ReasonForm(forms.Form):
    """Why a decision is taken up again, or a vote stopped."""

    reason = forms.CharField(label="Why", max_length=LONGEST_COMMENT, widget=TALL)

    def __init__(self, data: Any = None, *, help: str = "It stands in the record.") -> None:
        super().__init__(data)
        self.fields["reason"].help_text = help


class CloseForm(forms.Form):
    """What the body says to the proposers."""

    note = forms.CharField(
        label="To the proposers",
        required=False,
        max_length=LONGEST_COMMENT,
        widget=TALL,
        help_text="It goes to them with the outcome, whatever that is.",
    )

    def __init__(self, ballot: Ballot, data: Any = None) -> None:
        super().__init__(data)
        if Choice.APPROVE_WITH_CONDITIONS in ballot.outcomes:
            self.fields["conditions"] = _conditions(
                "They hold if the outcome is an approval with conditions, beside those that voters asked for. One a line."
            )
            self.fields["due_on"] = _due()
        if earlier := [] if ballot.rescinds else sending.choices(ballot.step):
            self.fields["back_to"] = _back_to("If changes are asked for, send it back to", earlier)

    def closing(self) -> dict[str, Any]:
        """What `ballots.close` takes."""
        given = self.cleaned_data
        return {
            "note": given["note"],
            "conditions": lines_of(given.get("conditions", "")),
            "due_on": given.get("due_on"),
            "back_to": uuid.UUID(key) if (key := given.get("back_to")) else None,
        }


class ConditionsForm(forms.Form):
    """Conditions named after the ballot."""

    conditions = _conditions("One a line. Each is followed until it is met or waived.", required=True)
    due_on = _due()


class NoteForm(forms.Form):
    """A few words, compulsory or not."""

    note = forms.CharField(label="In your words", max_length=LONGEST_COMMENT, widget=TALL)

    def __init__(
        self, label: str, data: Any = None, files: Any = None, *, required: bool = True, help: str = ""
    ) -> None:
        super().__init__(data, files)
        self.fields["note"].label, self.fields["note"].required = label, required
        self.fields["note"].help_text = help


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once, as a list; empty for none."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file as such a field takes one."""
        sent = data if isinstance(data, list) else [data] if data else []
        return [super(ManyFilesField, self).clean(one, initial) for one in sent]


class MeetForm(NoteForm):
    """How a condition is met, with what shows it."""

    file = ManyFilesField(
        label="Files that show it",
        required=False,
        help_text="PDF, Word, OpenDocument, image, text or table, up to 20 MB each. You, those who decide and the body see them.",
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

    def __init__(self, rules: PackStep, data: Any = None, earlier: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        if earlier:
            self.fields["back_to"] = _back_to("If you ask for changes, send it back to", earlier)
        self.fields["outcome"].choices = [(name, WORDS[name]) for name in rules.outcomes]  # type: ignore[attr-defined]
        if len(rules.outcomes) == 1:
            self.fields["outcome"].widget = forms.HiddenInput()
            self.fields["outcome"].initial = rules.outcomes[0]
        if Choice.APPROVE_WITH_CONDITIONS in rules.outcomes:
            said = "Only with “Approve with conditions”. One a line; the proposers meet them, and you accept each."
            self.fields["conditions"], self.fields["due_on"] = _conditions(said), _due()
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
            "conditions": lines_of(self.cleaned_data.get("conditions", "")),
            "due_on": self.cleaned_data.get("due_on"),
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

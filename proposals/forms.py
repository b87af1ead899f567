"""Forms drawn from the pack: one section of a document, the start of a proposal, a move with a note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from accounts.models import Unit
from policies.coerce import MOST_ROWS
from policies.reasons import Refused
from policies.schema import FormField, Pack, Section
from proposals.adding import KINDS, LONGEST_REASON, LONGEST_TITLE

SPARE_ROWS = 2


class RowsWidget(forms.Widget):
    """A small table: what is there, and spare rows. An empty row is no row."""

    template_name = "proposals/rows.html"

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self.columns = field.columns

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *({} for _ in range(SPARE_ROWS))]
        context["columns"] = self.columns
        context["rows"] = [
            [(column, f"{name}.{n}.{column.id}", row.get(column.id, "")) for column in self.columns]
            for n, row in enumerate(rows)
        ]
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        found = []
        for n in range(MOST_ROWS + SPARE_ROWS):
            row = {c.id: str(data.get(f"{name}.{n}.{c.id}", "")).strip() for c in self.columns}
            if any(row.values()):
                found.append({key: text for key, text in row.items() if text})
        return found

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}.0.{self.columns[0].id}" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class RowsField(forms.Field):
    """The rows as they were typed; the policy engine judges them."""

    def clean(self, value: Any) -> Any:
        return value or []


DATE = {"type": "date"}


def _text(field: FormField) -> forms.Field:
    return forms.CharField(max_length=field.max_length)


def _long(field: FormField) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4 if (field.max_words or 300) < 160 else 10}))


def _choice(field: FormField) -> forms.Field:
    choices = [(c.value, c.label) for c in field.choices]
    if len(choices) > 7:
        return forms.ChoiceField(choices=[("", "Choose one"), *choices])
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)


def _choices(field: FormField) -> forms.Field:
    choices = [(c.value, c.label) for c in field.choices]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)


def _number(field: FormField) -> forms.Field:
    """As typed: the engine says what is wrong with it, in the policy's words."""
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=40)


BUILDERS = {
    "text": _text,
    "longtext": _long,
    "choice": _choice,
    "choices": _choices,
    "integer": _number,
    "decimal": _number,
    "boolean": lambda field: forms.BooleanField(),
    "date": lambda field: forms.CharField(widget=forms.DateInput(attrs=DATE), max_length=10),
    "url": lambda field: forms.CharField(widget=forms.URLInput(), max_length=500),
    "email": lambda field: forms.CharField(widget=forms.EmailInput(), max_length=254),
    "rows": lambda field: RowsField(widget=RowsWidget(field)),
}


def _anything(value: Any) -> None:
    """Whatever was typed is taken; what is missing or wrong is said by the checklist."""


class SectionForm(forms.Form):
    """One section of a document. Nothing is required here: a draft may be incomplete, the checklist says what is missing."""

    def __init__(
        self,
        section: Section,
        questions: list[FormField],
        answers: Mapping[str, Any],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        for asked in questions:
            if asked.kind == "files":
                continue
            made = BUILDERS[asked.kind](asked)
            made.label, made.help_text, made.required = asked.label, asked.help, asked.required
            made.initial = answers.get(asked.id)
            setattr(made, "validate", _anything)  # noqa: B010  (a draft may be incomplete; the engine judges)
            self.fields[asked.id] = made

    def answers(self) -> dict[str, dict[str, Any]]:
        """What was typed, as the document holds it; an emptied answer is None."""
        typed = {
            name: (None if value in ("", [], None) else value) for name, value in self.cleaned_data.items()
        }
        return {self.section.id: typed}

    def refuse(self, error: Refused) -> None:
        """Each reason at its field, with the clause; what belongs to no field of this section on top."""
        place_reasons(self, error, prefix=f"{self.section.id}.")


def place_reasons(form: forms.Form, error: Refused, prefix: str = "") -> None:
    """Put each reason of a refusal at its field, or on top."""
    for reason in error.reasons:
        name = reason.field.removeprefix(prefix).split(".")[0]
        text = f"{reason.text} ({reason.clause})" if reason.clause else reason.text
        form.add_error(name if name in form.fields else None, text)


class StartForm(forms.Form):
    """Where, what kind, with whom."""

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label="Department or unit", empty_label="Choose one"
    )
    type = forms.ChoiceField(label="What kind of credential", widget=forms.RadioSelect)
    proposers = forms.CharField(
        label="Who proposes it with you",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Their e-mail addresses, one a line. Leave it empty if you are alone; you can add people later.",
    )

    def __init__(self, pack: Pack, units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, kind = self.fields["unit"], self.fields["type"]
        assert isinstance(unit, forms.ModelChoiceField) and isinstance(kind, forms.ChoiceField)  # noqa: S101, PT018
        unit.queryset = units
        kind.choices = [(k.id, k.name) for k in pack.types]
        if len(pack.types) == 1:
            kind.initial = pack.types[0].id

    def addresses(self) -> list[str]:
        """The addresses typed, in lower case."""
        text = self.cleaned_data["proposers"].replace(",", "\n").replace(";", "\n")
        return [line.strip().lower() for line in text.splitlines() if line.strip()]


class AboutForm(StartForm):
    """The same about a credential that exists: what is to become of it."""

    kind = forms.ChoiceField(label="What is proposed", widget=forms.RadioSelect)
    field_order = ("kind", "unit", "type", "proposers")

    def __init__(
        self, pack: Pack, units: Any, kinds: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(pack, units, *args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """The note of a move, and the version of the page it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000)


class TeachOutForm(MoveForm):
    """The same with the last day on which it is awarded."""

    until = forms.DateField(
        label="Its last day",
        required=False,
        widget=forms.DateInput(attrs=DATE),
        help_text="Awarded until then.",
    )
    field_order = ("version", "until", "note")


class PolicyForm(forms.Form):
    """To which revision of the policy, why, and the version of the page it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.ChoiceField(label="To revision", widget=forms.RadioSelect)
    note = forms.CharField(
        label="Why",
        help_text="The proposers read it, and it stands in the record.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=10_000,
    )

    def __init__(self, revisions: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].choices = [(name, name) for name in revisions]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note, for example where a paper is kept."""

    note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="For example when it arrived, or where it is kept.",
    )


class ProposerForm(forms.Form):
    email = forms.EmailField(label="E-mail address of another proposer")


class StepForm(forms.Form):
    """A step for this proposal alone: what is asked, of whom, and why; and the version of the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="What is asked", widget=forms.RadioSelect)
    title = forms.CharField(
        max_length=LONGEST_TITLE, help_text="As it stands on the route, for example “View of the library”."
    )
    actor = forms.ChoiceField(label="Of which office", required=False)
    email = forms.EmailField(
        label="Or of one person",
        required=False,
        help_text="Their e-mail address. They see the proposal from then on.",
    )
    reason = forms.CharField(
        label="Why",
        help_text="Those who are asked and the proposers read it, and it stands in the record.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )

    def __init__(self, actors: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "Choose an office"), *actors]
        self.fields["kind"].choices = list(KINDS.items())  # type: ignore[attr-defined]
        self.fields["actor"].choices = offered  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is stopped."""

    reason = forms.CharField(
        label="Why",
        help_text="Those who were asked and the proposers read it, and it stands in the record.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )

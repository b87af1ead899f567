"""Forms for offerings and for those who are enrolled in them."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.authority import people_with
from accounts.models import Person
from credentials.models import Definition
from learning import terms
from learning.actions.editing import mark_of
from learning.actions.enrolments import Named
from learning.entry import MAX_NAME
from learning.forms import a_day
from learning.models import Offering
from learning.planning import MOST_SEATS, possible_assessors

MOST_AT_ONCE = 200
NO_TERM = "It follows no term"


class OfferingForm(forms.Form):
    """An offering; the assessors are people who hold that role for the credential's unit."""

    title = forms.CharField(max_length=200, help_text="For example “Spring 2027, evening group”.")
    term = forms.ChoiceField(
        required=False, help_text="By the academic calendar of the campus. The days below must lie within it."
    )
    starts_on = forms.DateField(
        label="First day", widget=a_day(), required=False, help_text="Left empty: the term’s first day."
    )
    ends_on = forms.DateField(
        label="Last day",
        widget=a_day(),
        required=False,
        help_text="Left empty: the term’s last day, if there is one.",
    )
    capacity = forms.IntegerField(
        label="Seats",
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        help_text="How many learners there is room for; further ones wait. Left empty: no limit.",
        error_messages={"min_value": "An offering has room for one learner at least."},
    )
    assessors = forms.ModelMultipleChoiceField(
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="They record who has completed the programme, and on what evidence.",
        error_messages={"required": "Name at least one assessor."},
    )
    director = forms.ModelChoiceField(
        label="Programme director",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Nobody in particular",
        help_text="Keeps in touch with those who take part, also afterwards. Where the unit has only one, it is that one.",
    )

    def __init__(
        self, definition: Definition, *args: Any, offering: Offering | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = Person.objects.none() if offering is None else offering.assessors.all()
        self._choose("assessors", possible_assessors(definition).values("pk"), named.values("pk"))
        directors = people_with("programme_director", definition.institution, definition.unit)
        now = Person.objects.filter(pk=offering.director_id if offering else None)
        self._choose("director", directors.values("pk"), now.values("pk"))
        term = self.fields["term"]
        assert isinstance(term, forms.ChoiceField)  # noqa: S101
        term.choices = [("", NO_TERM), *_terms(definition, offering)]

    def _choose(self, name: str, *keys: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        chosen = Person.objects.none()
        for one in keys:
            chosen = chosen | Person.objects.filter(pk__in=one)
        field.queryset = chosen.order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        """It begins on a day, or with its term."""
        data = super().clean() or {}
        if not data.get("term") and not data.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", "Write the first day, or choose a term.")
        return data

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = dict(self.cleaned_data)
        year, _, key = data.pop("term").partition(":")
        return data | {"term": key, "term_year": int(year) if year else None}


def _terms(definition: Definition, offering: Offering | None) -> list[tuple[str, str]]:
    """Terms to choose from, and the offering's own when it is long over."""
    found = terms.ahead(definition.institution)
    own = terms.term_of(definition.institution, offering.term_year, offering.term) if offering else None
    if own and own not in [one for one, _ in found]:
        found = [(own, terms.name_of(definition.institution, own)), *found]
    return [
        (f"{one.year}:{one.id}", f"{name}: {one.starts_on:%-d %B %Y} to {one.ends_on:%-d %B %Y}")
        for one, name in found
    ]


class EditOfferingForm(OfferingForm):
    """The same for an offering that is there; `mark` says from which state of it the form was drawn."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, offering: Offering, *args: Any, **kwargs: Any) -> None:
        names = ("title", "starts_on", "ends_on", "capacity", "director")
        initial = {name: getattr(offering, name) for name in names}
        initial["term"] = f"{offering.term_year}:{offering.term}" if offering.term else ""
        initial |= {"assessors": offering.assessors.all(), "mark": mark_of(offering)}
        super().__init__(offering.definition, *args, offering=offering, initial=initial, **kwargs)


class EnrolForm(forms.Form):
    """One learner or several: a line for each, with name and address."""

    learners = forms.CharField(
        label="Learners, one a line",
        max_length=MOST_AT_ONCE * 460,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "wrap": "off"}),
        help_text="The name, then the e-mail address, for example: Demo learner, learner@university.example",
        error_messages={"required": "Write who is to be enrolled."},
    )

    def clean_learners(self) -> list[Named]:
        """Those who are named; each line that cannot be read is told by its number."""
        lines = [line.strip() for line in str(self.cleaned_data["learners"]).splitlines()]
        found, wrong = [], []
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            one = read(line, number)
            if one is None:
                wrong.append(f"Line {number}: write the name, then the e-mail address.")
            else:
                found.append(one)
        if len(found) > MOST_AT_ONCE:
            wrong = [f"There are more than {MOST_AT_ONCE} learners. Send them as a list."]
        if wrong:
            raise forms.ValidationError(wrong[:20])
        return found


def read(line: str, number: int) -> Named | None:
    """“Name, address”, “Name <address>” or “Name address”; None where there is no name or no address."""
    words = line.replace("\t", " ").replace(";", " ").replace(",", " ").split()
    addresses = [word for word in words if "@" in word]
    if len(addresses) != 1:
        return None
    name = " ".join(word for word in words if word != addresses[0]).strip()
    address = addresses[0].strip("<>()[]\"'")
    return Named(name[: MAX_NAME + 1], address, number) if name else None

"""The choices of a badge as a form: each shape, colour and symbol beside its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from credentials.drawing import design
from credentials.drawing.colours import COLOUR, Swatch
from credentials.drawing.composing import compose
from credentials.drawing.design import CLEAREST, EDGE, INITIALS, MOST, NOTHING, RIBBON, SECOND, Design
from credentials.drawing.shapes import SHAPES, points_of
from credentials.drawing.symbols import symbols

Choices = Sequence[tuple[str, SafeString | str]]


class DesignForm(forms.Form):
    """What stands on the badge and how it looks. `begun` gives the campus's colour and what was chosen before."""

    title = forms.CharField(
        label="Title on the badge",
        max_length=MOST["title"],
        help_text="We wrap it and set it as large as it fits. A short form is easier to read small.",
    )
    second = forms.CharField(
        label="A line under it",
        required=False,
        max_length=MOST["second"],
        help_text="Such as the level, the kind or the year.",
    )
    band = forms.CharField(
        label="Words on a ribbon or along the edge",
        required=False,
        max_length=MOST["band"],
        help_text="Such as the short name of the campus.",
    )
    band_place = forms.ChoiceField(
        label="Where they stand",
        widget=forms.RadioSelect,
        choices=[(RIBBON, "On a ribbon"), (EDGE, "Along the edge, where the shape is round")],
        initial=RIBBON,
    )
    shape = forms.ChoiceField(label="Shape", widget=forms.RadioSelect)
    mark = forms.ChoiceField(
        label="Symbol",
        widget=forms.RadioSelect,
        help_text="It is what people know the badge by when it is small.",
    )
    initials = forms.CharField(
        label="Initials",
        required=False,
        max_length=MOST["initials"],
        help_text="Up to four letters, where you chose initials above.",
    )
    ground = forms.ChoiceField(label="Ground", widget=forms.RadioSelect)
    ink = forms.ChoiceField(label="Letters and symbol", widget=forms.RadioSelect)
    accent = forms.ChoiceField(label="Edge and ribbon", widget=forms.RadioSelect)
    second_colour = forms.CharField(
        label="Your second colour",
        required=False,
        max_length=7,
        help_text="Where the campus has one: # and six digits, such as #b6862c.",
    )
    alt = forms.CharField(
        label="In words",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it shows and what is written on it, for people who cannot see it. It follows what you choose until you "
        "write it yourself.",
    )
    confirmed = forms.BooleanField(label="I have read these words; they say what the badge shows.")
    proposed = forms.CharField(required=False, widget=forms.HiddenInput)

    groups = (
        ("Words", ("title", "second", "band", "band_place")),
        ("Shape and symbol", ("shape", "mark", "initials")),
        ("Colours", ("ground", "ink", "accent", "second_colour")),
    )

    def __init__(self, begun: Design, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.begun = begun
        self._choose("shape", [(key, _shape(key)) for key in SHAPES])
        self._choose(
            "mark", [*((key, _symbol(key)) for key in symbols()), (INITIALS, "Initials"), (NOTHING, "None")]
        )
        self._choose("ground", self._swatches("ground"))
        self._choose("ink", [(CLEAREST, "Whichever reads best"), *self._swatches("ink")])
        self._choose("accent", self._swatches("accent"))
        self.fields["alt"].widget.attrs["maxlength"] = 200

    def _swatches(self, name: str) -> Choices:
        """The campus's colours, and the second one, whose picture follows what is typed."""
        own = [swatch for swatch in self.design().swatches.values() if swatch.id != SECOND]
        picture = format_html('<span id="second-{}">{}</span>', name, self.second_picture())
        return [*map(_swatch, own), (SECOND, _tile(picture, "Second colour"))]

    def second_picture(self) -> SafeString:
        """The second colour; an empty ring as long as there is none that can be read."""
        typed = self.design().second_colour
        return _dot(typed if COLOUR.fullmatch(typed) else "none")

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """What is wrong with the badge itself, at its choices."""
        for problem in compose(self.design(), self.begun.title).problems:
            if problem.field not in self.errors:
                self.add_error(problem.field, problem.text)
        return self.cleaned_data

    def design(self) -> Design:
        """What was chosen, as far as it can be read; its own check says what is wrong with it."""
        given = self.data if self.is_bound else self.initial
        said = {name: str(given.get(name, "")) for name in design.names()}
        return design.of({**self.begun.as_dict(), **said, "campus": self.begun.campus})

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the order of the page, the words of the image aside."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]


def _tile(picture: SafeString, name: str) -> SafeString:
    return format_html(
        '<span class="tile__picture">{}</span><span class="tile__name">{}</span>', picture, name
    )


def _shape(key: str) -> SafeString:
    points = " ".join(f"{x:.0f},{y:.0f}" for x, y in points_of(key)[:: 4 if SHAPES[key].round else 1])
    picture = format_html(
        '<svg viewBox="0 0 600 600" aria-hidden="true" focusable="false"><polygon points="{}"/></svg>', points
    )
    return _tile(picture, SHAPES[key].name)


def _symbol(key: str) -> SafeString:
    name, inner = symbols()[key]
    drawn = '<svg class="tile__line" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
    return _tile(format_html(drawn, mark_safe(inner)), name)  # noqa: S308 - our own file


def _swatch(swatch: Swatch) -> tuple[str, SafeString]:
    return swatch.id, _tile(_dot(swatch.colour), swatch.name)


def _dot(colour: str) -> SafeString:
    drawn = (
        '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<circle class="tile__colour" cx="12" cy="12" r="11" fill="{}"/></svg>'
    )
    return format_html(drawn, colour)

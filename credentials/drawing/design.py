"""What a badge is made of: a few choices, and what is wrong with them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields

from credentials.drawing import lettering
from credentials.drawing.colours import COLOUR, LETTERS, Swatch, contrast, letters_on, palette, readable
from credentials.drawing.shapes import SHAPES
from credentials.drawing.symbols import symbols

INITIALS, NOTHING = "initials", "none"
RIBBON, EDGE = "ribbon", "edge"
CLEAREST = "auto"  # letters in whichever colour reads best on the ground
SECOND = "second"
MOST = {"title": 120, "second": 60, "band": 60, "initials": 4}

UNKNOWN = "Choose one of the {what}."
UNREADABLE = (
    "These letters cannot be read on that ground: their contrast is {ratio:.1f} to 1, and at least 4.5 is needed. "
    "Readable there: {readable}."
)
NO_COLOUR = "Write the second colour as # and six digits, such as #b6862c."
NO_SECOND = "Write your second colour first, or choose another one here."
NO_TITLE = "Write what stands on the badge: the title, or a short form of it."
NO_INITIALS = "Write the letters that stand large on the badge, up to four."
NO_SIGN = "The badge's letters have no {signs}. Write it in other letters, or upload a drawing of your own."
TOO_LONG = "Keep it to {most} letters."


@dataclass(frozen=True)
class Design:
    """The choices, as they are stored: colours by their swatch, `mark` a symbol's id, "initials" or "none"."""

    title: str
    shape: str = "round"
    ground: str = "campus"
    ink: str = CLEAREST
    accent: str = "soft"
    mark: str = NOTHING
    initials: str = ""
    second: str = ""
    band: str = ""
    band_place: str = RIBBON
    campus: str = "#1f4d3a"
    second_colour: str = ""

    def as_dict(self) -> dict[str, str]:
        """As it is stored."""
        return asdict(self)

    @property
    def swatches(self) -> dict[str, Swatch]:
        """What there is to choose from."""
        return palette(self.campus, self.second_colour)

    @property
    def along_edge(self) -> bool:
        """Whether its words go along the edge: only round shapes have room there, on others they stand on a ribbon."""
        return bool(self.band) and self.band_place == EDGE and SHAPES[self.shape].round

    def colour(self, name: str) -> str:
        """The colour of "ground", "ink" or "accent" as "#rrggbb"."""
        chosen = getattr(self, name)
        if chosen == CLEAREST:
            return letters_on(self.colour("ground"))
        return self.swatches[chosen].colour


@dataclass(frozen=True)
class Problem:
    """Why the badge cannot be used, at which choice."""

    field: str
    text: str


def of(stored: Mapping[str, str]) -> Design:
    """The design from what was stored or sent; what is not a choice of it is left out."""
    known = set(names())
    return Design(
        **{"title": "", **{key: lettering.plain(str(said)) for key, said in stored.items() if key in known}}
    )


def names() -> list[str]:
    """The names of all choices."""
    return [field.name for field in fields(Design)]


def problems(design: Design) -> list[Problem]:
    """What is wrong with the choices themselves. A design with none of these can be drawn."""
    return [*_choices(design), *_words(design)]


def _choices(design: Design) -> Iterator[Problem]:
    if design.shape not in SHAPES:
        yield Problem("shape", UNKNOWN.format(what="shapes"))
    if design.mark not in {INITIALS, NOTHING, *symbols()}:
        yield Problem("mark", UNKNOWN.format(what="symbols"))
    if design.band_place not in (RIBBON, EDGE):
        yield Problem("band_place", UNKNOWN.format(what="places"))
    yield from _colours(design)


def _colours(design: Design) -> Iterator[Problem]:
    if design.second_colour and not COLOUR.fullmatch(design.second_colour):
        yield Problem("second_colour", NO_COLOUR)
        return
    known = {*design.swatches, CLEAREST}
    wrong = [name for name in ("ground", "ink", "accent") if getattr(design, name) not in known]
    for name in wrong:
        missing = getattr(design, name) == SECOND
        yield Problem(name, NO_SECOND if missing else UNKNOWN.format(what="colours"))
    if not wrong and contrast(design.colour("ink"), design.colour("ground")) < LETTERS:
        good = readable(design.colour("ground"), design.swatches)
        names = ", ".join(swatch.name for swatch in good) or "whichever reads best"
        ratio = contrast(design.colour("ink"), design.colour("ground"))
        yield Problem("ink", UNREADABLE.format(ratio=ratio, readable=names))


def _words(design: Design) -> Iterator[Problem]:
    if not design.title:
        yield Problem("title", NO_TITLE)
    if design.mark == INITIALS and not design.initials:
        yield Problem("initials", NO_INITIALS)
    for name, most in MOST.items():
        said = getattr(design, name)
        if len(said) > most:
            yield Problem(name, TOO_LONG.format(most=most))
        signs = lettering.missing(said, "serif" if name in ("title", "initials") else "sans")
        if signs:
            yield Problem(name, NO_SIGN.format(signs=", ".join(f"“{sign}”" for sign in signs[:5])))

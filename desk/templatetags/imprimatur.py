"""Words, dates, shapes and colours for every template: `{% load imprimatur %}`."""

import datetime
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from desk.state_words import sign
from journal import clock

register = template.Library()

HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
BLACK, WHITE = "#000000", "#ffffff"  # one of the two reads at 4.5 to 1 or better on any colour


# --- states --------------------------------------------------------------------------------------
@register.filter
def state_word(state: object) -> str:
    """The words people read for a state."""
    return sign(state).word


@register.filter
def state_shape(state: object) -> str:
    """The symbol of a state in img/shapes.svg."""
    return sign(state).shape


@register.filter
def state_tone(state: object) -> str:
    """The colour of a state: yes, now, heed, no, aside or past."""
    return sign(state).tone


# --- dates ---------------------------------------------------------------------------------------
def _as_day(value: datetime.date | datetime.datetime) -> datetime.date:
    """The calendar day of a moment in the zone in force; a day is itself."""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _days_away(value: datetime.date | datetime.datetime) -> int:
    return (_as_day(value) - timezone.localtime(clock.now()).date()).days


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    """A date written out: 3 March 2027. Nothing for nothing."""
    return f"{_as_day(value):%-d %B %Y}" if value else ""


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """A date with its time: 3 March 2027, 14:05."""
    return f"{timezone.localtime(value):%-d %B %Y, %H:%M}" if value else ""


@register.filter
def distance(value: datetime.date | datetime.datetime | None) -> str:
    """How far a date is from today: today, in 12 days, 3 days ago."""
    if not value:
        return ""
    away = _days_away(value)
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(away) or (f"in {_days(away)}" if away > 0 else f"{_days(-away)} ago")


@register.filter
def deadline(value: datetime.date | datetime.datetime | None) -> str:
    """A due date with the days left: 21 March 2027, 6 days left; or 2 days late."""
    if not value:
        return ""
    away = _days_away(value)
    rest = "today" if away == 0 else f"{_days(away)} left" if away > 0 else f"{_days(-away)} late"
    return f"{day(value)}, {rest}"


@register.filter
def is_late(value: datetime.date | datetime.datetime | None) -> bool:
    """Whether the day has passed."""
    return bool(value) and _days_away(value) < 0  # type: ignore[arg-type]


# --- numbers and words ---------------------------------------------------------------------------
@register.filter
def number(value: int | float | str | None) -> str:
    """1284 as 1,284; nothing for nothing, since a missing figure is not zero; words as they are."""
    return "" if value is None else value if isinstance(value, str) else f"{value:,}"


@register.filter
def percent(part: float | None, whole: float | None = 1) -> str:
    """A share as a whole percentage: 4 of 9 is 44 %. Nothing where there is no whole."""
    return f"{round(100 * part / whole)} %" if part is not None and whole else ""


@register.filter
def words(text: str | None) -> int:
    """How many words a text has; tags do not count."""
    return len(strip_tags(text or "").split())


@register.filter
def and_list(values: Iterable[object]) -> str:
    """Names in a sentence: a, b and c."""
    names = [str(value) for value in values]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry under a key that is itself a variable."""
    return mapping.get(key)


# --- forms ---------------------------------------------------------------------------------------
@register.simple_tag
def one_time_key() -> SafeString:
    """A hidden field by which a form that is sent twice is done once (`config.once`)."""
    return format_html('<input type="hidden" name="one_time_key" value="{}">', uuid.uuid4().hex)


# --- drawing -------------------------------------------------------------------------------------
@register.simple_tag
def share(value: float | None, whole: float | None, width: float = 100) -> str:
    """The width of a bar as an SVG length, for a value out of a whole."""
    return f"{min(width, width * value / whole):.2f}" if value and whole else "0"


@register.filter
def stacked(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Counts laid end to end, as percentages with a start and a width, for one bar in many tones."""
    total = sum(part["count"] for part in parts) or 1
    start, laid = 0.0, []
    for part in parts:
        width = 100 * part["count"] / total
        laid.append({**part, "start": f"{start:.2f}", "width": f"{width:.2f}"})
        start += width
    return laid


@register.filter
def curve(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Values over time as places on a sheet of 600 by 200, a missing one left out rather than drawn as 0."""
    top = max((p["value"] for p in points if p["value"] is not None), default=0) or 1
    step = 560 / max(1, len(points) - 1)
    places = []
    for i, point in enumerate(points):
        if point["value"] is None:
            continue
        x, y = 20 + i * step, 180 - 160 * point["value"] / top
        anchor = "start" if i == 0 else "end" if i == len(points) - 1 else "middle"
        places.append(
            {**point, "x": f"{x:.1f}", "y": f"{y:.1f}", "text_y": f"{y - 10:.1f}", "anchor": anchor}
        )
    return places


# --- forms ---------------------------------------------------------------------------------------
@register.filter
def shape_of_field(field: forms.BoundField) -> str:
    """How a field is laid out: choices, check, or the plain column."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


# --- institutions --------------------------------------------------------------------------------
def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb by WCAG 2.2, from 0 (black) to 1 (white)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours by WCAG 2.2, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@register.filter
def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on an institution's colour (always at least 4.5 to 1)."""
    return max((BLACK, WHITE), key=lambda ink: contrast(ink, colour))


@register.filter
def colour_of(institution: Any) -> str:
    """An institution's colour, #rrggbb: its own attribute, or the one of the policy it has adopted; else nothing."""
    colour = getattr(institution, "colour", None)
    if colour is None and (adopted := getattr(institution, "in_force", None)):
        colour = adopted.pack.look.colour
    return colour if colour and HEX_COLOUR.fullmatch(colour) else ""


def _style(context: template.Context, rule: str) -> SafeString:
    """A style element with the response's nonce; the rule holds no person's text."""
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return format_html('<style nonce="{}">{}</style>', nonce, mark_safe(rule))  # noqa: S308


@register.simple_tag(takes_context=True)
def institution_style(context: template.Context, institution: Any) -> SafeString | str:
    """The institution's colour as two properties.

    Anything that is not #rrggbb gives nothing: the value comes from a pack and goes into a style sheet.
    """
    colour = colour_of(institution)
    if not colour:
        return ""
    return _style(context, f":root{{--institution:{colour};--on-institution:{ink_on(colour)}}}")


@register.simple_tag(takes_context=True)
def dashboard_style(context: template.Context) -> SafeString | str:
    """Unfold's colours and corners, from config/unfold.py, as the properties that its style sheet reads."""
    names = [("border-radius", context.get("border_radius"))]
    for group, weights in (context.get("colors") or {}).items():
        names += [(f"color-{group}-{weight}", value) for weight, value in weights.items()]
    rule = "".join(f"--{name}:{value};" for name, value in names if value)
    return _style(context, f":root{{{rule}}}") if rule else ""

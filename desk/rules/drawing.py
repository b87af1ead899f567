"""The route drawn from the pack: places on a sheet 320 units wide, so that it reads on the narrowest screen.

The drawing stands from top to bottom: a frame for each stage, in it a card for each step, parallel steps side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from proposals import words

if TYPE_CHECKING:
    from policies.schema import Pack, Stage, Step

WIDTH, EDGE, PAD, GAP = 320, 4, 12, 8
ARROW = 26  # from one stage to the next
LINE = 16  # the height of a line of text
GLYPH = 6.6  # the usual width of a letter


@dataclass(frozen=True)
class Line:
    """One line of text; `faint` for who acts."""

    text: str
    y: float
    faint: bool = False


@dataclass(frozen=True)
class Card:
    """One step; `sometimes` when it is taken only in some cases."""

    x: float
    y: float
    width: float
    height: float
    lines: list[Line]
    sometimes: bool = False


@dataclass(frozen=True)
class Frame:
    """One stage: its name, its cards, and the words that join parallel ones."""

    y: float
    height: float
    name: list[Line]
    cards: list[Card]
    joins: list[Line] = field(default_factory=list)
    x: float = EDGE
    width: float = WIDTH - 2 * EDGE


@dataclass(frozen=True)
class Drawing:
    """The whole sheet; `arrows` are the places where one leads from a stage to the next."""

    height: float
    frames: list[Frame]
    arrows: list[float]
    width: float = WIDTH
    middle: float = WIDTH / 2
    arrow: float = ARROW
    text_x: float = EDGE + PAD


def of(pack: Pack) -> Drawing:
    """The route of this pack."""
    frames: list[Frame] = []
    y = float(EDGE)
    for stage in pack.stages:
        frame = _frame(pack, stage, y)
        frames.append(frame)
        y = frame.y + frame.height + ARROW
    return Drawing(y - ARROW + EDGE, frames, [frame.y + frame.height for frame in frames[:-1]])


def _frame(pack: Pack, stage: Stage, top: float) -> Frame:
    inner = WIDTH - 2 * (EDGE + PAD)
    names = wrap(stage.name, int(inner / (GLYPH + 1.4)))
    name = [Line(text, top + PAD + LINE * (n + 0.75)) for n, text in enumerate(names)]
    y = top + PAD + LINE * len(names) + 4
    cards: list[Card] = []
    joins: list[Line] = []
    for group, batch in _batches(stage):
        if group:
            said = "one of these is enough" if stage.join(group) == "any" else "in parallel, all of these"
            joins.append(Line(said, y + LINE * 0.8, faint=True))
            y += LINE + 4
        placed, y = _row(pack, batch, y, inner)
        cards += placed
    return Frame(top, y - top + PAD - GAP * bool(cards), name, cards, joins)


def _batches(stage: Stage) -> list[tuple[str, list[Step]]]:
    """Steps in their order, parallel neighbours together."""
    grouped = groupby(stage.steps, key=lambda step: (step.group, "" if step.group else step.id))
    return [(key[0], list(batch)) for key, batch in grouped]


def _row(pack: Pack, batch: list[Step], y: float, inner: float) -> tuple[list[Card], float]:
    """The cards of one batch, two beside each other, and where the next one begins."""
    cards: list[Card] = []
    across = 2 if len(batch) > 1 else 1
    width = (inner - GAP * (across - 1)) / across
    for n in range(0, len(batch), across):
        pair = [
            _card(pack, step, EDGE + PAD + i * (width + GAP), y, width)
            for i, step in enumerate(batch[n : n + across])
        ]
        tallest = max(card.height for card in pair)
        cards += [Card(card.x, card.y, card.width, tallest, card.lines, card.sometimes) for card in pair]
        y += tallest + GAP
    return cards, y


def _card(pack: Pack, step: Step, x: float, y: float, width: float) -> Card:
    room = int((width - 16) / GLYPH)
    who = "the proposers" if step.kind == "form" else words.who(pack, step.by or "", step.body or "")
    texts = [(text, False) for text in wrap(step.title, room)]
    texts += [(text, True) for text in wrap(who[:1].upper() + who[1:], room)]
    lines = [Line(text, y + LINE * (n + 1.1), faint) for n, (text, faint) in enumerate(texts)]
    return Card(x, y, width, LINE * len(texts) + 14, lines, sometimes=step.when is not None)

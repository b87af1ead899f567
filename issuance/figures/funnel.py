"""How many go on from each step to the next: enrolled, completed, awarded, accepted, shared. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from issuance.figures.charts import HERE, Chart, Line
from issuance.figures.small import Cell

if TYPE_CHECKING:
    from issuance.figures.reading import Sums
    from issuance.figures.small import Rule

STEPS: Final = {
    "enrolled": "Enrolled",
    "completed": "Completed",
    "issued": "Awarded",
    "accepted": "Accepted",
    "sharers": "Shared by their holders",
}
NOBODY_BEFORE = Cell(text="")


def funnel(sums: Sums, rule: Rule) -> Chart:
    """Each step with how many reached it, and which share of the step before that is.

    Where more reached it than the step before (badges from before enrolment was kept here), no share is told; where so few
    were lost or went on that they are not told, neither is the number that would give them away.
    """
    lines, before = [], None
    for figure, label in STEPS.items():
        number = sums.ours(figure)
        lines.append(Line(label, _cells(number, before, rule)))
        before = number
    heads = ("Step", "Learners", "Of the step before")
    return Chart("funnel", "From enrolled to shared", HERE, heads, lines)


def _cells(number: int, before: int | None, rule: Rule) -> tuple[Cell, Cell]:
    if not before or number > before:
        return rule.count(number), NOBODY_BEFORE
    return rule.parts([number, before - number])[0], rule.share(number, before)

"""What is measured in an offering, compared before and after: for those who run it in groups, for each learner their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evaluation.models import Indicator, Reading
from evaluation.pairs import Compared, compared
from evaluation.reach import may_adapt
from issuance.figures.small import Rule
from learning.actions.completions import competencies_of
from learning.grid import sees_records
from learning.models import Completion, Enrolment

if TYPE_CHECKING:
    from decimal import Decimal

    from accounts.models import Person
    from learning.models import Offering
    from policies.schema import Pack
    from policies.schema.evaluation import Metrics

NO_BEFORE = "No value from before was recorded, so nothing can be compared."
NO_AFTER = "No value from after is recorded yet."
NOTHING = "Nothing is recorded yet."
HEADS = (
    "Objective", "Reading", "Kind", "Form", "Scale", "Pairs", "Mean before", "Mean after", "Difference",
    "95 % confidence interval", "Effect size (Cohen’s d, paired)", "Note",
)  # fmt: skip


def pack_of(offering: Offering) -> Pack:
    """The rules that the credential was approved under."""
    version = offering.definition.current
    return (version.policy if version else offering.institution.policy).pack


def rules_of(offering: Offering) -> Metrics | None:
    """How many measures of what kinds and forms the policy asks for; None where it asks for none."""
    return pack_of(offering).evaluation.metrics


def sees(person: Person, offering: Offering) -> bool:
    """Whether the person sees what was measured, in groups: those who see all records of the offering, and who direct it."""
    return sees_records(person, offering) or may_adapt(person, offering)


def learners_of(offering: Offering) -> dict[uuid.UUID, tuple[str, str]]:
    """Everybody who has a seat or of whom something stands recorded: (name, address) by id."""
    columns = ("learner_id", "learner_name", "learner__email")
    recorded = Completion.objects.standing().filter(offering=offering).values_list(*columns)
    seated = Enrolment.objects.seated().filter(offering=offering).values_list(*columns)
    return {key: (name, email) for key, name, email in [*recorded, *seated]}


@dataclass(frozen=True)
class Line:
    """One measure compared. `note` says why there is no comparison, or what it leaves out."""

    metric: Indicator
    found: Compared | None
    note: str = ""

    @property
    def cells(self) -> list[str]:
        """Its line of the table, under HEADS."""
        one, found = self.metric, self.found
        head = [one.objective, one.name, one.kind, one.form, scale(one)]
        if found is None:
            return [*head, "", "", "", "", "", "", self.note]
        span = f"{number(found.low)} to {number(found.high)}"
        effect = "none: all changed by the same" if found.effect is None else number(found.effect)
        means = [number(value) for value in (found.before, found.after, found.difference)]
        return [*head, f"{found.n:,}", *means, span, effect, self.note]


def scale(metric: Indicator) -> str:
    """“0 to 20”."""
    return f"{plain(metric.lowest)} to {plain(metric.highest)}"


def plain(value: Decimal) -> str:
    """A value without noughts at its end."""
    return f"{value.normalize():f}"


def number(value: float) -> str:
    """A reckoned value with two places; a true minus sign."""
    return f"{value:.2f}".replace("-", "−") if round(value, 2) else "0.00"


def comparison(offering: Offering, minimum: int | None = None) -> list[Line]:
    """Each measure of the offering, by objective in the credential's order. Groups below the minimum are not told."""
    minimum = pack_of(offering).evaluation.minimum_group if minimum is None else minimum
    metrics = in_order(offering, Indicator.objects.of(offering))
    rows: dict[uuid.UUID, list[tuple[Decimal | None, Decimal | None]]] = {}
    values = Reading.objects.filter(offering=offering, metric__in=metrics).order_by("pk")
    for metric, before, after in values.values_list("metric_id", "before", "after"):
        rows.setdefault(metric, []).append((before, after))
    return [line_of(metric, rows.get(metric.pk, []), Rule(minimum)) for metric in metrics]


def in_order(offering: Offering, metrics: Iterable[Indicator]) -> list[Indicator]:
    """By objective as the credential lists them."""
    places = {name: place for place, name in enumerate(competencies_of(offering))}
    return sorted(metrics, key=lambda one: (places.get(one.objective, len(places)), one.defined_at, one.name))


def line_of(metric: Indicator, values: Sequence[tuple[Decimal | None, Decimal | None]], rule: Rule) -> Line:
    """One measure; pairs alone are compared."""
    pairs = [(float(b), float(a)) for b, a in values if b is not None and a is not None]
    if not values:
        return Line(metric, None, NOTHING)
    if not any(before is not None for before, _ in values):
        return Line(metric, None, NO_BEFORE)
    if not any(after is not None for _, after in values):
        return Line(metric, None, NO_AFTER)
    if len(pairs) < max(rule.minimum, 2):
        return Line(metric, None, f"Not told: {rule.words} learners have both values.")
    alone = len(values) - len(pairs)
    left_out = f"Left out, with one of the two values only: {rule.count(alone).shown}." if alone else ""
    return Line(metric, compared(pairs), left_out)


def chart(lines: Sequence[Line]) -> dict[str, Any]:
    """The means as bars, in per cent of each measure's scale, for the figure component."""
    bars = []
    for line in lines:
        if line.found is None:
            continue
        for when, mean in (("before", line.found.before), ("after", line.found.after)):
            low, high = float(line.metric.lowest), float(line.metric.highest)
            share = round(100 * (mean - low) / (high - low))
            label, tone = f"{line.metric.name}, {when}", "past" if when == "before" else "ink"
            bars.append({"label": label, "value": share, "shown": f"{share} %", "tone": tone})
    return {"title": "Mean before and after, in per cent of each scale", "bars": bars, "top": 100}


@dataclass(frozen=True)
class Mine:
    """One measure of mine."""

    metric: Indicator
    before: Decimal | None
    after: Decimal | None

    @property
    def said(self) -> str:
        """What it comes to, in a sentence."""
        if self.before is None:
            return NO_BEFORE
        if self.after is None:
            return NO_AFTER
        change = self.after - self.before
        if not change:
            return "The same as before."
        return f"{plain(abs(change))} {'more' if change > 0 else 'less'} than before."

    @property
    def shown_before(self) -> str:
        """The value, or nothing."""
        return "" if self.before is None else plain(self.before)

    @property
    def shown_after(self) -> str:
        """The value, or nothing."""
        return "" if self.after is None else plain(self.after)

    @property
    def scale(self) -> str:
        """What can be reached."""
        return scale(self.metric)


def own(person: Person) -> dict[Offering, list[Mine]]:
    """All that was measured of the person, by offering, the newest first; one query."""
    rows = Reading.objects.filter(learner=person).select_related("offering__institution")
    found: dict[Offering, list[Mine]] = {}
    ordered = rows.order_by("-offering__starts_on", "offering_id", "metric__objective", "metric__name")
    for row in ordered.select_related("offering__definition__current", "metric"):
        found.setdefault(row.offering, []).append(Mine(row.metric, row.before, row.after))
    return found

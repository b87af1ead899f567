"""What is found in the catalogue: by words, by filters, in an order, with the number for each filter that could be added.

Everything starts from `Definition.objects.public()`, so that nothing shows, counts or is suggested before its approval.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, Count, F, FloatField, Func, Q, TextField, Value, When
from django.db.models.functions import Greatest

from accounts.models import Unit
from credentials.catalogue.facets import GROUPS, TIMES
from credentials.catalogue.texts import unaccented
from credentials.models import CatalogueEntry, Definition

if TYPE_CHECKING:
    from credentials.models.definition import DefinitionQuerySet

ORDERS: Final = {
    "fitting": "Best match first",
    "offered": "Most offered first",
    "new": "Newest first",
    "title": "By title",
}
OPERATORS = re.compile(r"[\"-]|\bor\b", re.IGNORECASE)
WORD = re.compile(r"\w+")
LAST = re.compile(r"^(.*?)(\w{2,})$", re.DOTALL)
SHOWN = 12  # values of a group; those that are chosen always


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. `chosen` are the filters: of one group any, of all groups each."""

    words: str = ""
    campus: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""

    @cached_property
    def languages(self) -> list[str]:
        """Those in which something is written; few, and asked for once."""
        return _languages()

    @property
    def sorted_by(self) -> str:
        """The order in force."""
        if self.order in ORDERS and (self.words or self.order != "fitting"):
            return self.order
        return "fitting" if self.words else "offered"


def found(asked: Asked, *, without: str = "") -> DefinitionQuerySet:
    """The credentials that fit, in no order; `without` leaves the filters of one group out."""
    rows = by_words(Definition.objects.public(), asked.words, asked)
    if asked.campus:
        rows = rows.filter(institution__slug=asked.campus)
    for group, values in asked.chosen.items():
        if values and group != without:
            rows = rows.filter(entry__facets__overlap=[f"{group}:{value}" for value in values])
    return rows


def by_words(rows: DefinitionQuerySet, words: str, asked: Asked | None = None) -> DefinitionQuerySet:
    """Those whose texts have these words, in any of their forms; the last may be begun only."""
    if not words.strip():
        return rows
    fits = Q()
    for language in asked.languages if asked else _languages():
        fits |= Q(entry__language=language) & _in_language(words, language)
    if not OPERATORS.search(words):
        plain = SearchQuery(unaccented(words), config="simple")
        fits |= Q(entry__plain=plain)
    return rows.filter(fits) if fits else rows.none()


def _languages() -> list[str]:
    """Those in which something is written; few."""
    return list(CatalogueEntry.objects.order_by().values_list("language", flat=True).distinct())


def _in_language(words: str, language: str) -> Q:
    fits = Q(entry__words=SearchQuery(words, search_type="websearch", config=language))
    if begun := LAST.match(unaccented(words)):
        head, last = begun[1].strip(), begun[2]
        if last.lower() != "or" and not head.endswith(("-", '"')) and head.count('"') % 2 == 0:
            prefix = Q(entry__plain=SearchQuery(f"'{last}':*", search_type="raw", config="simple"))
            first = Q(entry__words=SearchQuery(head, search_type="websearch", config=language))
            fits |= (first & prefix) if WORD.search(head) else prefix
    return fits


def ordered(rows: DefinitionQuerySet, asked: Asked) -> DefinitionQuerySet:
    """In the order that was asked for; those alike by title."""
    how = asked.sorted_by
    if how == "offered":
        return rows.order_by(F("entry__awarded").desc(nulls_last=True), "current__title", "pk")
    if how == "new":
        return rows.order_by(F("current__approved_on").desc(), "current__title", "pk")
    if how == "title":
        return rows.order_by("current__title", "pk")
    return rows.annotate(fit=_fit(asked)).order_by("-fit", "current__title", "pk")


def _fit(asked: Asked) -> Greatest:
    """How well it fits: words of the title before those of skills, of the description, of the criteria."""
    words = asked.words
    cases = [
        When(
            entry__language=language,
            then=SearchRank(F("entry__words"), SearchQuery(words, search_type="websearch", config=language)),
        )
        for language in asked.languages
    ]
    plain = SearchRank(F("entry__plain"), SearchQuery(unaccented(words), config="simple"))
    none = Value(0.0, output_field=FloatField())
    return Greatest(Case(*cases, default=none, output_field=FloatField()), plain)


@dataclass(frozen=True)
class Choice:
    """A filter with the number of credentials that it would leave."""

    value: str
    label: str
    number: int
    chosen: bool


def filters(asked: Asked) -> list[tuple[str, str, list[Choice]]]:
    """The groups with what can be chosen in each: (name, title, choices). A query, and one for each group in use."""
    whole = _counted(found(asked))
    groups = {}
    for group in GROUPS:
        chosen = list(asked.chosen.get(group, ()))
        counts = _counted(found(asked, without=group)) if chosen else whole
        own = {token.partition(":")[2]: n for token, n in counts.items() if token.startswith(f"{group}:")}
        groups[group] = {**dict.fromkeys(chosen, 0), **own}, chosen
    names = _unit_names(groups["unit"][0])
    found_groups = []
    for group, title in GROUPS.items():
        counts, chosen = groups[group]
        labels = names if group == "unit" else {value: value for value in counts}
        if choices := _choices(group, counts, labels, chosen):
            found_groups.append((group, title, choices))
    return found_groups


def _counted(rows: DefinitionQuerySet) -> dict[str, int]:
    one = Func(F("entry__facets"), function="unnest", output_field=TextField())
    return {
        row["token"]: row["n"]
        for row in rows.order_by().annotate(token=one).values("token").annotate(n=Count("pk"))
        if row["token"]
    }


def _unit_names(values: Iterable[str]) -> dict[str, str]:
    keys = []
    for value in values:
        try:
            keys.append(uuid.UUID(value))
        except ValueError:
            continue
    return {str(pk): name for pk, name in Unit.objects.filter(pk__in=keys).values_list("pk", "name")}


def _choices(
    group: str, counts: Mapping[str, int], labels: Mapping[str, str], chosen: Sequence[str]
) -> list[Choice]:
    """Chosen ones and the most frequent, in the order of time or of their labels."""
    known = [value for value in counts if value in labels]
    first = sorted(known, key=lambda value: (value not in chosen, -counts[value], labels[value]))[:SHOWN]
    order = {time: n for n, time in enumerate(TIMES)}
    first.sort(key=lambda value: (order.get(value, 0), labels[value].casefold()))
    return [Choice(value, labels[value], counts[value], value in chosen) for value in first]

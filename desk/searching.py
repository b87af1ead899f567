"""Search across all that a person may see. Each kind of thing is asked through its own `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Affiliation, Person
from credentials.models import Award, Definition
from desk.work.addresses import address
from issuance.models import IssuanceRequest
from proposals.models import Proposal

MOST = 10  # shown of one kind
LONGEST = 200  # characters of a search


@dataclass(frozen=True)
class Found:
    """One thing found: its name, what tells it apart, its address, its state if it has one."""

    title: str
    detail: str
    url: str
    state: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of thing. `more`: there are others beyond those shown."""

    title: str
    found: list[Found]
    more: bool


def search(person: Person, words: str) -> list[Kind]:
    """What this person may see and what has every word of `words` in it; kinds without any are left out."""
    words = words[:LONGEST].strip()
    if not words:
        return []
    kinds = [_kind(title, rows(person, words), told) for title, rows, told in KINDS]
    return [kind for kind in kinds if kind.found]


def _kind(title: str, rows: QuerySet[Any], told: Callable[[Any], Found]) -> Kind:
    first = list(rows[: MOST + 1])
    return Kind(title, [told(row) for row in first[:MOST]], len(first) > MOST)


def _each(words: str, *columns: str) -> Q:
    """Every word occurs in one of the columns."""
    found = Q()
    for word in words.split():
        any_column = Q()
        for column in columns:
            any_column |= Q(**{f"{column}__icontains": word})
        found &= any_column
    return found


def _proposals(person: Person, words: str) -> QuerySet[Proposal]:
    rows = Proposal.objects.visible_to(person).select_related("unit", "institution")
    return rows.filter(_each(words, "title", "unit__name"))


def _definitions(person: Person, words: str) -> QuerySet[Definition]:
    rows = Definition.objects.visible_to(person).filter(current__isnull=False)
    return rows.select_related("current", "unit", "institution").filter(
        _each(words, "current__title", "current__skills", "unit__name")
    )


def _people(person: Person, words: str) -> QuerySet[Affiliation]:
    """Where somebody belongs, on the campuses that this person manages: a person of two campuses is found twice."""
    rows = Affiliation.objects.filter(institution__in=person.managed()).select_related(
        "person", "institution"
    )
    return rows.filter(_each(words, "person__name", "person__email")).order_by("person__name", "pk")


def _requests(person: Person, words: str) -> QuerySet[IssuanceRequest]:
    rows = IssuanceRequest.objects.visible_to(person).select_related("definition__current", "institution")
    return rows.filter(_each(words, "definition__current__title", "requested_by__name"))


def _awards(person: Person, words: str) -> QuerySet[Award]:
    rows = Award.objects.visible_to(person).select_related("version", "institution").defer("document")
    return rows.filter(_each(words, "recipient_name", "recipient_email", "version__title"))


def _proposal(row: Proposal) -> Found:
    return Found(str(row), f"{row.unit}, {row.institution}", row.get_absolute_url(), row.state)


def _definition(row: Definition) -> Found:
    return Found(str(row), f"{row.unit}, {row.institution}", address("credential", row.slug), row.standing)


def _person(row: Affiliation) -> Found:
    url = address("person", row.institution.slug, row.person_id)
    return Found(str(row.person), f"{row.person.email}, {row.institution}", url)


def _request(row: IssuanceRequest) -> Found:
    detail = f"{row.created_at:%-d %B %Y}, {row.institution}"
    return Found(str(row.definition), detail, address("request", row.pk), row.state)


def _award(row: Award) -> Found:
    return Found(str(row.version.title), f"{row.recipient_name}, {row.institution}", address("award", row.pk))


KINDS: tuple[tuple[str, Callable[..., QuerySet[Any]], Callable[[Any], Found]], ...] = (
    ("Proposals", _proposals, _proposal),
    ("Credentials", _definitions, _definition),
    ("People", _people, _person),
    ("Requests for badges", _requests, _request),
    ("Badges", _awards, _award),
)

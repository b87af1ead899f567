"""Two texts for one answer: what stands in the document, and what was written without having seen that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.models import Person
from policies import engine
from policies.reasons import Reason, Refused
from proposals.merging import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proposals.models import Document, Proposal


@dataclass(frozen=True)
class Found:
    """One of them: `mine` was written, `theirs` stands there since `at` by `by` (None where that is not known)."""

    path: str
    label: str
    mine: Any
    theirs: Any
    by: Person | None = None
    at: dt.datetime | None = None

    @property
    def reason(self) -> Reason:
        who = str(self.by) if self.by else "Somebody"
        return Reason(f"{who} changed “{self.label}” after you had read it.", field=self.path)

    def as_dict(self) -> dict[str, Any]:
        """As the API says it: both texts, and since when and by whom the one that stands is there."""
        by = str(self.by) if self.by else ""
        return {"field": self.path, "yours": self.mine, "theirs": self.theirs, "by": by, "at": self.at}


class Clash(Refused):
    """Refused since others changed the same answers; `found` holds both texts of each."""

    def __init__(self, found: list[Found]) -> None:
        super().__init__([one.reason for one in found])
        self.found = found
        self.also = {"conflicts": [one.as_dict() for one in found]}


def between(proposal: Proposal, document: Document, written: Mapping[str, Any]) -> list[Found]:
    """Where these answers, by path, say something else than the document."""
    paths = [
        path
        for path, mine in written.items()
        if digest(mine) != digest(engine.value_at(document.answers, path))
    ]
    authors = _authors(document, paths)
    form = proposal.policy.pack.form(document.form)
    return [
        _found(document, path, written[path], form.fields_by_path()[path].label, authors) for path in paths
    ]


def _authors(document: Document, paths: Iterable[str]) -> dict[str, Person]:
    known = {document.changed[path]["by"] for path in paths if path in document.changed}
    return {str(person.pk): person for person in Person.objects.filter(pk__in=known)} if known else {}


def _found(document: Document, path: str, mine: Any, label: str, authors: Mapping[str, Person]) -> Found:
    said = document.changed.get(path, {})
    by = authors.get(said.get("by", ""))
    at = dt.datetime.fromisoformat(said["at"]) if by else None
    return Found(path, label, mine, engine.value_at(document.answers, path), by, at)

"""Where a pack uses each of its clauses: the rule that enforces it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from policies.schema.references import clauses

if TYPE_CHECKING:
    from policies.schema import Pack

Loc = tuple[str | int, ...]

# What one entry of a list is called.
NOUNS = {
    "activities": "activity",
    "bodies": "body",
    "certifiers": "certifier",
    "columns": "column",
    "criteria": "criterion",
    "deadlines": "deadline",
    "fields": "question",
    "forms": "form",
    "goals": "goal",
    "groups": "group",
    "offices": "office",
    "phases": "phase",
    "seats": "seat",
    "sections": "section",
    "stages": "stage",
    "steps": "step",
    "surveys": "survey",
    "types": "type",
}
_NAMED_BY = ("title", "name", "label", "says", "term", "office", "id")


def uses(pack: Pack) -> dict[str, list[str]]:
    """For each clause that a rule names, the rules in words, in the order of the file; each once."""
    found: dict[str, dict[str, None]] = {}
    for loc, clause_id in clauses(pack):
        found.setdefault(clause_id, {})[in_words(pack, loc)] = None
    return {clause_id: list(places) for clause_id, places in found.items()}


def in_words(pack: Pack, loc: Loc) -> str:
    """A place in a pack as people read it: form “Pilot proposal”, section “The offering”, question “Credits”."""
    return ", ".join(_parts(pack, loc))


def _parts(value: Any, loc: Loc) -> Iterator[str]:
    noun = ""
    for key in loc[:-1]:
        value = value[key] if isinstance(key, int) else getattr(value, key)
        if isinstance(key, int):
            yield f"{noun} “{_name(value)}”"
        elif isinstance(value, list):
            noun = NOUNS.get(key, key.replace("_", " "))
        else:
            yield key.replace("_", " ")
    said = str(loc[-1]).removesuffix("clause").strip("_").replace("_", " ")
    if said:
        yield said


def _name(entry: Any) -> str:
    if isinstance(entry, BaseModel):
        return next((str(found) for name in _NAMED_BY if (found := getattr(entry, name, ""))), "")
    return str(entry)

"""What a credential of ours carries about its holder's work, for a page to show: evidence, what was written, results.

Pure. An address is given only when it is one of the web, so that a page may link to it.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One piece of evidence, or one result: what it is, what it says, and where more can be seen."""

    name: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Carried:
    """What a credential says of its holder's work; empty where it says nothing."""

    evidence: tuple[Shown, ...] = ()
    narrative: str = ""
    results: tuple[Shown, ...] = ()

    def without(self, kept: frozenset[str]) -> "Carried":
        """The same without the items of these names."""
        return Carried(
            evidence=() if "evidence" in kept else self.evidence,
            narrative="" if "narrative" in kept else self.narrative,
            results=() if "results" in kept else self.results,
        )

    def __bool__(self) -> bool:
        return bool(self.evidence or self.narrative or self.results)


@lru_cache(maxsize=2048)
def carried(text: str) -> Carried:
    """What the credential says, of which this is the stored JSON text."""
    credential: Json = json.loads(text) if text else {}
    subject: Json = credential.get("credentialSubject", {})
    described = {
        one["id"]: one for one in subject.get("achievement", {}).get("resultDescription", []) if "id" in one
    }
    return Carried(
        evidence=tuple(_evidence(one) for one in credential.get("evidence", [])),
        narrative=subject.get("narrative", ""),
        results=tuple(
            _result(one, described.get(one.get("resultDescription"), {})) for one in subject.get("result", [])
        ),
    )


def _evidence(one: Json) -> Shown:
    address = str(one.get("id", ""))
    words = [one.get("description", ""), one.get("narrative", "")]
    return Shown(
        name=one.get("name") or "Evidence",
        text="\n\n".join(word for word in words if word),
        url=address if address.lower().startswith(("https://", "http://")) else "",
    )


def _result(one: Json, description: Json) -> Shown:
    levels = description.get("rubricCriterionLevel", [])
    reached = next((level for level in levels if level.get("id") == one.get("achievedLevel")), None)
    level = _level(reached, levels) if reached else ""
    said = (one.get("value", ""), level, "" if level else one.get("status", ""))
    return Shown(name=description.get("name") or "Result", text=", ".join(word for word in said if word))


def _level(reached: Json, levels: list[Json]) -> str:
    """The level in words: its name, its place among the others, its points."""
    points = str(reached.get("points", ""))
    place = f"level {levels.index(reached) + 1} of {len(levels)}" if len(levels) > 1 else ""
    worth = f"{points} point{'' if points == '1' else 's'}" if points else ""
    beside = ", ".join(filter(None, (place, worth)))
    return f"{reached.get('name', '')} ({beside})" if beside else str(reached.get("name", ""))

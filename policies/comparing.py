"""What changed between two revisions of a policy, in words. Pure; the texts compared are the adopted ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from policies.schema import Condition, Fraction
from policies.traces import NOUNS
from policies.wording import listed, value_words

if TYPE_CHECKING:
    from policies.schema import Pack

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
A_PHRASE = 60  # longer wordings are quoted
PARTS = {
    "policy": "The policy itself",
    "clauses": "Clauses",
    "definitions": "Words that it defines",
    "words": "Words that it uses",
    "look": "Name and colour",
    "offices": "Offices",
    "types": "What can be proposed",
    "proposing": "Who proposes",
    "forms": "What is asked",
    "criteria": "What a proposal must meet",
    "stages": "The way through",
    "bodies": "Who decides",
    "calendar": "The academic calendar",
    "pilot": "The pilot",
    "deadlines": "Deadlines",
    "issuance": "How badges are issued",
    "transcript": "The transcript",
    "platform": "Where badges are held",
    "evaluation": "Evaluation",
    "outreach": "The office's pages",
    "mapping": "Which answers become the credential",
}
LABELS = {
    "any_of": "answers that count",
    "badge_by": "who makes the badge",
    "by": "who acts",
    "check": "test",
    "days": "days to do it",
    "designee": "a designee may act",
    "effective_on": "takes effect on",
    "fields": "questions",
    "formed_by": "who forms it",
    "kind": "kind",
    "label": "wording",
    "later": "still to come",
    "material": "a change brings approvals into question",
    "max_items": "most entries",
    "max_length": "most characters",
    "max_words": "most words",
    "maximum": "largest number",
    "meaning": "meaning",
    "min_items": "fewest entries",
    "min_proposers": "fewest proposers",
    "min_words": "fewest words",
    "minimum": "smallest number",
    "officer": "who moves it on",
    "on_silence": "outcome when nobody objects",
    "owner": "who owes it",
    "requesters": "who asks for badges",
    "required": "must be answered",
    "rule": "voting rule",
    "says": "wording",
    "text": "wording",
    "unmet": "what to do about it",
    "when": "only where",
    "years": "years at most",
}
_KEYS = ("id", "state", "value", "term", "office", "name", "url")
_NAMES = ("title", "name", "label", "term", "says", "text", "office", "id")
_SAYS = ("text", "says", "meaning", "help", "label")


@dataclass(frozen=True)
class Change:
    """One thing that was added, removed or changed: where it stands, and in which ways."""

    what: str
    where: list[str]
    lines: list[str] = field(default_factory=list)
    clause: str = ""

    @property
    def place(self) -> str:
        """Where it stands, from the outside in."""
        return ", ".join(self.where)


@dataclass(frozen=True)
class Part:
    """The changes of one part of the policy."""

    id: str
    title: str
    changes: list[Change]


def compare(old: Pack, new: Pack) -> list[Part]:
    """The parts that differ, in the order in which people read a policy; empty when nothing does."""
    return [
        Part(name, title, found)
        for name, title in PARTS.items()
        if (found := list(_Two(old, new).entry(name, getattr(old, name), getattr(new, name), [])))
    ]


class _Two:
    """Two packs side by side."""

    def __init__(self, old: Pack, new: Pack) -> None:
        self.old, self.new = old, new

    def entry(self, name: str, was: Any, now: Any, where: list[str]) -> Iterator[Change]:
        """What differs in one key, a line of its own where it is a plain value."""
        if was == now:
            return
        if _models(was) or _models(now):
            yield from self.lists(name, was or [], now or [], where)
        elif _part(was) and _part(now):
            yield from self.models(was, now, where)
        elif _part(was) or _part(now):
            place = where or [PARTS.get(name, label(name))]
            yield Change(ADDED if now is not None else REMOVED, place, clause=_clause(now or was))
        else:
            yield Change(CHANGED, where or [PARTS.get(name, label(name))], [self.line(name, was, now)])

    def models(self, was: BaseModel, now: BaseModel, where: list[str]) -> Iterator[Change]:
        """What differs between two versions of one thing."""
        lines, inside = [], []
        for name in type(now).model_fields:
            old, new = getattr(was, name), getattr(now, name)
            if old == new:
                continue
            if any(_models(one) or _part(one) for one in (old, new)):
                below = where if _models(old) or _models(new) else [*where, label(name)]
                inside += list(self.entry(name, old, new, below))
            else:
                lines.append(self.line(name, old, new))
        if lines:
            yield Change(CHANGED, where, lines, _clause(now))
        yield from inside

    def lists(self, name: str, was: list[Any], now: list[Any], where: list[str]) -> Iterator[Change]:
        """Entries that came, went or changed, and their order."""
        old, new = _by_key(was), _by_key(now)
        noun = NOUNS.get(name, "")
        for key, entry in old.items():
            if key not in new:
                yield Change(REMOVED, [*where, called(noun, entry)], _sayings(entry), _clause(entry))
        for key, entry in new.items():
            if key not in old:
                yield Change(ADDED, [*where, called(noun, entry)], _sayings(entry), _clause(entry))
            elif old[key] != entry:
                yield from self.models(old[key], entry, [*where, called(noun, entry)])
        if set(old) == set(new) and list(old) != list(new):
            order = listed([_name(entry) for entry in new.values()])
            yield Change(CHANGED, where or [PARTS.get(name, label(name))], [f"The order is now {order}."])

    def line(self, name: str, was: Any, now: Any) -> str:
        """A plain value that changed."""
        title = label(name)
        title = title[:1].upper() + title[1:]
        if isinstance(was, dict) and isinstance(now, dict):
            return f"{title}: {'; '.join(_words(was, now))}"
        before, after = value_words(self.old, name, was), value_words(self.new, name, now)
        if name == "when":
            before, after = (words if words != "nothing" else "always" for words in (before, after))
        if max(len(before), len(after)) > A_PHRASE:
            return f"{title}: “{after}” Before: “{before}”"
        return f"{title}: {after} (was {before})"


def label(name: str) -> str:
    """A key in people's words."""
    if name.endswith("clause"):
        rest = name.removesuffix("clause").strip("_").replace("_", " ")
        return f"clause for {rest}" if rest else "clause"
    return LABELS.get(name, name.replace("_", " "))


def called(noun: str, entry: BaseModel) -> str:
    """An entry of a list by its kind and name: step “The committee votes”."""
    name = _name(entry)
    return f"{noun} “{name}”" if noun else name


def _name(entry: BaseModel) -> str:
    if "kind" in type(entry).model_fields and "section" in type(entry).model_fields:
        return str(getattr(entry, "id", ""))  # a clause goes by its id
    return next((str(found) for name in _NAMES if (found := getattr(entry, name, ""))), "")


def _sayings(entry: BaseModel) -> list[str]:
    """What an entry that came or went says, where its name does not say it already."""
    name = _name(entry)
    text = next((str(found) for one in _SAYS if (found := getattr(entry, one, ""))), "")
    return [text] if text and text != name else []


def _clause(entry: Any) -> str:
    return str(getattr(entry, "clause", "") or "")


def _models(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, BaseModel) for one in value)


def _part(value: Any) -> bool:
    """Whether this is a part with keys of its own, and not a value that has words."""
    return isinstance(value, BaseModel) and not isinstance(value, Condition | Fraction)


def _by_key(entries: list[BaseModel]) -> dict[Any, BaseModel]:
    found: dict[Any, BaseModel] = {}
    for entry in entries:
        keys = [str(value) for name in _KEYS if (value := getattr(entry, name, ""))]
        key = keys[0] if keys else f"{_clause(entry)} {_name(entry)}"
        found[key if key not in found else f"{key} {len(found)}"] = entry
    return found


def _words(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*was, *now]):
        if was.get(key) != now.get(key):
            before = f" (was {was[key]})" if key in was else ""
            yield (
                f"{key.replace('_', ' ')} is {now[key]}{before}"
                if key in now
                else f"{key.replace('_', ' ')} is gone"
            )

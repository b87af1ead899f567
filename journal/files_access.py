"""Who may download a stored file: the app that owns the subject says so (it stands above the journal)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Person
    from journal.models import StoredFile

Rule = Callable[["StoredFile", "Person"], bool]

_rules: dict[str, Rule] = {}


def register(subject_kind: str, rule: Rule) -> None:
    """`rule(stored, person)` is true when the person may download this file; one rule a kind of subject.

    The rule also decides about a file that was removed: what was submitted with it may still show it.
    """
    if subject_kind in _rules:
        raise RuntimeError(f"There is a rule for files of kind {subject_kind} already.")
    _rules[subject_kind] = rule


def may_see(stored: StoredFile, person: Person) -> bool:
    """Whether the person may download it; never without a rule."""
    rule = _rules.get(stored.subject_kind)
    return rule is not None and rule(stored, person)

"""Leaving out what was not said: the specification forbids nulls and empty arrays."""

from typing import Any


def pruned(members: dict[str, Any]) -> dict[str, Any]:
    """The members that hold something; false and zero are something."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], {})}

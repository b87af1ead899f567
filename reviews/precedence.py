"""Who comes first among those who could preside: the chair, the vice chair, the member whom the body named. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable

    from accounts.models import Person


class Sits(Protocol):
    """A line of a roll, or a member."""

    @property
    def chair(self) -> bool: ...

    @property
    def vice_chair(self) -> bool: ...

    @property
    def person(self) -> Person | None: ...


Line = TypeVar("Line", bound=Sits)


def presiding(
    lines: Iterable[Line], away: Collection[uuid.UUID], named: uuid.UUID | None = None
) -> Line | None:
    """The line of who presides: the chair, the vice chair or the member whom the body named; None where none of them
    can."""
    found = [line for line in lines if line.chair or line.vice_chair or _is(line, named)]
    able = [line for line in found if line.person and line.person.is_active and line.person.pk not in away]
    return min(able, key=lambda line: (not line.chair, not line.vice_chair), default=None)


def _is(line: Sits, named: uuid.UUID | None) -> bool:
    return named is not None and line.person is not None and line.person.pk == named

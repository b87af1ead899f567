"""Say which credentials a stack is made of, once it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials import hooks
from credentials.actions.images import may_set
from credentials.looks import pack_of
from credentials.models import Definition, DefinitionVersion, Part, Standing
from credentials.models.stack import rules_of
from journal import clock
from journal.actions import record
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person

NOT_YOURS = "Only those who make the badges on this campus say what a stack is made of."
NO_STACK = "This credential is not a stack of others."


def is_stack(definition: Definition) -> bool:
    """Whether the type is awarded for a set of other credentials."""
    version = definition.current
    return version is not None and pack_of(version.policy_id).kind(definition.type).collection


def lines_of(version: DefinitionVersion) -> list[str]:
    """What the approved proposal lists as its parts, a line each; [] where the policy asks for no list."""
    return [line.text for line in rules_of(version).lines]


def possible_parts(definition: Definition) -> QuerySet[Definition]:
    """Approved credentials of the same campus, but for the stack itself."""
    rows = Definition.objects.filter(institution=definition.institution_id, current__isnull=False)
    approved = rows.exclude(standing=Standing.DRAFT).exclude(pk=definition.pk)
    return approved.select_related("current").order_by("current__title", "pk")


def likely(line: str, choices: Sequence[Definition]) -> Definition | None:
    """The credential of that title or address, whatever the case; None when it is not clear."""
    wanted = " ".join(line.split()).casefold()
    fitting = [one for one in choices if wanted in (str(one).casefold(), one.slug)]
    return fitting[0] if len(fitting) == 1 else None


@transaction.atomic
def set_parts(*, definition: Definition, parts: Sequence[Definition], by: Person) -> list[Part]:
    """Link the version in force to the credentials it requires, in the order of the approved list.

    Effects: the version's Part rows, an entry in the definition's record; who fulfils it already is looked for. Awards
    already made are not touched. The rules over the parts are the approved ones and cannot be set here.
    Refused: no stack, none named, another number than the proposal lists, one named twice, one that is not
    approved or of another campus, itself, or one that in turn requires this stack. Only those who make badges.
    """
    if not may_set(by, definition):
        raise PermissionDenied(NOT_YOURS)
    _lock_all([definition, *parts])
    definition = locked(Definition.objects.select_related("current"), definition.pk)
    refuse_if(_problems(definition, parts))
    version = definition.current
    assert version is not None  # noqa: S101  (what has none is no stack)
    lines = lines_of(version) or [""] * len(parts)
    Part.objects.filter(version=version).delete()
    rows = Part.objects.bulk_create(
        Part(version=version, number=n, part=part, line=line[:300], linked_by=by, linked_at=clock.now())
        for n, (part, line) in enumerate(zip(parts, lines, strict=True), 1)
    )
    hooks.stacks().opened(definition)
    record.write(
        subject_kind="definition",
        subject_id=definition.pk,
        institution=definition.institution,
        act="stack parts set",
        by=by,
        detail={"version": version.number, "parts": [str(part.pk) for part in parts]},
    )
    return rows


def _lock_all(definitions: Sequence[Definition]) -> None:
    """The stack and its parts, in one order: of two stacks that would require each other the second sees the first,
    and awards of a part that are being made stand before it is looked for who holds them."""
    keys = {definition.pk for definition in definitions}
    list(Definition.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


def _problems(definition: Definition, parts: Sequence[Definition]) -> list[Reason]:
    version = definition.current
    if version is None or not is_stack(definition):
        return [Reason(NO_STACK)]
    clause = pack_of(version.policy_id).issuance.collection_clause
    texts, listed = [], len(lines_of(version))
    if not parts:
        texts.append("Name the credentials that it is made of.")
    elif listed and listed != len(parts):
        are = "is" if len(parts) == 1 else "are"
        texts.append(f"The approved proposal lists {listed}; {len(parts)} {are} named here.")
    if len({part.pk for part in parts}) < len(parts):
        texts.append("One credential is named twice.")
    known = set(possible_parts(definition).filter(pk__in=[p.pk for p in parts]).values_list("pk", flat=True))
    texts += [f"“{p}” is not an approved credential of this campus." for p in parts if p.pk not in known]
    texts += [f"“{p}” in turn requires this stack." for p in parts if _requires(p, definition)]
    return [Reason(text, clause, "parts") for text in texts]


def _requires(part: Definition, definition: Definition) -> bool:
    """Whether the part counts the stack among its own parts, through however many stacks."""
    seen, waiting = set(), {part.pk}
    while waiting:
        seen |= waiting
        rows = Part.objects.filter(
            version__in=DefinitionVersion.objects.current().filter(definition__in=waiting)
        )
        waiting = set(rows.values_list("part_id", flat=True)) - seen
    return definition.pk in seen - {part.pk}

"""Finds every clause, actor, office and condition that a pack names, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel

from policies.schema.base import Strict
from policies.schema.forms import Condition, Form

if TYPE_CHECKING:
    from policies.schema.pack import Pack

Loc = tuple[str | int, ...]

_NESTED = (BaseModel, list)
_ACTORS = (
    "by",
    "officer",
    "formed_by",
    "owner",
    "badge_by",
    "trained_by",
    "extension_by",
    "escalate_to",
    "received_by",
)
_ACTOR_LISTS = ("requesters", "overseers", "partners")


def _inside(value: object, loc: Loc) -> Iterator[tuple[Loc, BaseModel]]:
    """Every model in the tree below `value`, itself included."""
    if isinstance(value, BaseModel):
        yield loc, value
    elif not isinstance(value, list):
        return
    parts = enumerate(value) if isinstance(value, list) else value
    for key, item in parts:
        if isinstance(item, _NESTED):  # a pack is mostly texts, in which there is nothing to find
            yield from _inside(item, (*loc, key))


def clauses(pack: Pack) -> Iterator[tuple[Loc, str]]:
    """Every key `clause` or `..._clause` that names one."""
    for loc, model in _inside(pack, ()):
        for name in type(model).model_fields:
            value = getattr(model, name)
            if (name == "clause" or name.endswith("_clause")) and value:
                yield (*loc, name), value


def actors(pack: Pack) -> Iterator[tuple[Loc, str]]:
    """Every role or office that is given something to do."""
    for loc, model in _inside(pack, ()):
        for name in type(model).model_fields:
            value = getattr(model, name)
            if name in _ACTORS and value:
                yield (*loc, name), value
            elif name in _ACTOR_LISTS and isinstance(model, Strict) and isinstance(value, list):
                yield from (((*loc, name, i), actor) for i, actor in enumerate(value))
    if pack.transcript.notation != "never":
        yield ("transcript", "keeper"), pack.transcript.keeper


def offices(pack: Pack) -> Iterator[tuple[Loc, str]]:
    """Every office named by its bare id: seats and certifiers."""
    for i, body in enumerate(pack.bodies):
        for j, seat in enumerate(body.seats):
            if seat.office:
                yield ("bodies", i, "seats", j, "office"), seat.office
    for i, certifier in enumerate(pack.issuance.certifiers):
        yield ("issuance", "certifiers", i, "office"), certifier.office


def conditions(pack: Pack) -> Iterator[tuple[Loc, Condition, Form | None]]:
    """Every condition, with the form it belongs to: a field's looks into its own form, any other into all."""
    for i, form in enumerate(pack.forms):
        yield from _below(form, ("forms", i), form)
    for i, criterion in enumerate(pack.criteria):
        for form_id in criterion.forms:
            if pack.has_form(form_id):
                yield from _below(criterion.when, ("criteria", i, "when"), pack.form(form_id))
    for part in ("stages", "issuance"):
        yield from _below(getattr(pack, part), (part,), None)


def _below(value: object, loc: Loc, form: Form | None) -> Iterator[tuple[Loc, Condition, Form | None]]:
    for at, model in _inside(value, loc):
        if isinstance(model, Condition):
            yield at, model, form

"""What else is wrong with a pack whose parts are not all right: what its good parts already tell.

Pydantic looks at what joins the parts only when every part is right by itself. So that an author need not mend a file
in rounds, the parts are put together here as they are, without their rules, and the joins are checked on that. What a
broken part might have changed is left unsaid.
"""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from policies.schema import Pack, Step
from policies.schema.checks import Loc, Problem, all_checks
from policies.schema.pack import repeated
from policies.schema.route import USUAL

ROUNDS = 5
# Parts that others refer to: with one of them in ruins, nothing can be said about the references.
_REFERRED = ("offices", "types", "forms", "stages", "bodies", "clauses", "calendar")


def revealed(data: dict[str, Any], details: list[ErrorDetails]) -> list[ErrorDetails]:
    """What shows once the faults found are out of the way: a table's rules are looked at one after the other, and not
    at all while it has a key that does not exist.
    """
    bare, found = copy.deepcopy(data), list(details)
    gone: set[Loc] = set()
    for _ in range(ROUNDS):
        mended = {place for detail in found if (place := _out_of_the_way(bare, detail))}
        if not mended - gone:
            break
        gone |= mended
        try:
            Pack.model_validate(bare)
            break
        except ValidationError as error:
            known = {(one["loc"], one["msg"]) for one in found}
            found += [
                one
                for one in error.errors()
                if one["loc"] not in gone and (one["loc"], one["msg"]) not in known
            ]
    return found[len(details) :]


def _out_of_the_way(data: dict[str, Any], detail: ErrorDetails) -> Loc | None:
    """Take the key or the twin that a complaint speaks of out of the data; its place, or None where it names none."""
    loc = detail["loc"]
    if detail["type"] == "value_error":
        loc = narrowed(data, loc, str(detail["ctx"]["error"]))
    if loc == detail["loc"] and detail["type"] != "extra_forbidden":
        return None
    holder = _at(data, loc[:-1])
    if isinstance(holder, dict):
        holder.pop(loc[-1], None)
    elif isinstance(holder, list) and isinstance(loc[-1], int):
        twin = holder[loc[-1]]
        key = next((key for key in ("id", "value") if isinstance(twin, dict) and key in twin), None)
        if key:
            twin[key] = f"{twin[key]}_{loc[-1]}"  # the places of the others stay
        else:
            holder.pop(loc[-1])
    return loc


def taken_over(data: dict[str, Any], loc: Loc) -> bool:
    """Whether this place lies in what a section took over, so that it stands elsewhere in the file."""
    section = _at(data, loc[:4]) if loc[:1] == ("forms",) and len(loc) > 4 else None
    return isinstance(section, dict) and "same_as" in section and str(loc[4]) not in section


def narrowed(data: dict[str, Any], loc: Loc, said: str) -> Loc:
    """The place inside a table that a complaint about the whole table speaks of: a twin, or a key that it names."""
    table = _at(data, loc)
    if not isinstance(table, dict):
        return loc
    twin = re.search(r'"(.*)" is listed twice', said)
    for key, value in table.items():
        if twin and isinstance(value, list):
            places = [i for i, one in enumerate(value) if _called(one) == twin[1]]
            if len(places) > 1:
                return (*loc, key, places[1])
    words = re.findall(r"\w+", said)
    named = [word for i, word in enumerate(words) if word in table and (i == 0 or "_" in word)]
    return (*loc, named[0]) if named else loc


def _called(entry: Any) -> Any:
    """What an entry of a list goes by."""
    return (
        next((entry[key] for key in ("id", "value") if key in entry), None)
        if isinstance(entry, dict)
        else entry
    )


def circle(data: dict[str, Any], loc: Loc) -> str:
    """What to say of a section's `same_as` that leads back to where it started; "" of anything else."""
    if loc[0] != "forms" or len(loc) != 5 or loc[-1] != "same_as":
        return ""
    wanted = _at(data, (*loc[:4], "id"))
    way = [str(_at(data, (*loc[:2], "id")))]
    source: Any = _at(data, loc)
    while isinstance(source, str):
        way.append(source)
        if source in way[:-1]:
            return f"leads round in a circle: {' → '.join(way)}. One of these forms must hold the fields"
        source = _taken_by(data["forms"], source, wanted)
    return ""


def _taken_by(forms: list[Any], form_id: str, section_id: Any) -> Any:
    """The `same_as` of this section in this form."""
    for f, form in enumerate(forms):
        if _at(form, ("id",)) == form_id:
            sections = _at(forms, (f, "sections"))
            for section in sections if isinstance(sections, list) else ():
                if _at(section, ("id",)) == section_id:
                    return _at(section, ("same_as",))
    return None


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def joins(data: dict[str, Any], details: list[ErrorDetails]) -> list[Problem]:
    """What does not fit together among the parts that are right."""
    wrong = [detail for detail in details if detail["type"] not in ("extra_forbidden", "value_error")]
    if any(detail["type"] == "pack" for detail in details) or any(map(_in_ruins, wrong)):
        return []
    try:
        pack = _put_together(Pack, repeated(data))
    except (TypeError, AttributeError, KeyError, ValueError):  # a value of a quite different shape
        return []
    found: list[Problem] = []
    for check in all_checks():
        try:
            found += check(pack)
        except (TypeError, AttributeError, KeyError, ValueError, IndexError, StopIteration, RuntimeError):
            continue  # it needs what is missing: what it would say is not known yet
    places = [detail["loc"] for detail in wrong]
    fields = {f'"{path}"' for place in places if (path := _field_at(data, place))}
    return [
        (loc, said)
        for loc, said in found
        if not any(place[: len(loc)] == loc for place in places) and not any(path in said for path in fields)
    ]


def _field_at(data: dict[str, Any], loc: Loc) -> str:
    """The path of the question that this place belongs to: what is said of it may come from the fault."""
    if loc[0] != "forms" or len(loc) < 6:
        return ""
    return f"{_at(data, (*loc[:4], 'id'))}.{_at(data, (*loc[:6], 'id'))}"


def _in_ruins(detail: ErrorDetails) -> bool:
    loc = detail["loc"]
    if loc[0] in _REFERRED and (len(loc) == 1 or loc[-1] == "terms"):
        return True
    return loc[-1] in ("id", "state") and not isinstance(detail["input"], str)


def _put_together(model: type[BaseModel], data: dict[str, Any]) -> Any:
    """The model without its rules; what is missing or wrong becomes the key's default, or something empty."""
    if model is Step and "outcomes" not in data:
        data = {**data, "outcomes": list(USUAL.get(str(data.get("kind")), ()))}
    values = {name: _value(field, data.get(name)) for name, field in model.model_fields.items()}
    return model.model_construct(**values)


def _value(field: FieldInfo, raw: Any) -> Any:
    inner, many = _model_of(field.annotation)
    if inner and many:
        return [_put_together(inner, one if isinstance(one, dict) else {}) for one in raw or []]
    if inner and isinstance(raw, dict):
        return _put_together(inner, raw)
    if raw is not None and inner is None:
        try:
            return _adapter(field.annotation).validate_python(raw)  # type: ignore[arg-type]
        except ValidationError:
            if isinstance(raw, str):
                return raw  # so that what refers to it finds it
    return "" if field.is_required() else field.get_default(call_default_factory=True)


def _model_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that an annotation holds, alone or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for one in get_args(annotation):
        inner, _ = _model_of(one)
        if inner:
            return inner, get_origin(annotation) is list
    return None, False


@lru_cache(maxsize=256)
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)

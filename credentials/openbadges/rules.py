"""What is refused before anything is signed, each with the member it stands in.

Source: Open Badges 3.0, "Serialization" (no nulls, no empty arrays) and the enumerations of its data model;
RDF Dataset Canonicalization 1.0, section 4.6 (control characters are where implementations part ways).
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

# TAB, LF and CR are written alike by every canonicaliser; the rest of C0 and DEL are not.
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
IRI = re.compile(r"(?:https?://|urn:|did:|data:)[^\x00-\x20\x7f<>\"{}|\\^`]+")
LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")

# Signed documents of their own, about parts that stand here or with parts that stand in each other.
SIGNED = ("endorsement", "verifiableCredential")

Json = dict[str, Any]


def moment(field: str, value: dt.datetime) -> str:
    """A whole-second UTC time ending in Z (the JWT form's `nbf` must equal it)."""
    if value.tzinfo is None:
        raise ValueError(f"{field}: the time has no time zone")
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(field: str, value: dt.date) -> str:
    """A date as the date-time that the schema asks for: its first second, or the time itself."""
    if isinstance(value, dt.datetime):
        return moment(field, value)
    return f"{value.isoformat()}T00:00:00Z"


def number(field: str, value: int | float | Decimal) -> int | float:
    """Integers and multiples of 0.25: their canonical form is the same everywhere."""
    if isinstance(value, bool) or not 0 <= value < 2**40 or value * 4 != int(value * 4):
        raise ValueError(f"{field}: {value} is not a whole number or a multiple of 0.25")
    return int(value) if value == int(value) else float(value)


def term(field: str, value: str, known: frozenset[str], extensible: bool = True) -> str:
    """A word of the specification's own list, or an extension such as `ext:Portfolio`."""
    if value in known or not value or (extensible and EXTENSION.fullmatch(value)):
        return value
    raise ValueError(f"{field}: {value!r} is not one of {', '.join(sorted(known))}")


def language(value: str) -> str:
    if value and not LANGUAGE.fullmatch(value):
        raise ValueError(f"language: {value!r} is not written as in 'en', 'en-GB' or 'zh-Hans-CN'")
    return value


def unordered(field: str, texts: Iterable[str]) -> list[str]:
    """Each text once. Refused when verifiers would sort them differently: some sort by UTF-16 units."""
    found = list(dict.fromkeys(text for text in texts if text))
    if sorted(found) != sorted(found, key=lambda text: text.encode("utf-16-be", "surrogatepass")):
        raise ValueError(f"{field}: {' and '.join(found)} hold characters that verifiers sort differently")
    return found


def check(document: Json, known: frozenset[str] = frozenset(), skip: tuple[Json, ...] = ()) -> frozenset[str]:
    """Refuse what must not be signed; give back every node's id.

    `skip` are parts that were checked before, `known` the ids found in them.
    """
    ids = set(known)
    for path, own in nodes(document, "", skip):
        if own in ids:
            raise ValueError(f"{path}: {own!r} is described twice; every part needs an address of its own")
        ids.add(own)
    return frozenset(ids)


def nodes(value: Any, path: str, skip: tuple[Json, ...]) -> Iterator[tuple[str, str]]:
    """Walk a document, refusing unsound values; yields the id of each object that has one."""
    if isinstance(value, str):
        text(path, value)
    elif isinstance(value, dict):
        if any(value is part for part in skip):
            return
        filled(path, value)
        if "id" in value:
            yield f"{path}.id".lstrip("."), iri(f"{path}.id".lstrip("."), value["id"])
        for name, item in value.items():
            if name not in SIGNED:
                yield from nodes(item, f"{path}.{name}".lstrip("."), skip)
    elif isinstance(value, list):
        filled(path, value)
        for index, item in enumerate(value):
            yield from nodes(item, f"{path}[{index}]", skip)
    elif value is None:
        raise ValueError(f"{path}: is null; leave it out instead")


def filled(path: str, value: list[Any] | Json) -> None:
    if not value:
        raise ValueError(f"{path}: is empty; leave it out instead")


def text(path: str, value: str) -> None:
    found = UNSAFE.search(value)
    if found:
        raise ValueError(
            f"{path}: holds the character U+{ord(found[0]):04X}, which verifiers read differently"
        )


def iri(path: str, value: Any) -> str:
    if not isinstance(value, str) or not IRI.fullmatch(value):
        raise ValueError(f"{path}: {value!r} is not an address (https:, urn:, did: or data:)")
    return value

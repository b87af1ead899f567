"""Whether a document has the form of an Open Badges 3.0 credential, beyond what its signature says.

A signature covers what JSON-LD makes of the members. What JSON-LD reads alike (a truth value and its word,
say) or takes from elsewhere (keywords, other contexts) is settled here, so that people see only what was
signed.
Source: Open Badges 3.0, "OpenBadgeCredential Verification", step 1, and appendix "Data Models".
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from credentials.openbadges import contexts

Json = dict[str, Any]

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
OLDER_FORM = "it is in the older form of Verifiable Credentials, 1.1, which is not read here"
OPEN_BADGES = (contexts.OPEN_BADGES, contexts.OPEN_BADGES_ANY, *contexts.OPEN_BADGES_OLDER)
NUMBERS = ("creditsEarned", "creditsAvailable")
TEXTS = (
    "name",
    "description",
    "narrative",
    "identityHash",
    "identityType",
    "salt",
    "value",
    "validFrom",
    "validUntil",
)


class UnknownVocabulary(ValueError):
    """The document is in a form, or names a context, that is not known here: nothing can be said about it."""


def check(document: Json) -> None:
    """ValueError, saying what is missing or wrong, unless the document has the form of a credential.

    UnknownVocabulary when it may have, but in words that are not known here.
    """
    check_contexts(document.get("@context"))
    for sentence in faults(document):
        raise ValueError(sentence)
    check_members(document, top=True)


def check_contexts(names: object) -> None:
    if (
        isinstance(names, list)
        and names[:1] == [CREDENTIALS_V1]
        and set(OPEN_BADGES).intersection(map(str, names))
    ):
        raise UnknownVocabulary(OLDER_FORM)
    if not isinstance(names, list) or len(names) < 2 or names[0] != contexts.CREDENTIALS_V2:
        raise ValueError("it does not begin with the contexts of Open Badges 3.0")
    if names[1] not in OPEN_BADGES:
        raise ValueError("it does not name the Open Badges 3.0 context")
    for name in names:
        if not isinstance(name, str) or name not in contexts.FILES:
            raise UnknownVocabulary("it uses a vocabulary that is not known here")


def faults(document: Json) -> Iterator[str]:
    """What is missing, in words."""
    subject = document.get("credentialSubject")
    if not has_type(document, "VerifiableCredential"):
        yield "it is not a verifiable credential"
    if not (has_type(document, "OpenBadgeCredential") or has_type(document, "AchievementCredential")):
        yield "it is not a badge"
    if not is_text(document.get("id")):
        yield "it has no id"
    issuer = document.get("issuer")
    if not issuer_of(document):
        yield "it names no issuer"
    elif isinstance(issuer, dict) and not has_type(issuer, "Profile"):
        yield "its issuer has no profile"
    if moment(document.get("validFrom")) is None or (
        "validUntil" in document and moment(document["validUntil"]) is None
    ):
        yield "its dates cannot be read"
    if not isinstance(subject, dict) or not has_type(subject, "AchievementSubject"):
        yield "it names nobody who achieved something"
    elif not (is_text(subject.get("id")) or subject.get("identifier")):
        yield "it does not say whom it is for"
    else:
        yield from achievement_faults(subject.get("achievement"))
    if not isinstance(document.get("credentialStatus", {}), dict):
        yield "it has more than one status"


def achievement_faults(achievement: object) -> Iterator[str]:
    if not isinstance(achievement, dict) or not has_type(achievement, "Achievement"):
        yield "it names no achievement"
        return
    if not all(is_text(achievement.get(name)) for name in ("id", "name", "description")):
        yield "its achievement lacks an id, a name or a description"
    criteria = achievement.get("criteria")
    if not isinstance(criteria, dict) or not (
        is_text(criteria.get("id")) or is_text(criteria.get("narrative"))
    ):
        yield "its achievement has no criteria"


def check_members(value: Any, top: bool = False) -> None:
    """ValueError for nulls, empty arrays, keywords, contexts in inner places and values of another kind."""
    if isinstance(value, list):
        if not value:
            raise ValueError("it holds an empty list")
        for item in value:
            check_members(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            check_member(name, item, top)
            check_members(item)
    elif value is None:
        raise ValueError("it holds a null")


def check_member(name: str, value: Any, top: bool) -> None:
    if name == "@context" and not top:
        check_contexts(value)  # of an endorsement
    elif name.startswith("@") and name != "@context":
        raise ValueError(f"it holds the keyword {name}")
    if name == "hashed" and not isinstance(value, bool):
        raise ValueError("it does not say whether the identity is hashed")
    if name in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError(f"its {name} is not a number")
    if name in TEXTS and not isinstance(value, str):
        raise ValueError(f"its {name} is not a text")


def has_type(value: Json, name: str) -> bool:
    types = value.get("type")
    return name in types if isinstance(types, list) else types == name


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def issuer_of(document: Json) -> str:
    """The issuer's id; empty when none is named."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    return found if isinstance(found, str) else ""


def moment(value: object) -> dt.datetime | None:
    """An aware time; None when it is none."""
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None

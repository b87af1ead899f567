"""Our own verifier over our own origin, without the network; what cannot change is checked once a process."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from accounts.models import Institution
from credentials import bodies
from credentials.facts import keys_of
from credentials.models import StatusList
from credentials.openbadges import did
from credentials.openbadges.endorsement import carried, check_endorsements
from credentials.openbadges.reading import read
from credentials.openbadges.verify import (
    Answer,
    Check,
    Report,
    Resolver,
    check_dates,
    check_document,
    check_recipient,
    check_signature,
)


def resolver() -> Resolver:
    """Answers for our own issuers from the database and the key files; knows nobody else."""
    return Resolver(did_document=_did_document, jwk=_jwk, status_list=_status_list)


def _institution(slug: str) -> Institution | None:
    return Institution.objects.filter(slug=slug).first()


def _did_document(name: str) -> Mapping[str, Any] | None:
    slug, _, body = name.rpartition(":issuers:")[2].partition(":bodies:")
    institution = _institution(slug)
    if institution is None:
        return None
    if body:
        found = bodies.did_document(institution, body)
    else:
        found = did.did_document(settings.ISSUER_ORIGIN, keys_of(institution))
    return found if found and found["id"] == name else None


def _jwk(url: str) -> Mapping[str, Any] | None:
    parts = url.removeprefix(f"{settings.ISSUER_ORIGIN}/issuers/").split("/")
    if len(parts) != 3 or parts[1] != "keys":
        return None
    institution = _institution(parts[0])
    kid = parts[2].removesuffix(".json")
    return did.jwk(settings.ISSUER_ORIGIN, keys_of(institution), kid) if institution else None


def _status_list(url: str) -> str | None:
    parts = url.removeprefix(f"{settings.ISSUER_ORIGIN}/issuers/").split("/")
    if len(parts) != 3 or parts[1] != "status":
        return None
    number = parts[2].removesuffix(".json")
    rows = StatusList.objects.filter(
        institution__slug=parts[0], number=int(number) if number.isdecimal() and len(number) < 9 else 0
    )
    return rows.values_list("document", flat=True).first()


MOST_REMEMBERED = 50_000


class Remembered(NamedTuple):
    """What is the same every time for a stored credential, and its dates."""

    checks: tuple[Check, ...]
    dates: dict[str, Any]


_remembered: dict[bytes, Remembered] = {}


def _unchanging(text: str) -> Remembered:
    """Document, issuer, signature and endorsements of a stored credential; checked once a process."""
    digest = hashlib.sha256(text.encode()).digest()
    found = _remembered.get(digest)
    if found is None:
        reading = read(text)
        proved = (check_document(reading.credential), *check_signature(reading, resolver()))
        checks = _same((*proved, *_endorsed(reading.credential)))
        found = Remembered(
            checks, {name: reading.credential.get(name) for name in ("validFrom", "validUntil")}
        )
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[digest] = found
    return found


_endorsements: dict[str, Check] = {}


def _endorsed(credential: dict[str, Any]) -> list[Check]:
    """The answer about the endorsements, none without any; those of an achievement are the same in all its awards."""
    found = carried(credential)
    if not found:
        return []
    key = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    if key not in _endorsements:
        if len(_endorsements) >= MOST_REMEMBERED:
            _endorsements.clear()
        _endorsements[key] = check_endorsements(credential, resolver())
    return [_endorsements[key]]


@lru_cache(maxsize=1024)
def _same(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Equal answers as one object, so that remembering them costs little."""
    return checks


def check_ours(text: str, status: Check, now: dt.datetime, recipient: str = "") -> Report:
    """Our own award: `text` is the stored credential, `status` what the row says (the published list says the same)."""
    first, dates = _unchanging(text)
    checks = [*first[:3], check_dates(dates, now), status, *first[3:]]
    if recipient:
        checks.append(check_recipient(json.loads(text), recipient))
    return Report(tuple(checks), form="json")


STATUS_WORDS = {
    "valid": (Answer.YES, "Its issuer has not revoked it."),
    "revoked": (Answer.NO, "Its issuer has revoked it. It must not be relied on."),
    "superseded": (Answer.NO, "A newer award has taken its place."),
    "suspended": (Answer.NO, "Its issuer has suspended it for now. Ask them, or check again later."),
    "expired": (Answer.NO, "Its time has run out."),
}


def status_check(status: str) -> Check:
    """The row's standing as one of the three answers."""
    answer, sentence = STATUS_WORDS[status]
    return Check("status", answer, sentence)


GENUINE = ("document", "issuer", "signature")
IN_FORCE = ("dates", "status")
SEALED = Check(
    "endorsements",
    Answer.YES,
    "Each approval in it was signed by the body that gave it, and none has changed.",
)


def in_short(report: Report, issuer: str) -> list[Check]:
    """The checks as the questions that people have: is it genuine, is it in force, is it this person's."""
    signed = f"{issuer} signed it, and nothing in it has changed since."
    found = [_together("genuine", report, GENUINE, signed), _together("force", report, IN_FORCE)]
    others = [check for check in report.checks if check.key in ("endorsements", "recipient")]
    return found + [SEALED if (one.key, one.answer) == (SEALED.key, SEALED.answer) else one for one in others]


def _together(key: str, report: Report, parts: tuple[str, ...], sentence: str = "") -> Check:
    """One answer for several checks: no if one is no, unknown if one is; the sentences are of those that decide."""
    checks = [check for check in report.checks if check.key in parts]
    answer = next((a for a in (Answer.NO, Answer.UNKNOWN) if any(c.answer is a for c in checks)), Answer.YES)
    said = " ".join(check.sentence for check in checks if check.answer is answer)
    return Check(key, answer, sentence if sentence and answer is Answer.YES else said)

"""A learner record that a stranger brings: who signed it, and each credential in it by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from credentials.openbadges import learner_record, structure
from credentials.openbadges.answers import Answer, Check
from credentials.openbadges.jwt import is_record
from credentials.openbadges.reading import Reading, Unreadable, read
from credentials.openbadges.resolving import Resolver
from credentials.openbadges.verify import (
    Report,
    check_dates,
    check_recipient,
    check_signature,
    check_status,
    unanswered,
)

Json = dict[str, Any]
CheckOne = Callable[[Json | str, str], Report]
SHOWN = 5  # of those that are not in order


def record_in(source: bytes | str | Mapping[str, Any]) -> Reading | None:
    """The learner record that was brought; None when it is none."""
    try:
        reading = read(source)
    except Unreadable:
        return None
    return reading if is_record(reading.credential) else None


def check_record(
    reading: Reading, resolver: Resolver, now: dt.datetime, recipient: str, check_one: CheckOne
) -> Report:
    """The record's own form, issuer, signature, dates and status; then all that it holds, by `check_one(credential,
    recipient)`."""
    record = reading.credential
    document = _form(record)
    if document.answer is not Answer.YES:
        keys = ["issuer", "signature", "dates", "status", "members"] + (["recipient"] if recipient else [])
        return Report((document, *map(unanswered, keys)), record, reading.form)
    reports = [(one, check_one(one, recipient)) for one in learner_record.held(record)]
    checks = [document, *check_signature(reading, resolver), check_dates(record, now)]
    checks += [check_status(record, resolver, now), _members(reports)]
    if recipient:
        checks.append(_recipient(record, reports, recipient))
    return Report(tuple(checks), record, reading.form)


def _form(record: Json) -> Check:
    try:
        learner_record.check(record)
    except structure.UnknownVocabulary as error:
        return Check(
            "document", Answer.UNKNOWN, f"This may be a Comprehensive Learner Record 2.0, but {error}."
        )
    except ValueError as error:
        return Check("document", Answer.NO, f"This is not a Comprehensive Learner Record 2.0: {error}.")
    number = len(learner_record.held(record))
    held = "1 credential" if number == 1 else f"{number} credentials"
    return Check("document", Answer.YES, f"This is a Comprehensive Learner Record 2.0 with {held}.")


def _members(reports: list[tuple[Json | str, Report]]) -> Check:
    """All of them in one answer; those that are not in order by their names, with the first thing that is wrong."""
    for answer, words in ((Answer.NO, "not in order"), (Answer.UNKNOWN, "could not be checked whole")):
        found = [line for one, report in reports if (line := _line(one, report, answer))]
        if found:
            more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            return Check(
                "members", answer, f"{len(found)} of {len(reports)} {words}: {'; '.join(found[:SHOWN])}{more}"
            )
    return Check("members", Answer.YES, "Each credential in it is genuine and in force.")


def _line(one: Json | str, report: Report, answer: Answer) -> str:
    """The credential and what stands against it; "" where nothing has that answer. Whose it is has a check of its own."""
    wrong = next((c for c in report.checks if c.answer is answer and c.key != "recipient"), None)
    title = learner_record.title_of(report.credential or (one if isinstance(one, dict) else {}))
    return f"“{title[:120] or 'a credential'}”: {wrong.sentence}" if wrong else ""


def _recipient(record: Json, reports: list[tuple[Json | str, Report]], recipient: str) -> Check:
    """Whether the record and each credential in it were issued to that address."""
    own = check_recipient(record, recipient)
    answers = [own.answer, *(report.answer("recipient") for _, report in reports)]
    for answer in (Answer.NO, Answer.UNKNOWN):
        if answer in answers and own.answer is not answer:
            said = (
                "was not issued to this address"
                if answer is Answer.NO
                else "names nobody who could be compared"
            )
            return Check("recipient", answer, f"A credential in it {said}.")
        if own.answer is answer:
            return own
    return own

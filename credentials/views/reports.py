"""What was found out about a badge: as pages show it, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from credentials.checking.ours import status_check
from credentials.openbadges import structure
from credentials.openbadges.advice import what_to_do
from credentials.openbadges.learner_record import held, title_of
from credentials.openbadges.verify import Answer, Check
from credentials.views.machines import answer

QUESTIONS = {
    "genuine": "Is it genuine?",
    "force": "Is it in force?",
    "document": "Is it an Open Badges credential?",
    "issuer": "Is it from whom it says?",
    "signature": "Is it unchanged?",
    "dates": "Are its dates in order?",
    "status": "Does its issuer stand by it?",
    "members": "Are the badges in it in order?",
    "endorsements": "Did others approve it, as it says?",
    "recipient": "Is it this person’s?",
}
EXPIRED = status_check("expired")  # what an award's own row says past its last day


def shown(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """Checks as the component of three answers shows them."""
    return [
        {
            "question": QUESTIONS.get(check.key, check.key),
            "answer": check.answer.value,
            "meaning": check.sentence,
            "advice": what_to_do(check),
        }
        for check in checks
    ]


def told(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """The same with the name of each check, as programs get it and as it is kept."""
    return [{"check": check.key, **item} for check, item in zip(checks, shown(checks), strict=True)]


def overall(checks: Sequence[Check]) -> Answer:
    """All answers in one: no if one is no, else unknown if one is."""
    given = {check.answer for check in checks}
    return next((answer for answer in (Answer.NO, Answer.UNKNOWN) if answer in given), Answer.YES)


VERDICTS = {
    Answer.YES: "Everything is in order.",
    Answer.NO: "At least one answer is no. Do not rely on it.",
    Answer.UNKNOWN: "Nothing speaks against it, but not everything could be checked.",
}


UNTIMELY = "It is genuine, but not in force at this time. Do not rely on it."


def verdict(checks: Sequence[Check]) -> str:
    """All answers in one sentence."""
    return UNTIMELY if untimely(checks) else VERDICTS[overall(checks)]


def untimely(checks: Sequence[Check]) -> bool:
    """Whether nothing but the time speaks against it: before its first day, or past its last."""
    against = [one for one in checks if one.answer is not Answer.YES and one != EXPIRED]
    return [(one.key, one.answer) for one in against] == [("dates", Answer.NO)]


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: JSON is preferred to a page."""
    if "json" not in request.headers.get("Accept", ""):  # as of browsers, at once
        return False
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def as_json(checks: Sequence[Check], facts: Sequence[dict[str, str]], status: int = 200) -> HttpResponse:
    """The report for programs: `{answer, meaning, badge, checks: [{check, question, answer, meaning, advice}]}`."""
    found = {
        "answer": overall(checks).value,
        "meaning": verdict(checks),
        "badge": {fact["term"]: fact["value"] for fact in facts},
        "checks": told(checks),
    }
    return answer(found, status=status, seconds=0)


def facts_of(credential: dict[str, Any] | None) -> list[dict[str, str]]:
    """What the document says of itself, as far as it can be read; never trusted beyond text."""
    if not isinstance(credential, dict):
        return []
    subject, issuer = credential.get("credentialSubject"), credential.get("issuer")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    said = achievement if isinstance(achievement, dict) else {}
    criteria = said.get("criteria")
    names = [title_of(one) for one in held(credential) if isinstance(one, dict)]
    holds = "; ".join(filter(None, names))
    found = {
        "Learner record" if holds else "Badge": said.get("name") or credential.get("name"),
        "It holds": holds,
        "Issuer": issuer.get("name") or issuer.get("id") if isinstance(issuer, dict) else issuer,
        "What it stands for": said.get("description"),
        "What had to be shown": criteria.get("narrative") if isinstance(criteria, dict) else None,
        "Valid from": _day(credential.get("validFrom")),
        "Valid until": _day(credential.get("validUntil")),
    }
    return [
        {"term": term, "value": value if len(value) <= LONGEST else f"{value[:LONGEST]}…"}
        for term, value in found.items()
        if isinstance(value, str) and value
    ]


LONGEST = 600  # characters of one fact


def _day(value: Any) -> Any:
    """A moment of the document as a day in words; as it stands when it is none."""
    moment = structure.moment(value)
    return f"{moment:%-d %B %Y}" if moment else value

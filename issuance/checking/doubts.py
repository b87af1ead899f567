"""What a certifier should look at in each line: what stands against it, what is merely unusual, what the records say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from accounts.addresses import keys_of
from accounts.models import Person
from issuance.checking import checks, duplicates
from issuance.checking.checks import Verdict
from issuance.checking.typed import Line
from issuance.models import RequestLine
from policies.reasons import Reason

if TYPE_CHECKING:
    from issuance.models import IssuanceRequest
    from learning.reading import Shown

AGAINST, UNUSUAL = 2, 1
FRESH = dt.timedelta(minutes=1)  # a page that is opened later than this has the whole list looked at again
# What can be wrong with a line, as it stands in lists of lines; the first eight stand against awarding it.
KINDS = {
    "typed": "Name, address or link is wrong",
    "holds": "Holds the badge already",
    "waits": "In another request too",
    "twice": "Same person under two addresses",
    "parts": "Parts are missing",
    "completion": "Not completed",
    "mastery": "Competencies not shown",
    "eligibility": "Not enrolled",
    "unknown": "Nobody known at this address",
    "unrecorded": "No completion recorded",
    "other_name": "Recorded under another name",
    "same_name": "Same name twice in the list",
    "namesake": "Somebody of this name holds it",
    "no_evidence": "No evidence",
}
# Seen only by who looks at the whole list.
OF_THE_LIST = ("twice", "same_name")
NEW = "Nobody with this address is known here yet."
NOT_SHOWN = "No completion is recorded."
OTHER_NAME = "The completion was recorded for “{name}”."
SAME_NAME = "The same name stands at another address of this list."
NAMESAKE = "Somebody of this name holds the badge already, at {addresses}."
NO_EVIDENCE = "Neither the completion nor this line gives any evidence."


class Fact(NamedTuple):
    """What the records say of a learner by one clause of the policy."""

    text: str
    met: bool
    clause: str


@dataclass
class Look:
    """One line: what stands against it and what is unusual, each by kind."""

    line: RequestLine
    against: dict[str, list[Reason]] = field(default_factory=dict)
    unusual: dict[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """How much there is to look at."""
        return AGAINST if self.against else UNUSUAL if self.unusual else 0

    @property
    def kinds(self) -> list[str]:
        """What sorts of doubt, in the order of KINDS."""
        return [kind for kind in KINDS if kind in self.against or kind in self.unusual]


def look(
    request: IssuanceRequest, lines: Sequence[RequestLine], verdict: Verdict | None = None
) -> list[Look]:
    """Look at these lines, in a fixed number of queries; with the verdict of a check of them, if there was one already."""
    if verdict is None or verdict.records is None:
        verdict = Verdict()
        checks.check_records(request.definition, [_value(line) for line in lines], verdict, request)
    names = verdict.whole.names if verdict.whole else frozenset[str]()
    addresses = [line.email for line in lines if line.email not in verdict.completions]
    known = set(Person.objects.filter(email__in=addresses).values_list("email", flat=True))
    sakes = duplicates.namesakes(request.definition, {_called(line) for line in lines})
    looks = []
    for line in lines:
        one = Look(line, _against(verdict, line.number))
        if "holds" not in one.against:
            one.unusual = _unusual(line, verdict, names, known, sakes)
        looks.append(one)
    return looks


def _value(line: RequestLine) -> Line:
    return Line(line.number, line.name, line.email, line.evidence_url, line.narrative)


def _called(line: RequestLine) -> str:
    return line.name.lower()


def _against(verdict: Verdict, number: int) -> dict[str, list[Reason]]:
    """The reasons of a line by their kinds; those of the records may come in several."""
    kinds, reasons = verdict.kinds.get(number, []), verdict.lines.get(number, [])
    return {kinds[0]: reasons, **{kind: [] for kind in kinds[1:]}} if kinds else {}


def _unusual(
    line: RequestLine,
    verdict: Verdict,
    names: Collection[str],
    known: Collection[str],
    sakes: Mapping[str, Collection[str]],
) -> dict[str, str]:
    """What is unusual about a line; what stands against it is said by the verdict."""
    shown = verdict.completions.get(line.email)
    found: dict[str, str] = {}
    stack = verdict.records is not None and bool(verdict.records.parts)
    if shown is None and line.number not in verdict.lines and not stack:
        found |= {"unrecorded": NOT_SHOWN} if line.email in known else {"unknown": NEW}
    if shown and shown.name.casefold() != line.name.casefold():
        found["other_name"] = OTHER_NAME.format(name=shown.name)
    if _called(line) in names:
        found["same_name"] = SAME_NAME
    if others := set(sakes.get(_called(line), ())) - {line.email}:
        found["namesake"] = NAMESAKE.format(addresses=", ".join(sorted(others)[:3]))
    if shown and not (line.evidence_url or shown.evidence or shown.evidence_url):
        found["no_evidence"] = NO_EVIDENCE
    return found


@dataclass
class Row:
    """One line as the certifier's page shows it."""

    look: Look
    facts: list[Fact]
    identity: str
    matches: bool

    @property
    def reasons(self) -> list[Reason]:
        """All that stands against it."""
        return [reason for reasons in self.look.against.values() for reason in reasons]


def rows(request: IssuanceRequest, lines: Sequence[RequestLine]) -> list[Row]:
    """The lines of one page, looked at now; what only the whole list shows is taken from when it was looked at last."""
    verdict = Verdict()
    checks.check_records(request.definition, [_value(line) for line in lines], verdict, request)
    keys = keys_of([line.email for line in lines])
    people = Person.objects.in_bulk(set(keys.values()))
    found = []
    for one in look(request, lines, verdict):
        _recall(one)
        shown, person = verdict.completions.get(one.line.email), people.get(keys.get(one.line.email))
        identity, matches = _identity(one.line, shown, person)
        found.append(Row(one, _facts(verdict, one.line.email, shown), identity, matches))
    return found


def _recall(one: Look) -> None:
    """Lay over it what was seen when the whole list was looked at."""
    kinds = one.line.kinds
    if "same_name" in kinds:
        one.unusual.setdefault("same_name", SAME_NAME)
    if "twice" in kinds and not one.against:
        text = "The same person stands in this list under another address; one of the lines is enough."
        one.against["twice"] = [Reason(text, field="email")]


def _identity(line: RequestLine, shown: Shown | None, person: Person | None) -> tuple[str, bool]:
    """Who that address belongs to, and whether name and address are of one person as far as the records say."""
    if person is None:
        return "Not known here", False
    names = {person.name.casefold()} | ({shown.name.casefold()} if shown else set())
    further = "" if person.email == line.email else f", mainly at {person.email}"
    if line.name.casefold() in names:
        return f"Name and address match the records{further}", True
    return f"The address is that of {person.name}{further}", False


def _facts(verdict: Verdict, address: str, shown: Shown | None) -> list[Fact]:
    """What the policy's clauses ask of a learner, each as the records have it."""
    records = verdict.records
    if records is None:
        return []
    asked, lacking = records.readiness, records.by_kind(address)
    rules, found = asked.rules, []
    if records.parts:
        found.append(Fact("Holds what the stack asks for", not lacking.get("parts"), rules.collection_clause))
    if asked.completion:
        day = f"Completed on {shown.completed_on:%-d %B %Y}" if shown and shown.completed_on else "Completed"
        found.append(Fact(day, not lacking.get("completion"), rules.completion_clause))
    if asked.mastery:
        met = len([name for name in asked.competencies if shown and name in shown.competencies])
        text = f"{met} of {len(asked.competencies)} competencies shown"
        found.append(Fact(text, not lacking.get("mastery") and bool(shown), rules.mastery_clause))
    if asked.eligibility:
        enrolled = bool(shown and shown.enrolled)
        found.append(Fact("Eligible and enrolled", enrolled, rules.eligibility_clause))
    return found

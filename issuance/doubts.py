"""What a certifier should look at: what the policy asks for, met or not, and the lines with anything unusual first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.authority import is_qualified
from accounts.models import Person
from credentials.actions import transcripts
from issuance import checks
from issuance.actions.requests import lines_of
from policies.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credentials.models import Definition
    from issuance.checks import Line, Verdict
    from issuance.learners import Records
    from issuance.models import IssuanceRequest
    from policies.schema import Pack

NEW = "Nobody with this address is known here yet."
NOT_SHOWN = "No completion is recorded."
OTHER_NAME = "The completion was recorded for “{name}”."
SAME_NAME = "The same name stands at another address of this list."
NO_EVIDENCE = "Neither the completion nor this line gives any evidence."


@dataclass(frozen=True)
class Point:
    """One thing that the policy asks for: its clause, and whether it is met (None: does not apply)."""

    text: str
    clause: str
    met: bool
    reason: str = ""


@dataclass
class Look:
    """One line as the certifier sees it: what stands against it, and what is merely unusual."""

    line: Line
    reasons: list[Reason] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def doubtful(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.reasons or self.hints)


@dataclass
class Picture:
    """A request as the certifier checks it. `looks` has the doubtful lines first."""

    points: list[Point]
    verdict: Verdict
    looks: list[Look]

    @property
    def doubtful(self) -> int:
        """How many lines have something to look at."""
        return sum(look.doubtful for look in self.looks)


def picture(request: IssuanceRequest) -> Picture:
    """Everything there is to check, in a fixed number of queries."""
    lines = lines_of(request)
    verdict = checks.check(request.definition, lines, None, request)
    names = Counter(line.name.casefold() for line in lines)
    addresses = [line.address for line in lines if line.address not in verdict.completions]
    known = set(Person.objects.filter(email__in=addresses).values_list("email", flat=True))
    looks = [
        Look(line, verdict.lines.get(line.number, []), _hints(line, verdict, names, known)) for line in lines
    ]
    looks.sort(key=lambda look: (not look.reasons, not look.hints, look.line.number))
    return Picture(points(request, verdict, lines), verdict, looks)


def _hints(line: Line, verdict: Verdict, names: Counter[str], known: set[str]) -> list[str]:
    """What is unusual about a line; what stands against it is said by the verdict."""
    shown, found = verdict.completions.get(line.address), []
    stack = verdict.records is not None and bool(verdict.records.parts)
    if shown is None and line.number not in verdict.lines and not stack:
        found.append(NOT_SHOWN if line.address in known else NEW)
    if shown and shown.name.casefold() != line.name.casefold():
        found.append(OTHER_NAME.format(name=shown.name))
    if names[line.name.casefold()] > 1:
        found.append(SAME_NAME)
    if shown and not (line.evidence_url or shown.evidence or shown.evidence_url):
        found.append(NO_EVIDENCE)
    return found


def points(request: IssuanceRequest, verdict: Verdict, lines: Sequence[Line]) -> list[Point]:
    """The policy's rules for issuing, each with what the records say about this request."""
    pack, definition = checks.pack_of(request.definition), request.definition
    rules, found = pack.issuance, [_standing(definition)]
    if rules.training_required and request.requested_by:
        trained = is_qualified(request.requested_by, request.institution)
        text = "The requester has been trained to issue badges."
        found.append(Point(text, rules.training_clause, trained, f"{request.requested_by} is not trained."))
    if records := verdict.records:
        found += _of_learners(pack, records, lines)
    wrong = sum(bool(checks.line_problems(line, rules)) for line in lines)
    found.append(_point("Each line names a learner and an address.", rules.recipient_clause, wrong))
    return found + _of_transcripts(definition)


def _of_learners(pack: Pack, records: Records, lines: Sequence[Line]) -> list[Point]:
    """What is asked of each learner, with the number of lines where it is missing."""
    rules, asked = pack.issuance, records.readiness
    kinds = [records.by_kind(line.address) for line in lines]
    told = (
        (
            "parts",
            bool(records.parts),
            "Each learner holds what the stack asks for.",
            rules.collection_clause,
        ),
        (
            "completion",
            asked.completion,
            "Each learner has completed the programme.",
            rules.completion_clause,
        ),
        ("mastery", asked.mastery, "Each learner has shown every competency.", rules.mastery_clause),
        (
            "eligibility",
            asked.eligibility,
            "Each learner was an eligible enrolled student.",
            rules.eligibility_clause,
        ),
    )
    return [
        _point(text, clause, sum(bool(found.get(kind)) for found in kinds))
        for kind, applies, text, clause in told
        if applies
    ]


def _of_transcripts(definition: Definition) -> list[Point]:
    """Whether what goes on a transcript has its event code."""
    version = definition.current
    if version is None or not version.notation:
        return []
    rule, against = checks.pack_of(definition).transcript, transcripts.code_reasons(definition)
    if not rule.event_code:
        return []
    text = "It is noted on transcripts under an Academic Event Code whose approval is recorded."
    return [Point(text, rule.clause, not against, against[0].text if against else "")]


def _standing(definition: Definition) -> Point:
    against, until = checks.definition_reasons(definition), definition.awards_until
    text = f"Badges may be issued until {until:%-d %B %Y}." if until else "Badges of it may be issued."
    clause = against[0].clause if against else checks.standing_clause(definition)
    return Point(text, clause, not against, against[0].text if against else "")


def _point(text: str, clause: str, wrong: int) -> Point:
    return Point(text, clause, not wrong, f"Not so in {wrong:,} {'line' if wrong == 1 else 'lines'}.")

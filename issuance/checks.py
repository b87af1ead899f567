"""What stands against a request, as a whole and line by line, each with the clause. Reads only, a few queries for any length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.authority import holds, is_qualified
from credentials.models import Award, Standing
from journal import clock
from learning.actions.completions import completions_for
from policies.engine import applies
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition, DefinitionVersion
    from learning.models import Completion
    from policies.schema import Issuance

FORMULA_START = ("=", "+", "-", "@", "\t")
MAX_LINES = 50_000
MIN_SKILLS = 3


@dataclass(frozen=True)
class Line:
    """One recipient as typed or read; `number` is the line in the list, from 1."""

    number: int
    name: str
    email: str
    evidence_url: str = ""
    narrative: str = ""

    @property
    def address(self) -> str:
        return self.email.strip().lower()


@dataclass
class Verdict:
    """`reasons` are about the whole request, `lines` about one line each (by its number)."""

    reasons: list[Reason] = field(default_factory=list)
    lines: dict[int, list[Reason]] = field(default_factory=dict)
    completions: dict[str, Completion] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.reasons and not self.lines

    @property
    def all_reasons(self) -> list[Reason]:
        """Everything in order, each line's reasons naming the line."""
        numbered = [
            Reason(f"Line {number}: {reason.text}", reason.clause, f"recipients.{number}.{reason.field}")
            for number, found in sorted(self.lines.items())
            for reason in found
        ]
        return [*self.reasons, *numbered]


def may_request(person: Person, definition: Definition) -> bool:
    """Whoever the pack lets request for the definition's unit."""
    rules = _rules(definition)
    return any(holds(person, actor, definition.institution, definition.unit) for actor in rules.requesters)


def _rules(definition: Definition) -> Issuance:
    return _version(definition).policy.pack.issuance


def _version(definition: Definition) -> DefinitionVersion:
    if definition.current is None:
        raise ValueError("A definition without an approved version cannot be requested.")
    return definition.current


def request_reasons(definition: Definition, person: Person | None) -> list[Reason]:
    """What stands against any request for this definition today (by this person, when one is given)."""
    rules, found = _rules(definition), []
    if not definition.awardable_on(clock.today()):
        found.append(Reason(_not_awardable(definition), clause=_standing_clause(definition)))
    elif not definition.image and _version(definition).badge:
        found.append(Reason("The badge has no image yet. The programme manager sets it on the credential's page."))
    if person and rules.training_required and not is_qualified(person, definition.institution):
        text = "You have not been trained to issue badges yet. Ask the programme manager for a training."
        found.append(Reason(text, clause=rules.training_clause))
    return found


def _not_awardable(definition: Definition) -> str:
    day = definition.awards_until
    if definition.standing in (Standing.PILOT, Standing.LAPSED) and day:
        return f"The pilot ended on {day:%-d %B %Y}; no badge can be issued under it any more."
    return f"This credential is not in force ({definition.get_standing_display().lower()}), so no badge can be issued."


def _standing_clause(definition: Definition) -> str:
    pack = _version(definition).policy.pack
    if definition.standing in (Standing.PILOT, Standing.LAPSED) and pack.pilot:
        return pack.pilot.clause
    return pack.issuance.standing_clause


def check(definition: Definition, lines: Sequence[Line], person: Person | None) -> Verdict:
    """The dry run: everything that stands against the request. Writes nothing."""
    verdict = Verdict(reasons=request_reasons(definition, person))
    if not lines:
        verdict.reasons.append(Reason("Name at least one recipient.", field="recipients"))
    if len(lines) > MAX_LINES:
        verdict.reasons.append(Reason(f"A request holds at most {MAX_LINES:,} recipients; split the list."))
        return verdict
    addresses = [line.address for line in lines]
    verdict.completions = completions_for(definition, addresses)
    repeated = {address for address, n in Counter(addresses).items() if n > 1}
    holding = set(
        Award.objects.live()
        .filter(definition=definition, holder__email__in=addresses)
        .values_list("holder__email", flat=True)
    )
    for line in lines:
        found = _form_problems(line, definition, repeated) or _standing_problems(line, definition, verdict, holding)
        if found:
            verdict.lines[line.number] = found
    return verdict


def _form_problems(line: Line, definition: Definition, repeated: set[str]) -> list[Reason]:
    """What is wrong with the line as typed."""
    clause, found = _rules(definition).recipient_clause, []
    if not line.name.strip():
        found.append(Reason("Write the learner's name.", clause, "name"))
    if len(line.name) > 200:
        found.append(Reason("The name is longer than 200 characters.", clause, "name"))
    if line.name.strip().startswith(FORMULA_START):
        found.append(Reason("The name begins like a spreadsheet formula; write it as plain text.", field="name"))
    if not line.address:
        found.append(Reason("Write the learner's e-mail address.", clause, "email"))
    elif not _is_address(line.address):
        found.append(Reason(f"“{line.email[:80]}” is not an e-mail address.", clause, "email"))
    elif line.address in repeated:
        found.append(Reason(f"{line.address} stands in the list more than once.", field="email"))
    if line.evidence_url and not line.evidence_url.startswith(("https://", "http://")):
        found.append(Reason("The link to the evidence must begin with https://.", field="evidence_url"))
    return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _standing_problems(line: Line, definition: Definition, verdict: Verdict, holding: set[str]) -> list[Reason]:
    """What the records say about this person: completion, competencies, enrolment, a badge held already."""
    if line.address in holding:
        return [Reason("This person holds the badge already.", field="email")]
    rules, completion = _rules(definition), verdict.completions.get(line.address)
    if completion is None:
        if not (rules.completion_required or rules.mastery_required):
            return []
        clause = rules.completion_clause or rules.mastery_clause
        return [Reason("No completion is recorded for this learner.", clause, "email")]
    return _completion_problems(definition, completion, rules)


def _completion_problems(definition: Definition, completion: Completion, rules: Issuance) -> list[Reason]:
    version, found = _version(definition), []
    if rules.mastery_required:
        met = {c.competency for c in completion.competencies.all()}
        lacking = [c["name"] for c in version.competencies if c["name"] not in met]
        if lacking:
            found.append(Reason(f"Not recorded as met: {'; '.join(lacking)}.", rules.mastery_clause, "email"))
    when = rules.eligibility_when
    if when and applies(when, version.answers, definition.type) and not completion.enrolled:
        text = "Not confirmed as an eligible enrolled student."
        found.append(Reason(text, rules.eligibility_clause, "email"))
    return found

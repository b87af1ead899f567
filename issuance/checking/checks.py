"""What stands against a request, as a whole and line by line, each with the clause. Reads only, a few queries for any length."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.addresses import further_of
from accounts.authority import holds, is_qualified
from credentials.facts import unsignable
from credentials.models import Part, Standing
from issuance.checking import duplicates
from issuance.checking.duplicates import Whole
from issuance.checking.learners import Records
from issuance.checking.typed import Line, line_problems
from learning.reading import Shown
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person
    from credentials.models import Definition
    from issuance.models import IssuanceRequest
    from policies.schema import Issuance, Pack

MAX_LINES = 50_000
UNSIGNABLE = "A badge of this credential could not be signed: {wrong}. The programme manager can mend that."
BRINGS_NOTHING = "An award of it would bring neither a badge nor a line on the transcript."
NO_PARTS = (
    "It is not settled yet which credentials this stack is made of. Whoever makes the badges sets that."
)
A_PART = 5_000  # lines of a long list that are checked together


@dataclass
class Verdict:
    """`reasons` are about the whole request, `lines` about one line each (by its number), `kinds` say what sort they are."""

    reasons: list[Reason] = field(default_factory=list)
    lines: dict[int, list[Reason]] = field(default_factory=dict)
    kinds: dict[int, list[str]] = field(default_factory=dict)
    completions: dict[str, Shown] = field(default_factory=dict)
    records: Records | None = None
    whole: Whole | None = None

    @property
    def ok(self) -> bool:
        """Whether the request may go on as it is."""
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
    requesters = pack_of(definition).issuance.requesters
    return any(holds(person, actor, definition.institution, definition.unit) for actor in requesters)


def pack_of(definition: Definition) -> Pack:
    """The rules that the definition was approved under; the campus's present ones while it has no version."""
    return policy_of(definition).pack


def policy_of(definition: Definition) -> AdoptedPolicy:
    """The revision that the definition was approved under; the campus's present one while it has no version."""
    version = definition.current
    policy = version.policy if version else definition.institution.policy
    policy.institution = definition.institution  # known already, so that nobody asks again
    return policy


def request_reasons(definition: Definition, person: Person | None) -> list[Reason]:
    """What stands against any request for this definition today (by this person, when one is given)."""
    trained = person is None or is_qualified(person, definition.institution)
    found = definition_reasons(definition) + training_reasons(definition, trained)
    return found + signing_reasons(definition) + award_reasons(definition)


def signing_reasons(definition: Definition) -> list[Reason]:
    """Whether a badge of it could be signed at all; asked for one credential, not for lists of them."""
    version = definition.current
    if version is None or not version.badge:
        return []
    version.definition = definition  # known already, so that nobody asks again
    wrong = unsignable(version)
    return (
        [Reason(UNSIGNABLE.format(wrong=wrong), pack_of(definition).issuance.badge_clause)] if wrong else []
    )


def award_reasons(definition: Definition) -> list[Reason]:
    """What is still to be settled about what an award is: it must bring something, and a stack has parts."""
    version = definition.current
    if version is None:
        return []
    pack = pack_of(definition)
    if not (version.badge or version.notation):
        clause = pack.transcript.never_clause or pack.transcript.clause
        return [Reason(BRINGS_NOTHING, clause)]
    if pack.kind(definition.type).collection and not Part.objects.of(version).exists():
        return [Reason(NO_PARTS, pack.issuance.collection_clause)]
    return []


def definition_reasons(definition: Definition) -> list[Reason]:
    """Whether badges of it may be awarded today, by the campus's calendar, and have an image."""
    found, version = standing_reasons(definition), definition.current
    if not found and version and version.badge and not definition.image:
        text = "The badge has no image yet. The programme manager sets it."
        found = [Reason(text, clause=pack_of(definition).issuance.badge_clause)]
    return found


def standing_reasons(definition: Definition) -> list[Reason]:
    """Whether the credential is in force today, by the campus's calendar."""
    if definition.current and definition.awardable_on(definition.institution.today()):
        return []
    return [Reason(_not_awardable(definition), clause=standing_clause(definition))]


def training_reasons(definition: Definition, trained: bool) -> list[Reason]:
    """Whether the policy asks for a training that the requester has not had."""
    rules = pack_of(definition).issuance
    if trained or not rules.training_required:
        return []
    text = "You have not been trained to issue badges yet. Ask the programme manager for a training."
    return [Reason(text, clause=rules.training_clause)]


def _not_awardable(definition: Definition) -> str:
    day = definition.awards_until
    if day and definition.standing in (Standing.PILOT, Standing.LAPSED):
        return f"The pilot ended on {day:%-d %B %Y}; no badge can be issued under it any more."
    standing = definition.get_standing_display().lower()
    return f"This credential is not in force ({standing}), so no badge can be issued."


def standing_clause(definition: Definition) -> str:
    """The clause under which badges of it may be issued, or no longer."""
    pack = pack_of(definition)
    if definition.standing in (Standing.PILOT, Standing.LAPSED) and pack.pilot:
        return pack.pilot.clause
    return pack.issuance.standing_clause


def list_reasons(definition: Definition, lines: Sequence[Line], person: Person | None) -> list[Reason]:
    """What stands against requesting for a list of this length, whoever stands in it."""
    found = request_reasons(definition, person)
    if not lines:
        found.append(Reason("Name at least one recipient.", field="recipients"))
    if len(lines) > MAX_LINES:
        found.append(Reason(f"A request holds at most {MAX_LINES:,} recipients; split the list."))
    return found


def check(
    definition: Definition,
    lines: Sequence[Line],
    person: Person | None,
    request: IssuanceRequest | None = None,
) -> Verdict:
    """The dry run: everything that stands against the request (that is stored already, if one is given).

    Writes nothing. With a person also what stands against their requesting it.
    """
    verdict = Verdict(reasons=list_reasons(definition, lines, person))
    if definition.current is None or len(lines) > MAX_LINES:
        return verdict
    for _part, found in in_parts(definition, lines, request):
        verdict.lines |= found.lines
        verdict.kinds |= found.kinds
    return verdict


def in_parts(
    definition: Definition, lines: Sequence[Line], request: IssuanceRequest | None = None
) -> Iterator[tuple[Sequence[Line], Verdict]]:
    """A list part by part, each with what stands against its lines and the completions found, so that memory is bounded."""
    whole = Whole.of(lines)
    for start in range(0, len(lines), A_PART):
        part, found = lines[start : start + A_PART], Verdict(whole=whole)
        check_records(definition, part, found, request)
        yield part, found


def check_records(
    definition: Definition,
    lines: Sequence[Line],
    verdict: Verdict,
    request: IssuanceRequest | None = None,
    *,
    lock: bool = False,
) -> None:
    """Add what stands against each line, and the completions found; with `lock` what is read stays so. A verdict that
    knows its `whole` list is of a part of it."""
    rules = pack_of(definition).issuance
    addresses = [line.address for line in lines]
    whole = verdict.whole = verdict.whole or Whole.of(lines)
    taken = {one: whole.twice[one] for one in addresses if one in whole.twice}
    taken |= duplicates.waiting(definition, addresses, request)
    taken |= duplicates.holding(definition, addresses, further_of(addresses))
    records = Records(definition, addresses, lock=lock)
    verdict.records, verdict.completions = records, records.shown
    for line in lines:
        found = _against(line, rules, whole.repeated, taken, records)
        if found:
            verdict.lines[line.number] = [reason for reasons in found.values() for reason in reasons]
            verdict.kinds[line.number] = list(found)


def _against(
    line: Line,
    rules: Issuance,
    repeated: Collection[str],
    taken: Mapping[str, tuple[str, str]],
    records: Records,
) -> dict[str, list[Reason]]:
    """What stands against one line, by kind: as typed, then who has it already, then what the records say."""
    if typed := line_problems(line, rules, repeated):
        return {"typed": typed}
    if line.address in taken:
        kind, text = taken[line.address]
        return {kind: [Reason(text, field="email")]}
    return {kind: reasons for kind, reasons in records.by_kind(line.address).items() if reasons}

"""What stands against a request, as a whole and line by line, each with the clause. Reads only, a few queries for any length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.addresses import further_of
from accounts.authority import holds, is_qualified
from credentials.facts import unsignable
from credentials.models import Part, Standing
from credentials.openbadges import rules as signing
from issuance.checking import duplicates
from issuance.checking.learners import Records
from learning.reading import Shown
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person
    from credentials.models import Definition
    from issuance.models import IssuanceRequest
    from policies.schema import Issuance, Pack

FORMULA_START = ("=", "+", "-", "@", "\t")
MAX_LINES = 50_000
UNSIGNABLE = "A badge of this credential could not be signed: {wrong}. The programme manager can mend that."
BRINGS_NOTHING = "An award of it would bring neither a badge nor a line on the transcript."
NO_PARTS = (
    "It is not settled yet which credentials this stack is made of. Whoever makes the badges sets that."
)
MAX_NAME, MAX_ADDRESS, MAX_URL, MAX_NARRATIVE = 200, 254, 500, 2000


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
        """The address as it is stored and compared."""
        return self.email.strip().lower()


@dataclass
class Verdict:
    """`reasons` are about the whole request, `lines` about one line each (by its number), `kinds` say what sort they are."""

    reasons: list[Reason] = field(default_factory=list)
    lines: dict[int, list[Reason]] = field(default_factory=dict)
    kinds: dict[int, list[str]] = field(default_factory=dict)
    completions: dict[str, Shown] = field(default_factory=dict)
    records: Records | None = None

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


def check(
    definition: Definition,
    lines: Sequence[Line],
    person: Person | None,
    request: IssuanceRequest | None = None,
) -> Verdict:
    """The dry run: everything that stands against the request (that is stored already, if one is given).

    Writes nothing. With a person also what stands against their requesting it.
    """
    verdict = Verdict(reasons=request_reasons(definition, person))
    if not lines:
        verdict.reasons.append(Reason("Name at least one recipient.", field="recipients"))
    if len(lines) > MAX_LINES:
        verdict.reasons.append(Reason(f"A request holds at most {MAX_LINES:,} recipients; split the list."))
    if definition.current is None or len(lines) > MAX_LINES:
        return verdict
    check_records(definition, lines, verdict, request)
    return verdict


def check_records(
    definition: Definition,
    lines: Sequence[Line],
    verdict: Verdict,
    request: IssuanceRequest | None = None,
    *,
    lock: bool = False,
) -> None:
    """Add what stands against each line, and the completions found; with `lock` what is read stays so."""
    rules = pack_of(definition).issuance
    addresses = [line.address for line in lines]
    repeated = {address for address, n in Counter(addresses).items() if n > 1}
    further = further_of(addresses)
    taken = duplicates.twice(addresses, further) | duplicates.waiting(definition, addresses, request)
    taken |= duplicates.holding(definition, addresses, further)
    records = Records(definition, addresses, lock=lock)
    verdict.records, verdict.completions = records, records.shown
    for line in lines:
        found = _against(line, rules, repeated, taken, records)
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


def line_problems(line: Line, rules: Issuance, repeated: Collection[str] = ()) -> list[Reason]:
    """What is wrong with the line as typed."""
    clause = rules.recipient_clause
    texts = [("name", text) for text in _name_problems(line.name)]
    texts += [("email", text) for text in _address_problems(line, repeated)]
    texts += [("evidence_url", text) for text in _url_problems(line.evidence_url.strip())]
    if len(line.narrative) > MAX_NARRATIVE:
        texts.append(("narrative", f"The narrative is longer than {MAX_NARRATIVE:,} characters."))
    elif signing.UNSAFE.search(line.narrative):
        texts.append(("narrative", "There are control characters in the narrative. Write it anew."))
    return [Reason(text, clause if field in ("name", "email") else "", field) for field, text in texts]


def _name_problems(name: str) -> list[str]:
    name = name.strip()
    if not name:
        return ["Write the learner's name."]
    if len(name) > MAX_NAME:
        return [f"The name is longer than {MAX_NAME} characters."]
    if signing.UNSAFE.search(name):
        return ["There are control characters in the name. Write it anew."]
    if name.startswith(FORMULA_START):
        return ["The name begins like a spreadsheet formula; write it as plain text."]
    return []


def _address_problems(line: Line, repeated: Collection[str]) -> list[str]:
    if not line.address:
        return ["Write the learner's e-mail address."]
    if len(line.address) > MAX_ADDRESS or not _is_address(line.address):
        return [f"“{line.email.strip()[:80]}” is not an e-mail address."]
    if line.address in repeated:
        return [f"{line.address} stands in the list more than once."]
    return []


def _url_problems(url: str) -> list[str]:
    if not url:
        return []
    if len(url) > MAX_URL:
        return [f"The link to the evidence is longer than {MAX_URL} characters."]
    if not url.startswith(("https://", "http://")) or not signing.IRI.fullmatch(url):
        return ["The link to the evidence must be a web address that begins with https://."]
    return []


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True

"""What the policy asks for before a release, clause by clause, each met or not as the request stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.authority import is_qualified
from credentials.actions import transcripts
from credentials.models import Part
from issuance.checking import checks
from learning.readiness import Readiness

if TYPE_CHECKING:
    from credentials.models import Definition
    from issuance.checking.looking import Tally
    from issuance.models import IssuanceRequest


@dataclass(frozen=True)
class Point:
    """One thing that the policy asks for: its clause, whether it is met, and which lines say otherwise."""

    text: str
    clause: str
    met: bool
    reason: str = ""
    kind: str = ""


def points(request: IssuanceRequest, tally: Tally) -> list[Point]:
    """The policy's rules for issuing, each with what the records say about the lines that are to be released."""
    definition = request.definition
    rules, found = checks.pack_of(definition).issuance, [_standing(definition)]
    if rules.training_required and request.requested_by:
        trained = is_qualified(request.requested_by, request.institution)
        text = "The requester has been trained to issue badges."
        found.append(Point(text, rules.training_clause, trained, f"{request.requested_by} is not trained."))
    if definition.current:
        found += _of_learners(definition, tally)
    found.append(_point("typed", "Each line names a learner and an address.", rules.recipient_clause, tally))
    return found + _of_transcripts(definition)


def of_credit(definition: Definition) -> tuple[str, str]:
    """Whether an award of it counts for credit and goes on a transcript, in a sentence; and the clause."""
    version, rule = definition.current, checks.pack_of(definition).transcript
    if version is None or not version.for_credit:
        return (
            "It is not earned for credit, so nothing goes on a transcript.",
            rule.never_clause or rule.clause,
        )
    credits = f" ({version.credits.normalize():f} credits)" if version.credits else ""
    noted = "and noted on the transcript" if version.notation else "and not noted on a transcript"
    return f"It is earned for credit{credits} {noted}.", rule.clause


def _of_learners(definition: Definition, tally: Tally) -> list[Point]:
    """What is asked of each learner, with the number of lines where it is missing."""
    asked, version = Readiness(definition), definition.current
    rules, stack = asked.rules, version is not None and Part.objects.of(version).exists()
    told = (
        ("parts", stack, "Each learner holds what the stack asks for.", rules.collection_clause),
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
    return [_point(kind, text, clause, tally) for kind, applies, text, clause in told if applies]


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


def _point(kind: str, text: str, clause: str, tally: Tally) -> Point:
    wrong = tally.to_release.get(kind, 0)
    told = f"Not so in {wrong:,} {'line' if wrong == 1 else 'lines'}."
    return Point(text, clause, not wrong, told, kind)

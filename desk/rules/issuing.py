"""How badges come about, on the policy's page: who asks, who releases, what is recorded first, what the transcript says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.rules.marks import here
from policies.wording import condition_words
from proposals import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import AdoptedPolicy
    from policies.schema import Pack, TranscriptRule

PLATFORMS = {
    "credly": "Badges are held on Credly.",
    "accredible": "Badges are held on Accredible.",
    "canvas": "Badges are held on Canvas Credentials.",
    "open_badges": "Badges are Open Badges of the campus itself, with its own signature.",
}
Lines = list[dict[str, Any]]
Told = tuple[str, str]


def issuing(policy: AdoptedPolicy) -> Lines:
    """Who asks for badges, what must be recorded, who releases them, where they are held."""
    pack = policy.pack
    told = [*_asking(pack), *_releasing(pack), (PLATFORMS[pack.platform.kind], pack.platform.clause)]
    return [{"text": text, "clause": here(policy, clause)} for text, clause in told]


def recorded(policy: AdoptedPolicy) -> Lines:
    """The transcript and what is found out about how well it works."""
    pack = policy.pack
    told = [*_transcript(pack, pack.transcript), *_evaluation(pack)]
    return [{"text": text, "clause": here(policy, clause)} for text, clause in told]


def _asking(pack: Pack) -> Iterator[Told]:
    rules = pack.issuance
    yield f"The badge is made by {words.who(pack, rules.badge_by, '')}.", rules.badge_clause
    who = words.listed([words.who(pack, actor, "") for actor in rules.requesters])
    yield f"Badges are asked for by {who}.", rules.recipient_clause
    if rules.training_required:
        trainer = words.who(pack, rules.trained_by, "")
        yield f"Whoever asks has been trained for it by {trainer}.", rules.training_clause
    if rules.completion_required:
        yield "The learner's completion is recorded first.", rules.completion_clause
    if rules.mastery_required:
        yield "Every competency is recorded as met first.", rules.mastery_clause
    if rules.eligibility_when:
        where = condition_words(pack, rules.eligibility_when)
        yield f"Where {where}, the learner is recorded as enrolled first.", rules.eligibility_clause
    if rules.collection_clause:
        yield "A stack is awarded when all that it requires has been earned.", rules.collection_clause


def _releasing(pack: Pack) -> Iterator[Told]:
    for certifier in pack.issuance.certifiers:
        office = words.who(pack, f"office:{certifier.office}", "")
        case = f", where {condition_words(pack, certifier.when)}" if certifier.when else ""
        yield f"{office[:1].upper()}{office[1:]} releases them{case}.", certifier.clause
    if pack.issuance.standing_clause:
        yield "They are released only while the credential may be awarded.", pack.issuance.standing_clause


def _transcript(pack: Pack, rule: TranscriptRule) -> Iterator[Told]:
    if rule.notation == "never":
        yield "Nothing is noted on the academic transcript.", rule.never_clause or rule.clause
    else:
        keeper = words.who(pack, rule.keeper, "")
        yield f"What bears credit is noted on the transcript, which {keeper} keeps.", rule.clause
        yield "What bears no credit is never noted there.", rule.never_clause
    if rule.event_code:
        yield "A notation stands under an approved Academic Event Code.", rule.clause
    if rule.student_record:
        keeper = words.who(pack, rule.keeper, "")
        said = f"{keeper[:1].upper()}{keeper[1:]} keeps each student's micro-credential record, in step with what is awarded."
        yield said, rule.keeper_clause
    if rule.co_curricular:
        yield (
            "Its holder can have it on a co-curricular transcript.",
            rule.co_curricular_clause or rule.clause,
        )
    if later := rule.later_credit:
        needs = [
            word
            for word, asked in (
                ("an academic unit", later.academic_unit),
                ("a fee", later.fee_required),
                (
                    f"a further assessment ({words.listed(later.assessments).lower()})",
                    later.assessment_required,
                ),
            )
            if asked
        ]
        yield f"An award can gain credit later, with {words.listed(needs)} recorded.", later.clause


def _evaluation(pack: Pack) -> Iterator[Told]:
    for survey in pack.evaluation.surveys:
        after = "a module" if survey.after == "module" else "the programme"
        days = words.listed([_days(count) for count in survey.offsets_days])
        yield f"Survey “{survey.title}”: asked {days} {after}.", survey.clause
    if measures := pack.evaluation.metrics:
        number = f"{measures.minimum} to {measures.maximum}"
        ends = ", before and after" if measures.before_and_after else ""
        yield f"For each objective {number} measures are taken{ends}.", measures.clause


def _days(count: int) -> str:
    return "right after" if count == 0 else f"{count} days after"

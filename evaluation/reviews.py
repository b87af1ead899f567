"""Who writes a review, who answers it, of which days it tells, and why one cannot be filed now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

from accounts.authority import Authority, authority
from accounts.models import Role
from evaluation.evidence import About
from evaluation.models import Review
from issuance.figures.small import Rule
from journal import clock
from policies import calendar, engine
from policies.engine import Facts, Finding
from policies.reasons import Reason
from policies.schema.base import ReviewId
from proposals import deadlines, pilots
from proposals.models import Proposal, ProposalKind

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Deadline as DeadlineRule
    from policies.schema import Form, Pack
    from proposals.deadlines import Deadline

FORMS = get_args(ReviewId)
OWN = Reason("You propose or filed it: somebody else has to answer it.")
NOT_YOURS = "Its proposers, the programme director and who owes it write this review."


@dataclass(frozen=True)
class Asked:
    """What a key asks for: the pack's rule, and the year where it is due in each."""

    rule: DeadlineRule
    number: int | None  # the pilot's year, or the year in which the unit is reviewed


def asked(pack: Pack, key: str) -> Asked | None:
    """The review that a key names by this policy; None where it names none."""
    for rule in pack.deadlines:
        if rule.form not in FORMS:
            continue
        tail = key.removeprefix(f"{rule.id}_")
        if key == rule.id:
            return Asked(rule, None)
        if tail != key and tail.isdecimal() and len(tail) < 5:
            return Asked(rule, int(tail))
    return None


def form_of(pack: Pack, rule: DeadlineRule) -> Form:
    """The form of this review."""
    return pack.form(str(rule.form))


def due(proposal: Proposal, key: str) -> Deadline | None:
    """It among what is due of the proposal now."""
    found = (one for one in deadlines.of(proposal) if one.key == key and one.form in FORMS)
    return next(found, None)


def opens_on(one: Deadline, rule: DeadlineRule) -> dt.date:
    """The first day on which it can be filed."""
    return one.on - dt.timedelta(days=rule.opens_days)


def not_now(proposal: Proposal, key: str) -> list[Reason]:
    """Why a review cannot be filed under this key now: there is none, it is another year's, or it was filed."""
    pack = proposal.policy.pack
    found = asked(pack, key)
    if found is None:
        return [Reason("No such review is asked for by the policy of this proposal.")]
    rule, clause = found.rule, found.rule.clause
    done = (
        Review.objects.filter(proposal=proposal, deadline=key)
        .exclude(state__in=("draft", "returned"))
        .first()
    )
    if done and done.filed_at:
        on = done.filed_at.astimezone(ZoneInfo(pack.calendar.timezone))
        return [Reason(f"“{done.title}” was filed on {on:%-d %B %Y}: each review is filed once.", clause)]
    one = due(proposal, key)
    if one is None:
        return [Reason(_not_due(proposal, found), clause)]
    first = opens_on(one, rule)
    if pilots.today(proposal) < first:
        said = f"“{one.title}” is due by {one.on:%-d %B %Y} and can be filed from {first:%-d %B %Y} on."
        return [Reason(said, clause)]
    return []


def _not_due(proposal: Proposal, found: Asked) -> str:
    """What is wrong with the year, or with the standing of the credential."""
    definition = proposal.definition
    if found.rule.anchor == "pilot_start":
        if definition is None or definition.standing != "pilot" or proposal.kind != ProposalKind.NEW:
            return "No pilot runs under this proposal, so no review of its years is due."
        start = definition.standing_since
        years = calendar.pilot_year(start, pilots.last_day(proposal, start), pilots.terms(proposal))
        if found.number is not None and not 1 <= found.number <= years:
            return f"This pilot has {years} years: there is no review of year {found.number}."
    if found.rule.anchor == "unit_review":
        return "No review of its unit is entered for that year, or it came before the credential was established."
    return "This review is not due: it came in already, or does not count any more."


def may_write(person: Person, proposal: Proposal, rule: DeadlineRule) -> bool:
    """Whether the person writes and files it: a proposer, the programme director of the unit, or who owes it."""
    if not person.is_active:
        return False
    if any(row.person_id == person.pk for row in proposal.proposers.all()):
        return True
    actors = {str(Role.PROGRAMME_DIRECTOR), rule.owner} - {"proposer"}
    return any(authority(person, actor, proposal.institution, proposal.unit) for actor in sorted(actors))


def answers_for(person: Person, proposal: Proposal, rule: DeadlineRule) -> Authority | None:
    """In which right the person acknowledges it or sends it back."""
    return authority(person, rule.received_by or "", proposal.institution, proposal.unit)


def own(review: Review, person: Person) -> list[Reason]:
    """A proposer, and who filed it, never answers it."""
    proposes = any(row.person_id == person.pk for row in review.proposal.proposers.all())
    filed = review.filings.filter(filed_by=person).exists()
    return [OWN] if proposes or filed else []


def checklist(review: Review) -> list[Finding]:
    """What the form still lacks."""
    return engine.checklist(review.proposal.policy.pack, review.form, review.answers, _facts(review))


def lacking(review: Review) -> list[Reason]:
    """Everything that stops it from being filed for what it says."""
    return engine.errors(review.proposal.policy.pack, review.form, review.answers, _facts(review))


def _facts(review: Review) -> Facts:
    return Facts(proposers=len(review.proposal.proposers.all()), type=review.proposal.type, files={})


# --- of which days it tells -------------------------------------------------------------------------
def about(proposal: Proposal, key: str) -> About | None:
    """The days that this review tells of: the pilot's year until today, or all since it was established."""
    definition, found = proposal.definition, asked(proposal.policy.pack, key)
    if definition is None or found is None:
        return None
    since, until = definition.standing_since, pilots.today(proposal)
    if found.rule.anchor == "pilot_start" and found.number:
        first, last = _year(proposal, since, found.number)
        since, until = max(since, first), max(min(until, last), max(since, first))
    return of_days(proposal, since, until)


def whole(proposal: Proposal) -> About | None:
    """The whole pilot until today."""
    definition = proposal.definition
    return of_days(proposal, definition.standing_since, pilots.today(proposal)) if definition else None


def of_days(proposal: Proposal, since: dt.date, until: dt.date) -> About:
    """The proposal's credential in these days."""
    pack: Any = proposal.policy.pack
    rule = Rule(pack.evaluation.minimum_group)
    assert proposal.definition is not None  # noqa: S101 (asked by the callers)
    return About(proposal.definition, since, until, ZoneInfo(pack.calendar.timezone), rule)


def _year(proposal: Proposal, start: dt.date, number: int) -> tuple[dt.date, dt.date]:
    """The first and last day of the pilot's nth academic year."""
    terms = pilots.terms(proposal)
    year = calendar.academic_year_of(start, terms) + number - 1
    return calendar.last_day(year - 1, terms) + dt.timedelta(days=1), calendar.last_day(year, terms)


def answer_by(rule: DeadlineRule, proposal: Proposal) -> dt.date:
    """The day by which what is filed today is answered."""
    return clock.today(proposal.policy.pack.calendar.timezone) + dt.timedelta(days=rule.answer_days)

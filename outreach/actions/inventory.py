"""The inventory: add an activity, say how far it is, record how it is marketed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from outreach.actions.noting import note
from outreach.models import Candidate, CandidateStep, StepKind
from outreach.office import require_office
from outreach.subjects import states
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution, Person, Unit
    from credentials.models import Definition
    from proposals.models import Proposal

PROPOSED, LAUNCHED = "proposed", "launched"


@transaction.atomic
def add(
    *, institution: Institution, title: str, by: Person, text: str = "", unit: Unit | None = None
) -> Candidate:
    """Put a learning activity in the inventory, in the policy's first state. Nobody but the office sees it.

    Refused: no title, one that is there already, a unit of another campus.
    """
    require_office(by, institution)
    found = text_reasons(title, "title", longest=LONGEST_NAME, empty="Give it a title.")
    found += text_reasons(text, "text")
    if Candidate.objects.filter(institution=institution, title__iexact=title.strip()).exists():
        found.append(Reason("The inventory has an activity of this title already.", field="title"))
    if unit and unit.institution_id != institution.pk:
        found.append(Reason("This is no unit of the campus.", field="unit"))
    refuse_if(found)
    first = next(iter(states(institution.policy.pack)))
    candidate = Candidate.objects.create(
        institution=institution,
        title=title.strip(),
        text=text.strip(),
        unit=unit,
        state=first,
        added_by=by,
        added_at=clock.now(),
    )
    _step(candidate, by, kind=StepKind.STATE, after=first)
    note(institution, "candidate added", by, candidate=candidate.pk)
    return candidate


@transaction.atomic
def move(
    *,
    candidate: Candidate,
    state: str,
    by: Person,
    text: str = "",
    proposal: Proposal | None = None,
    definition: Definition | None = None,
) -> Candidate:
    """Another state, with the proposal or credential that it became.

    Effects: the state with its step kept, an entry in the record. Refused: a state that the policy does not name,
    "proposed" without a proposal, "launched" without a credential that may be advertised, another campus's.
    """
    require_office(by, candidate.institution)
    locked = _locked(candidate)
    locked.proposal = proposal or locked.proposal
    became = locked.proposal.definition if locked.proposal else None
    locked.definition = definition or locked.definition or became
    refuse_if([*_state_problems(locked, state), *text_reasons(text, "text")])
    before, locked.state = locked.state, state
    locked.save(update_fields=["state", "proposal", "definition"])
    _step(locked, by, kind=StepKind.STATE, before=before, after=state, text=text.strip())
    note(locked.institution, "candidate moved", by, candidate=locked.pk, before=before, after=state)
    return locked


@transaction.atomic
def market(*, candidate: Candidate, channel: str, on: dt.date, by: Person, text: str = "") -> CandidateStep:
    """Record how it was marketed: where and on what day. Refused before it may be advertised, and for days to come."""
    require_office(by, candidate.institution)
    locked = _locked(candidate)
    clause = locked.institution.policy.pack.outreach.marketing_clause
    found = text_reasons(channel, "channel", longest=LONGEST_NAME, empty="Say where it was marketed.")
    found += text_reasons(text, "text")
    if not offered(locked):
        said = "Nothing is marketed before it is approved. Link the credential that it became."
        found.append(Reason(said, clause))
    if on > locked.institution.today():
        found.append(Reason("Record it when it has happened.", field="on"))
    refuse_if(found)
    step = _step(locked, by, kind=StepKind.MARKETING, channel=channel.strip(), text=text.strip(), on=on)
    note(locked.institution, "marketing recorded", by, candidate=locked.pk, channel=channel.strip(), on=on)
    return step


def offered(candidate: Candidate) -> bool:
    """Whether it became a credential that may be advertised."""
    definition = candidate.definition
    return definition is not None and type(definition).objects.public().filter(pk=definition.pk).exists()


def _state_problems(candidate: Candidate, state: str) -> list[Reason]:
    known, outreach = states(candidate.institution.policy.pack), candidate.institution.policy.pack.outreach
    if state not in known:
        return [Reason("Choose one of the policy’s states.", outreach.inventory_clause, "state")]
    found = [
        Reason("Choose one of this campus.", field=field)
        for field in ("proposal", "definition")
        if (about := getattr(candidate, field)) and about.institution_id != candidate.institution_id
    ]
    if state == PROPOSED and candidate.proposal is None:
        found.append(Reason("Choose the proposal.", outreach.inventory_clause, "proposal"))
    if state == LAUNCHED and not offered(candidate):
        said = "It is launched once its credential is approved. Choose it."
        found.append(Reason(said, outreach.inventory_clause, "definition"))
    return found


def _locked(candidate: Candidate) -> Candidate:
    rows = Candidate.objects.select_for_update(of=("self",))
    return rows.select_related("institution", "definition", "proposal__definition").get(pk=candidate.pk)


def _step(candidate: Candidate, by: Person, *, on: dt.date | None = None, **said: str) -> CandidateStep:
    day = on or candidate.institution.today()
    return CandidateStep.objects.create(candidate=candidate, by=by, at=clock.now(), on=day, **said)

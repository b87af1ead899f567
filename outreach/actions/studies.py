"""Keep what the office and the committee think with, and take back what is wrong."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import SeatHolding
from journal import clock
from outreach.actions.noting import note
from outreach.models import MARKET, Study
from outreach.office import runs_office
from outreach.subjects import studies
from outreach.wording import text_reasons
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution, Person
    from credentials.models import Definition
    from proposals.models import Proposal


def may_keep(person: Person, institution: Institution) -> bool:
    """Who runs the office, and who sits on a standing body of the campus today."""
    seats = SeatHolding.objects.in_force().filter(person=person, institution=institution)
    return person.is_active and (runs_office(person, institution) or seats.exists())


def require_keeper(person: Person, institution: Institution) -> None:
    """PermissionDenied for everyone else."""
    if not may_keep(person, institution):
        raise PermissionDenied("Only the office and members of the campus’s bodies keep this.")


@transaction.atomic
def keep(
    *,
    institution: Institution,
    subject: str,
    title: str,
    source: str,
    dated_on: dt.date,
    by: Person,
    text: str = "",
    url: str = "",
    proposal: Proposal | None = None,
    definition: Definition | None = None,
) -> Study:
    """Keep a finding with its source and date; of the market, the skill gap, attached to a proposal or a credential.

    Effects: a Study, an entry in the record. Refused: no title or source, a date to come, a subject that the policy
    does not name, something else's proposal, anything but market intelligence attached.
    """
    require_keeper(by, institution)
    study = Study(
        institution=institution,
        subject=subject,
        title=title.strip(),
        text=text.strip(),
        source=source.strip(),
        url=url.strip(),
        dated_on=dated_on,
        proposal=proposal,
        definition=definition,
        kept_by=by,
        kept_at=clock.now(),
    )
    refuse_if(_problems(study))
    study.save(force_insert=True)
    note(institution, "study kept", by, study=study.pk, subject=subject)
    return study


@transaction.atomic
def withdraw(*, study: Study, by: Person) -> Study:
    """Take back what was wrong: it is shown no more and stays in the record. Its keeper, and the office. Once."""
    rows = Study.objects.select_for_update(of=("self",)).select_related("institution")
    locked = rows.get(pk=study.pk)
    require_keeper(by, locked.institution)
    if locked.kept_by_id != by.pk and not runs_office(by, locked.institution):
        raise PermissionDenied("Only who kept it and the office take it back.")
    if locked.withdrawn_at:
        raise Refused("It was taken back already.")
    locked.withdrawn_by, locked.withdrawn_at = by, clock.now()
    locked.save(update_fields=["withdrawn_by", "withdrawn_at"])
    note(locked.institution, "study taken back", by, study=locked.pk)
    return locked


def _problems(study: Study) -> list[Reason]:
    institution, market = study.institution, study.subject == MARKET
    empty = "Name the skill gap." if market else "Give it a title."
    found = text_reasons(study.title, "title", longest=300, empty=empty)
    found += text_reasons(study.source, "source", longest=300, empty="Say where it comes from.")
    found += text_reasons(study.text, "text")
    if study.subject not in studies(institution.policy.pack):
        found.append(Reason("The policy keeps nothing under this.", field="subject"))
    if study.dated_on > institution.today():
        found.append(
            Reason("Its date lies ahead. Give the day on which the source says it.", field="dated_on")
        )
    for field in ("proposal", "definition"):
        about = getattr(study, field)
        if about is not None and about.institution_id != institution.pk:
            found.append(Reason("Choose one of this campus.", field=field))
        if about is not None and not market:
            found.append(Reason("Only market intelligence is attached.", field=field))
    return found

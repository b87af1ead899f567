"""Versions: of the roadmap, in effect at once; of definitions, taxonomies and procedures, approved before they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Institution
from journal import clock
from outreach.actions.noting import note
from outreach.models import ROADMAP, Edition
from outreach.office import require_office
from outreach.subjects import subject_title
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

LONGEST = 20_000
MOST_PHASES, MOST_ACTIVITIES = 20, 60
STATES = ("planned", "under_way", "done")


@transaction.atomic
def write_roadmap(
    *, institution: Institution, phases: Sequence[Mapping[str, Any]], why: str, by: Person
) -> Edition:
    """A new version of the roadmap, in effect at once. A phase has a title, a time frame, whether it is `settled`, and
    activities, each with what it `says` and its state.

    Effects: an Edition, an entry in the record. Refused: no reason, nothing different, a phase without a title, an
    activity without words or with an unknown state.
    """
    require_office(by, institution)
    _lock(institution)
    plain = [_phase(phase) for phase in phases]
    found = _roadmap_problems(plain)
    found += text_reasons(why, "why", longest=1000, empty="Say what changes, and why. It is kept.")
    last = _last(institution, ROADMAP)
    if last and last.data.get("phases") == plain:
        found.append(Reason("Nothing is different."))
    refuse_if(found)
    edition = Edition.objects.create(
        institution=institution,
        subject=ROADMAP,
        number=_next(institution, ROADMAP),
        title="Roadmap",
        data={"phases": plain},
        why=why.strip(),
        written_by=by,
        written_at=clock.now(),
        settled_by=by,
        settled_at=clock.now(),
        effective_on=institution.today(),
    )
    note(institution, "roadmap changed", by, edition=edition.pk, number=edition.number)
    return edition


@transaction.atomic
def draft(*, institution: Institution, subject: str, text: str, by: Person, why: str = "") -> Edition:
    """The draft of the next version of a definition, taxonomy or procedure; written anew until it is approved.

    Effects: the one draft of this subject, an entry in the record. Refused: no text, an unknown subject.
    """
    require_office(by, institution)
    _lock(institution)
    title = subject_title(institution.policy.pack, subject)
    found = [] if title else [Reason("The policy keeps no versions of this.", field="subject")]
    found += text_reasons(text, "text", longest=LONGEST, empty="Write the text.")
    refuse_if([*found, *text_reasons(why, "why", longest=1000)])
    row = Edition.objects.filter(institution=institution, subject=subject, settled_at__isnull=True).first()
    row = row or Edition(institution=institution, subject=subject, number=_next(institution, subject))
    row.title, row.text, row.why = title, text.strip(), why.strip()
    row.written_by, row.written_at = by, clock.now()
    row.save()
    note(institution, "version drafted", by, edition=row.pk, subject=subject, number=row.number)
    return row


@transaction.atomic
def approve(
    *,
    edition: Edition,
    approved_by: str,
    approved_on: dt.date,
    effective_on: dt.date,
    by: Person,
    reference: str = "",
) -> Edition:
    """Record who approved a draft and on what day; from `effective_on` it holds, and nobody changes it any more.

    Refused: a body without a name, an approval in days to come, a day in effect before the approval or before today
    (what held is not rewritten), one that is settled already.
    """
    require_office(by, edition.institution)
    _lock(edition.institution)
    row = Edition.objects.select_for_update(of=("self",)).select_related("institution").get(pk=edition.pk)
    if row.settled_at:
        raise Refused("This version is approved already. Write the next one.")
    found = text_reasons(approved_by, "approved_by", longest=LONGEST_NAME, empty="Say who approved it.")
    found += text_reasons(reference, "reference", longest=300)
    today = row.institution.today()
    if approved_on > today:
        found.append(Reason("It is not approved before that day. Record it then.", field="approved_on"))
    if effective_on < approved_on:
        clause = row.institution.policy.pack.outreach.taxonomies_clause
        found.append(Reason("Nothing takes effect before it is approved.", clause, "effective_on"))
    elif effective_on < today:
        found.append(Reason("It takes effect today or later.", field="effective_on"))
    refuse_if(found)
    row.approved_by, row.approved_on, row.reference = approved_by.strip(), approved_on, reference.strip()
    row.effective_on, row.settled_by, row.settled_at = effective_on, by, clock.now()
    row.save()
    detail = {"edition": row.pk, "subject": row.subject, "number": row.number, "effective_on": effective_on}
    note(row.institution, "version approved", by, **detail)
    return row


@transaction.atomic
def drop(*, edition: Edition, by: Person) -> None:
    """Throw a draft away. Refused once it is approved."""
    require_office(by, edition.institution)
    row = Edition.objects.select_for_update(of=("self",)).select_related("institution").get(pk=edition.pk)
    if row.settled_at:
        raise Refused("This version is approved. It stays.")
    note(row.institution, "draft dropped", by, subject=row.subject, number=row.number)
    row.delete()


def _lock(institution: Institution) -> None:
    """One writer at a time a campus, so that numbers follow each other."""
    Institution.objects.select_for_update(of=("self",), no_key=True).get(pk=institution.pk)


def _last(institution: Institution, subject: str) -> Edition | None:
    return Edition.objects.filter(institution=institution, subject=subject).order_by("-number").first()


def _next(institution: Institution, subject: str) -> int:
    rows = Edition.objects.filter(institution=institution, subject=subject)
    return (rows.aggregate(Max("number"))["number__max"] or 0) + 1


def _phase(phase: Mapping[str, Any]) -> dict[str, Any]:
    """A phase with what belongs to it and nothing else."""
    return {
        "title": str(phase.get("title", "")).strip(),
        "time_frame": str(phase.get("time_frame", "")).strip(),
        "settled": bool(phase.get("settled", True)),
        "activities": [
            {"says": str(one.get("says", "")).strip(), "state": str(one.get("state", "planned"))}
            for one in phase.get("activities", [])
        ],
    }


def _roadmap_problems(phases: Sequence[Mapping[str, Any]]) -> list[Reason]:
    found = []
    if len(phases) > MOST_PHASES:
        found.append(Reason(f"At most {MOST_PHASES} phases."))
    for phase in phases:
        found += text_reasons(phase["title"], "title", longest=LONGEST_NAME, empty="Give the phase a title.")
        found += text_reasons(phase["time_frame"], "time_frame", longest=LONGEST_NAME)
        if len(phase["activities"]) > MOST_ACTIVITIES:
            found.append(Reason(f"At most {MOST_ACTIVITIES} activities a phase."))
        for one in phase["activities"]:
            found += text_reasons(one["says"], "says", longest=500, empty="Say what is done.")
            if one["state"] not in STATES:
                found.append(Reason("An activity is planned, under way or done.", field="state"))
    return found

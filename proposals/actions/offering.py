"""What is done with a credential that is offered, beside its proposal's moves. Awards that were made are never touched."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import people_with
from accounts.models import Role
from credentials.actions import definitions
from credentials.models import Standing
from journal.actions import record
from policies.reasons import Reason, refuse_if
from proposals import conditions, deadlines, offering, pilots
from proposals.actions import receiving, telling
from proposals.actions.locking import lock, touch
from proposals.permissions import Standpoint

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

LONGEST = dt.timedelta(days=366 * 10)


@transaction.atomic
def act(
    *,
    proposal: Proposal,
    name: str,
    by: Person,
    note: str = "",
    until: dt.date | None = None,
    version: int | None = None,
) -> Proposal:
    """Suspend it, offer it again, teach it out until a day, or give notice (or take it back) that its pilot ends.

    Effects, all or none: the credential's standing (suspended: nothing is awarded or advertised; taught out: it is not
    advertised, awarded until that day, and retired by the clock after it) or the decision of the pilot met by the
    notice; entries in the record; notices and mail. PermissionDenied unless it is this person's: the proposers give
    notice, the programme manager does the rest. Refused, with every reason: not now, one's own, no word why, a last
    day that has passed or lies too far, a page drawn from an older version.
    """
    proposal = lock(proposal.pk)
    standpoint = Standpoint(proposal, by)
    right = standpoint.authority(offering.actor(name))
    if right is None:
        raise PermissionDenied("This is not yours to do.")
    refuse_if(conditions.stale(proposal, version))
    refuse_if(offering.reasons(standpoint, name))
    note = note.strip()
    refuse_if(_unsaid(name, note, until, proposal))
    if name in offering.BY_PROPOSERS:
        _notice(proposal, name, by, note)
    else:
        _stand(proposal, name, by, note, until)
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=f"offering_{name.replace('-', '_')}",
        by=by,
        on_behalf_of=right.on_behalf_of,
        detail={"note": note, "until": until} if until else {"note": note},
    )
    return proposal


def _unsaid(name: str, note: str, until: dt.date | None, proposal: Proposal) -> list[Reason]:
    found = []
    if not note.strip() and name != offering.REINSTATE:
        found.append(Reason("Say why, so that those concerned know.", field="note"))
    if name == offering.TEACH_OUT:
        today = pilots.today(proposal)
        if until is None or not today <= until <= today + LONGEST:
            said = "Give its last day: today or later, and within ten years."
            found.append(Reason(said, field="until"))
    return found


def _stand(proposal: Proposal, name: str, by: Person, note: str, until: dt.date | None) -> None:
    """The credential's standing; a pilot keeps the day it began and its last day, also while it is suspended."""
    definition = proposal.definition
    assert definition is not None  # noqa: S101 (`reasons` has refused)
    since, last = definition.standing_since, definition.awards_until
    new = {offering.SUSPEND: Standing.SUSPENDED, offering.REINSTATE: offering.formerly(proposal)}.get(
        name, Standing.TEACH_OUT
    )
    assert new is not None  # noqa: S101 (`reasons` has refused)
    if name == offering.TEACH_OUT:
        since, last = pilots.today(proposal), until
    proposal.definition = definitions.set_standing(
        definition=definition, standing=new, since=since, awards_until=last, by=by, reason=note
    )
    touch(proposal)
    said = {
        offering.SUSPEND: "The credential is suspended: nothing is awarded or advertised until it is offered again.",
        offering.REINSTATE: "The credential is offered again.",
        offering.TEACH_OUT: f"The credential is taught out: it is awarded until {last or '':%-d %B %Y}."
        if last
        else "",
    }[name]
    telling.tell(
        telling.proposers_of(proposal), proposal, "proposal_moved", said, of=f"{name}-{proposal.version}"
    )


def _notice(proposal: Proposal, name: str, by: Person, note: str) -> None:
    """The decision is met by the notice, or due again; the offices that oversee the pilot are told."""
    if name == offering.NOTICE:
        due = next(one for one in deadlines.of(proposal) if one.key == deadlines.DECISION)
        receiving.meet(proposal=proposal, due=due, act=offering.GIVEN, by=by, note=note)
        end = proposal.definition.awards_until if proposal.definition else None
        said = f"Notice was given that the pilot does not go on. It ends on {end:%-d %B %Y}."
    else:
        receiving.due_again(proposal=proposal, key=deadlines.DECISION)
        said = "The notice that the pilot does not go on was taken back."
    rule = pilots.rule(proposal)
    people = telling.proposers_of(proposal)
    for actor in (str(Role.PROGRAMME_MANAGER), *rule.overseers):
        people += people_with(actor, proposal.institution, proposal.unit)
    telling.tell(people, proposal, "proposal_moved", said, of=f"{name}-{proposal.version}")

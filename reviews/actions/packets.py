"""Ask for a meeting's packet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from journal.wake import after_commit
from policies.reasons import refuse_if
from reviews.meetings import packets
from reviews.models import Packet
from reviews.tasks import make_packet

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Meeting


@transaction.atomic
def ask(*, meeting: Meeting, by: Person) -> Packet:
    """Have the packet made in the edition that this person may read, or made anew where it failed or is behind.

    Effects: the row of the packet, and a worker is woken; the sweep finds the row when the message is lost. Asking
    again changes nothing while it shows the agenda or is being made. Refused: a meeting that is over, an empty agenda.
    PermissionDenied: who does not see the meeting or a proposal on its agenda.
    """
    if not packets.may_read(meeting, by):
        raise PermissionDenied(packets.NOT_YOURS)
    refuse_if(packets.reasons(meeting))
    kept, state, now = sorted(packets.withheld(meeting, by)), packets.state_of(meeting), clock.now()
    asked = {"wanted": state, "asked_by": by, "asked_at": now, "due_at": now}
    Packet.objects.bulk_create(
        [Packet(meeting=meeting, edition=packets.edition_of(kept), withheld=kept, **asked)],
        ignore_conflicts=True,
    )
    packet = Packet.objects.select_for_update().get(meeting=meeting, edition=packets.edition_of(kept))
    if packet.shows != state and not packet.is_being_made:
        packet.wanted, packet.due_at, packet.attempts, packet.error = state, now, 0, ""
        packet.save(update_fields=["wanted", "due_at", "attempts", "error"])
    if packet.is_behind:
        after_commit(make_packet, str(packet.pk))
    return packet

"""A worker makes the packets that are behind, each under a lease; killed on the way, another goes on when it has run out."""

from __future__ import annotations

import datetime as dt
import uuid

import structlog
from django.core.files.base import ContentFile
from django.db import transaction

from journal import clock
from journal.actions import files, record
from journal.papers import PaperError, render
from journal.papers.answers import file_name
from policies.reasons import Refused, refuse_if
from reviews.meetings import packet_paper, packets
from reviews.models import Meeting, MeetingState, Packet

log = structlog.get_logger(__name__)

SECONDS = 120.0  # for setting one packet
LEASE = dt.timedelta(minutes=5)  # longer than gathering and setting together
AGAIN = dt.timedelta(minutes=10)  # until a packet that failed is tried again


def follow() -> list[uuid.UUID]:
    """Packets of meetings under way whose agenda has changed want the new one, and each meeting that was called gets its
    packet; gives those that are due."""
    under_way = Packet.objects.filter(meeting__state__in=packets.MADE_FOR)
    for packet in packets.changed(under_way.select_related("meeting")):
        now = clock.now()
        Packet.objects.filter(pk=packet.pk).update(
            wanted=packets.state_of(packet.meeting), due_at=now, attempts=0, error=""
        )
    called = Meeting.objects.filter(state=MeetingState.CALLED, items__isnull=False)
    for meeting in called.exclude(packets__edition="").distinct():
        _ask_for_all(meeting)
    due = under_way.filter(pk__in=Packet.objects.due(), attempts__lt=packets.MOST)
    return list(due.values_list("pk", flat=True))


def _ask_for_all(meeting: Meeting) -> None:
    """The edition of those who may see all, in the name of who planned the meeting."""
    now = clock.now()
    packet = Packet(meeting=meeting, wanted=packets.state_of(meeting), asked_at=now, due_at=now)
    packet.asked_by = meeting.planned_by
    Packet.objects.bulk_create([packet], ignore_conflicts=True)


def run(packet_id: uuid.UUID) -> bool:
    """Make the packet if it is behind and nobody makes it; whether this call did. What fails is said on its row."""
    token = _claim(packet_id)
    if token is None:
        return False
    packet = Packet.objects.select_related("meeting__institution", "meeting__policy", "asked_by").get(
        pk=packet_id
    )
    mine = Packet.objects.filter(pk=packet_id, claim_token=token)
    state = packets.state_of(packet.meeting)
    try:
        refuse_if(packets.reasons(packet.meeting))
        data = packet_paper.packet(packet.meeting, packet.withheld, lambda done: mine.update(done=done))
        pdf = render("document", data, seconds=SECONDS)
        return _keep(packet, token, state, pdf)
    except (PaperError, Refused) as error:
        said = error.reasons[0].text if isinstance(error, Refused) else str(error)
        mine.update(error=said, due_at=clock.now() + AGAIN, claimed_until=None, claim_token=None)
        return False


def _claim(packet_id: uuid.UUID) -> uuid.UUID | None:
    """Take it if it is due; None where it is not, or somebody was faster. An attempt counts before it is made."""
    token, now = uuid.uuid4(), clock.now()
    due = Packet.objects.due().filter(pk=packet_id, attempts__lt=packets.MOST)
    packet = due.first()
    if packet is None:
        return None
    claim = {"claimed_until": now + LEASE, "claim_token": token, "attempts": packet.attempts + 1, "done": 0}
    return token if due.filter(attempts=packet.attempts).update(**claim) else None


@transaction.atomic
def _keep(packet: Packet, token: uuid.UUID, state: str, pdf: bytes) -> bool:
    """Its file in the place of the one before, unless the lease ran out and another worker has it."""
    locked = Packet.objects.select_for_update().filter(pk=packet.pk, claim_token=token).first()
    if locked is None:
        return False
    before = locked.file
    meeting = packet.meeting
    name = file_name(f"{meeting.body_rules.name} {meeting.starts_at.astimezone(meeting.zone):%Y-%m-%d}")
    locked.file = files.store(
        upload=ContentFile(pdf, name=name),
        institution=meeting.institution,
        subject_kind=packets.KIND,
        subject_id=packet.pk,
        field="",
        by=packet.asked_by,
    )
    locked.shows, locked.made_at, locked.error = state, clock.now(), ""
    locked.wanted = state if locked.wanted == packet.wanted else locked.wanted
    locked.attempts, locked.done = 0, 0
    locked.claimed_until = locked.claim_token = None
    locked.save()
    if before is not None:
        files.discard(stored=before)
    _note(packet, locked)
    return True


def _note(packet: Packet, made: Packet) -> None:
    """What the members were given to read stands in the campus's record."""
    institution = packet.meeting.institution
    record.write(
        subject_kind="campus",
        subject_id=institution.pk,
        institution=institution,
        act="packet made",
        by=packet.asked_by,
        detail={
            "meeting": packet.meeting_id,
            "body": packet.meeting.body,
            "edition": made.edition,
            "sha256": made.file.sha256 if made.file else "",
        },
    )

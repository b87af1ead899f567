"""Where the papers of a meeting are that a person may read: its packet while it is ahead, its minutes once it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from journal.papers.listed import Listed, listed
from reviews.meetings import packets

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Meeting


def papers_of(meeting: Meeting, person: Person) -> list[Listed]:
    """For somebody who sees the meeting, or may read its minutes."""
    found = []
    packet = packets.for_person(meeting, person) if packets.may_read(meeting, person) else None
    file = packet.file if packet else None
    if file and packets.may_download(file, person):
        found.append(listed("packet", "Packet", reverse("file", args=[file.pk])))
    if meeting.is_over:
        found.append(listed("minutes", "Minutes", reverse("minutes_paper", args=[meeting.pk])))
    return found

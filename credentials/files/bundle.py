"""All of a learner's badges as one ZIP file, made while it is sent: never more than one badge's files are in memory.

Nothing is written or left behind, so what is revoked or erased later is in no file of ours.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from credentials.files.certificate import address_of
from credentials.files.forms import FORMS, Form, NoFile
from credentials.files.pictures import title_of
from credentials.models import Award
from journal import clock

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person

INDEX = "index.html"
PACKED = ("json", "jwt", "svg", "html")  # the others are packed already
NO_MORE = "It is not in force any more, so there are no files of it."
SUSPENDED = "It is suspended for now, so there are no files of it."
NOTATION = "It is a notation on your record, which has no file."


@dataclass
class Entry:
    """A badge as the index names it: its files in the ZIP, or why there are none."""

    title: str
    campus: str
    awarded_on: dt.date
    expires_on: dt.date | None
    address: str
    files: list[tuple[str, Form]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Outbox(io.RawIOBase):
    """Where the ZIP is written; what stands there is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """It only is written."""
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        """Keep a piece until it is taken."""
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """All that was written since the last time."""
        found, self.pieces = b"".join(self.pieces), []
        return found


def keys_of_all(person: Person) -> list[uuid.UUID]:
    """The awards that the person accepted, oldest first."""
    rows = Award.objects.held_by(person).filter(accepted_at__isnull=False)
    return list(rows.order_by("awarded_at", "pk").values_list("pk", flat=True))


def streamed(keys: list[uuid.UUID]) -> Iterator[bytes]:
    """The ZIP of these awards in pieces: a folder for each, and an index of all."""
    out, entries = Outbox(), []
    with zipfile.ZipFile(out, "w", strict_timestamps=False) as archive:
        for number, key in enumerate(keys, 1):
            award = Award.objects.shown(key)
            if award is None:
                continue  # erased while the file was made
            entries.append(_entry(award))
            for name, content in _files(award, entries[-1], f"{number:03}-{award.badge_slug[:80]}"):
                _add(archive, name, content)
                yield out.taken()
        index = render_to_string("credentials/files_index.html", {"entries": entries, "made_at": clock.now()})
        _add(archive, INDEX, index.encode())
    yield out.taken()


def _entry(award: Award) -> Entry:
    address = address_of(award)
    return Entry(title_of(award), award.campus_name, award.awarded_on, award.expires_on, address)


def _files(award: Award, entry: Entry, folder: str) -> Iterator[tuple[str, bytes]]:
    if said := _without_files(award):
        entry.missing.append(said)
        return
    for form in FORMS.values():
        if not form.kept_as or (form.pictured and not award.badge_image):
            continue
        name = f"{folder}/{form.kept_as}.{form.ending}"
        try:
            content = form.make(award)
        except NoFile as error:
            entry.missing.append(f"{form.label}: {error.sentence}")
        else:
            entry.files.append((name, form))
            yield name, content


def _without_files(award: Award) -> str:
    """Why an award has no files; nothing when it has."""
    status = award.status_on(clock.today(award.campus_zone))
    if status in ("revoked", "superseded"):
        return NO_MORE
    if status == "suspended":
        return SUSPENDED
    return "" if award.status_list_id else NOTATION


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    info.external_attr = 0o644 << 16
    packed = name.endswith(PACKED)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(info, content)

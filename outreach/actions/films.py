"""The introductory film on the page of a draft: kept on this server, with captions, told by its content alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import File
from django.db import transaction

from journal import kinds
from outreach.actions.noting import note
from outreach.models import Conversation
from outreach.office import require_office
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

MB = 1024 * 1024
MOST_FILM, MOST_CAPTIONS, MOST_POSTER = 300 * MB, MB, 5 * MB
MP4, WEBM = "video/mp4", "video/webm"


@transaction.atomic
def put(
    *,
    conversation: Conversation,
    title: str,
    film: File,
    captions: File,
    by: Person,
    poster: File | None = None,
) -> Conversation:
    """Put a film in its place, or another in the place of it.

    Effects: the files in the storage, those before deleted. Refused: anything but MP4 or WebM, captions that are not
    WebVTT, a poster that is no PNG or JPEG, what is too large or empty, no title.
    """
    require_office(by, conversation.institution)
    film_type, poster_type = film_kind(film), _poster_kind(poster)
    found = text_reasons(title, "title", longest=LONGEST_NAME, empty="Give the film a title.")
    found += _size(film, MOST_FILM, "film") + _size(captions, MOST_CAPTIONS, "captions")
    if not film_type:
        found.append(Reason("The film is neither MP4 nor WebM.", field="film"))
    if not is_captions(captions):
        found.append(Reason("Captions are a WebVTT file with at least one line.", field="captions"))
    if poster is not None and (not poster_type or _size(poster, MOST_POSTER, "poster")):
        found.append(Reason("The picture is a PNG or JPEG of at most 5 MB.", field="poster"))
    refuse_if(found)
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("institution")
    row = rows.get(pk=conversation.pk)
    _forget(row)
    row.film_title, row.film_type, row.poster_type = title.strip(), film_type, poster_type
    for name, upload in (("film", film), ("captions", captions), ("poster", poster)):
        if upload is None:
            setattr(row, name, "")
        else:
            getattr(row, name).save(name, upload, save=False)
    row.save()
    note(row.institution, "film put up", by, conversation=row.pk)
    return row


def film_kind(film: File) -> str:
    """Its media type by its first bytes; "" for anything else. Source: ISO/IEC 14496-12 (ftyp), RFC 9559 (EBML)."""
    film.seek(0)
    start = film.read(64)
    film.seek(0)
    if start[4:8] == b"ftyp":
        return MP4
    return WEBM if start[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in start else ""


def is_captions(captions: File) -> bool:
    """Whether it is WebVTT with a cue."""
    captions.seek(0)
    content = captions.read(MOST_CAPTIONS)
    captions.seek(0)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return text.startswith("WEBVTT") and "-->" in text and "\x00" not in text


def _poster_kind(poster: File | None) -> str:
    kind = kinds.kind_of(poster) if poster is not None else None  # type: ignore[arg-type]
    return kind if kind in (kinds.PNG, kinds.JPEG) else ""


def _size(upload: File, most: int, field: str) -> list[Reason]:
    if not upload.size:
        return [Reason("The file is empty. Choose it again.", field=field)]
    if upload.size > most:
        return [
            Reason(f"The file has {upload.size / MB:.1f} MB; up to {most // MB} are possible.", field=field)
        ]
    return []


def _forget(row: Conversation) -> None:
    """The files before are deleted once the new ones stand."""
    for name in ("film", "captions", "poster"):
        before = getattr(row, name)
        if before:
            transaction.on_commit(partial(before.storage.delete, before.name), robust=True)

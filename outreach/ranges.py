"""Send a file or the part of it that is asked for, as players ask for films. Source: RFC 9110, section 14."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile
    from django.http.response import HttpResponseBase

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
CHUNK = 64 * 1024


def respond(request: HttpRequest, stored: FieldFile, content_type: str) -> HttpResponseBase:
    """The whole file, or one range of it (206); 416 for a range that it does not have."""
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    size = stored.size
    response: HttpResponseBase
    if asked is None or asked.groups() == ("", ""):
        response = FileResponse(stored.open("rb"), content_type=content_type)
    else:
        first, last = _bounds(asked[1], asked[2], size)
        if first > last:
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{size}"
            return refused
        content = _part(stored.open("rb"), first, last - first + 1)  # type: ignore[arg-type]
        response = StreamingHttpResponse(content, status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last[:18])), size - 1
    return int(first[:18]), min(int(last[:18]) if last else size - 1, size - 1)


def _part(file: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk

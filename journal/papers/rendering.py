"""Set a paper: data in, a tagged PDF (PDF/UA-1) out."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from journal import clock
from journal.papers import blocks, texts

log = structlog.get_logger(__name__)

HERE = Path(__file__).parent
SECONDS = 20.0  # a page that waits longer has failed for the person who asked for it
FEW = {
    "RAYON_NUM_THREADS": "2",
    "MALLOC_ARENA_MAX": "2",
}  # all of its environment: it stays small on any machine
NO_PICTURES: Mapping[str, bytes] = {}
TOO_LONG = "This is too much for one paper: it took too long to set."
NAMED = (
    "Some signs could not be set on paper: each stands here by its number or its name in brackets, such as [U+1F389]. "
    "The page of which this is a copy shows them as they were written, and so do its data."
)
FAILED = "This could not be put on paper. It was recorded; the page shows the same."


class PaperError(Exception):
    """A paper that could not be set; its words are for people."""


class _Unfit(Exception):
    """The typesetter gave up; its words are for the log."""


def render(
    paper: str,
    data: Mapping[str, Any],
    *,
    pictures: Mapping[str, bytes] | None = None,
    seconds: float = SECONDS,
) -> bytes:
    """The paper as a PDF with tags, by one of the templates ("document", "certificate") from plain data (see `blocks`).

    It is set by another process, which has a folder with nothing but these pictures (bytes by file name), no address of
    anything and so many seconds. A sign that no face has is written out by its name, and the paper says so. Raises
    PaperError when it takes longer or cannot be set at all.
    """
    template = "\n".join((HERE / "templates" / name).read_text() for name in ("look.typ", f"{paper}.typ"))
    until = time.monotonic() + seconds
    said = ""
    for fit, system_fonts in _attempts(dict(data)):
        try:
            return _set(
                template, fit, until - time.monotonic(), system_fonts=system_fonts, pictures=pictures or {}
            )
        except _Unfit as error:
            said = str(error)
            log.info("a paper is tried with fewer signs", paper=paper, said=said[-300:])
    log.error("a paper could not be set", paper=paper, said=said[-3000:])
    raise PaperError(FAILED)


def _attempts(data: dict[str, Any]) -> list[tuple[Any, bool]]:
    """The texts in the ways in which they are tried: the machine may have faces that we do not bring along, and some
    signs that are known one by one cannot be shown together."""
    whole = texts.fit(data)
    ways = [(_said(whole, texts.fit(data, keep)), False) for keep in (texts.shown, texts.plain)]
    return [(whole, True), *ways] if texts.strange(whole) else ways


def _said(whole: dict[str, Any], fit: dict[str, Any]) -> dict[str, Any]:
    """The texts, with a word above them where not every sign stands there as it was written."""
    if fit == whole:
        return fit
    return {**fit, "blocks": [blocks.text(NAMED, "small"), *fit.get("blocks", ())]}


def _set(
    template: str,
    data: Any,
    seconds: float,
    *,
    system_fonts: bool,
    pictures: Mapping[str, bytes] = NO_PICTURES,
) -> bytes:
    faces = ["fonts", "fonts_east_asia"] if texts.east_asian(data) else ["fonts"]
    job = {
        "template": template,
        "paper": json.dumps(data),
        "fonts": [str(HERE / folder) for folder in faces],
        "system_fonts": system_fonts,
        "made_at": int(clock.now().timestamp()),
    }
    with TemporaryDirectory() as folder:
        for name, picture in pictures.items():
            Path(folder, name).write_bytes(picture)
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(HERE / "typesetter.py")],
                input=json.dumps(job).encode(),
                capture_output=True,
                cwd=folder,
                env=FEW,
                timeout=max(seconds, 0.1),
            )
        except subprocess.TimeoutExpired:
            raise PaperError(TOO_LONG) from None
    if done.returncode:
        raise _Unfit(done.stderr.decode(errors="replace"))
    return done.stdout

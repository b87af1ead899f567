"""A drawing as pixels: the safe SVG in, a square PNG out.

The typesetter's SVG renderer does it in a process of its own, with an empty folder, no address of anything and so many
seconds: a drawing that holds it up or brings it down does so to nobody else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from PIL import Image

from credentials.drawing.errors import DrawingError

log = structlog.get_logger(__name__)

SIDE = 600
SECONDS = 10.0
RENDERER = Path(__file__).parent / "renderer.py"
FEW = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}  # all of its environment

TOO_LONG = "The drawing took too long to draw. Simplify it, or upload it as PNG."
FAILED = "The drawing could not be drawn. Save it as plain SVG with simple shapes, or upload it as PNG."
EMPTY = "Nothing can be seen on the drawing: check that its shapes lie inside its viewBox."


def png_of(svg: str, side: int = SIDE) -> bytes:
    """The drawing as a PNG of `side` by `side` pixels. DrawingError: it takes too long, cannot be drawn, or shows nothing."""
    png = _drawn(json.dumps({"svg": svg, "side": side}).encode())
    image = Image.open(BytesIO(png))
    if image.convert("RGBA").getchannel("A").getextrema()[1] == 0:
        raise DrawingError(EMPTY)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _drawn(job: bytes) -> bytes:
    with TemporaryDirectory() as empty:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(RENDERER)],
                input=job,
                capture_output=True,
                cwd=empty,
                env=FEW,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise DrawingError(TOO_LONG) from None
    if done.returncode:
        log.warning("a drawing could not be drawn", said=done.stderr.decode(errors="replace")[-500:])
        raise DrawingError(FAILED)
    return done.stdout

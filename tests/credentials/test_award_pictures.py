"""The picture of an award's files: its drawing as it is, or pixels in a frame that stays light."""

import io
import json
import random
import xml.etree.ElementTree as ET

from django.test import Client
from PIL import Image

from credentials.checking.anyone import check_any
from credentials.files import pictures
from credentials.openbadges import bake
from journal import clock
from tests.credentials import kinds


def test_svg_of_a_badge_that_was_drawn_is_its_drawing(campus):
    held = kinds.drawn(campus("model"))
    found = Client().get(f"/awards/{held.pk}.svg").content
    assert {str(check.answer) for check in check_any(found, clock.now()).checks} == {"yes"}
    with held.definition.drawing.open("rb") as file:
        plain = ET.fromstring(file.read())
    root = ET.fromstring(found)
    assert [ET.tostring(child) for child in root[1:]] == [ET.tostring(child) for child in plain]


def test_heavy_pixels_are_made_lighter_inside_a_drawing():
    out = io.BytesIO()
    Image.frombytes("RGB", (600, 600), random.Random(3).randbytes(600 * 600 * 3)).save(out, "PNG")
    assert len(out.getvalue()) > pictures.HEAVY
    drawn = pictures.framed(out.getvalue(), "Title", "Words")
    assert len(drawn) < 1_000_000
    assert json.loads(bake.extract_svg(bake.bake_svg(drawn, '{"a":1}'))) == {"a": 1}

"""The measurement of a packet makes one, with what stands in a real one."""

import json

import pytest

from desk.bench import packet

pytestmark = pytest.mark.django_db


def test_the_packet_is_made_and_measured():
    line = json.loads(packet.measure(1).line())
    assert (line["figure"], line["unit"], line["n"], line["good"]) == ("packet", "s", 1, True)
    assert line["value"] > 0 and line["limit"] > 0 and line["pages"] > 3

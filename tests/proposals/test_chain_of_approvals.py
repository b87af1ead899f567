"""What is frozen of a decision: who, when, by which clause; how many voted how only where the body publishes it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from policies.loader import packs
from policies.schema import Pack
from proposals.actions.standing import _link
from proposals.models import Step

AT = dt.datetime(2026, 2, 11, 3, tzinfo=dt.UTC)  # still the 10th in Chicago
COUNTS = {"yes": 5, "no": 1, "abstain": 0, "sentence": "6 of 7 seats took part."}


def link(publishes, **changes):
    said = packs()["model"].model_dump()
    next(body for body in said["bodies"] if body["id"] == "committee")["publishes_counts"] = publishes
    pack = Pack.model_validate(said, context={"adopted": True})
    fields = {
        "kind": "ballot", "body": "committee", "title": "The committee decides", "outcome": "approve",
        "clause": "MU-5", "completed_at": AT, "completed_by_id": "00000000-0000-0000-0000-000000000001",
        "counts": COUNTS,
    }  # fmt: skip
    return _link(Step(**(fields | changes)), pack, ZoneInfo("America/Chicago"))


FROZEN = {
    "body": "Micro-credential Committee",
    "slug": "committee",
    "title": "The committee decides",
    "outcome": "approve",
    "on": "2026-02-10",
    "clause": "MU-5",
}


def test_counts_are_frozen_only_where_the_body_publishes_them():
    assert link(publishes=False) == FROZEN
    assert link(publishes=True) == FROZEN | {"counts": COUNTS}


@pytest.mark.parametrize(
    ("actor", "slug", "name"),
    [
        ("section_head", "role-section_head", "Dean"),
        ("office:provost", "office-provost", "Office of the Provost"),
    ],
)
def test_offices_and_roles_have_slugs_of_their_own(actor, slug, name):
    found = link(publishes=True, kind="signoff", body="", actor=actor, title="Signs", completed_by_id=None)
    assert (found["slug"], found["body"], found["silent"]) == (slug, name, True)
    assert "counts" not in found

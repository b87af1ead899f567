"""The machine itself: protected, read as a table, drawn as a page; the checks around it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django_fsm import TransitionNotAllowed

from proposals import checks, diagram, hooks
from proposals.machine import TRANSITIONS, Edge, StateField, sources, table
from proposals.management.commands import state_diagram
from proposals.models import Proposal
from proposals.states import State

ROOT = Path(__file__).resolve().parents[2]


def test_the_state_cannot_be_assigned():
    proposal = Proposal(state="intent")
    with pytest.raises(AttributeError, match="Direct state modification"):
        proposal.state = "established"


def test_a_move_from_another_state_is_not_allowed():
    with pytest.raises(TransitionNotAllowed):
        Proposal(state="intent").retire()


def test_nobody_writes_the_state_by_query():
    """The field is protected against assignment only; nothing in the product goes round it (rows made up to be
    measured are not the product's)."""
    written = re.compile(r"\.(bulk_)?update\([^)]*\bstate\s*=")
    apps = [ROOT / "proposals", ROOT / "reviews", ROOT / "desk"]
    product = [
        path for app in apps for path in app.rglob("*.py") if not {"migrations", "bench"} & set(path.parts)
    ]
    assert [str(path) for path in product if written.search(path.read_text())] == []


def test_migrations_know_nothing_of_the_library():
    _name, path, _args, kwargs = StateField(max_length=20, protected=True).deconstruct()
    assert (path, kwargs) == ("django.db.models.CharField", {"max_length": 20})
    assert isinstance(Proposal._meta.get_field("state"), models.CharField)
    assert not any("fsm" in path.read_text() for path in (ROOT / "proposals/migrations").glob("*.py"))


def test_the_table_is_written_out_once_by_hand():
    before_pilot = ("committee_review", "unit_approval")
    deciding = ("intent", "proposal", *before_pilot, "full_approval")
    assert {edge for edge in table() if edge.move in ("submit", "open_proposal", "advance")} == {
        Edge("submit", "intent", ("intent", "proposal")),
        Edge("submit", "proposal", ("proposal", *before_pilot, "pilot", "established")),
        Edge("open_proposal", "intent", ("proposal",)),
        Edge("advance", "intent", ("proposal",)),
        Edge("advance", "proposal", (*before_pilot, "pilot", "established")),
        Edge("advance", "committee_review", ("unit_approval", "pilot", "established")),
        Edge("advance", "unit_approval", ("committee_review", "pilot", "established")),
        Edge("advance", "full_approval", ("established",)),
    }
    assert {move: sorted(sources(move)) for move in TRANSITIONS[3:]} == {
        "request_changes": sorted(deciding),
        "send_back": sorted([*deciding, "pilot"]),
        "hand_back": sorted(deciding),
        "undo": sorted([*deciding, "changes_requested", "declined"]),
        "resubmit": ["changes_requested"],
        "file_full_proposal": ["pilot"],
        "hold": sorted([*deciding, "changes_requested", "pilot"]),
        "resume": ["on_hold"],
        "decline": sorted(deciding),
        "withdraw": sorted([*deciding, "changes_requested", "pilot"]),
        "extend_pilot": ["pilot"],
        "retire": ["established"],
        "lapse": ["pilot"],
        "reconsider": sorted([*before_pilot, "full_approval", "changes_requested", "declined"]),
    }


def test_every_state_can_be_entered_or_is_a_beginning():
    entered = {target for edge in table() for target in edge.targets}
    assert entered == set(State.values)


# --- the page -------------------------------------------------------------------------------------
def test_the_page_in_the_documents_is_up_to_date():
    assert (ROOT / "docs" / "state-diagram.md").read_text() == diagram.page()


def test_the_page_draws_every_edge():
    page = diagram.page()
    assert "    pilot --> full_approval: file_full_proposal\n" in page
    assert "    under_way --> withdrawn: withdraw\n" in page
    assert all(f"| `{edge.move}` |" in page and f"| {edge.source} |" in page for edge in table())


def test_a_stale_page_fails_the_check(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="stale"):
        call_command("state_diagram", check=True)
    call_command("state_diagram")
    call_command("state_diagram", check=True)
    (tmp_path / "docs" / "state-diagram.md").write_text("old")
    with pytest.raises(CommandError, match="stale"):
        call_command("state_diagram", check=True)
    assert state_diagram.Command.requires_system_checks == ()


def test_the_page_is_made_without_a_database(process_environment):
    env = {**process_environment, "DATABASE_URL": "postgres://nobody:x@127.0.0.1:9/none"}
    done = subprocess.run(
        [sys.executable, "manage.py", "state_diagram", "--check"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "docs/state-diagram.md is up to date.\n")


# --- the checks -----------------------------------------------------------------------------------
def test_every_kind_of_step_has_exactly_one_handler():
    assert checks.every_kind_handled(None) == []
    with pytest.raises(RuntimeError, match="There is a handler for steps of kind ballot already."):
        hooks.register_step_handler("ballot", object())


def test_a_kind_without_handler_and_a_handler_without_kind_are_errors(monkeypatch, noted):
    monkeypatch.setattr(
        hooks, "_handlers", {"form": noted, "ballot": noted, "signoff": noted, "dance": noted}
    )
    found = [(message.id, message.msg) for message in checks.every_kind_handled(None)]
    assert found == [
        ("proposals.E001", "No app handles steps of kind “acknowledgement”."),
        ("proposals.E001", "No app handles steps of kind “consultation”."),
        ("proposals.E002", "A handler is registered for “dance”, which is no kind of step."),
    ]

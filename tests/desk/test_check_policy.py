"""`manage.py check_policy`: its answers, its exit code, and that it needs no database."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.policies.examples import SMALL

ROOT = Path(__file__).resolve().parent.parent.parent
MEMBERS = '[[bodies.seats]]\nid = "members"\ntitle = "Members"\nminimum = 2\nmaximum = 4\n\n[calendar]'
SOUND = SMALL.replace("[calendar]", MEMBERS)


@pytest.fixture
def checked(tmp_path):
    """`checked(text, ...)` → what is printed, what is complained of, the exit code."""

    def run(*texts, **options):
        files = []
        for n, text in enumerate(texts):
            files.append(tmp_path / f"policy{n or ''}.toml")
            files[-1].write_text(text)
        out, err = StringIO(), StringIO()
        try:
            call_command("check_policy", *map(str, files), stdout=out, stderr=err, **options)
        except SystemExit as ended:
            return out.getvalue(), err.getvalue(), ended.code
        return out.getvalue(), err.getvalue(), 0

    return run


def test_a_sound_policy_is_drawn(checked):
    assert checked(SOUND) == (
        """\
Small College: Badges, revision 1

● Proposal (proposal)
│   1. File: proposer files Proposal
│   ▼ by itself
● Committee (committee_review)
│   1. Vote: Committee votes; can also decline
│   ▼ by itself
● Established (established)

policy.toml can be used.
""",
        "",
        0,
    )


def test_everything_that_is_wrong_is_said_at_once(checked):
    text = SOUND.replace('by = "proposer"', 'by = "office:dean"').replace(
        'approver = "Senate"', "approver = 5"
    )
    line = text.splitlines().index('by = "office:dean"') + 1
    assert checked(text) == (
        "",
        (
            "policy.toml, line 7, policy.approver: must be text in quotation marks\n"
            f'policy.toml, line {line}, stages.proposal.steps.file.by: there is no office "dean" in this file\n'
            "policy.toml cannot be used: 2 things are wrong.\n"
        ),
        1,
    )


def test_doubts_are_warnings_and_with_strict_they_count(checked):
    text = SOUND + '\n[[clauses]]\nid = "SC-2"\nkind = "guard"\ntext = "Nobody reads this."\n'
    line = text.splitlines().index('id = "SC-2"')
    out, err, code = checked(text)
    assert (err, code) == ("", 0)
    assert out.splitlines()[-2:] == [
        (
            f"Warning: policy.toml, line {line}, clauses.SC-2: no rule of this file names it, so nothing enforces it; "
            "if it is still to come, say so in later"
        ),
        "policy.toml can be used (1 warning).",
    ]
    assert checked(text, strict=True)[2] == 1


def test_a_body_that_cannot_reach_its_quorum_is_told(checked):
    text = SOUND.replace("[[bodies.seats]]", "[bodies.rule]\nquorum_fixed = 5\n\n[[bodies.seats]]", 1)
    assert checked(text)[0].splitlines()[-2] == (
        f"Warning: policy.toml, line {text.splitlines().index('[[bodies]]') + 1}, bodies.committee: With no more than the seats filled "
        "that must be, this body can decide nothing: its quorum is 5, and 3 can take part"
    )


def test_several_files_are_all_looked_at(checked):
    out, err, code = checked("a = 1", SOUND)
    assert "policy.toml cannot be used: 11 things are wrong." in err
    assert "policy1.toml can be used." in out
    assert code == 1


def test_nothing_but_the_file_is_needed(tmp_path):
    """A bare shell without any variable of ours; the address of the database leads nowhere."""
    (tmp_path / "policy.toml").write_text(SOUND)
    bare = {"PATH": os.environ["PATH"], "NO_ENV_FILES": "1"}
    command = [sys.executable, "manage.py", "check_policy", str(tmp_path / "policy.toml")]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("policy.toml can be used.\n")


def test_a_missing_file(tmp_path):
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_policy", str(tmp_path / "none.toml"), stderr=err)
    assert ended.value.code == 1
    assert err.getvalue().splitlines() == [
        "none.toml: cannot be read: No such file or directory",
        "none.toml cannot be used: 1 thing is wrong.",
    ]

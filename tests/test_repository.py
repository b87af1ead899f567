"""Rules about the codebase itself: sizes, declared dependencies, files that must agree with the settings."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.services.programs import postgres_programs, valkey_program
from tests import quick
from tools import licences, sizes

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
APPS = set(settings.LOCAL_APPS)
PRODUCT = [path for path in sizes.files(".py") if path.relative_to(ROOT).parts[0] in APPS | {"config"}]
# What `make test` must always run.
HEART = (
    "tests/proposals/test_matrix.py",
    "tests/reviews/test_tally.py",
    "tests/journeys/test_api_whole_way.py",
    "tests/journeys/test_browser_boulder.py",
    "tests/journeys/test_browser_issuing.py",
    "tests/journeys/test_browser_model.py",
    "tests/journeys/test_browser_montana.py",
    "tests/journeys/test_browser_refusals.py",
    "tests/test_readme.py",
    "tests/desk/test_admin_walk.py",
    "tests/issuance/test_chaos.py",
    "tests/issuance/test_killed_workers.py",
    "tests/journal/test_record.py",
    "tests/reviews/test_races.py",
)
INSTITUTIONS = re.compile(r"Boulder|Montana|Nevada|Colorado|\bUNLV\b|\bASCRC\b|\bTowson\b|\bBuffalo\b", re.I)


def declared(group=None):
    """The distributions that pyproject.toml names."""
    lines = PROJECT["project"]["dependencies"] if group is None else PROJECT["dependency-groups"][group]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imported(path):
    """The top-level modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_sizes_are_within_the_limits():
    assert sizes.problems() == []


def test_licences_are_free():
    assert licences.problems() == []


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("AGPL-3.0", False),
        ("GNU Affero General Public License v3", False),
        ("MIT AND GPL-2.0-only", False),
        ("Apache-2.0 AND MIT", True),
        ("Proprietary", False),
    ],
)
def test_licence_is_judged(licence, expected):
    assert licences.allowed(licence) is expected


def test_the_old_state_machine_package_is_absent():
    locked = [line.split("==")[0] for line in _lock("dev") if "==" in line]
    assert "django-fsm-2" in locked
    assert not {"django-fsm", "djlint"} & set(locked)


def test_every_import_of_the_product_is_declared():
    distributions = packages_distributions()
    ours = APPS | {"config", "tests", "tools"} | set(sys.stdlib_module_names)
    modules = {module for path in PRODUCT for module in imported(path)} - ours
    known = declared() | declared("embedded")
    missing = {m for m in modules if not {canonicalize_name(n) for n in distributions[m]} & known}
    assert missing - {"pydantic_core"} == set()  # pydantic's own other half


def test_embedded_parts_are_used_by_the_supervisor_alone():
    users = {path.relative_to(ROOT).parts[:2] for path in PRODUCT if "psutil" in set(imported(path))}
    assert users == {("config", "services")}


def test_what_make_test_leaves_out_exists_and_is_not_its_heart():
    left = set(quick.left_out())
    assert left and not [name for name in left if not (ROOT / name).is_file()]
    assert not left & set(HEART)
    assert all((ROOT / name).is_file() for name in HEART)


def test_ci_runs_every_test():
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test-all")
    everything = re.search(r"^test-all:.*\n\t(.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert everything and "--quick" not in everything[1]


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("dependencies = [") : text.index("[dependency-groups]")].splitlines()[1:]
    lines = [line.strip() for line in block if line.strip().startswith(('"', "#"))]
    alone = [line for before, line in zip(["", *lines], lines, strict=False) if line[0] == before[:1] == '"']
    assert alone == []


@pytest.mark.parametrize("name", ["server", "run", "dev"])
def test_locks_name_no_index_and_hash_everything(name):
    lines = _lock(name)
    assert [line for line in lines if "://" in line or line.startswith("--index")] == []
    pinned = [place for place, line in enumerate(lines) if re.match(r"[a-z0-9].*==", line)]
    assert pinned
    assert [lines[place] for place in pinned if "--hash=sha256:" not in lines[place + 1]] == []


@pytest.mark.parametrize(
    ("name", "groups"), [("server", []), ("run", ["embedded"]), ("dev", ["embedded", "dev"])]
)
def test_locks_hold_what_is_declared(name, groups):
    locked = {
        canonicalize_name(line.split("==")[0]) for line in _lock(name) if re.match(r"[a-z0-9].*==", line)
    }
    assert set.union(declared(), *(declared(group) for group in groups)) <= locked


def _lock(name):
    return (ROOT / "requirements" / f"{name}.lock").read_text().splitlines()


def test_institutions_are_named_in_packs_demo_and_tests_alone():
    places = [*PRODUCT, *sizes.files(".html", ".css", ".js")]
    allowed = ("policies/packs/", "desk/demo", "tests/", "static/vendor/")
    named = [
        str(path.relative_to(ROOT))
        for path in places
        if INSTITUTIONS.search(path.read_text()) and not str(path.relative_to(ROOT)).startswith(allowed)
    ]
    assert named == []


def test_policies_know_no_django_model():
    sources = [path.read_text() for path in PRODUCT if path.relative_to(ROOT).parts[0] == "policies"]
    assert [text for text in sources if re.search(r"(from|import) django\.(db|contrib)", text)] == []


def test_states_are_written_by_transitions_alone():
    found = [
        f"{path.relative_to(ROOT)}"
        for path in PRODUCT
        if path.is_relative_to(ROOT / "proposals")
        and re.search(r"\.(bulk_)?update\([^)]*\bstate=", path.read_text())
    ]
    assert found == []


def test_nothing_uses_the_bypassable_admin_mixin():
    assert [path for path in PRODUCT if "FSMTransitionMixin" in path.read_text()] == []


def test_no_signals_carry_our_logic():
    found = [
        p
        for p in PRODUCT
        if re.search(r"from django\.(db\.models|dispatch)[\w.]* import .*receiver|post_save", p.read_text())
    ]
    assert found == []


# --- docker-compose.yml, Dockerfile, .env.example ------------------------------------------------


def test_compose_uses_the_postgres_that_is_tested_here():
    major = re.search(r"\d+", _version(postgres_programs() / "postgres")).group()
    assert COMPOSE["services"]["postgres"]["image"] == f"postgres:{major}"


def test_compose_uses_the_valkey_that_is_tested_here():
    version = re.search(r"v=(\d+\.\d+)", _version(valkey_program())).group(1)
    assert COMPOSE["services"]["redis"]["image"] == f"valkey/valkey:{version}"


def _version(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout


def test_compose_makes_the_database_as_the_supervisor_does():
    arguments = COMPOSE["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    source = (ROOT / "config/services/servers.py").read_text()
    assert [part for part in arguments.split() if part not in source] == []


def test_compose_has_a_health_check_for_every_lasting_service():
    lasting = {name: service for name, service in COMPOSE["services"].items() if name != "migrate"}
    assert set(lasting) == {"postgres", "redis", "web", "worker", "beat"}
    assert [name for name, service in lasting.items() if "healthcheck" not in service] == []


def test_compose_sets_variables_that_the_settings_read():
    application = COMPOSE["x-application"]["environment"]
    assert set(application) - _read_variables() == set()


def test_env_example_names_what_the_settings_read_and_nothing_else():
    text = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.M))
    of_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    ours_alone = {"TESTING", "NO_ENV_FILES"}
    of_campuses = {"ISSUER_KEYS_MODEL"}  # one a campus, named after its slug
    assert named == (_read_variables() - ours_alone) | of_compose | of_campuses


def _read_variables():
    """Variables read by the settings and, where Django is not known, by `policies`."""
    text = (ROOT / "config/settings.py").read_text()
    found = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text)) | set(
        re.findall(r'required\("([A-Z_]+)"\)', text)
    )
    return found | {"IMPRIMATUR_POLICY_DIR"}


def test_the_image_has_no_embedded_servers():
    assert "requirements/server.lock" in (ROOT / "Dockerfile").read_text()
    assert not declared("embedded") & {line.split("==")[0] for line in _lock("server")}


def test_old_pythons_can_read_the_bootstrap():
    ast.parse((ROOT / "tools/bootstrap.py").read_text(), feature_version=(3, 4))


@pytest.mark.parametrize("name", ["server", "run", "dev"])
def test_locks_hold_one_version_for_every_python(name):
    names = [line.split("==")[0] for line in _lock(name) if re.match(r"[a-z0-9].*==", line)]
    assert sorted(names) == sorted(set(names))

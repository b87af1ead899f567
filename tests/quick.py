"""What `make test` leaves out to be quick: the modules of `long.txt`, which `make test-all` and CI run too.

What is named on the command line, a module or a folder below `tests`, always runs. Source: docs/adr/0025.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "long.txt"


def left_out() -> list[str]:
    """The modules, as paths from the root."""
    lines = (line.partition("#")[0].strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out the modules listed in tests/long.txt")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("quick"):
        return
    named = {Path(argument.partition("::")[0]).resolve() for argument in config.args} - {ROOT, ROOT / "tests"}
    long = {path for path in map(ROOT.joinpath, left_out()) if named.isdisjoint([path, *path.parents])}
    kept = [item for item in items if item.path not in long]
    config.hook.pytest_deselected(items=[item for item in items if item.path in long])
    items[:] = kept

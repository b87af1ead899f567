"""`make clauses`: for every clause of every pack that ships, what enforces it and the tests that prove it.

A test proves a clause when it carries its id, by `@pytest.mark.clause("UM-4")` or in its name (`test_um4_...`).
Exit code 1 when a clause has neither a test nor the mark `later`, when no rule names it and it is not so marked, and
when a test is marked with an id that no pack has. Reads the packs and the tests' text; runs neither tests nor servers.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from policies.loader import SHIPPED, PackError, load
from policies.schema import Clause, Pack
from policies.traces import uses

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
ID = re.compile(r"[A-Z]+-\d+")
OURS = "model"  # follows no university's document
Proofs = dict[str, list[str]]


def proofs(folder: Path = TESTS) -> Proofs:
    """For each clause id that a test carries, the tests as pytest names them."""
    found: Proofs = {}
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole = [clause for node in tree.body if _is_pytestmark(node) for clause in _marked(node)]
        for test in _tests(tree):
            for clause in dict.fromkeys([*whole, *_marked(test), *_named(test.name)]):
                found.setdefault(clause, []).append(f"{path.relative_to(folder.parent)}::{test.name}")
    return found


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )


def _marked(node: ast.AST) -> Iterator[str]:
    """The ids of every `pytest.mark.clause(...)` in or above this piece of code."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clause":
            for given in call.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield given.value


def _named(name: str) -> Iterator[str]:
    """The ids in a test's name: test_um4_... and test_um_4_... carry UM-4."""
    for prefix, number in re.findall(r"(?<=_)([a-z]{2,})_?(\d+)(?=_|$)", name):
        yield f"{prefix.upper()}-{number}"


def packs() -> list[Pack]:
    """The packs that ship."""
    return [load(path) for path in sorted(SHIPPED.glob("*.toml"))]


def problems(pack: Pack, proved: Proofs) -> list[str]:
    """What is missing for the clauses of this pack."""
    used = uses(pack)
    found = []
    for clause in pack.clauses:
        if clause.later:
            continue
        if clause.id not in used:
            found.append(f"{clause.id}: no rule of the pack names it, and it has no mark")
        if clause.id not in proved:
            found.append(f"{clause.id}: no test carries it, and it has no mark")
    return found


def strays(known: list[Pack], proved: Proofs) -> list[str]:
    """Ids that tests carry and no pack has, though a pack has clauses of that family."""
    ids = {clause.id for pack in known for clause in pack.clauses}
    families = {one.partition("-")[0] for one in ids}
    odd = [
        one for one in proved if one not in ids and one.partition("-")[0] in families and ID.fullmatch(one)
    ]
    return [f"{one}: no pack has this clause, but {proved[one][0]} carries it" for one in odd]


def report(pack: Pack, proved: Proofs) -> Iterator[str]:
    """The lines about one pack."""
    used, marks = uses(pack), sum(bool(clause.later) for clause in pack.clauses)
    tested = sum(clause.id in proved for clause in pack.clauses)
    yield (
        f"{pack.policy.institution}: {len(pack.clauses)} clauses, {tested} with tests, "
        f"{marks} marked with what is still to come"
    )
    for clause in pack.clauses:
        yield from _of_clause(clause, used.get(clause.id, []), proved.get(clause.id, []))
    yield ""


def _of_clause(clause: Clause, places: list[str], tests: list[str]) -> Iterator[str]:
    yield f"  {clause.id} ({clause.kind}) {clause.text}"
    yield from (f"      enforced by  {place}" for place in places)
    yield from (f"      proved by    {test}" for test in tests)
    if clause.later:
        yield f"      to come      {clause.later}"


def summary(known: list[Pack], proved: Proofs) -> str:
    """One line: of the universities' clauses and of our own policy's, how many a rule enforces and a test proves."""
    ours = [pack for pack in known if pack.policy.slug == OURS]
    others = [pack for pack in known if pack.policy.slug != OURS]
    marks = sum(bool(clause.later) for pack in known for clause in pack.clauses)
    return (
        f"{_enforced(others, proved)} clauses of {len(others)} universities enforced, "
        f"{_enforced(ours, proved)} of our own policy; {marks or 'no'} marks of what is still to come"
    )


def _enforced(known: list[Pack], proved: Proofs) -> str:
    whole = sum(len(pack.clauses) for pack in known)
    done = sum(
        clause.id in used and clause.id in proved and not clause.later
        for pack in known
        for used in [uses(pack)]
        for clause in pack.clauses
    )
    return f"{done} of {whole}"


def main() -> int:
    """Print the whole and what is missing."""
    try:
        known = packs()
    except PackError as error:
        print(error)
        return 1
    proved = proofs()
    missing = [problem for pack in known for problem in problems(pack, proved)] + strays(known, proved)
    for pack in known:
        print("\n".join(report(pack, proved)))
    print(summary(known, proved))
    if missing:
        print(f"\n{len(missing)} missing:\n" + "\n".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

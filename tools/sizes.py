"""Size limits of hand-written code: `python -m tools.sizes` lists what is too long; exit code 1 if anything is.

Functions 40 lines, Python files 300, templates 120; no inline script or style in templates.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LINES, FILE_LINES, TEMPLATE_LINES = 40, 300, 120
ASIDE = {".venv", "var", "node_modules", "staticfiles", "screenshots", ".git", "migrations"}
INLINE = (
    (re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", re.I), "inline script"),
    (re.compile(r"<style\b", re.I), "inline style sheet"),
    (re.compile(r"\sstyle\s*=\s*[\"']", re.I), "style attribute"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "event handler attribute"),
    (re.compile(r"javascript:", re.I), "javascript: address"),
)
# Mail readers ignore style sheets, so the frame of our mails carries its style itself.
MAIL = "mail"


def files(*suffixes: str) -> Iterator[Path]:
    """Every file of ours with one of these endings."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - ASIDE)
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes))


def python_problems(path: Path) -> Iterator[str]:
    """What is too long in a Python file."""
    text = path.read_text()
    lines = text.count("\n")
    name = path.relative_to(ROOT)
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, at most {FILE_LINES}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}"


def template_problems(path: Path) -> Iterator[str]:
    """What is too long or inline in a template."""
    text = path.read_text()
    name = path.relative_to(ROOT)
    if text.count("\n") > TEMPLATE_LINES:
        yield f"{name}: {text.count(chr(10))} lines, at most {TEMPLATE_LINES}"
    if MAIL in name.parts:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, what in INLINE:
            if pattern.search(line):
                yield f"{name}:{number}: {what}"


def problems() -> list[str]:
    """Everything that breaks a limit."""
    found = [problem for path in files(".py") for problem in python_problems(path)]
    found += [
        problem for path in files(".html") if "templates" in path.parts for problem in template_problems(path)
    ]
    return found


def main() -> int:
    """Print what is found."""
    found = problems()
    print("\n".join(found) or "sizes: all within the limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

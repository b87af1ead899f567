"""Licences of everything installed: `python -m tools.licences` refuses AGPL and GPL and what states none.

LGPL is allowed (we import such libraries, we do not change them). Where an author offers a choice, the free one
counts.
"""

import re
import sys
from importlib.metadata import Distribution, distributions

REFUSED = re.compile(r"\bA?GPL|(?<!Lesser )(?<!Library or Lesser )\bGeneral Public License|Affero", re.I)
FREE_ENOUGH = re.compile(
    r"\b(MIT|BSD|Apache|ISC|MPL|Mozilla|PSF|Python Software Foundation|LGPL|Lesser General Public|HPND|CMU|"
    r"Unlicense|CC0|Zlib|Artistic|0BSD|Public Domain)",
    re.I,
)
# Packages whose metadata name no licence; read from the file in the package.
READ_BY_HAND = {"axe-playwright-python": "MIT"}


def choices(distribution: Distribution) -> list[str]:
    """The licences that a package offers, each a choice of its own."""
    metadata = distribution.metadata
    expression = _field(distribution, "License-Expression")
    if expression:
        return re.split(r"\s+OR\s+", expression.strip("()"))
    classifiers = metadata.get_all("Classifier") or []
    named = [name.split(" :: ")[-1] for name in classifiers if name.startswith("License ::")]
    named = [name for name in named if name != "OSI Approved"]
    first_line = _field(distribution, "License").split("\n")[0]
    by_hand = READ_BY_HAND.get(distribution.name.lower().replace("_", "-"), "")
    return named or [text for text in (*re.split(r"\s+OR\s+", first_line), by_hand) if text]


def _field(distribution: Distribution, name: str) -> str:
    """A field of the metadata; some packages write UNKNOWN for nothing."""
    value = (distribution.metadata.get_all(name) or [""])[0].strip()
    return "" if value == "UNKNOWN" else value


def allowed(licence: str) -> bool:
    """One licence, or several that apply together (joined by AND)."""
    parts = re.split(r"\s+AND\s+", licence)
    return all(FREE_ENOUGH.search(part) and not REFUSED.search(_without_lesser(part)) for part in parts)


def _without_lesser(licence: str) -> str:
    return re.sub(r"LGPL|Library or Lesser General Public License|Lesser General Public License", "", licence)


def problems() -> list[str]:
    """Packages without any allowed licence."""
    found = []
    for distribution in sorted(distributions(), key=lambda d: d.name.lower()):
        offered = choices(distribution)
        if not any(allowed(licence) for licence in offered):
            found.append(f"{distribution.name}: {' or '.join(offered) or 'states no licence'}")
    return found


def main() -> int:
    """Print what is refused."""
    found = problems()
    print("\n".join(found) or f"licences: {len(list(distributions()))} packages, none AGPL or GPL")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

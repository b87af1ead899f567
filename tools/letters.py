"""Write the letters of badges anew: `python -m tools.letters`. Their outlines come from the faces of the papers.

A drawing shown as a picture has no faces of its own, so its letters are outlines. The typesetter reads them out of the
faces (`journal/papers/fonts`), at 1,000 units an em: one file a face, with advances, outlines and the kerning of pairs.
"""

import json
import re
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import Any

import typst

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "journal" / "papers" / "fonts"
LETTERS = ROOT / "credentials" / "drawing" / "letters"
APART = 2000  # units between two signs on the page that is read
FACES = {"serif": "Source Serif 4", "sans": "Source Sans 3"}  # both at 600
RANGES = (
    (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x17F), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x218, 0x21B),
    (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x1E00, 0x1EFF), (0x2010, 0x2014), (0x2018, 0x201E),
    (0x2022, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044),
    (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2212, 0x2212),
)  # fmt: skip
KERNED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,-'’"
PAGE = """
#set page(width: 2000pt, height: 2000pt, margin: 0pt, fill: none)
#set text(font: "{face}", size: 1000pt, weight: 600, fallback: false, ligatures: false)
#let signs = json(bytes(sys.inputs.signs))
#let pairs = json(bytes(sys.inputs.pairs))
#context [#metadata(signs.map(sign => measure(sign).width.pt())) <advances>]
#context [#metadata(pairs.map(pair => measure(pair).width.pt())) <pairs>]
#for (n, sign) in signs.enumerate() {{ place(top + left, dy: n * 2000pt, sign) }}
"""


def main() -> None:
    """Write both files."""
    for name, face in FACES.items():
        made = letters_of(face, signs(), ["".join(pair) for pair in product(KERNED, repeat=2)])
        text = json.dumps(made, ensure_ascii=False, indent=0, separators=(",", ":"), sort_keys=True)
        (LETTERS / f"{name}.json").write_text(text + "\n")
        print(f"{name}: {len(made['outlines'])} letters, {len(made['kerns'])} pairs")


def signs() -> list[str]:
    """Every sign that a drawing may set."""
    return [chr(code) for first, last in RANGES for code in range(first, last + 1)]


def letters_of(face: str, wanted: list[str], pairs: list[str]) -> dict[str, dict[str, Any]]:
    """Advances, outlines and kerning of those signs that the face has."""
    faces: Any = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    page = PAGE.format(face=face).encode()
    given: dict[str, Any] = {
        "font_paths": faces,
        "sys_inputs": {"signs": json.dumps(wanted), "pairs": json.dumps(pairs)},
    }
    drawn = typst.compile(page, format="svg", **given).decode()
    widths = typst.query(page, "<advances>", field="value", one=True, **given)
    together = typst.query(page, "<pairs>", field="value", one=True, **given)
    advances = dict(zip(wanted, (round(width) for width in json.loads(widths)), strict=True))
    outlines = _outlines(drawn, wanted)
    kerns = {
        pair: round(width) - advances[pair[0]] - advances[pair[1]]
        for pair, width in zip(pairs, json.loads(together), strict=True)
    }
    return {
        "advances": {sign: advances[sign] for sign in wanted if sign in outlines},
        "outlines": outlines,
        "kerns": {pair: kern for pair, kern in kerns.items() if kern},
    }


def _outlines(drawn: str, wanted: list[str]) -> dict[str, str]:
    """Path data in units of the face, upwards, of each sign; "" for a space. Signs that the face lacks draw nothing."""
    shapes = dict(re.findall(r'<symbol id="(\w+)"[^>]*><path d="M 0 0 ?([^"]*)"', drawn))
    glyphs: dict[str, list[str]] = defaultdict(list)
    for down, uses in re.findall(r'<g transform="matrix\(1 0 0 -1 \S+ (\S+)\)">(.*?)</g>', drawn):
        names = re.findall(r'href="#(\w+)"', uses)
        glyphs[wanted[int(float(down) // APART)]].extend(names)
    # What is put together of a letter and a mark is left out: the face has no sign of its own for it.
    single = {sign: found[0] for sign, found in glyphs.items() if len(found) == 1}
    return {" ": "", **{sign: _short(shapes[name]) for sign, name in single.items()}}


def _short(path: str) -> str:
    """The same path data with fewer signs."""
    path = re.sub(r"\s*([a-zA-Z])\s*", r"\1", path.strip())
    return re.sub(r" -", "-", path)


if __name__ == "__main__":
    main()

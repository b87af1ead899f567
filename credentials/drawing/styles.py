"""Values, declarations and style sheets of a drawing: only what says how something looks, only from inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from credentials.drawing.allowed import FUNCTIONS, PROPERTIES
from credentials.drawing.errors import DrawingError

ELSEWHERE = "The drawing loads something from elsewhere (line {line}). Embed it, or take it out."
UNREAD = "A style of the drawing cannot be read (line {line}). Save it as plain SVG, with the styles as attributes."
MOST_RULES = 500
TOO_MANY_RULES = "The style sheet of the drawing has more than 500 rules (line {line}). Save it with the styles as attributes."
AT_RULE = (
    "The style sheet of the drawing has a rule with @ (line {line}). Save it with the styles as attributes."
)

PART = re.compile(r"""url\(\s*(["']?)#([A-Za-z_][\w.:-]*)\1\s*\)""")
CALL = re.compile(r"(?<![\w-])([\w-]*) ?\(")
HARMLESS = re.compile(r"[\w\s#.,%()+*\-'\":!/]*")
SELECTOR = re.compile(r"[\w\s.#*>,+~-]+")  # no pseudo-classes: each names what it is for
IMPORTANT = re.compile(r"!\s*important\s*$", re.IGNORECASE)


def value(text: str, line: int) -> str:
    """A value as it stands. DrawingError when it could load anything, or holds what a value of a drawing never does."""
    text = " ".join(text.split())
    if "\\" in text or not HARMLESS.fullmatch(text):
        raise DrawingError(UNREAD.format(line=line))
    names = [name.lower() for name in CALL.findall(text)]
    if names.count("url") != len(PART.findall(text)):
        raise DrawingError(ELSEWHERE.format(line=line))
    if not FUNCTIONS.issuperset(names):
        raise DrawingError(UNREAD.format(line=line))
    return text


def declarations(text: str, line: int) -> str:
    """`name: value` pairs of the known properties; others are left out once they are known to load nothing."""
    kept = []
    for pair in _without_comments(text, line).split(";"):
        name, colon, given = pair.partition(":")
        name = name.strip().lower()
        if not colon:
            continue
        if name not in PROPERTIES:
            _harmless(given, line)
            continue
        important = "!important" if IMPORTANT.search(given) else ""
        kept.append(f"{name}:{value(IMPORTANT.sub('', given), line)}{important}")
    return ";".join(kept)


def _harmless(given: str, line: int) -> None:
    """What is left out may hold anything but a way to somewhere else: whoever drew it should know of that."""
    if re.search(r"url\s*\(|\\", given, re.IGNORECASE) and not PART.fullmatch(given.strip()):
        raise DrawingError(ELSEWHERE.format(line=line))


def sheet(text: str, line: int) -> str:
    """A style sheet of plain rules."""
    text = _without_comments(text.replace("<!--", " ").replace("-->", " "), line)
    if "@import" in text.lower():
        raise DrawingError(ELSEWHERE.format(line=line))
    if "@" in text:
        raise DrawingError(AT_RULE.format(line=line))
    *rules, rest = text.split("}")
    if len(rules) > MOST_RULES:
        raise DrawingError(TOO_MANY_RULES.format(line=line))
    if rest.strip():
        raise DrawingError(UNREAD.format(line=line))
    return "".join(_rule(rule, line) for rule in rules)


def _rule(text: str, line: int) -> str:
    selector, brace, body = text.partition("{")
    if not brace or "{" in body or not SELECTOR.fullmatch(selector):
        raise DrawingError(UNREAD.format(line=line))
    return f"{' '.join(selector.split())}{{{declarations(body, line)}}}"


def _without_comments(text: str, line: int) -> str:
    """The text without what stands between /* and */."""
    first, *others = text.split("/*")
    kept = [first]
    for other in others:
        _comment, end, rest = other.partition("*/")
        if not end:
            raise DrawingError(UNREAD.format(line=line))
        kept.append(rest)
    return " ".join(kept)


def sheet_parts(text: str) -> Iterator[tuple[frozenset[str], list[str]]]:
    """Of each rule of a sheet made here: the names in its selector, and the ids that its values point to."""
    for rule in text.split("}")[:-1]:
        selector, _brace, body = rule.partition("{")
        yield frozenset(re.findall(r"[\w-]+|\*", selector)), parts(body)


def parts(text: str) -> list[str]:
    """The ids that a value points to."""
    return [found[1] for found in PART.findall(text)]

"""Merging by answer: what to do with one that was written while somebody else may have changed the same. Pure.

A page carries, for each question, the digest of the answer that it showed. Three values then tell everything: what it
showed, what stands in the document now, and what was written.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

from policies.answers import is_empty
from policies.schema import FormField
from proposals.redline import REMOVED, Span, texts

NOTHING, TAKE, BOTH = "nothing", "take", "both"
TEXTS = ("text", "longtext")


def digest(answer: Any) -> str:
    """A short name for an answer; "" for none."""
    return "" if is_empty(answer) else hashlib.sha256(rfc8785.dumps(answer)).hexdigest()[:16]


def fate(seen: str, now: Any, written: Any) -> str:
    """What becomes of the answer `written` on a page that showed the one with the digest `seen`; `now` stands there.

    NOTHING: it was not changed, or says what stands there. TAKE: nobody else changed it. BOTH: both did.
    An empty box that nobody ticked is no answer of somebody who changed nothing.
    """
    untouched = digest(written) == seen or (written is False and seen == "" and now is not None)
    if untouched or digest(written) == digest(now):
        return NOTHING
    return TAKE if digest(now) == seen else BOTH


def joined(asked: FormField, theirs: Any, mine: Any) -> Any:
    """A first proposal for both answers as one: nothing of either is left out where the kind of question allows it."""
    if is_empty(theirs) or is_empty(mine):
        return mine if is_empty(theirs) else theirs
    if asked.kind in TEXTS:
        return _text(texts.compare(str(theirs), str(mine)))
    if asked.kind == "rows":
        return [*theirs, *(row for row in mine if row not in theirs)]
    if asked.kind == "choices":
        return [choice.value for choice in asked.choices if choice.value in theirs or choice.value in mine]
    return theirs


def _text(spans: list[Span]) -> str:
    """What both say once; where they differ, theirs and then mine."""
    apart = "\n\n" if texts.is_rewritten(spans) else " "
    text, before = "", ""
    for span in spans:
        meets = before == REMOVED and span.kind != REMOVED and span.text[:1].strip() and text[-1:].strip()
        text += (apart if meets and span.kind != texts.SAME else "") + span.text
        before = span.kind
    return text

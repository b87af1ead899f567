"""Which form an Accept header asks for. Pure.

Source: RFC 9110, sections 12.4.2 (weights) and 12.5.1 (Accept): the most specific range that fits a form decides its
weight; 0 means never. Parameters of a range other than its weight are not told apart, since no form has any.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http.request import MediaType

MOST = 50  # ranges that are read; no browser sends as many


def preferred(header: str, kinds: Sequence[str]) -> str | None:
    """The kind of the greatest weight, of equals the first one; None when none is accepted. No header accepts all."""
    ranges = [MediaType(part) for part in header.split(",")[:MOST] if part.strip()]
    if not ranges:
        return kinds[0]
    weights = {kind: _weight(kind, ranges) for kind in kinds}
    best = max(weights.values())
    return next(kind for kind in kinds if weights[kind] == best) if best else None


def _weight(kind: str, ranges: Sequence[MediaType]) -> float:
    main, _, sub = kind.partition("/")
    fitting = [
        (one.main_type != "*", one.sub_type != "*", one.quality)
        for one in ranges
        if one.main_type.lower() in (main, "*") and one.sub_type.lower() in (sub, "*")
    ]
    return float(max(fitting)[2]) if fitting else 0.0

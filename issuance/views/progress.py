"""How far a batch is: one bar in states with counts, and under it only what needs a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from issuance.models import Delivery, IssuanceRequest

# (states of deliveries, word, tone, shape)
PARTS = (
    (("delivered", "accepted"), "delivered", "yes", "done"),
    (("queued", "sending"), "on their way", "now", "waiting"),
    (("needs_person", "unpublished"), "need a person", "heed", "attention"),
    (("cancelled", "rejected"), "not sent or not wanted", "past", "ended"),
)


def batch(request: IssuanceRequest, poll_url: str) -> dict[str, Any]:
    """What the progress component shows; it asks again while something is still on its way."""
    lines = request.lines.aggregate(all=Count("pk"), awarded=Count("award"))
    problems = request.lines.exclude(problem="").count()
    rows = (
        Delivery.objects.filter(request=request, act="issue")
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    counts = dict(rows)
    parts = [
        {"word": word, "tone": tone, "shape": shape, "count": sum(counts.get(s, 0) for s in states)}
        for states, word, tone, shape in PARTS
    ]
    waiting = lines["all"] - lines["awarded"] - problems
    if not counts:
        parts = [{"word": "awarded", "tone": "yes", "shape": "done", "count": lines["awarded"]}]
    if waiting:
        parts.append({"word": "still to be signed", "tone": "past", "shape": "ahead", "count": waiting})
    under_way = waiting or sum(counts.get(s, 0) for s in ("queued", "sending"))
    return {
        "id": "batch",
        "total": lines["all"],
        "done": lines["awarded"] if not counts else parts[0]["count"],
        "parts": [part for part in parts if part["count"]],
        "needs": _needs(request, counts, problems),
        "poll_url": poll_url if under_way else "",
    }


def _needs(request: IssuanceRequest, counts: dict[str, int], problems: int) -> list[dict[str, Any]]:
    found = []
    if problems:
        found.append({"text": "could not be awarded; the line says why.", "count": problems})
    stuck = counts.get("needs_person", 0) + counts.get("unpublished", 0)
    if stuck:
        text = "were not taken by the platform. The awards stand; the certifying office sees what to do."
        found.append({"text": text, "count": stuck})
    return found

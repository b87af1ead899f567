"""How far a batch is: one bar in states with counts, how long it may take, and under it only what needs a person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from issuance.models import STUCK, UNDER_WAY, Delivery, IssuanceRequest, RequestState
from issuance.sending.causes import cause_of
from journal import clock

# (states of deliveries, word, tone, shape)
PARTS = (
    (("accepted",), "accepted by the learner", "yes", "seal"),
    (("delivered",), "delivered", "yes", "done"),
    (("sending",), "being sent", "now", "here"),
    (("queued",), "waiting to be sent", "past", "waiting"),
    (STUCK, "need a person", "heed", "attention"),
    (("rejected",), "turned down by the learner", "past", "ended"),
    (("cancelled",), "not sent", "past", "ended"),
)
ARRIVED = ("accepted", "delivered", "rejected")
LATELY, LEAST = (
    dt.timedelta(minutes=10),
    15.0,
)  # the pace is that of so long at most, and of so many seconds at least


def batch(request: IssuanceRequest, *, tends: bool = False) -> dict[str, Any]:
    """What the progress component shows; it asks again while something is still on its way.

    `tends` adds links for those who may do something about failures. Four queries.
    """
    lines = request.lines.aggregate(
        all=Count("pk"), awarded=Count("award"), problems=Count("pk", filter=~Q(problem=""))
    )
    deliveries = Delivery.objects.filter(request=request, act="issue")
    counts: dict[tuple[str, str], int] = {
        (state, cause): n
        for state, cause, n in deliveries.order_by().values_list("state", "cause").annotate(n=Count("pk"))
    }
    states = Counter[str]()
    for (state, _), n in counts.items():
        states[state] += n
    waiting = lines["all"] - lines["awarded"] - lines["problems"]
    under_way = waiting + sum(states[state] for state in UNDER_WAY)
    return {
        "id": "batch",
        "total": lines["all"],
        "done": _arrived(states) if counts else lines["awarded"],
        "parts": parts(states, lines, waiting),
        "estimate": _estimate(request, under_way),
        "needs": _needs(request, counts, lines["problems"], tends),
        "poll_url": reverse("request_progress", args=[request.pk]) if _goes_on(request, under_way) else "",
    }


def _goes_on(request: IssuanceRequest, under_way: int) -> bool:
    if request.due_on and request.due_on > request.institution.today():
        return False  # it waits for its day
    return request.state == RequestState.APPROVED and under_way > 0


def _arrived(states: Counter[str]) -> int:
    return sum(states[state] for state in ARRIVED)


def parts(states: Counter[str], lines: Mapping[str, int], waiting: int) -> list[dict[str, Any]]:
    """The parts of the bar: how many deliveries are in which states, and what becomes of the lines without one."""
    found = [(sum(states[s] for s in of), word, tone, shape) for of, word, tone, shape in PARTS]
    if not states:
        found = [(lines["awarded"], "awarded", "yes", "done")]
    found.append((waiting, "still to be awarded", "past", "ahead"))
    found.append((lines["problems"], "could not be awarded", "heed", "attention"))
    return [
        {"word": word, "tone": tone, "shape": shape, "count": count}
        for count, word, tone, shape in found
        if count
    ]


def _estimate(request: IssuanceRequest, under_way: int) -> str:
    """How long the rest takes, at the pace of the last minutes, in which a platform's limit comes and goes; nothing where
    there is no pace yet."""
    if not _goes_on(request, under_way):
        return ""
    now = clock.now()
    rows = Delivery.objects.filter(request=request, settled_at__gte=now - LATELY, state__in=ARRIVED)
    lately = rows.aggregate(settled=Count("pk"), first=Min("settled_at"))
    if not lately["settled"]:
        return ""
    seconds = max((now - lately["first"]).total_seconds(), LEAST)
    return f"about {_span(under_way / lately['settled'] * seconds)} more"


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(10, round(seconds / 10) * 10)} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} hours"


def _needs(
    request: IssuanceRequest, counts: dict[tuple[str, str], int], problems: int, tends: bool
) -> list[dict[str, Any]]:
    found = []
    if problems:
        found.append({"count": problems, "text": "could not be awarded; each line says why."})
    for (state, code), count in sorted(counts.items(), key=lambda item: -item[1]):
        if state in STUCK:
            need: dict[str, Any] = {"count": count, "text": _said(code)}
            if tends:
                need["url"] = f"{reverse('deliveries_failed')}?cause={code}&request={request.pk}"
                need["link"] = "See what to do"
            found.append(need)
    return found


def _said(code: str) -> str:
    title = cause_of(code).title
    return f"{title[:1].lower()}{title[1:]}. The awards themselves stand."

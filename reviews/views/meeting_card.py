"""A meeting's page: what it shows, and what this person can do with the whole and with each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.clauses import marked as in_words
from reviews.meetings import presiding
from reviews.meetings import rules as meetings
from reviews.meetings.reading import shown

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.reasons import Reason
    from reviews.models import Meeting

Shown = dict[str, Any]


def context_of(meeting: Meeting, person: Person) -> Shown:
    """The whole context of the page."""
    facts = shown(meeting, person)
    items = [_item(meeting, facts, item) for item in facts["agenda"]]
    return {
        "facts": facts,
        "items": [item for item in items if not item["in_group"]],
        "group": [item for item in items if item["in_group"]],
        "can": _can(meeting, facts),
        "names": reverse("preside", args=[meeting.pk]) if _may_name(meeting, facts) else "",
        "adopt": _address(meeting, "adopt") if facts["my"]["runs"] and meeting.in_session else "",
    }


def _may_name(meeting: Meeting, facts: Shown) -> bool:
    """Whether who looks records whom the body names to preside, since nobody does."""
    return bool(meeting.in_session and facts["my"]["keeps"]) and not presiding.not_now(meeting)


def _address(meeting: Meeting, act: str) -> str:
    return reverse("meeting_act", args=[meeting.pk, act])


def _can(meeting: Meeting, facts: Shown) -> Shown:
    """What who runs it can do with the whole: the next thing to do first, the rest quietly, what cannot be, with why."""
    if not facts["my"]["runs"]:
        return {"main": None, "quiet": [], "off": []}
    if meeting.in_session:
        stopped = meetings.adjourn_reasons(meeting)
        main = None if stopped else {"label": "Adjourn", "url": _address(meeting, "adjourn")}
        return {"main": main, "quiet": [], "off": _off(meeting, "Adjourn", stopped)}
    if not meeting.is_ahead:
        return {"main": None, "quiet": [], "off": []}
    quiet = [
        {"label": "Change time or place", "url": reverse("meeting_change", args=[meeting.pk])},
        {"label": "Call it off", "url": _address(meeting, "cancel")},
    ]
    opening = meetings.open_reasons(meeting)
    start = {"label": "Open the meeting", "url": _address(meeting, "open")}
    call = {"label": "Call the members", "url": _address(meeting, "call")}
    if meeting.called_at or meeting.is_late:
        main = None if opening else start
    else:
        main, quiet = call, quiet if opening else [start, *quiet]
    return {
        "main": main,
        "quiet": quiet,
        "off": _off(meeting, "Open the meeting", opening) if not main else [],
    }


def _off(meeting: Meeting, label: str, reasons: list[Reason]) -> list[Shown]:
    return [{"label": label, "reasons": in_words(meeting.policy, reasons)}] if reasons else []


def _item(meeting: Meeting, facts: Shown, item: Shown) -> Shown:
    """An item with its addresses and the acts that this person can do on it now."""
    mine = facts["my"]
    pending = not item["done"]
    vote = next((vote for vote in item["votes"] if vote["state"] == "open"), None)
    in_group = item["consent"] and pending and not meeting.is_over
    return {
        **item,
        "url": _url(item),
        "in_group": in_group,
        "open_vote": reverse("ballot", args=[vote["ballot"]]) if vote else "",
        "pull": _act(item, "pull", "Pull it out") if in_group and (mine["sits"] or mine["runs"]) else None,
        "acts": _acts(item, vote, mine) if meeting.in_session and pending else [],
    }


def _url(item: Shown) -> str:
    if item["proposal"]:
        return reverse("proposal", args=[item["proposal"]])
    return reverse("minutes", args=[item["minutes_of"]]) if item["minutes_of"] else ""


def _act(item: Shown, name: str, label: str) -> Shown:
    return {"label": label, "url": reverse("item_act", args=[item["id"], name]), "name": name}


def _acts(item: Shown, vote: Shown | None, mine: Shown) -> list[Shown]:
    """What can be done with a pending item while the meeting is in session."""
    if not mine["runs"]:
        return (
            [_act(item, "note", "Note what came of it")] if mine["keeps"] and item["kind"] == "other" else []
        )
    found = []
    if item["kind"] == "other":
        found.append(_act(item, "note", "Note what came of it"))
    elif item["kind"] == "minutes":
        found.append(_act(item, "approve", "Approve the minutes"))
    elif item["reading"] == 1 and not item["void"]:
        found.append(_act(item, "read", "First reading held"))
    elif not vote and not item["void"]:
        found.append({**_act(item, "vote", "Take the vote"), "post": not item["motion"]})
    if item["void"]:
        found.append({**_act(item, "renew", "Take the new revision"), "post": True})
    return [*found, _act(item, "put-off", "Put it off")]

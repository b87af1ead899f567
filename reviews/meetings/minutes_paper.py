"""The minutes of a meeting on paper: what `minutes.said` gives, as `journal.papers` takes it. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from journal.papers import blocks
from proposals import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal.papers.blocks import Block

Said = dict[str, Any]


def minutes(said: Said, made_at: dt.datetime, size: str) -> Mapping[str, Any]:
    """The paper of this size; draft or approved, it says which."""
    head = said["head"]
    when = _moment(head["opened_at"], head)
    return blocks.document(
        title=f"Minutes: {head['body']}",
        kicker="Approved minutes" if said["approved"] else "Draft of minutes",
        institution=head["institution"],
        size=size,
        lead=f"{when}, {head['place']}" if head["place"] else when,
        footer=f"As of {_moment(made_at, head)}",
        blocks=[*_state(said), *parts(said)],
    )


def parts(said: Said, level: int = 1) -> list[Block]:
    """Who was there, what was dealt with, notes; headings begin at this level."""
    head = said["head"]
    end = f"{head['adjourned_by']} adjourned the meeting at {_time(head['adjourned_at'], head)}."
    found = [blocks.facts(_facts(said)), blocks.heading(level, "Who was present"), *_there(said)]
    found.append(blocks.heading(level, "What was dealt with"))
    for item in said["items"]:
        found += [_without_quorum(gap, head) for gap in item.get("quorum", [])]
        found += _item(item, head, level + 1)
    found += [_without_quorum(gap, head) for gap in said.get("quorum", [])]
    found.append(blocks.text(end))
    notes = [(note, "") for note in said["corrections"]]
    notes += [(note, ", after the minutes were approved") for note in said["later"]]
    if notes:
        found.append(blocks.heading(level, "Notes"))
    for note, then in notes:
        found.append(blocks.quote(note["text"], f"{note['author']}, {_moment(note['at'], head)}{then}"))
    return [*found, blocks.text(f"Seal {said['hash']}", "small")] if said["hash"] else found


def _state(said: Said) -> list[Block]:
    approved = said["approved"]
    if not approved:
        return [blocks.text("The body has not approved these minutes yet.")]
    on = f"{_local(approved['at'], said['head']):%-d %B %Y}"
    by = f" by the meeting of {approved['meeting']}" if approved["meeting"] else ""
    return [blocks.text(f"Approved{by} on {on}. {approved['how']}".strip())]


def _facts(said: Said) -> list[tuple[str, str]]:
    head = said["head"]
    return [
        ("Opened", f"{_moment(head['opened_at'], head)}, by {head['opened_by']}"),
        ("Adjourned", f"{_moment(head['adjourned_at'], head)}, by {head['adjourned_by']}"),
        ("Minutes kept by", head["keeper"]),
        ("Rule", head["clause"]),
    ]


def _there(said: Said) -> list[Block]:
    head = said["head"]
    rows = [
        [row["name"], _seat(row), "; ".join(_stretch(one, head) for one in row["stretches"])]
        for row in said["attendance"]
    ]
    rows += [[row["name"], _seat(row), "Not present"] for row in said["absent"]]
    found = [blocks.table(["Member", "Seat", "Present"], rows)] if rows else []
    return [*found, *([blocks.facts([("Also present", said["guests"])])] if said["guests"] else [])]


def _seat(row: Said) -> str:
    said = [row["seat"], "chairs the body" if row["chair"] else "", "" if row["votes"] else "without a vote"]
    return ", ".join(filter(None, said))


def _stretch(row: Said, head: Said) -> str:
    until = _time(row["left_at"], head) if row["left_at"] else "the end"
    named = f"{row['name']} for them, " if row["alternate"] else ""
    return f"{named}{_time(row['arrived_at'], head)} to {until}"


def _item(item: Said, head: Said, level: int) -> list[Block]:
    """One item: what stood on the agenda, the votes, what came of it."""
    found = [blocks.heading(level, f"{item['number']}. {item['subject']}")]
    revision = f"Revision {item['revision']['number']}" if item["revision"] else ""
    about = ", ".join(filter(None, [revision, item["reading_word"].lower(), item["unit"]]))
    found += [blocks.text(about, "small")] if about else []
    found += [blocks.text(item["text"])] if item["text"] else []
    if item["pulled_by"]:
        found.append(blocks.text(f"{item['pulled_by']} pulled it out of the consent group."))
    for vote in item["votes"]:
        found += _vote(vote, head)
    found += [blocks.text(item["note"])] if item["note"] else []
    return [*found, blocks.text(f"{item['came_word'] or 'Not dealt with'}.", "strong")]


def _without_quorum(gap: Said, head: Said) -> Block:
    until = _time(gap["regained_at"], head) if gap["regained_at"] else "the end"
    there = f"{gap['present']} of {gap['of']} seats {'was' if gap['present'] == 1 else 'were'} present"
    need = f"{gap['needed']} {'is' if gap['needed'] == 1 else 'are'} needed"
    return blocks.text(
        f"There was no quorum from {_time(gap['lost_at'], head)} to {until}: {there}; {need}.", "strong"
    )


def _vote(vote: Said, head: Said) -> list[Block]:
    at = f" ({_time(vote['closed_at'], head)})" if vote["closed_at"] else ""
    found = [blocks.text(f"{vote['question']} {vote['sentence']}{at}")]
    first = [vote[part] for part in ("motion", "presiding") if vote.get(part)]
    aside = [f"Stepped aside: {words.listed(vote['recused'])}."] if vote["recused"] else []
    found += [
        blocks.text(said, "small")
        for said in [*first, *(["The ballot was secret."] if vote["secret"] else []), *aside]
    ]
    names = [
        f"{row['name']} for {row['for']}: {row['word']}" if row["for"] else f"{row['name']}: {row['word']}"
        for row in vote["names"]
    ]
    return [*found, blocks.items(names)] if names else found


def _local(moment: dt.datetime, head: Said) -> dt.datetime:
    return moment.astimezone(ZoneInfo(head["timezone"]))


def _moment(moment: dt.datetime, head: Said) -> str:
    return f"{_local(moment, head):%-d %B %Y, %H:%M}"


def _time(moment: dt.datetime, head: Said) -> str:
    return f"{_local(moment, head):%H:%M}"

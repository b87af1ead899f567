"""What somebody is asked in writing: concerns about their own proposals, and the views of units that they head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.work.item import Item
from reviews import threads

if TYPE_CHECKING:
    from accounts.models import Person

MOST = 30


def concerns(person: Person) -> list[Item]:
    """Concerns that wait for a written answer of a proposer, the oldest first."""
    return [
        Item(
            title=str(comment.proposal),
            text=f"{comment.author} raised a concern. Answer it in writing: the next decision waits for it.",
            url=comment.get_absolute_url(),
            place=f"{comment.proposal.unit}, {comment.proposal.institution}",
            since=comment.written_at,
        )
        for comment in threads.concerns_to_answer(person)[:MOST]
    ]


def views_asked(person: Person) -> list[Item]:
    """Proposals on which a unit that the person heads is asked for its view; the oldest first."""
    return [
        Item(
            title=str(view.proposal),
            text=f"{view.asked_by} asks for the view of {view.unit}.",
            url=view.get_absolute_url(),
            place=str(view.proposal.institution),
            since=view.asked_at,
            facts=["An answer is required" if view.required else "For your information"],
        )
        for view in threads.views_to_give(person)[:MOST]
    ]

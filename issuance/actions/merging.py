"""Requests and stacks follow a learner whose two records become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuance.models import RequestLine, StackCandidate

if TYPE_CHECKING:
    from accounts.merging import Moved
    from accounts.models import Person


def move(kept: Person, gone: Person) -> list[Moved]:
    """Lines of requests and stacks to look at name the one who stays; what they led to moved with the awards."""
    RequestLine.objects.filter(learner=gone).update(learner=kept)
    StackCandidate.objects.filter(learner=gone).update(learner=kept)
    return []

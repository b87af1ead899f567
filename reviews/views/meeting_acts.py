"""What the chair does with a whole meeting, as the page before each act offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from policies.reasons import Reason
from reviews.actions import floor
from reviews.actions import meetings as actions
from reviews.meetings import agenda
from reviews.meetings import rules as meetings
from reviews.meetings.forms import PresentForm, WordsForm
from reviews.models import AgendaItem

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Meeting

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """One act: its words, why it cannot be done now, what it asks, what follows, and the action."""

    title: str
    done: str
    why_not: Callable[[Meeting], list[Reason]]
    perform: Callable[[Meeting, Person, Given], object]
    consequences: Callable[[Meeting], dict[str, list[str]]]
    asks: Callable[[Meeting, Any], forms.Form] | None = None
    no: bool = False

    def form(self, meeting: Meeting, data: Any) -> forms.Form:
        """What it asks; an empty form where it asks nothing."""
        return self.asks(meeting, data) if self.asks else forms.Form(data)


def _members(meeting: Meeting) -> str:
    number = meeting.roll.count()
    return "its one member" if number == 1 else f"its {number} members"


def _calling(meeting: Meeting) -> dict[str, list[str]]:
    number = meeting.items.count()
    return {
        "changes": [
            f"The agenda has {number} {'item' if number == 1 else 'items'}. You can still change it afterwards."
        ],
        "told": [
            f"{_members(meeting).capitalize()}, their alternates and who keeps the minutes, with a file for the calendar.",
            "The proposers of what stands on the agenda.",
        ],
        "final": [],
    }


def _cancelling(meeting: Meeting) -> dict[str, list[str]]:
    told = [f"{_members(meeting).capitalize()}, with your reason."] if meeting.called_at else []
    return {
        "changes": ["What stands on the agenda waits for another meeting."],
        "told": told,
        "final": ["A meeting that was called off is not held. You can plan another."],
    }


def _opening(meeting: Meeting) -> dict[str, list[str]]:
    return {
        "changes": [
            "The meeting is in session: you can take up its items, and arrivals and departures are recorded."
        ],
        "told": [],
        "final": ["Who is called to the meeting is settled by today's seats, and stays so."],
    }


def _adjourning(meeting: Meeting) -> dict[str, list[str]]:
    left = [item.subject for item in agenda.items_of(meeting) if not agenda.is_done(item)]
    changes = [f"Not dealt with, and waiting again: {'; '.join(left)}."] if left else []
    changes.append("The minutes are drawn up from what happened, as a draft.")
    return {
        "changes": changes,
        "told": [f"{_members(meeting).capitalize()}: the draft minutes can be read."],
        "final": ["Agenda and attendance are final. What is wrong is put right by a note to the minutes."],
    }


def _group(meeting: Meeting) -> list[AgendaItem]:
    return [item for item in agenda.items_of(meeting) if item.consent and not agenda.is_done(item)]


def _adopting(meeting: Meeting) -> dict[str, list[str]]:
    return {
        "changes": [f"Approved without objection: {item.subject}." for item in _group(meeting)],
        "told": ["The members and the proposers, as after any vote."],
        "final": [
            "Each decision takes effect at once. Any member can still pull an item out before you do this."
        ],
    }


def _adopt_reasons(meeting: Meeting) -> list[Reason]:
    if stopped := meetings.session_reasons(meeting):
        return stopped
    return [] if _group(meeting) else [Reason("Nothing stands in the consent group.")]


def _open(meeting: Meeting, by: Person, given: Given) -> object:
    present = [int(line) for line in given["present"]]
    return actions.open_session(meeting=meeting, by=by, present=present)


ACTS = {
    "call": Act(
        "Call the members", "The members are called.", meetings.call_reasons,
        lambda meeting, by, given: actions.call(meeting=meeting, by=by), _calling,
    ),
    "cancel": Act(
        "Call it off", "The meeting is called off.", meetings.ahead_reasons,
        lambda meeting, by, given: actions.cancel(meeting=meeting, reason=given["text"], by=by), _cancelling,
        lambda meeting, data: WordsForm("Why", data, help="The members read it."), no=True,
    ),
    "open": Act(
        "Open the meeting", "The meeting is in session.", meetings.open_reasons, _open, _opening,
        lambda meeting, data: PresentForm(list(meeting.roll.select_related("person")), data),
    ),
    "adjourn": Act(
        "Adjourn", "The meeting is over. The draft of its minutes can be read.", meetings.adjourn_reasons,
        lambda meeting, by, given: actions.adjourn(meeting=meeting, by=by), _adjourning,
    ),
    "adopt": Act(
        "Adopt the consent group", "Adopted by consent.", _adopt_reasons,
        lambda meeting, by, given: floor.adopt_consent(meeting=meeting, by=by), _adopting,
    ),
}  # fmt: skip

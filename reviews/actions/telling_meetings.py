"""Tell members of their meetings, and proposers that theirs stands on an agenda. Mail carries when, where and a link.

Called inside the transaction of the act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.authority import people_with
from accounts.hooks import Message
from accounts.models import Person
from journal import clock
from journal.actions import mail, notices
from reviews import rolls
from reviews.meetings.rules import written
from reviews.models import Alternate
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from policies.schema import Body
    from proposals.models import Step
    from reviews.models import Meeting


def _people(meeting: Meeting) -> list[Person]:
    """Who is called: the roll, alternates of its members, and who keeps the minutes."""
    found = [seat.person for seat in meeting.roll.select_related("person")]
    lines = meeting.roll.filter(alternates=True).values("person")
    rows = Alternate.objects.in_force().filter(
        institution=meeting.institution, body=meeting.body, principal__in=lines
    )
    found += [row.delegate for row in rows.select_related("delegate")]
    return [*found, meeting.keeper] if meeting.keeper else found


def _tell(meeting: Meeting, kind: str, text: str, path: str) -> None:
    people = {person.pk: person for person in _people(meeting) if person.is_active}
    notices.tell(people=people.values(), kind=kind, text=text, path=path)
    context = {
        "path": path,
        "body": meeting.body_rules.name,
        "when": written(meeting.starts_at, meeting.zone),
        "place": meeting.place,
        "calendar": reverse("meeting_calendar", args=[meeting.pk]),
    }
    key = f"{kind}:{meeting.pk}:{clock.now():%s%f}"
    messages = [Message(kind, f"{key}:{person.pk}", person, context) for person in people.values()]
    mail.post_many(messages=messages, institution=meeting.institution)


def called(meeting: Meeting) -> None:
    """The members are called; proposers learn that their proposal stands on the agenda."""
    when = written(meeting.starts_at, meeting.zone)
    text = f"{meeting.body_rules.name} meets on {when}. The agenda is here."
    _tell(meeting, "meeting_called", text, meeting.get_absolute_url())
    for item in meeting.items.filter(step__isnull=False).select_related("step__proposal"):
        if item.step is not None:
            on_agenda(meeting, item.step)


def on_agenda(meeting: Meeting, step: Step) -> None:
    """Proposers learn when their proposal is before the body; a notice alone."""
    when = written(meeting.starts_at, meeting.zone)
    notices.tell(
        people=Person.objects.filter(proposerships__proposal=step.proposal_id, is_active=True),
        kind="on_agenda",
        text=f"“{step.proposal}” is on the agenda of {meeting.body_rules.name} on {when}.",
        path=reverse("proposal", args=[step.proposal_id]),
    )


def changed(meeting: Meeting) -> None:
    when = written(meeting.starts_at, meeting.zone)
    text = f"The meeting of {meeting.body_rules.name} was changed: it is on {when} now."
    _tell(meeting, "meeting_changed", text, meeting.get_absolute_url())


def cancelled(meeting: Meeting) -> None:
    when = written(meeting.starts_at, meeting.zone)
    text = f"The meeting of {meeting.body_rules.name} on {when} was cancelled: {meeting.cancelled_reason}"
    _tell(meeting, "meeting_cancelled", text, meeting.get_absolute_url())


def minutes_drafted(meeting: Meeting) -> None:
    when = written(meeting.starts_at, meeting.zone)
    text = f"The minutes of the meeting of {meeting.body_rules.name} on {when} can be read. They are a draft."
    _tell(meeting, "minutes_drafted", text, reverse("minutes", args=[meeting.pk]))


def meeting_needed(step: Step, body: Body) -> None:
    """Who runs the meetings of a body that reads twice learns that a proposal waits for one."""
    chairs = [row.person for row in rolls.members_of(body, step.proposal) if row.chair or row.vice_chair]
    people = {person.pk: person for person in [*chairs, *people_with(MANAGER, step.proposal.institution)]}
    text = f"“{step.proposal}” waits for a meeting of {body.name}: it is read twice, then voted on."
    notices.tell(people=people.values(), kind="meeting_needed", text=text, path=reverse("meetings"))
    context = {"path": reverse("meetings"), "body": body.name, "step": step.title}
    key = f"meeting_needed:{step.pk}"
    messages = [Message("meeting_needed", f"{key}:{pk}", person, context) for pk, person in people.items()]
    mail.post_many(messages=messages, institution=step.proposal.institution)

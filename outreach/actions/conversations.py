"""Ask the campus about a draft, collect what it says, publish a summary; keep whom the office met."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from journal import clock
from outreach.actions.asking import CROWDED
from outreach.actions.noting import note
from outreach.models import Conversation, Feedback, Group
from outreach.office import require_office
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution, Person

LONGEST_DRAFT = 20_000
HOUR = dt.timedelta(hours=1)


@transaction.atomic
def plan(
    *,
    institution: Institution,
    title: str,
    draft: str,
    opens_on: dt.date,
    closes_on: dt.date,
    by: Person,
    text: str = "",
) -> Conversation:
    """Put a draft on the office's page, open for comment between two days.

    Refused: no title, no draft, a last day before the first, one that is past.
    """
    require_office(by, institution)
    found = text_reasons(title, "title", longest=LONGEST_NAME, empty="Give it a title.")
    found += text_reasons(draft, "draft", longest=LONGEST_DRAFT, empty="Write the draft that people read.")
    found += text_reasons(text, "text")
    refuse_if([*found, *_day_reasons(institution, opens_on, closes_on)])
    made = Conversation.objects.create(
        institution=institution,
        title=title.strip(),
        text=text.strip(),
        draft=draft.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        planned_by=by,
        planned_at=clock.now(),
    )
    note(institution, "conversation planned", by, conversation=made.pk)
    return made


@transaction.atomic
def change(
    *,
    conversation: Conversation,
    title: str,
    draft: str,
    opens_on: dt.date,
    closes_on: dt.date,
    by: Person,
    text: str = "",
) -> Conversation:
    """Other words or days. Once somebody has said something the draft and the first day stay as they were, so that
    everyone spoke of the same; the last day may still move. Refused also once the summary is published."""
    require_office(by, conversation.institution)
    row = _locked(conversation)
    if row.published_at:
        raise Refused("The summary is published, so it stays as it is.")
    found = text_reasons(title, "title", longest=LONGEST_NAME, empty="Give it a title.")
    found += text_reasons(draft, "draft", longest=LONGEST_DRAFT, empty="Write the draft that people read.")
    found += text_reasons(text, "text") + _day_reasons(row.institution, opens_on, closes_on)
    if row.feedback.exists() and (draft.strip(), opens_on) != (row.draft, row.opens_on):
        found.append(Reason("People have spoken of this draft. Ask about a new one instead.", field="draft"))
    refuse_if(found)
    row.title, row.text, row.draft = title.strip(), text.strip(), draft.strip()
    row.opens_on, row.closes_on = opens_on, closes_on
    row.save(update_fields=["title", "text", "draft", "opens_on", "closes_on"])
    note(row.institution, "conversation changed", by, conversation=row.pk)
    return row


@transaction.atomic
def say(
    *, conversation: Conversation, text: str, name: str = "", email: str = "", by: Person | None = None
) -> Feedback:
    """Keep what somebody says of the draft, as plain text; a name and an address only where they are given.

    Refused: outside its days, no text, very much at once.
    """
    row = Conversation.objects.select_related("institution").get(pk=conversation.pk)
    if not row.is_open(row.institution.today()):
        raise Refused("It is not open for comment on this day.")
    found = text_reasons(text, "text", empty="Write what you think of it.")
    found += text_reasons(name, "name", longest=LONGEST_NAME)
    lately = row.feedback.filter(said_at__gt=clock.now() - HOUR)
    if by is None and lately.count() >= settings.UNCONFIRMED_AN_HOUR:
        found.append(Reason(CROWDED))
    refuse_if(found)
    return Feedback.objects.create(
        conversation=row,
        text=text.strip(),
        name=name.strip(),
        email=email.strip().lower(),
        said_at=clock.now(),
    )


@transaction.atomic
def publish(*, conversation: Conversation, summary: str, by: Person) -> Conversation:
    """Publish what came of it. Effects: the summary stands on the page. Refused: while it is open, without words, twice."""
    require_office(by, conversation.institution)
    row = _locked(conversation)
    if row.published_at:
        raise Refused("The summary is published already.")
    found = text_reasons(summary, "summary", longest=LONGEST_DRAFT, empty="Write the summary.")
    if row.institution.today() <= row.closes_on:
        said = f"It is open until {row.closes_on:%-d %B %Y}. Publish the summary afterwards."
        found.append(Reason(said, row.institution.policy.pack.outreach.groups_clause))
    refuse_if(found)
    row.summary, row.published_at, row.published_by = summary.strip(), clock.now(), by
    row.save(update_fields=["summary", "published_at", "published_by"])
    note(row.institution, "summary published", by, conversation=row.pk, said=row.feedback.count())
    return row


@transaction.atomic
def keep_group(
    *,
    institution: Institution,
    name: str,
    by: Person,
    met: bool = False,
    met_on: dt.date | None = None,
    open: bool = False,
    remark: str = "",
) -> Group:
    """Write down a group that is to be met, or was; the same name again says that it was met meanwhile.

    The first act also writes down those that the policy begins with. Refused: no name, a day to come, a day without a
    meeting.
    """
    require_office(by, institution)
    begin_with_the_policys(institution, by)
    found = text_reasons(name, "name", longest=LONGEST_NAME, empty="Name the group.")
    found += text_reasons(remark, "remark", longest=500)
    if met_on and met_on > institution.today():
        found.append(Reason("That day lies ahead. Write it down when it has happened.", field="met_on"))
    if met_on and not met:
        found.append(Reason("Say that it was met, or leave the day out.", field="met"))
    refuse_if(found)
    values = {"met": met, "met_on": met_on, "open": open, "note": remark.strip()}
    group, _new = Group.objects.update_or_create(
        institution=institution,
        name=name.strip(),
        defaults=values,
        create_defaults={**values, "added_by": by, "added_at": clock.now()},
    )
    note(institution, "group written down", by, group=group.pk, met=met)
    return group


def begin_with_the_policys(institution: Institution, by: Person) -> None:
    """Write down the policy's groups, where the office has none of its own yet."""
    if Group.objects.filter(institution=institution).exists():
        return
    Group.objects.bulk_create(
        (
            Group(
                institution=institution,
                name=group.name,
                met=group.state == "met",
                open=group.open,
                added_by=by,
                added_at=clock.now(),
            )
            for group in institution.policy.pack.outreach.groups
        ),
        ignore_conflicts=True,
    )


def _day_reasons(institution: Institution, opens_on: dt.date, closes_on: dt.date) -> list[Reason]:
    if closes_on < opens_on:
        return [Reason("It closes before it opens.", field="closes_on")]
    if closes_on < institution.today():
        return [Reason("Its last day is past.", field="closes_on")]
    return []


def _locked(conversation: Conversation) -> Conversation:
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("institution")
    return rows.get(pk=conversation.pk)

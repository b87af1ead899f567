"""Build the agenda of a meeting, and do something with one of its items. Every act is a button: no script is needed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.clauses import marked as in_words
from accounts.staff import dashboard, person_of
from policies.reasons import Refused
from proposals.models import Step
from reviews.actions import agenda as actions
from reviews.actions import floor, minutes
from reviews.meetings import agenda as reading
from reviews.meetings import moving
from reviews.meetings import rules as meetings
from reviews.meetings.forms import ItemNoteForm, MotionForm, OtherForm
from reviews.meetings.reading import brief
from reviews.models import AgendaItem, Meeting
from reviews.views.frame import posted, put_refusal
from reviews.views.meetings import find, page

if TYPE_CHECKING:
    from accounts.models import Person


@dashboard
def agenda(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What waits for the body, what stands on the agenda and in which order; posting adds other business."""
    found, person = find(request, key), person_of(request)
    meetings.require_runner(found, person)
    form = OtherForm(posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_other(meeting=found, by=person, **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            return _to(found, made)
    context = {**_waiting(found), "form": form, "refusals": refusals, "facts": brief(found)}
    context |= {"items": reading.agenda_of(found), "stopped": in_words(found.policy, meetings.over(found))}
    return page(request, "reviews/meetings/agenda.html", found, context, refused=request.method == "POST")


def _waiting(meeting: Meeting) -> dict[str, Any]:
    steps = list(reading.steps_waiting(meeting)[: reading.MOST])
    taken = reading.elsewhere(steps, meeting)
    return {
        "steps": [{"step": step, "elsewhere": taken.get(step.pk)} for step in steps],
        "minutes": list(reading.minutes_waiting(meeting)[: reading.MOST]),
    }


def _to(meeting: Meeting, item: AgendaItem | None = None) -> HttpResponseRedirect:
    """Back to the agenda, at the item that was touched."""
    place = f"#item-{item.pk}" if item else ""
    return HttpResponseRedirect(reverse("agenda", args=[meeting.pk]) + place)


@dashboard
@require_POST
def agenda_add(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Put what waits on the agenda: a proposal (`step`) or the minutes of a meeting (`minutes`)."""
    found, person = find(request, key), person_of(request)
    meetings.require_runner(found, person)
    try:
        made = _add(found, person, request.POST.get("step", ""), request.POST.get("minutes", ""))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
        return _to(found)
    return _to(found, made)


def _add(meeting: Meeting, person: Person, step: str, of: str) -> AgendaItem:
    if step:
        rows = Step.objects.filter(proposal__institution=meeting.institution).select_related("proposal")
        return actions.add_step(meeting=meeting, step=get_object_or_404(rows, pk=_key(step)), by=person)
    rows_of = Meeting.objects.visible_to(person)
    return actions.add_minutes(meeting=meeting, of=get_object_or_404(rows_of, pk=_key(of)), by=person)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404("No such thing") from None


# --- one item ------------------------------------------------------------------------------------
Perform = Callable[[AgendaItem, "Person", str], object]


@dataclass(frozen=True)
class ItemAct:
    """One act on an item. With `label` it asks for words on a page of its own; `builds` leads back to the builder."""

    perform: Perform
    title: str = ""
    label: str = ""
    says: str = ""
    required: bool = False
    builds: bool = False


ITEM_ACTS = {
    "up": ItemAct(lambda item, by, _: actions.move(item=item, to=item.position - 1, by=by), builds=True),
    "down": ItemAct(lambda item, by, _: actions.move(item=item, to=item.position + 1, by=by), builds=True),
    "remove": ItemAct(lambda item, by, _: actions.remove(item=item, by=by), builds=True),
    "consent": ItemAct(lambda item, by, _: actions.set_consent(item=item, consent=True, by=by), builds=True),
    "alone": ItemAct(lambda item, by, _: actions.set_consent(item=item, consent=False, by=by), builds=True),
    "renew": ItemAct(lambda item, by, _: actions.renew(item=item, by=by), builds=True),
    "pull": ItemAct(lambda item, by, _: actions.pull(item=item, by=by)),
    "vote": ItemAct(lambda item, by, _: floor.take_vote(item=item, by=by)),
    "read": ItemAct(
        lambda item, by, text: floor.hold_reading(item=item, text=text, by=by),
        "The first reading was held", "What was said", "The vote comes in a later meeting.",
    ),
    "put-off": ItemAct(
        lambda item, by, text: floor.put_off(item=item, text=text, by=by),
        "Put it off", "Why", "It waits for another meeting. A vote on it that is open is no longer this meeting's.",
    ),
    "note": ItemAct(
        lambda item, by, text: floor.deal(item=item, text=text, by=by),
        "What came of it", "What was said or settled", "", required=True,
    ),
    "approve": ItemAct(
        lambda item, by, text: minutes.approve_in_session(item=item, text=text, by=by),
        "Approve the minutes", "What was said", "Nobody objects. From then on these minutes never change.",
    ),
}  # fmt: skip


@dashboard
def item_act(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """Do something with an item; what asks for words has a page."""
    seen = Meeting.objects.visible_to(person_of(request)).values("pk")
    rows = AgendaItem.objects.filter(meeting__in=seen).select_related(
        "meeting", "step__proposal", "minutes_of"
    )
    item = get_object_or_404(rows, pk=key)
    if act not in ITEM_ACTS:
        raise Http404("No such act")
    asks = bool(ITEM_ACTS[act].label) or (act == "vote" and bool(moving.asked(item)))
    if request.method != "POST" and not asks:
        raise Http404("No such act")
    chosen = ITEM_ACTS[act]
    if chosen.label:
        return _with_words(request, item, chosen)
    if act == "vote" and moving.asked(item):
        return _with_motion(request, item)
    try:
        chosen.perform(item, person_of(request), "")
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    gone = act == "remove"
    if chosen.builds and request.POST.get("from") != "meeting":
        return _to(item.meeting, None if gone else item)
    return HttpResponseRedirect(f"{item.meeting.get_absolute_url()}#item-{item.pk}")


def _with_motion(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    """Take the vote of a body whose rule asks who moves it."""
    found = find(request, item.meeting_id)
    meetings.require_runner(found, person_of(request))
    form = MotionForm(moving.asked(item), moving.movers(found), posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            floor.take_vote(item=item, by=person_of(request), **form.named())
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            return redirect(f"{found.get_absolute_url()}#item-{item.pk}")
    context = {"heading": "Take the vote", "says": item.subject, "form": form, "refusals": refusals}
    context |= {"submit": "Take the vote"}
    return page(request, "reviews/meetings/form.html", found, context, refused=request.method == "POST")


def _with_words(request: HttpRequest, item: AgendaItem, act: ItemAct) -> HttpResponse:
    found = find(request, item.meeting_id)
    meetings.require_keeper(found, person_of(request))
    form = ItemNoteForm(item, act.label, posted(request), required=act.required)
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            act.perform(item, person_of(request), form.cleaned_data["text"])
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            return redirect(f"{found.get_absolute_url()}#item-{item.pk}")
    context = {
        "heading": act.title,
        "says": f"{item.subject}. {act.says}",
        "form": form,
        "refusals": refusals,
    }
    context |= {"submit": act.title}
    return page(request, "reviews/meetings/form.html", found, context, refused=request.method == "POST")

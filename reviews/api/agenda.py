"""The agenda of a meeting and its attendance over HTTP: one POST an action. Each answers with the meeting."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given
from proposals.models import Proposal, Step
from reviews.actions import agenda, attendance, floor, minutes, presiding
from reviews.api.ballots import REFUSED
from reviews.api.meeting_shapes import MeetingWhole
from reviews.api.meetings import DONE, WordsIn, answer, find, person_at
from reviews.meetings.reading import shown
from reviews.meetings.rules import LONGEST
from reviews.models import AgendaItem, Attendance, Meeting


class ItemIn(serializers.Serializer[Any]):
    """What is put on the agenda: a `step` that waits, the `minutes` of a meeting, or other business with a `title`."""

    step = serializers.UUIDField(required=False, allow_null=True, default=None)
    minutes = serializers.UUIDField(required=False, allow_null=True, default=None)
    title = serializers.CharField(allow_blank=True, default="", max_length=300)
    text = serializers.CharField(allow_blank=True, default="", max_length=LONGEST)


class MoveIn(serializers.Serializer[Any]):
    to = serializers.IntegerField(help_text="The place it moves to; 1 is the first.")


class ConsentIn(serializers.Serializer[Any]):
    consent = serializers.BooleanField()


def _item(request: Request, key: uuid.UUID) -> AgendaItem:
    seen = Meeting.objects.visible_to(caller(request)).values("pk")
    rows = AgendaItem.objects.filter(meeting__in=seen).select_related(
        "meeting", "step__proposal", "minutes_of"
    )
    return get_object_or_404(rows, pk=key)


@extend_schema(request=ItemIn, responses={201: MeetingWhole, 403: REFUSED, 409: REFUSED})
@api_view(["POST"])
def item_add(request: Request, key: uuid.UUID) -> Response:
    """Put something on the agenda (the chair, the programme manager)."""
    meeting, by, data = find(request, key), caller(request), given(ItemIn(data=request.data))
    if data["step"]:
        seen = Proposal.objects.visible_to(by)
        step = get_object_or_404(Step.objects.filter(proposal__in=seen), pk=data["step"])
        agenda.add_step(meeting=meeting, step=step, text=data["text"], by=by)
    elif data["minutes"]:
        agenda.add_minutes(meeting=meeting, of=find(request, data["minutes"]), by=by)
    else:
        agenda.add_other(meeting=meeting, title=data["title"], text=data["text"], by=by)
    return Response(shown(find(request, key), by), status=status.HTTP_201_CREATED)


@extend_schema(request=MoveIn, responses=DONE)
@api_view(["POST"])
def item_move(request: Request, key: uuid.UUID) -> Response:
    """Move it to another place (the chair, the programme manager)."""
    item = _item(request, key)
    agenda.move(item=item, by=caller(request), **given(MoveIn(data=request.data)))
    return answer(request, item.meeting_id)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def item_remove(request: Request, key: uuid.UUID) -> Response:
    """Take it off the agenda of a meeting that lies ahead (the chair, the programme manager)."""
    item = _item(request, key)
    agenda.remove(item=item, by=caller(request))
    return answer(request, item.meeting_id)


@extend_schema(request=ConsentIn, responses=DONE)
@api_view(["POST"])
def item_consent(request: Request, key: uuid.UUID) -> Response:
    """Put it into the consent group, or take it out (the chair, the programme manager)."""
    item = _item(request, key)
    agenda.set_consent(item=item, by=caller(request), **given(ConsentIn(data=request.data)))
    return answer(request, item.meeting_id)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def item_pull(request: Request, key: uuid.UUID) -> Response:
    """Pull it out of the consent group (any member)."""
    item = _item(request, key)
    agenda.pull(item=item, by=caller(request))
    return answer(request, item.meeting_id)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def item_renew(request: Request, key: uuid.UUID) -> Response:
    """Let it be about the revision that was submitted since (the chair, the programme manager)."""
    item = _item(request, key)
    agenda.renew(item=item, by=caller(request))
    return answer(request, item.meeting_id)


@extend_schema(request=WordsIn, responses=DONE)
@api_view(["POST"])
def item_read(request: Request, key: uuid.UUID) -> Response:
    """Record that its first reading was held (the chair, the programme manager)."""
    item = _item(request, key)
    floor.hold_reading(item=item, by=caller(request), **given(WordsIn(data=request.data)))
    return answer(request, item.meeting_id)


class MotionIn(serializers.Serializer[Any]):
    """The addresses of who moves and who seconds it, where the body's rule asks (the item's `motion`)."""

    moved_by = serializers.EmailField(required=False, allow_null=True, default=None)
    seconded_by = serializers.EmailField(required=False, allow_null=True, default=None)


@extend_schema(request=MotionIn, responses=DONE)
@api_view(["POST"])
def item_vote(request: Request, key: uuid.UUID) -> Response:
    """Have the meeting vote on it now (the chair, the programme manager)."""
    item, data = _item(request, key), given(MotionIn(data=request.data))
    movers = {part: person_at(address, part) for part, address in data.items()}
    floor.take_vote(item=item, by=caller(request), **movers)
    return answer(request, item.meeting_id)


@extend_schema(request=WordsIn, responses=DONE)
@api_view(["POST"])
def item_put_off(request: Request, key: uuid.UUID) -> Response:
    """Put it off to a later meeting (the chair, the programme manager)."""
    item = _item(request, key)
    floor.put_off(item=item, by=caller(request), **given(WordsIn(data=request.data)))
    return answer(request, item.meeting_id)


@extend_schema(request=WordsIn, responses=DONE)
@api_view(["POST"])
def item_note(request: Request, key: uuid.UUID) -> Response:
    """Note what came of other business (the chair, the programme manager, who keeps the minutes)."""
    item = _item(request, key)
    floor.deal(item=item, by=caller(request), **given(WordsIn(data=request.data)))
    return answer(request, item.meeting_id)


@extend_schema(request=WordsIn, responses=DONE)
@api_view(["POST"])
def item_approve(request: Request, key: uuid.UUID) -> Response:
    """Record that the meeting approves the minutes that are this item (the chair, the programme manager)."""
    item = _item(request, key)
    minutes.approve_in_session(item=item, by=caller(request), **given(WordsIn(data=request.data)))
    return answer(request, item.meeting_id)


# --- attendance ----------------------------------------------------------------------------------
class ArriveIn(serializers.Serializer[Any]):
    """A line of the roll; when, if not now; the address of an alternate, if one came."""

    line = serializers.IntegerField()
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    alternate = serializers.EmailField(required=False, allow_null=True, default=None)


class LeaveIn(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class StretchIn(serializers.Serializer[Any]):
    arrived_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True, default=None)


@extend_schema(request=ArriveIn, responses=DONE)
@api_view(["POST"])
def arrive(request: Request, key: uuid.UUID) -> Response:
    """Record that a member is in the room (the chair, the programme manager, who keeps the minutes)."""
    data = given(ArriveIn(data=request.data))
    who = person_at(data.pop("alternate"), "alternate")
    attendance.arrive(meeting=find(request, key), person=who, by=caller(request), **data)
    return answer(request, key)


@extend_schema(request=LeaveIn, responses=DONE)
@api_view(["POST"])
def leave(request: Request, key: uuid.UUID) -> Response:
    """Record that a member left (the chair, the programme manager, who keeps the minutes)."""
    attendance.leave(meeting=find(request, key), by=caller(request), **given(LeaveIn(data=request.data)))
    return answer(request, key)


@extend_schema(request=StretchIn, responses=DONE)
@api_view(["POST"])
def stretch_correct(request: Request, key: uuid.UUID, stretch: int) -> Response:
    """Put the times of a stretch right (the chair, the programme manager, who keeps the minutes)."""
    row = get_object_or_404(Attendance, meeting=find(request, key), pk=stretch)
    attendance.correct(attendance=row, by=caller(request), **given(StretchIn(data=request.data)))
    return answer(request, key)


@extend_schema(request=None, responses=DONE)
@api_view(["POST"])
def stretch_strike(request: Request, key: uuid.UUID, stretch: int) -> Response:
    """Take out a stretch that was recorded by mistake (the chair, the programme manager, who keeps the minutes)."""
    row = get_object_or_404(Attendance, meeting=find(request, key), pk=stretch)
    attendance.strike(attendance=row, by=caller(request))
    return answer(request, key)


class PresideIn(serializers.Serializer[Any]):
    """The line of the roll of the member whom the body named."""

    line = serializers.IntegerField()


@extend_schema(request=PresideIn, responses=DONE)
@api_view(["POST"])
def preside(request: Request, key: uuid.UUID) -> Response:
    """Record whom the body named to preside where chair and vice chair are missing (who runs it or keeps its minutes)."""
    presiding.name(meeting=find(request, key), by=caller(request), **given(PresideIn(data=request.data)))
    return answer(request, key)


class GuestsIn(serializers.Serializer[Any]):
    guests = serializers.CharField(allow_blank=True, max_length=LONGEST)


@extend_schema(request=GuestsIn, responses=DONE)
@api_view(["POST"])
def guests(request: Request, key: uuid.UUID) -> Response:
    """Write down who else was there (the chair, the programme manager, who keeps the minutes)."""
    attendance.note_guests(
        meeting=find(request, key), by=caller(request), **given(GuestsIn(data=request.data))
    )
    return answer(request, key)

"""Conversations over HTTP: drafts that are open, what people say, summaries, groups."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from accounts.models import Institution
from journal import clock
from outreach.actions import conversations as actions
from outreach.api.sessions import REFUSED
from outreach.met import groups_of
from outreach.models import Conversation, Feedback, Group


class ConversationRow(serializers.ModelSerializer[Conversation]):
    """A conversation as everyone sees it."""

    class Meta:
        model = Conversation
        fields = (
            "id", "institution", "title", "text", "draft", "opens_on", "closes_on", "film_title", "summary",
            "published_at",
        )  # fmt: skip


class ConversationIn(serializers.Serializer[Any]):
    """A draft to ask about."""

    institution = serializers.SlugField()
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(allow_blank=True, default="", max_length=5000)
    draft = serializers.CharField(max_length=20_000)
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()


class FeedbackRow(serializers.ModelSerializer[Feedback]):
    """What somebody said; for the office."""

    class Meta:
        model = Feedback
        fields = ("id", "name", "email", "text", "said_at")


class FeedbackIn(serializers.Serializer[Any]):
    """What you think of a draft."""

    text = serializers.CharField(max_length=5000)
    name = serializers.CharField(allow_blank=True, default="", max_length=200)


class SummaryIn(serializers.Serializer[Any]):
    """What came of it."""

    summary = serializers.CharField(max_length=20_000)


class MetGroupRow(serializers.Serializer[Any]):
    """A group that was met, or is to be."""

    name = serializers.CharField()
    met = serializers.BooleanField()
    on = serializers.DateField(allow_null=True)
    open = serializers.BooleanField()
    note = serializers.CharField()


class MetGroupIn(serializers.Serializer[Any]):
    """A group to write down."""

    name = serializers.CharField(max_length=200)
    met = serializers.BooleanField(default=False)
    met_on = serializers.DateField(allow_null=True, default=None)
    open = serializers.BooleanField(default=False)
    remark = serializers.CharField(allow_blank=True, default="", max_length=500)


def _seen(request: Request) -> Any:
    """What has begun at the caller's campuses, and all of the offices that they run."""
    person = caller(request)
    begun = Q(institution__in=Institution.objects.of(person), opens_on__lte=clock.today())
    mine = Q(pk__in=Conversation.objects.visible_to(person).values("pk"))
    return Conversation.objects.filter(begun | mine).select_related("institution")


@extend_schema(methods=["GET"], responses=ConversationRow(many=True))
@extend_schema(methods=["POST"], request=ConversationIn, responses={201: ConversationRow, 409: REFUSED})
@api_view(["GET", "POST"])
def conversation_list(request: Request) -> Response:
    """Conversations of your campus, the latest first; POST asks about a draft."""
    if request.method == "GET":
        return page(request, _seen(request).order_by(F("opens_on").desc(), "pk"), ConversationRow)
    data = given(ConversationIn(data=request.data))
    campus = get_object_or_404(Institution.objects.of(caller(request)), slug=data.pop("institution"))
    made = actions.plan(institution=campus, by=caller(request), **data)
    return Response(ConversationRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(methods=["GET"], responses=FeedbackRow(many=True))
@extend_schema(methods=["POST"], request=FeedbackIn, responses={201: FeedbackRow, 409: REFUSED})
@api_view(["GET", "POST"])
def feedback_list(request: Request, key: uuid.UUID) -> Response:
    """What people said, for the office; POST says something of the draft."""
    if request.method == "GET":
        found = get_object_or_404(Conversation.objects.visible_to(caller(request)), pk=key)
        return page(request, found.feedback.order_by("said_at", "pk"), FeedbackRow)
    data = given(FeedbackIn(data=request.data))
    found = get_object_or_404(_seen(request), pk=key)
    made = actions.say(conversation=found, by=caller(request), **data)
    return Response(FeedbackRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(request=SummaryIn, responses={200: ConversationRow, 409: REFUSED})
@api_view(["POST"])
def conversation_publish(request: Request, key: uuid.UUID) -> Response:
    """Publish the summary of a conversation that is over."""
    found = get_object_or_404(_seen(request), pk=key)
    data = given(SummaryIn(data=request.data))
    return Response(ConversationRow(actions.publish(conversation=found, by=caller(request), **data)).data)


@extend_schema(methods=["GET"], responses=MetGroupRow(many=True))
@extend_schema(methods=["POST"], request=MetGroupIn, responses={201: MetGroupRow, 409: REFUSED})
@api_view(["GET", "POST"])
def groups(request: Request, slug: str) -> Response:
    """Whom the office met and is to meet; POST writes one down."""
    campus = get_object_or_404(Institution.objects.of(caller(request)), slug=slug)
    if request.method == "GET":
        return Response(groups_of(campus))
    made: Group = actions.keep_group(
        institution=campus, by=caller(request), **given(MetGroupIn(data=request.data))
    )
    row = next(one for one in groups_of(campus) if one["name"] == made.name)
    return Response(row, status=status.HTTP_201_CREATED)

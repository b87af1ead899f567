"""What the API says of a meeting and of its minutes, for the document of the API; `reviews.meetings.reading` says it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from journal.papers.listed import PaperRow
from reviews.models import MeetingState, MinutesState


class MeetingWhole(serializers.Serializer[Any]):
    """One meeting whole; times are aware, `zone` is the campus's."""

    id = serializers.UUIDField()
    institution = serializers.SlugField()
    campus = serializers.CharField()
    body = serializers.CharField()
    body_name = serializers.CharField()
    starts_at = serializers.DateTimeField()
    zone = serializers.CharField()
    place = serializers.CharField()
    keeper = serializers.CharField()
    state = serializers.ChoiceField(choices=MeetingState.choices)
    word = serializers.CharField()
    tone = serializers.CharField()
    shape = serializers.CharField()
    called_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    adjourned_at = serializers.DateTimeField(allow_null=True)
    cancelled_reason = serializers.CharField()
    minutes_state = serializers.CharField()
    late = serializers.BooleanField()
    agenda = serializers.ListField(child=serializers.DictField())
    roll = serializers.ListField(child=serializers.DictField())
    guests = serializers.CharField()
    quorum = serializers.DictField(allow_null=True)
    presiding = serializers.CharField()
    my = serializers.DictField()
    papers = PaperRow(many=True)


class MinutesWhole(serializers.Serializer[Any]):
    """What the minutes say, and where they are on paper."""

    head = serializers.DictField()
    attendance = serializers.ListField(child=serializers.DictField())
    absent = serializers.ListField(child=serializers.JSONField())
    guests = serializers.CharField()
    items = serializers.ListField(child=serializers.DictField())
    quorum = serializers.ListField(child=serializers.JSONField())
    corrections = serializers.ListField(child=serializers.DictField())
    state = serializers.ChoiceField(choices=MinutesState.choices)
    approved = serializers.DictField(allow_null=True)
    hash = serializers.CharField()
    later = serializers.ListField(child=serializers.DictField())
    papers = PaperRow(many=True)

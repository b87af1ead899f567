"""Sessions, registrations, and what people ask, over HTTP. Times are moments with their offset."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from accounts.models import Institution
from outreach.actions import attending, enquiries, registering
from outreach.actions import sessions as actions
from outreach.models import Attendance, Enquiry, EnquiryKind, Registration, Session, SessionKind
from outreach.office import offices_of

REFUSED = OpenApiResponse(description="Refused: `{detail, reasons: [{clause, text, field}]}`")


class SessionRow(serializers.ModelSerializer[Session]):
    """A session as everyone at the campus sees it; the address of its call only for who runs the office."""

    taken = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(read_only=True)
    came = serializers.IntegerField(read_only=True)

    class Meta:
        model = Session
        fields = (
            "id", "institution", "kind", "title", "text", "starts_at", "ends_at", "place", "capacity", "group",
            "open", "cancelled_at", "cancel_reason", "taken", "waiting", "came",
        )  # fmt: skip


class SessionIn(serializers.Serializer[Any]):
    """What makes a session."""

    institution = serializers.SlugField()
    kind = serializers.ChoiceField(choices=SessionKind.choices)
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(allow_blank=True, default="", max_length=5000)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField(allow_blank=True, default="", max_length=300)
    address = serializers.URLField(allow_blank=True, default="", max_length=500)
    capacity = serializers.IntegerField(allow_null=True, default=None, min_value=1)
    group = serializers.CharField(allow_blank=True, default="", max_length=200)
    open = serializers.BooleanField(default=True)


class SessionChange(serializers.Serializer[Any]):
    """What changes of it; what is left out stays."""

    kind = serializers.ChoiceField(choices=SessionKind.choices, required=False)
    title = serializers.CharField(max_length=200, required=False)
    text = serializers.CharField(allow_blank=True, required=False, max_length=5000)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    place = serializers.CharField(allow_blank=True, required=False, max_length=300)
    address = serializers.URLField(allow_blank=True, required=False, max_length=500)
    capacity = serializers.IntegerField(allow_null=True, required=False, min_value=1)
    group = serializers.CharField(allow_blank=True, required=False, max_length=200)
    open = serializers.BooleanField(required=False)


class SessionReason(serializers.Serializer[Any]):
    """A reason."""

    reason = serializers.CharField(max_length=1000)


class RegistrationRow(serializers.ModelSerializer[Registration]):
    """A registration as the office sees it."""

    class Meta:
        model = Registration
        fields = (
            "id",
            "session",
            "name",
            "email",
            "state",
            "placed_at",
            "left_at",
            "attendance",
            "marked_at",
        )


class Marks(serializers.Serializer[Any]):
    """Who came: by the registration's id."""

    marks = serializers.DictField(child=serializers.ChoiceField(choices=Attendance.choices))


class EnquiryRow(serializers.ModelSerializer[Enquiry]):
    """A question or request as the office sees it."""

    class Meta:
        model = Enquiry
        fields = (
            "id", "institution", "kind", "name", "email", "text", "group", "unit", "wanted", "confirmed_at",
            "answer", "answered_at", "session", "published",
        )  # fmt: skip


class AnswerIn(serializers.Serializer[Any]):
    """An answer."""

    text = serializers.CharField(max_length=5000)
    session = serializers.UUIDField(required=False, allow_null=True, default=None)
    published = serializers.BooleanField(default=False)


class EnquiryIn(serializers.Serializer[Any]):
    """A question, or a request for a session."""

    institution = serializers.SlugField()
    kind = serializers.ChoiceField(choices=EnquiryKind.choices)
    text = serializers.CharField(max_length=5000)
    group = serializers.CharField(allow_blank=True, default="", max_length=200)
    wanted = serializers.CharField(allow_blank=True, default="", max_length=20)


def _seen(request: Request) -> Any:
    """The sessions of the campuses that the caller belongs to."""
    campuses = Institution.objects.of(caller(request))
    return Session.objects.filter(institution__in=campuses).select_related("institution").counted()


def _campus(request: Request, slug: str) -> Institution:
    """A campus that the caller belongs to."""
    return get_object_or_404(Institution.objects.of(caller(request)), slug=slug)


def _run(request: Request, key: uuid.UUID) -> Session:
    """A session that the caller sees; the act says whether they may change it."""
    return get_object_or_404(_seen(request), pk=key)


@extend_schema(methods=["GET"], responses=SessionRow(many=True))
@extend_schema(methods=["POST"], request=SessionIn, responses={201: SessionRow, 409: REFUSED})
@api_view(["GET", "POST"])
def session_list(request: Request) -> Response:
    """Sessions of your campus, the latest first; POST plans one."""
    if request.method == "GET":
        return page(request, _seen(request).order_by("-starts_at", "pk"), SessionRow)
    data = given(SessionIn(data=request.data))
    campus = _campus(request, data.pop("institution"))
    made = actions.plan(institution=campus, by=caller(request), **data)
    return Response(SessionRow(_run(request, made.pk)).data, status=status.HTTP_201_CREATED)


@extend_schema(request=SessionChange, responses={200: SessionRow, 409: REFUSED})
@api_view(["POST"])
def session_change(request: Request, key: uuid.UUID) -> Response:
    """Change a session; those who come are told of another time or place."""
    actions.change(session=_run(request, key), by=caller(request), **given(SessionChange(data=request.data)))
    return Response(SessionRow(_run(request, key)).data)


@extend_schema(request=SessionReason, responses={200: SessionRow, 409: REFUSED})
@api_view(["POST"])
def session_cancel(request: Request, key: uuid.UUID) -> Response:
    """Call a session off."""
    actions.cancel(session=_run(request, key), by=caller(request), **given(SessionReason(data=request.data)))
    return Response(SessionRow(_run(request, key)).data)


@extend_schema(request=None, responses={201: RegistrationRow, 409: REFUSED})
@api_view(["POST"])
def session_register(request: Request, key: uuid.UUID) -> Response:
    """Take a seat, or a place on the waiting list, under your own name."""
    made = registering.register(session=_run(request, key), by=caller(request))
    return Response(RegistrationRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(responses=RegistrationRow(many=True))
@api_view(["GET"])
def registration_list(request: Request, key: uuid.UUID) -> Response:
    """Who registered for a session; for who runs the office."""
    found = get_object_or_404(Session.objects.visible_to(caller(request)), pk=key)
    return page(request, found.registrations.order_by("placed_at", "pk"), RegistrationRow)


@extend_schema(request=Marks, responses={200: RegistrationRow(many=True), 409: REFUSED})
@api_view(["POST"])
def session_attendance(request: Request, key: uuid.UUID) -> Response:
    """Say who came; in a training for issuers also who is trained."""
    data = given(Marks(data=request.data))
    try:
        marks = {uuid.UUID(name): said for name, said in data["marks"].items()}
    except ValueError as error:
        raise serializers.ValidationError({"marks": "Name registrations by their id."}) from error
    found = _run(request, key)
    attending.mark(session=found, marks=marks, by=caller(request))
    return Response(RegistrationRow(found.registrations.all(), many=True).data)


@extend_schema(methods=["GET"], responses=EnquiryRow(many=True))
@extend_schema(methods=["POST"], request=EnquiryIn, responses={201: EnquiryRow, 409: REFUSED})
@api_view(["GET", "POST"])
def enquiry_list(request: Request) -> Response:
    """What people asked the office that you run, and what you asked yourself; POST asks."""
    person = caller(request)
    if request.method == "GET":
        own = Enquiry.objects.confirmed().filter(email=person.email)
        rows = own | Enquiry.objects.confirmed().filter(institution__in=offices_of(person))
        return page(request, rows.order_by("-asked_at", "pk"), EnquiryRow)
    data = given(EnquiryIn(data=request.data))
    made = enquiries.ask(institution=_campus(request, data.pop("institution")), by=person, **data)
    return Response(EnquiryRow(made).data, status=status.HTTP_201_CREATED)


@extend_schema(request=AnswerIn, responses={200: EnquiryRow, 409: REFUSED})
@api_view(["POST"])
def enquiry_answer(request: Request, key: uuid.UUID) -> Response:
    """Answer a question or a request; the answer goes out by mail."""
    found = get_object_or_404(Enquiry.objects.visible_to(caller(request)), pk=key)
    data = given(AnswerIn(data=request.data))
    session = data.pop("session")
    data["session"] = get_object_or_404(_seen(request), pk=session) if session else None
    return Response(EnquiryRow(enquiries.answer(enquiry=found, by=caller(request), **data)).data)

"""Where the platforms and we do not agree, and who did what in issuing, over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page, whole_page
from issuance.actions import reconciling
from issuance.api import REFUSED
from issuance.api_checking import COUNTS
from issuance.models import Difference, Kind, PlatformAccount, Standing
from issuance.recorded import acts, said_of, seen_by, subjects_of, title_of
from journal.models import Entry
from policies.reasons import refuse_if

SETTLED = inline_serializer(
    "Settled", {"changed": serializers.IntegerField(), "left": serializers.IntegerField()}
)
RELATED = ("account__institution", "template__version__definition", "delivery", "settled_by")


class DifferenceRow(serializers.ModelSerializer[Difference]):
    """One badge on which the platform and we do not agree; `acts` are what may be done about it."""

    campus = serializers.SlugField(source="account.institution.slug")
    platform = serializers.CharField(source="account.platform")
    definition = serializers.UUIDField(source="template.version.definition_id")
    title = serializers.CharField(source="template.version.title")
    award: Any = serializers.UUIDField(source="delivery.award_id", default=None, allow_null=True)
    settled_by: Any = serializers.SlugRelatedField(slug_field="email", read_only=True)
    acts: Any = serializers.SerializerMethodField()

    class Meta:
        model = Difference
        fields = (
            "id", "kind", "state", "campus", "platform", "account", "definition", "title", "award", "email",
            "remote_id", "remote_url", "remote_state", "found_at", "seen_at", "message", "reason", "settled_at",
            "settled_by", "acts",
        )  # fmt: skip

    def get_acts(self, row: Difference) -> list[str]:
        """None once it is settled."""
        return list(reconciling.ACTS[Kind(row.kind)]) if row.state == Standing.OPEN else []


@extend_schema(
    parameters=[
        OpenApiParameter("state", enum=Standing.values, description="Without one: those that wait."),
        OpenApiParameter("kind", enum=Kind.values),
        OpenApiParameter("account", description="The id of a platform account."),
    ],
    responses=DifferenceRow(many=True),
)
@api_view(["GET"])
def difference_list(request: Request) -> Response:
    """Where platforms and we differ, the oldest first, for those who manage the campus and its certifying offices."""
    asked = given(DifferencesAsked(data=request.query_params))
    rows = Difference.objects.tended_by(caller(request)).filter(**asked).select_related(*RELATED)
    return page(request, rows.order_by("found_at", "pk"), DifferenceRow)


class DifferencesAsked(serializers.Serializer[Any]):
    """Which differences are listed."""

    state = serializers.ChoiceField(choices=Standing.values, default=Standing.OPEN.value)
    kind = serializers.ChoiceField(choices=Kind.values, required=False)
    account = serializers.UUIDField(required=False)


class SettleIn(serializers.Serializer[Any]):
    """What is to be done about it; `withdraw` and `ignore` ask for a reason."""

    act = serializers.ChoiceField(choices=reconciling.WAYS)
    reason = serializers.CharField(allow_blank=True, default="", max_length=300)


@extend_schema(request=SettleIn, responses={200: DifferenceRow, 409: REFUSED})
@api_view(["POST"])
def difference_settle(request: Request, key: uuid.UUID) -> Response:
    """Take the badge as ours, send it again, have it withdrawn at the platform, or leave it as it is."""
    rows = Difference.objects.tended_by(caller(request)).select_related(*RELATED)
    row, data = get_object_or_404(rows, pk=key), given(SettleIn(data=request.data))
    reconciling.settle(difference=row, by=caller(request), **data)
    return Response(DifferenceRow(rows.get(pk=key)).data)


class SettleAllIn(SettleIn):
    """The same for all that wait of one kind."""

    kind = serializers.ChoiceField(choices=Kind.values)


@extend_schema(
    operation_id="differences_settle_many", request=SettleAllIn, responses={200: SETTLED, 409: REFUSED}
)
@api_view(["POST"])
def differences_settle(request: Request) -> Response:
    """Settle all of one kind that wait for you in the same way, some hundreds a call; `left` could not be."""
    data = given(SettleAllIn(data=request.data))
    kind = Kind(data.pop("kind"))
    refuse_if(reconciling.against(kind, data["act"], data["reason"]))
    rows = Difference.objects.tended_by(caller(request)).open().filter(kind=kind)
    done, left = reconciling.settle_all(rows=rows, by=caller(request), **data)
    return Response({"changed": done, "left": left})


@extend_schema(operation_id="differences_compare", request=None, responses={200: COUNTS, 403: REFUSED})
@api_view(["POST"])
def differences_compare(request: Request) -> Response:
    """Compare both sides of your accounts now, instead of tonight; answers how many accounts are asked."""
    count = reconciling.ask(accounts=PlatformAccount.objects.all(), by=caller(request))
    return Response({"changed": count})


class ActRow(serializers.Serializer[Any]):
    """One act of issuing, in words; `subject` is the id of the request or credential that it is about."""

    at = serializers.DateTimeField()
    act = serializers.CharField()
    text = serializers.CharField()
    subject = serializers.UUIDField()
    subject_kind = serializers.CharField()
    of = serializers.CharField()
    by = serializers.EmailField(allow_blank=True)
    on_behalf_of = serializers.EmailField(allow_blank=True)
    campus = serializers.SlugField()


class ActsAsked(serializers.Serializer[Any]):
    """Which acts are listed."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=200)
    act = serializers.ChoiceField(choices=acts(), required=False)
    who = serializers.ChoiceField(choices=["me"], required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


@extend_schema(
    parameters=[
        OpenApiParameter("q", description="Words in the credential's title, or in who did it."),
        OpenApiParameter("act", enum=acts()),
        OpenApiParameter("who", enum=["me"], description="Only what you did yourself."),
        OpenApiParameter("since", type=str, description="From this day."),
        OpenApiParameter("until", type=str, description="To this day."),
    ],
    responses=ActRow(many=True),
)
@api_view(["GET"])
def act_list(request: Request) -> Response:
    """Who did what, when: acts on the requests and awards that you see, the newest first."""
    asked = given(ActsAsked(data=request.query_params))
    rows = seen_by(
        caller(request),
        words=asked.get("q", ""),
        act=asked.get("act", ""),
        mine="who" in asked,
        first=asked.get("since"),
        last=asked.get("until"),
    )
    return whole_page(request, rows, _told)


def _told(entries: Sequence[Entry]) -> Any:
    about = subjects_of(entries)
    rows = [
        {
            "at": entry.at,
            "act": entry.act,
            "text": said_of(entry),
            "subject": entry.subject_id,
            "subject_kind": entry.subject_kind,
            "of": title_of(about.get(entry.subject_id)),
            "by": entry.by.email if entry.by else "",
            "on_behalf_of": entry.on_behalf_of.email if entry.on_behalf_of else "",
            "campus": entry.institution.slug,
        }
        for entry in entries
    ]
    return ActRow(rows, many=True).data

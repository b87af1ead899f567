"""Programme reviews over HTTP: one call into the actions an act, the same reasons as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from evaluation import evidence, reviews
from evaluation.actions import reviews as actions
from evaluation.listed import seen_by
from evaluation.models import Review
from proposals.api import REFUSED, mine

WAITING = OpenApiParameter("waiting", bool, description="`1`: only those that wait for an answer.")
ANSWERS = {200: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED}


class ProgrammeReview(serializers.ModelSerializer[Review]):
    """One review in the list."""

    proposal_title = serializers.CharField(source="proposal")
    institution = serializers.SlugField(source="proposal.institution.slug")
    path = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Review
        fields = (
            "id", "proposal", "proposal_title", "institution", "deadline", "title", "form", "year", "due_on", "state",
            "filed_at", "answer_by", "decided_at", "note", "version", "path",
        )  # fmt: skip


class ReviewChanges(serializers.Serializer[Any]):
    """Answers to merge, by section; `version` is the review's as you read it, 0 where it was not begun."""

    version = serializers.IntegerField(min_value=0)
    answers = serializers.DictField(child=serializers.DictField())


class ReviewVersion(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refused when it is not the present one."
    )


class ReviewAnswer(ReviewVersion):
    note = serializers.CharField(allow_blank=True, default="", max_length=5000)


@extend_schema(operation_id="reviews_list", parameters=[WAITING], responses=ProgrammeReview(many=True))
@api_view(["GET"])
def review_list(request: Request) -> Response:
    """The reviews that you may see, the newest on top."""
    rows = seen_by(caller(request))
    if request.query_params.get("waiting") in ("1", "true"):
        rows = rows.filed()
    return page(request, rows, ProgrammeReview)


@extend_schema(methods=["GET"], responses=ANSWERS)
@extend_schema(methods=["PATCH"], request=ReviewChanges, responses=ANSWERS)
@api_view(["GET", "PATCH"])
def review_detail(request: Request, key: uuid.UUID, deadline: str) -> Response:
    """The review that is due of a proposal under this key ("yearly_review_1"): form, answers, figures with their sources.

    PATCH merges answers, and begins it. Another year's review, or one that was filed, is refused with 409.
    """
    proposal = mine(request, key)
    if request.method == "PATCH":
        data = given(ReviewChanges(data=request.data))
        actions.save(proposal=proposal, deadline=deadline, by=caller(request), **data)
    return Response(_detail(request, key, deadline))


def _detail(request: Request, key: uuid.UUID, deadline: str) -> dict[str, Any]:
    proposal, person = mine(request, key), caller(request)
    asked = reviews.asked(proposal.policy.pack, deadline)
    if asked is None:
        raise Http404("No such review is asked for.")
    found = Review.objects.filter(proposal=proposal, deadline=deadline).first()
    filing = found.filings.last() if found else None
    writes = reviews.may_write(person, proposal, asked.rule)
    about = reviews.about(proposal, deadline)
    frozen = filing is not None and not (found and found.writable)
    live = evidence.frozen(about) if about and not frozen else []
    shown = found.answers if found and writes else filing.answers if filing else {}
    return {
        "review": ProgrammeReview(found).data if found else None,
        "form": reviews.form_of(proposal.policy.pack, asked.rule).model_dump(mode="json"),
        "answers": shown,
        "figures": filing.charts if filing and frozen else live,
        "frozen": frozen,
        "hash": filing.hash if filing else "",
        "not_now": [one.as_dict() for one in reviews.not_now(proposal, deadline)],
    }


def _found(request: Request, key: uuid.UUID, deadline: str) -> Review:
    proposal = mine(request, key)
    found: Review = get_object_or_404(Review, proposal=proposal, deadline=deadline)
    found.proposal = proposal
    return found


@extend_schema(request=ReviewVersion, responses=ANSWERS)
@api_view(["POST"])
def review_file(request: Request, key: uuid.UUID, deadline: str) -> Response:
    """File it: figures and answers are frozen, and the office is asked to acknowledge it."""
    review = _found(request, key, deadline)
    actions.file(review=review, by=caller(request), **given(ReviewVersion(data=request.data)))
    return Response(_detail(request, key, deadline))


@extend_schema(request=ReviewAnswer, responses=ANSWERS)
@api_view(["POST"])
def review_acknowledge(request: Request, key: uuid.UUID, deadline: str) -> Response:
    """The office that the policy names has read it."""
    review = _found(request, key, deadline)
    actions.acknowledge(review=review, by=caller(request), **given(ReviewAnswer(data=request.data)))
    return Response(_detail(request, key, deadline))


@extend_schema(request=ReviewAnswer, responses=ANSWERS)
@api_view(["POST"])
def review_send_back(request: Request, key: uuid.UUID, deadline: str) -> Response:
    """The office asks for more, and says what; the review is due again."""
    review = _found(request, key, deadline)
    actions.send_back(review=review, by=caller(request), **given(ReviewAnswer(data=request.data)))
    return Response(_detail(request, key, deadline))

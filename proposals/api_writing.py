"""Writing over HTTP: two texts for one answer, files, and each revision with the form by which it was asked."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller, given, page
from journal.models import StoredFile
from policies.engine import value_at
from proposals import merging, versions
from proposals.actions import drafting, files
from proposals.api import REFUSED, mine
from proposals.models import KeptAnswer, Proposal, Revision, Taken

UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}


class TextRow(serializers.ModelSerializer[KeptAnswer]):
    """A text that met another. `theirs` is what stands in the document, once chosen what stood there; `seen` names it."""

    mine = serializers.JSONField(source="answer")
    theirs = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField()
    written_by = serializers.StringRelatedField[Any]()
    other_by = serializers.StringRelatedField[Any]()

    class Meta:
        model = KeptAnswer
        fields = (
            "id", "field", "mine", "theirs", "seen", "written_by", "written_at", "other_by", "other_at", "taken", "settled_at",
        )  # fmt: skip

    def get_theirs(self, row: KeptAnswer) -> Any:
        return row.other if row.settled_at else value_at(row.document.answers, row.field)

    def get_seen(self, row: KeptAnswer) -> str:
        return merging.digest(self.get_theirs(row))


class Choice(serializers.Serializer[Any]):
    """`seen` is that of the text you read; `answer` only with `together`."""

    take = serializers.ChoiceField(choices=Taken.choices)
    seen = serializers.CharField(allow_blank=True, max_length=64)
    answer = serializers.JSONField(required=False, allow_null=True, default=None)


class RevisionRow(serializers.ModelSerializer[Revision]):
    submitted_by = serializers.StringRelatedField[Any]()

    class Meta:
        model = Revision
        fields = ("number", "hash", "submitted_at", "submitted_by")


@extend_schema(responses=TextRow(many=True))
@api_view(["GET"])
def text_list(request: Request, key: uuid.UUID) -> Response:
    """The texts that met another: yours that wait for a choice, and all proposers' for which one was made."""
    rows = KeptAnswer.objects.visible_to(caller(request)).filter(document__proposal=mine(request, key))
    rows = rows.select_related("document", "written_by", "other_by")
    return page(request, rows.order_by("-written_at", "pk"), TextRow)


@extend_schema(request=Choice, responses={200: TextRow, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def text_choose(request: Request, key: uuid.UUID) -> Response:
    """Choose between two texts for one answer: `theirs`, `mine`, or `together` with an `answer` of both."""
    proposals = Proposal.objects.visible_to(caller(request))
    rows = KeptAnswer.objects.visible_to(caller(request)).filter(document__proposal__in=proposals)
    kept = get_object_or_404(rows, pk=key)
    settled = drafting.choose(kept=kept, by=caller(request), **given(Choice(data=request.data)))
    return Response(TextRow(settled).data)


@extend_schema(responses=RevisionRow(many=True))
@api_view(["GET"])
def revision_list(request: Request, key: uuid.UUID) -> Response:
    """What was submitted, newest first."""
    rows = Revision.objects.filter(proposal=mine(request, key)).select_related("submitted_by")
    return page(request, rows.order_by("-number"), RevisionRow)


@extend_schema(operation_id="proposals_revision", responses={200: dict, 404: REFUSED})
@api_view(["GET"])
def revision_detail(request: Request, key: uuid.UUID, number: str) -> Response:
    """A revision (or `draft`) with the form by which it was asked, its answers and files."""
    proposal = mine(request, key)
    found = versions.find(proposal, number, caller(request))
    if found is None:
        raise NotFound(versions.missing(proposal, number))
    return Response(
        {
            "version": found.key,
            "on": found.on,
            "form": found.form.model_dump(mode="json"),
            "answers": found.answers,
            "files": found.files,
            "proposers": found.proposers,
        }
    )


def _upload(request: Request) -> UploadedFile:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise serializers.ValidationError({"file": "Send the file as the form field `file`."})
    return upload


def _stored(proposal: Proposal, key: uuid.UUID) -> StoredFile:
    return get_object_or_404(StoredFile, pk=key, subject_kind="proposal", subject_id=proposal.pk)


@extend_schema(request=UPLOAD, responses={201: dict, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
@parser_classes([MultiPartParser])
def file_replace(request: Request, key: uuid.UUID, file: uuid.UUID) -> Response:
    """Put a file in the place of one of the draft; revisions that were submitted with the old one keep it."""
    proposal = mine(request, key)
    stored = files.replace(
        proposal=proposal, stored=_stored(proposal, file), upload=_upload(request), by=caller(request)
    )
    shown = {"id": str(stored.pk), "name": stored.name, "size": stored.size, "sha256": stored.sha256}
    return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(request=None, responses={204: None, 403: REFUSED, 404: REFUSED, 409: REFUSED})
@api_view(["POST"])
def file_remove(request: Request, key: uuid.UUID, file: uuid.UUID) -> Response:
    """Take a file off the draft; revisions that were submitted with it keep it."""
    proposal = mine(request, key)
    files.remove(proposal=proposal, stored=_stored(proposal, file), by=caller(request))
    return Response(status=status.HTTP_204_NO_CONTENT)

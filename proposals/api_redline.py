"""The red-line over HTTP: the same comparison as the page, as data."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.listing import caller
from proposals import redline, versions
from proposals.api import REFUSED, mine
from proposals.models import Proposal
from proposals.redline import Item
from proposals.versions import Version

WHICH = "The number of a revision, or `draft` for the document as its proposers have it now."


@extend_schema(
    operation_id="proposals_compare",
    parameters=[
        OpenApiParameter("from", str, required=True, description=WHICH),
        OpenApiParameter("to", str, required=True, description=WHICH),
    ],
    responses={200: dict, 400: REFUSED, 404: REFUSED},
)
@api_view(["GET"])
def proposal_compare(request: Request, key: uuid.UUID) -> Response:
    """What changed from one version to another: sections, questions, and spans that are same, added or removed."""
    proposal = mine(request, key)
    old, new = _version(request, proposal, "from"), _version(request, proposal, "to")
    if old.key == new.key:
        raise serializers.ValidationError({"to": versions.SAME_TWICE})
    sections = versions.red_line(proposal, old, new)
    return Response(
        {
            "from": _named(old),
            "to": _named(new),
            "changes": redline.counted(sections),
            "sections": [
                {
                    "id": section.id,
                    "title": _spans(section.title),
                    "kind": section.kind,
                    "items": [_item(item) for item in section.items],
                }
                for section in sections
            ],
        }
    )


def _version(request: Request, proposal: Proposal, name: str) -> Version:
    key = request.query_params.get(name, "")
    if not key:
        raise serializers.ValidationError({name: f"Say which version: {WHICH}"})
    found = versions.find(proposal, key, caller(request))
    if found is None:
        raise NotFound(versions.missing(proposal, key))
    return found


def _named(version: Version) -> dict[str, Any]:
    return {
        "version": version.key,
        "form": version.form.id,
        "title": version.form.title,
        "on": version.on,
    }


def _item(item: Item) -> dict[str, Any]:
    """One question; `state` says what became of its answer, `shape` which of the keys holds it."""
    found: dict[str, Any] = {
        "path": item.path,
        "question": _spans(item.label),
        "state": item.state,
        "shape": item.shape,
    }
    if item.shape == "text":
        return {**found, "spans": _spans(item.spans)}
    if item.shape == "table":
        columns = [{"id": c.id, "label": _spans(c.label), "kind": c.kind} for c in item.columns]
        rows = [{"kind": row.kind, "cells": [_spans(cell) for cell in row.cells]} for row in item.rows]
        return {**found, "columns": columns, "rows": rows}
    return {**found, "entries": [dataclasses.asdict(entry) for entry in item.entries]}


def _spans(spans: list[redline.Span]) -> list[dict[str, str]]:
    return [{"text": span.text, "kind": span.kind} for span in spans]

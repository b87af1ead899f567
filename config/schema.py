"""What the description of the API (OpenAPI, by drf-spectacular) is called and how its parts are named."""

from __future__ import annotations

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Imprimatur",
    "DESCRIPTION": "From an idea for a micro-credential to a badge that anyone can verify.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ProposalKindEnum": "proposals.models.proposal.ProposalKind.choices",
        "ProposalStateEnum": "proposals.states.State.choices",
        "TakenEnum": "proposals.models.kept.Taken.choices",
        "AwardVisibilityEnum": "credentials.models.award.Visibility.choices",
        "CommentVisibilityEnum": "reviews.models.comment.Visibility.choices",
        "BulkActEnum": "issuance.models.bulk.BulkAct.choices",
        "DifferenceActEnum": "issuance.actions.reconciling.WAYS",
        "SessionKindEnum": "outreach.models.session.SessionKind.choices",
        "EnquiryKindEnum": "outreach.models.enquiry.EnquiryKind.choices",
        "BadgeColourEnum": "credentials.api_images.COLOURS",
    },
}

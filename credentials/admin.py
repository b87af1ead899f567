"""The dashboard's read-only pages of what exists and who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.http import HttpRequest

from accounts.staff import ReadOnlyAdmin, person_of
from credentials.models import Award, Definition, DefinitionVersion
from credentials.reach import grants_of, keeps_awards

if TYPE_CHECKING:
    from credentials.models.award_queries import AwardQuerySet


@admin.register(Definition)
class DefinitionAdmin(ReadOnlyAdmin):
    """Credentials."""

    fields = (
        "title", "institution", "unit", "type", "standing", "standing_since", "awards_until", "current", "slug",
        "image", "image_alt", "created_at",
    )  # fmt: skip
    list_display = ("title", "unit", "institution", "standing", "standing_since", "awards_until")
    list_select_related = ("current", "unit", "institution")
    list_filter = ("institution", "standing")
    search_fields = ("current__title", "unit__name")
    ordering = ("current__title", "pk")

    @admin.display(ordering="current__title")
    def title(self, definition: Definition) -> str:
        """The title of the version in force."""
        return str(definition)


@admin.register(DefinitionVersion)
class DefinitionVersionAdmin(ReadOnlyAdmin):
    """Versions, as they were approved."""

    fields = (
        "definition", "number", "title", "description", "criteria", "competencies", "skills", "for_credit", "credits",
        "level", "modality", "workload", "audience", "stacks_into", "badge", "notation", "policy", "approvals",
        "approved_on", "revision_hash",
    )  # fmt: skip
    list_display = ("title", "number", "approved_on")
    search_fields = ("title",)
    ordering = ("title", "number", "pk")


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    """Awards, for those who manage, issue or certify."""

    fields = (
        "recipient_name", "recipient_email", "definition", "version", "institution", "awarded_on", "expires_on",
        "accepted_at", "declined_at", "decline_reason", "status", "revoked_at", "revoked_by", "revocation_reason",
        "suspended_at", "suspended_by", "suspension_reason", "superseded_by", "superseded_at", "superseded_why",
        "superseded_reason",
    )  # fmt: skip
    list_display = ("recipient_name", "credential", "institution", "awarded_on", "status")
    list_filter = ("institution",)
    search_fields = ("recipient_name", "recipient_email", "version__title")
    date_hierarchy = "awarded_on"
    ordering = ("-awarded_at", "pk")

    def get_queryset(self, request: HttpRequest) -> AwardQuerySet:
        """Without the signed documents, which no column shows."""
        rows = cast("AwardQuerySet", super().get_queryset(request))
        heavy = ("document", "version__answers", "version__approvals")
        return rows.select_related("version", "institution").defer(*heavy)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """In the menu of those who keep awards."""
        return super().has_module_permission(request) and any(
            map(keeps_awards, grants_of(person_of(request)))
        )

    @admin.display(ordering="version__title")
    def credential(self, award: Award) -> str:
        """What it is for."""
        return award.version.title

    @admin.display
    def status(self, award: Award) -> str:
        """How it stands today."""
        return award.status_on(award.institution.today())

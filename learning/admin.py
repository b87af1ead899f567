"""The dashboard's read-only pages of who is on the way."""

from __future__ import annotations

from django.contrib import admin

from accounts.staff import ReadOnlyAdmin
from learning.models import Completion, Enrolment, Offering


@admin.register(Offering)
class OfferingAdmin(ReadOnlyAdmin):
    """Offerings."""

    fields = (
        "title",
        "definition",
        "institution",
        "term",
        "term_year",
        "starts_on",
        "ends_on",
        "capacity",
        "assessors",
        "director",
        "created_by",
    )
    list_display = ("title", "definition", "institution", "starts_on", "ends_on")
    list_select_related = ("definition__current", "institution")
    list_filter = ("institution",)
    search_fields = ("title", "definition__current__title")
    ordering = ("-starts_on", "pk")


@admin.register(Completion)
class CompletionAdmin(ReadOnlyAdmin):
    """Recorded completion, for assessors and those who manage, issue or certify."""

    fields = (
        "learner_name", "offering", "version", "completed_on", "enrolled", "evidence", "evidence_url", "recorded_by",
        "recorded_at", "withdrawn_at",
    )  # fmt: skip
    list_display = ("learner_name", "offering", "completed_on", "recorded_by", "withdrawn_at")
    list_select_related = ("offering", "recorded_by")
    search_fields = ("learner_name", "offering__title")
    ordering = ("-recorded_at", "pk")


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    """Who is enrolled or waits, for those who run offerings."""

    fields = (
        "learner_name", "offering", "state", "turn", "added_by", "added_at", "enrolled_at", "finished_on", "left_by",
        "left_at",
    )  # fmt: skip
    list_display = ("learner_name", "offering", "state", "added_by", "added_at")
    list_select_related = ("offering", "added_by")
    list_filter = ("state",)
    search_fields = ("learner_name", "offering__title")
    ordering = ("-added_at", "pk")

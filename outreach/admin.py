"""Read-only pages of sessions, registrations and enquiries in the dashboard."""

from __future__ import annotations

from django.contrib import admin

from accounts.staff import ReadOnlyAdmin
from outreach.models import Candidate, Conversation, Edition, Enquiry, Registration, Session, Study


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """What was planned, and what became of it."""

    list_display = ("title", "kind", "institution", "starts_at", "capacity", "cancelled_at")
    list_filter = ("kind", "institution")
    list_select_related = ("institution",)
    search_fields = ("title", "group")
    fields = (
        "institution", "kind", "title", "text", "starts_at", "ends_at", "place", "capacity", "group", "open",
        "planned_by", "planned_at", "cancelled_at", "cancelled_by", "cancel_reason",
    )  # fmt: skip


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    """Who asked for a seat, and who came."""

    list_display = ("name", "session", "state", "attendance", "placed_at")
    list_filter = ("state", "attendance")
    list_select_related = ("session",)
    search_fields = ("name", "email", "session__title")
    fields = (
        "session", "name", "email", "state", "asked_at", "placed_at", "left_at", "reminded_at", "attendance",
        "marked_by", "marked_at",
    )  # fmt: skip


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyAdmin):
    """What people asked, and the answers."""

    list_display = ("kind", "institution", "confirmed_at", "answered_at", "answered_by")
    list_filter = ("kind", "institution")
    list_select_related = ("institution", "answered_by")
    search_fields = ("text", "answer", "group")
    fields = (
        "institution", "kind", "name", "email", "group", "unit", "text", "confirmed_at", "answer", "answered_by",
        "answered_at", "session", "published",
    )  # fmt: skip


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Versions of the roadmap, of definitions and procedures."""

    list_display = ("title", "number", "institution", "approved_by", "effective_on")
    list_filter = ("institution",)
    list_select_related = ("institution",)
    search_fields = ("title", "text")
    fields = (
        "institution", "subject", "number", "title", "text", "why", "written_by", "written_at", "approved_by",
        "approved_on", "reference", "effective_on", "settled_by", "settled_at",
    )  # fmt: skip


@admin.register(Study)
class StudyAdmin(ReadOnlyAdmin):
    """What is kept to think with."""

    list_display = ("title", "subject", "source", "dated_on", "institution")
    list_filter = ("institution",)
    list_select_related = ("institution",)
    search_fields = ("title", "text", "source")
    fields = (
        "institution", "subject", "title", "text", "source", "url", "dated_on", "kept_by", "kept_at",
        "withdrawn_by", "withdrawn_at",
    )  # fmt: skip


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """The inventory."""

    list_display = ("title", "state", "unit", "institution")
    list_filter = ("institution",)
    list_select_related = ("institution", "unit")
    search_fields = ("title", "text")
    fields = ("institution", "title", "text", "unit", "state", "added_by", "added_at")


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Drafts on which the campus was asked."""

    list_display = ("title", "institution", "opens_on", "closes_on", "published_at")
    list_filter = ("institution",)
    list_select_related = ("institution",)
    search_fields = ("title", "draft")
    fields = (
        "institution", "title", "text", "draft", "opens_on", "closes_on", "planned_by", "planned_at", "film_title",
        "summary", "published_at", "published_by",
    )  # fmt: skip

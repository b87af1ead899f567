"""Read-only pages of sessions, registrations and enquiries in the dashboard."""

from __future__ import annotations

from django.contrib import admin

from accounts.staff import ReadOnlyAdmin
from outreach.models import Enquiry, Registration, Session


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

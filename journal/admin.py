"""The dashboard's read-only pages of the record, the outbox and the notices."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.staff import ReadOnlyAdmin, manages_a_campus
from journal import models


class ManagersOnly(ReadOnlyAdmin):
    """Shown in the menu to those who manage a campus; the rows are scoped as everywhere."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the person manages any campus."""
        return super().has_module_permission(request) and manages_a_campus(request)


@admin.register(models.Entry)
class EntryAdmin(ManagersOnly):
    """The record."""

    fields = (
        "institution",
        "subject_kind",
        "subject_id",
        "number",
        "act",
        "at",
        "by",
        "on_behalf_of",
        "detail",
        "previous",
        "hash",
    )
    list_display = ("at", "subject_kind", "subject_id", "number", "act", "by", "on_behalf_of")
    list_select_related = ("by", "on_behalf_of")
    list_filter = ("institution", "subject_kind", "act")
    search_fields = ("subject_id", "by__name")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")


@admin.register(models.Mail)
class MailAdmin(ManagersOnly):
    """The outbox: to whom and how it stands. What a mail says (it may hold a link to sign in) is not shown."""

    fields = (
        "institution",
        "kind",
        "about",
        "to",
        "office",
        "subject",
        "state",
        "error",
        "tries",
        "due_at",
        "created_at",
        "sent_at",
    )
    list_display = ("subject", "to", "kind", "state", "created_at", "sent_at", "error")
    list_filter = ("institution", "state", "kind")
    search_fields = ("to", "subject")
    ordering = ("-created_at", "pk")
    change_form_outer_after_template = "journal/admin_mail.html"


@admin.register(models.Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """One's own notices."""

    fields = ("text", "path", "created_at", "read_at")
    list_display = ("text", "created_at", "read_at")
    search_fields = ("text",)
    ordering = ("-created_at", "pk")

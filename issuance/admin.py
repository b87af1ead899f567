"""Read-only pages of requests, deliveries and platform accounts in the dashboard. Every act has a page of its own."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.staff import ReadOnlyAdmin
from issuance.models import Delivery, IssuanceRequest, PlatformAccount
from issuance.models.request import RequestQuerySet


@admin.register(IssuanceRequest)
class RequestAdmin(ReadOnlyAdmin):
    """Who asked for which badges, and what became of it."""

    list_display = (
        "definition",
        "institution",
        "recipients",
        "state",
        "requested_by",
        "submitted_at",
        "decided_at",
    )
    list_filter = ("state", "institution")
    list_select_related = ("definition__current", "institution", "requested_by")
    search_fields = ("definition__current__title", "requested_by__name", "requested_by__email")
    fields = (
        "definition", "version", "institution", "certifier", "state", "recipients", "requested_by",
        "created_at", "submitted_at", "decided_at", "decided_by", "on_behalf_of", "note", "page",
    )  # fmt: skip
    readonly_fields = ("recipients", "page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuanceRequest]:
        """With the number of recipients."""
        return cast("RequestQuerySet", super().get_queryset(request)).counted()

    @admin.display(description="Recipients", ordering="recipients")
    def recipients(self, found: IssuanceRequest) -> int:
        """How many lines it has."""
        return found.recipients  # type: ignore[attr-defined, no-any-return]

    @admin.display(description="Request")
    def page(self, found: IssuanceRequest) -> SafeString:
        """Where it is checked."""
        return format_html('<a href="{}">Open the request</a>', reverse("request_check", args=[found.pk]))


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What is to reach a platform, and how it stands."""

    list_display = (
        "award_title",
        "recipient",
        "account",
        "act",
        "state",
        "cause",
        "tries",
        "due_at",
        "settled_at",
    )
    list_filter = ("state", "act", "account")
    list_select_related = ("award__version", "account__institution")
    search_fields = ("award__recipient_name", "award__recipient_email", "remote_id")
    fields = (
        "award_title", "recipient", "account", "act", "state", "cause", "message", "tries", "due_at", "remote_id",
        "remote_url", "created_at", "settled_at", "page",
    )  # fmt: skip
    readonly_fields = ("award_title", "recipient", "page")

    @admin.display(description="Badge")
    def award_title(self, found: Delivery) -> str:
        """The badge's title."""
        return found.award.version.title

    @admin.display(description="Recipient")
    def recipient(self, found: Delivery) -> str:
        """Whom it is for."""
        return f"{found.award.recipient_name}, {found.award.recipient_email}"

    @admin.display(description="Delivery")
    def page(self, found: Delivery) -> SafeString:
        """Where its attempts are, and what can be done."""
        return format_html('<a href="{}">Open the delivery</a>', reverse("delivery", args=[found.pk]))


@admin.register(PlatformAccount)
class PlatformAccountAdmin(ReadOnlyAdmin):
    """A campus's accounts at the platforms. Their secrets are in the environment and are not shown."""

    list_display = ("__str__", "institution", "platform", "name", "active")
    list_filter = ("institution", "platform", "active")
    list_select_related = ("institution",)
    fields = ("institution", "platform", "name", "active")

"""Read-only pages of ballots and panels in the dashboard. Votes are read on the ballot's own page, which knows who may."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.staff import ReadOnlyAdmin
from reviews.models import Ballot, Panel


@admin.register(Ballot)
class BallotAdmin(ReadOnlyAdmin):
    """What was asked, of which body, and what came of it."""

    list_display = ("question", "body_name", "institution", "state", "outcome", "opened_at", "closed_at")
    list_filter = ("state", "outcome")
    list_select_related = ("proposal__institution", "proposal__policy")
    search_fields = ("question",)
    date_hierarchy = None
    fields = (
        "question", "body_name", "institution", "state", "outcome", "sentence",
        "opened_at", "closes_at", "closed_at", "closed_by", "void_reason", "page",
    )  # fmt: skip
    readonly_fields = ("body_name", "institution", "sentence", "page")

    @admin.display(description="Body")
    def body_name(self, ballot: Ballot) -> str:
        """The body's name in the proposal's policy."""
        return ballot.body_rules.name

    @admin.display(description="Institution")
    def institution(self, ballot: Ballot) -> str:
        """Whose proposal it is about."""
        return str(ballot.proposal.institution)

    @admin.display(description="Count")
    def sentence(self, ballot: Ballot) -> str:
        """The arithmetic in words, after closing."""
        return str(ballot.tally.get("sentence", ""))

    @admin.display(description="Ballot")
    def page(self, ballot: Ballot) -> SafeString:
        """Where it is read and voted on."""
        return format_html('<a href="{}">Open the ballot</a>', reverse("ballot", args=[ballot.pk]))


@admin.register(Panel)
class PanelAdmin(ReadOnlyAdmin):
    """Bodies formed for one proposal, and who sits on them."""

    list_display = ("__str__", "institution", "formed_by", "formed_at")
    list_select_related = ("proposal__institution", "proposal__policy", "formed_by")
    search_fields = ("proposal__title",)
    fields = ("institution", "formed_by", "formed_at", "members")
    readonly_fields = ("institution", "members")

    @admin.display(description="Institution")
    def institution(self, panel: Panel) -> str:
        """Whose proposal it is about."""
        return str(panel.proposal.institution)

    @admin.display(description="Members")
    def members(self, panel: Panel) -> SafeString:
        """Each seat with its holder."""
        titles = {seat.id: seat.title for seat in panel.proposal.policy.pack.body(panel.body).seats}
        rows = panel.members.select_related("person").order_by("pk")
        return format_html_join(
            "", "<div>{}: {}</div>", ((titles.get(row.seat, row.seat), row.person) for row in rows)
        )

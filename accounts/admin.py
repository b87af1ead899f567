"""The dashboard's read-only pages of who is who."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts import models
from accounts.staff import ReadOnlyAdmin, manages_a_campus

DATES = ("starts_on", "ends_on", "ended_at")


class AdministratorsOnly(ReadOnlyAdmin):
    """Shown in the menu to those who manage a campus; the rows are scoped as everywhere."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the person manages any campus."""
        return super().has_module_permission(request) and manages_a_campus(request)


@admin.register(models.Institution)
class InstitutionAdmin(ReadOnlyAdmin):
    """Campuses."""

    fields = ("name", "slug", "timezone", "created_at")
    list_display = ("name", "timezone")
    search_fields = ("name",)
    ordering = ("name", "pk")


@admin.register(models.Unit)
class UnitAdmin(ReadOnlyAdmin):
    """Units."""

    fields = ("name", "kind", "parent", "institution")
    list_display = ("name", "parent", "institution")
    list_select_related = ("parent", "institution")
    list_filter = ("institution",)
    search_fields = ("name",)
    ordering = ("name", "pk")


@admin.register(models.Person)
class PersonAdmin(AdministratorsOnly):
    """People, without passwords or flags."""

    fields = ("name", "email", "is_active", "created_at")
    list_display = ("name", "email", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    ordering = ("name", "pk")


@admin.register(models.RoleGrant)
class RoleGrantAdmin(AdministratorsOnly):
    """Roles."""

    fields = ("person", "role", "office", "unit", "institution", *DATES, "granted_by", "granted_at")
    list_display = ("person", "role", "office", "unit", "institution", "starts_on", "ends_on")
    list_select_related = ("person", "unit", "institution")
    list_filter = ("institution", "role")
    search_fields = ("person__name", "person__email", "office")
    ordering = ("person__name", "pk")


@admin.register(models.Delegation)
class DelegationAdmin(AdministratorsOnly):
    """Designees."""

    fields = ("principal", "delegate", "grant", *DATES, "granted_by", "granted_at")
    list_display = ("delegate", "principal", "grant", "starts_on", "ends_on")
    list_select_related = (
        "delegate",
        "principal",
        "grant__person",
        "grant__unit",
        "grant__institution",
    )
    search_fields = ("principal__name", "delegate__name")
    ordering = ("-starts_on", "pk")


@admin.register(models.SeatHolding)
class SeatHoldingAdmin(AdministratorsOnly):
    """Seats."""

    fields = ("person", "body", "seat", "experienced", "institution", *DATES, "granted_by", "granted_at")
    list_display = ("person", "body", "seat", "institution", "starts_on", "ends_on")
    list_select_related = ("person", "institution")
    list_filter = ("institution", "body")
    search_fields = ("person__name", "body")
    ordering = ("body", "seat", "pk")


@admin.register(models.Qualification)
class QualificationAdmin(AdministratorsOnly):
    """Trainings."""

    fields = ("person", "kind", "institution", *DATES, "granted_by", "granted_at")
    list_display = ("person", "kind", "institution", "starts_on", "ends_on")
    list_select_related = ("person", "institution")
    list_filter = ("institution", "kind")
    search_fields = ("person__name",)
    ordering = ("person__name", "pk")


@admin.register(models.AdoptedPolicy)
class AdoptedPolicyAdmin(ReadOnlyAdmin):
    """Policies as adopted."""

    fields = ("institution", "number", "revision", "adopted_at", "adopted_by", "hash", "text")
    list_display = ("institution", "number", "revision", "adopted_at")
    list_select_related = ("institution",)
    list_filter = ("institution",)
    ordering = ("-adopted_at", "pk")

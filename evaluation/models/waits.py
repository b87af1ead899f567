"""How long proposals take and where they wait, added up by the worker for each campus and unit."""

from __future__ import annotations

from django.db import models


class RouteFigures(models.Model):
    """One row a campus (no unit) and one a unit with all below it. `figures` is what `evaluation.waits` puts together."""

    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.CASCADE, related_name="route_figures"
    )
    unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.CASCADE, related_name="route_figures"
    )
    figures = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "route figures"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "unit"], name="route_figures_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id}, {self.unit_id or 'all'}"

"""A published list of revoked awards: one bit each, given out in an order of its own."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class StatusListManager(models.Manager["StatusList"]):
    """Status lists, always without their order: half a megabyte that only PostgreSQL itself cuts blocks from."""

    def get_queryset(self) -> models.QuerySet[StatusList]:
        """All, the order left where it is."""
        return super().get_queryset().defer("order")


class StatusList(models.Model):
    """A published bitstring of 131,072 places. `order` is the shuffled order, made with it, in which they are given out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="status_lists"
    )
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=131072)
    used = models.PositiveIntegerField(default=0)
    order = models.BinaryField()
    document = models.TextField(blank=True)  # the signed list, rebuilt when a bit changes, served as it is
    updated_at = models.DateTimeField()

    objects = StatusListManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="status_list_number_once"),
            models.CheckConstraint(condition=Q(used__lte=F("size")), name="status_list_not_overfull"),
            models.CheckConstraint(condition=Q(size__gte=131072), name="status_list_large_enough"),
        ]

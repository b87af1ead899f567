"""The figures that a full proposal was filed with."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models


class Evidence(models.Model):
    """The pilot's figures as they were when a revision of the full proposal was submitted: never changed.

    `charts` are as the figure component takes them, each with its source; `hash` covers their canonical JSON (RFC 8785).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.OneToOneField("proposals.Revision", on_delete=models.PROTECT, related_name="evidence")
    charts = models.JSONField()
    hash = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="evidence_is_final", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}, {self.taken_at}"

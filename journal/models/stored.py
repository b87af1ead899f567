"""Stored files (private by default) and the answers to API calls that may be repeated."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q


def file_path(stored: StoredFile, name: str) -> str:
    """Files lie under the institution and their id; the person's file name is only a label."""
    return f"files/{stored.institution_id}/{stored.id}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Stored files."""

    def of(self, kind: str, subject_id: uuid.UUID) -> Self:
        """What is attached to a subject and not removed."""
        return self.filter(subject_kind=kind, subject_id=subject_id, removed_at__isnull=True)


class StoredFile(models.Model):
    """A file somebody uploaded. `content_type` comes from its content, never from its name; it is only served as a download."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="files")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    field = models.CharField(max_length=82, blank=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=file_path, max_length=200)
    uploaded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ("uploaded_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="file_removal_is_whole",
            )
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """A POST that was answered once; the same key gives the same answer and does nothing again."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.path} {self.key}"

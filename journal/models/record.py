"""The record: append-only, one hash chain a subject, daily sealed heads (design section 2)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models

if TYPE_CHECKING:
    from accounts.models import Person


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of the record."""

    def visible_to(self, person: Person) -> Self:
        """The whole record of the campuses that the person manages; pages of a subject show its own chain."""
        return self if person.is_superuser else self.filter(institution__in=person.managed())

    def about(self, kind: str, subject_id: uuid.UUID) -> Self:
        """The whole chain of one subject, oldest first."""
        return self.filter(subject_kind=kind, subject_id=subject_id).order_by("number")


class Entry(models.Model):
    """One act. `canonical` (RFC 8785) is what `hash` covers, together with the previous hash; learners appear by id only."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=20)  # proposal, request, definition, campus
    subject_id = models.UUIDField()
    number = models.PositiveIntegerField()
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.JSONField(default=dict)
    canonical = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entry of the record"
        verbose_name_plural = "entries of the record"
        ordering = ("subject_kind", "subject_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "number"], name="entry_number_once")
        ]
        triggers = [
            pgtrigger.Protect(name="record_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="record_is_not_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: the record cannot be truncated';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.number}: {self.act}"


class Head(models.Model):
    """The last number and hash of a subject's chain; locked last in a transaction."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    number = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="head_once_a_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.number}"


class DailySeal(models.Model):
    """The heads that changed since the seal before, under one signature, so that a chain whose tail was cut shows.

    `heads` is [[subject_kind, subject_id, number, hash], ...]; `digest` covers it, the day and `previous`, the digest
    of the seal before (RFC 8785); `signature` is Ed25519 over the digest's text, in base64.
    """

    on = models.DateField(unique=True)
    heads = models.JSONField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    signature = models.TextField()
    key_id = models.CharField(max_length=100)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("-on",)
        triggers = [
            pgtrigger.Protect(name="seal_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="seals_are_not_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: the seals cannot be truncated';",
            ),
        ]

    def __str__(self) -> str:
        return f"Seal of {self.on}"

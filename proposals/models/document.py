"""Living documents and their immutable, hashed revisions."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models


class FormKind(models.TextChoices):
    INTENT = "intent", "Intent"
    PROPOSAL = "proposal", "Proposal"
    FULL_PROPOSAL = "full_proposal", "Full proposal"


class Document(models.Model):
    """Answers to one form of the pack, `{section: {field: value}}`. `version` rises with every save.

    `changed` holds, for each "section.field", the proposal's version from which its answer is, by whom, when, and from
    which page (`sitting`) and its how-manieth message (`turn`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="documents")
    form = models.CharField(max_length=20, choices=FormKind.choices)
    answers = models.JSONField(default=dict)
    changed = models.JSONField(default=dict)  # {path: {version, by, at, sitting, turn}}
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "form"], name="document_once_a_form"),
            models.CheckConstraint(condition=models.Q(form__in=FormKind.values), name="document_form_known"),
        ]


class Revision(models.Model):
    """A document as submitted: never changed. `hash` covers the canonical JSON of form, answers, files and proposers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="revisions")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()  # runs through all documents of the proposal
    answers = models.JSONField()
    form = models.JSONField()  # the form as it was asked
    files = models.JSONField(default=list)  # [{id, name, sha256, field}]
    proposers = models.JSONField(default=list)  # person ids
    hash = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("proposal", "number")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="revision_number_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="revision_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

"""A list of people that was uploaded: looked through first, written only when an administrator confirms it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.hooks import now

if TYPE_CHECKING:
    from accounts.models import Person


def list_path(people_import: PeopleImport, name: str) -> str:
    """Lists lie under the institution and their id; the person's file name is only a label."""
    return f"imports/{people_import.institution_id}/{people_import.id}"


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    """Uploaded lists."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses that the person administers."""
        return self if person.is_superuser else self.filter(institution__in=person.administered())


class PeopleImport(models.Model):
    """The file is deleted once it has been written in; `counts` says what a dry run found, then what was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="people_imports"
    )
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=list_path, max_length=200, blank=True)
    problems = models.JSONField(default=list)  # [{line, column, text}], the first 500
    counts = models.JSONField(default=dict)  # {lines, problems, new, known, roles}
    uploaded_at = models.DateTimeField(default=now)
    uploaded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at__isnull=True, written_by__isnull=True)
                | Q(written_at__isnull=False, written_by__isnull=False),
                name="people_import_writing_is_whole",
                violation_error_message="Who confirmed the list is kept with when.",
            )
        ]

    def __str__(self) -> str:
        return self.name

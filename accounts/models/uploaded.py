"""A list that somebody sent: kept while it is looked through and mended, gone when it is filed or given up.

It names people, so it is its sender's alone and does not stay: `accounts.actions.uploads.forget`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.hooks import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person


class ListKind(models.TextChoices):
    RECIPIENTS = "recipients", "Recipients of badges"
    COMPLETIONS = "completions", "What learners have shown"
    ENROLMENTS = "enrolments", "Learners to be enrolled"
    GRADES = "grades", "Grades of a course system"
    MEASURES = "measures", "What was measured before and after"


class ListState(models.TextChoices):
    COLUMNS = "columns", "Its columns are to be confirmed"
    CHECKING = "checking", "Being looked through"
    CHECKED = "checked", "Looked through"
    FILING = "filing", "Being filed"
    FILED = "filed", "Filed"


def stored_at(uploaded: UploadedList, name: str) -> str:
    """Lists lie under the institution and their id; the person's file name is only a label."""
    return f"lists/{uploaded.institution_id}/{uuid.uuid4()}"


class UploadedQuerySet(models.QuerySet["UploadedList"]):
    """Uploaded lists."""

    def visible_to(self, person: Person) -> Self:
        """One's own."""
        return self.filter(uploaded_by=person)

    def on_the_way(self, kind: str, subject: uuid.UUID | None = None) -> Self:
        """Not filed yet, the newest first; of one subject, where one is given."""
        rows = self.filter(kind=kind).exclude(state=ListState.FILED).order_by("-uploaded_at")
        return rows.filter(subject=subject) if subject else rows

    def naming(self, addresses: Iterable[str]) -> Self:
        """With a line that holds one of these addresses, in any case."""
        found = Q(pk__in=[])
        for address in addresses:
            found |= Q(lines__cells__icontains=address)
        return self.filter(found).distinct()

    def to_check(self) -> Self:
        """Waiting for a worker, or left behind by one."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now())
        return self.filter(free, state=ListState.CHECKING)


class UploadedList(models.Model):
    """`subject` is what the list is for (a definition, an offering), `replaces` the request that it mends.

    `headings` are those of the file, `columns` what each means ("" leaves it out). `read` lines have been looked at,
    `bad` of them need mending; `trouble` is what stands against the file as a whole. Filing leaves the
    bad lines out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=ListKind.choices)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField()
    replaces = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=stored_at, max_length=200, blank=True)
    sheet = models.PositiveSmallIntegerField(default=0)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ListState.choices, default=ListState.COLUMNS)
    expected = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)
    trouble_line = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # why a worker did not file it: [{text, clause, field}]
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    uploaded_at = models.DateTimeField(default=now)
    uploaded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    became = models.CharField(max_length=300, blank=True)  # the address of what it was filed as

    objects = UploadedQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ListState.values), name="uploaded_list_state_known"),
            models.CheckConstraint(
                condition=Q(claimed_until__isnull=True, claim_token__isnull=True)
                | Q(claimed_until__isnull=False, claim_token__isnull=False),
                name="uploaded_list_claim_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], name="list_to_check", condition=Q(state="checking")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def good(self) -> int:
        """How many lines nothing stands against."""
        return self.read - self.bad


class UploadedLine(models.Model):
    """One line as it stands in the file, what is wrong with it ([{column, text, clause}]), and what it would add."""

    id = models.BigAutoField(primary_key=True)
    uploaded = models.ForeignKey(UploadedList, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    cells = models.JSONField()  # of the columns that are not left out, in their order
    problems = models.JSONField(default=list)
    adds = models.CharField(max_length=300, blank=True)
    bad = models.BooleanField(default=False)

    class Meta:
        ordering = ("uploaded", "number")
        constraints = [models.UniqueConstraint(fields=["uploaded", "number"], name="uploaded_line_once")]
        indexes = [models.Index(fields=["uploaded", "bad", "number"], name="uploaded_line_by_verdict")]

    def __str__(self) -> str:
        return f"Line {self.number}"


class ListHeadings(models.Model):
    """What the headings of a unit's lists mean, as somebody there has confirmed: {heading: column}, "" leaves out."""

    unit = models.ForeignKey("accounts.Unit", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=ListKind.choices)
    headings = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField(default=now)
    confirmed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="list_headings_once")]

    def __str__(self) -> str:
        return f"Headings of {self.unit}"

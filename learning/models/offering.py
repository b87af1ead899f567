"""An offering of a definition: one cohort, with its term, its seats and its assessors."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from credentials.reach import grants_of
from learning.models.enrolment import SEATED, Enrolment, EnrolmentState

if TYPE_CHECKING:
    from accounts.models import Person


def _enrolments(*states: str) -> Coalesce:
    """How many enrolments of an offering are in one of these states."""
    rows = Enrolment.objects.filter(offering=OuterRef("pk"), state__in=states).order_by()
    counted = rows.values("offering").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class OfferingQuerySet(models.QuerySet["Offering"]):
    """Offerings."""

    def visible_to(self, person: Person) -> Self:
        """Those that one assesses or directs, and all of the campuses where one holds a role today."""
        if person.is_superuser:
            return self
        own = [grant.institution_id for grant in grants_of(person)]
        assessed = Offering.assessors.through.objects.filter(person=person).values("offering")
        return self.filter(Q(institution__in=own) | Q(director=person) | Q(pk__in=assessed))

    def ahead(self, day: dt.date) -> Self:
        """Those that begin on this day or later, the first one first."""
        return self.filter(starts_on__gte=day).order_by("starts_on", "pk")

    def with_seats(self) -> Self:
        """With `taken` and `queued`: how many have a seat, and how many wait for one. `seats_left` needs it."""
        return self.annotate(taken=_enrolments(*SEATED), queued=_enrolments(EnrolmentState.WAITING))

    def with_room(self) -> Self:
        """Those with a free seat that nobody waits for, or with no limit."""
        limited = Q(capacity__gt=F("taken"), queued=0)
        return self.with_seats().filter(Q(capacity__isnull=True) | limited)


class Offering(models.Model):
    """One run of a credential's programme: a cohort. `assessors` may record completions; the programme director keeps in touch.

    `capacity` is how many learners it has room for (None: no limit). `term` is the key of a term of the campus's academic
    year that starts in `term_year` ("" : it follows no term); see `learning.terms`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="offerings"
    )
    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.PROTECT, related_name="offerings"
    )
    title = models.CharField(max_length=200)
    term_year = models.PositiveSmallIntegerField(null=True, blank=True)
    term = models.SlugField(max_length=40, blank=True, default="", db_default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    assessors = models.ManyToManyField("accounts.Person", related_name="assessed_offerings", blank=True)
    director = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="directed_offerings"
    )
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = OfferingQuerySet.as_manager()

    # There on rows of `with_seats`.
    taken: int
    queued: int

    class Meta:
        ordering = ("-starts_on",)
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="offering_has_a_seat",
                violation_error_message="An offering has room for one learner at least.",
            ),
            models.CheckConstraint(
                condition=Q(term="", term_year__isnull=True) | (~Q(term="") & Q(term_year__isnull=False)),
                name="offering_term_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def seats_left(self) -> int | None:
        """How many seats are free (None: no limit); on rows of `with_seats`."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)

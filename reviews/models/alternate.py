"""Who votes for a member of a body between two days, where the seat allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.models.role import Dated, DatedQuerySet, dated
from accounts.once import once

if TYPE_CHECKING:
    from accounts.models import Person


class AlternateQuerySet(DatedQuerySet):
    def visible_to(self, person: Person) -> Self:
        """Those one named or is, and those of the campuses that the person administers or manages."""
        if person.is_superuser:
            return self
        mine = Q(principal=person) | Q(delegate=person)
        return self.filter(mine | Q(institution__in=person.managed()))


class Alternate(Dated):
    """`delegate` votes for `principal` on one body ("B for A"), from the first to the last day, both included.

    It is a rule of the seat and no proxy: one seat has one vote, and the member's own vote comes first.
    """

    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="+")
    body = models.CharField(max_length=40)
    principal = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="alternates_named"
    )
    delegate = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="alternate_for")

    objects = AlternateQuerySet.as_manager()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["delegate", "body"])]
        constraints = [
            *dated(),
            models.CheckConstraint(
                condition=~Q(principal=F("delegate")),
                name="alternate_is_someone_else",
                violation_error_message="Name someone else as your alternate.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False),
                name="alternate_has_a_last_day",
                violation_error_message="An alternate is named up to a last day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.principal}"


ActsFor = set[tuple[object, str, object]]  # campus, body, member


def acts_for(person: Person) -> ActsFor:
    """For whom the person votes today, on which body of which campus; one query, for many ballots."""
    rows = Alternate.objects.in_force().filter(delegate=person)
    return once(person, "votes for", lambda: set(rows.values_list("institution", "body", "principal")))

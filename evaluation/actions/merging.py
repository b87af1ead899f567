"""What two records of one learner were asked becomes the asking of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.merging import Moved
from evaluation.models import Invitation, Reading, SurveyStop

if TYPE_CHECKING:
    from accounts.models import Person


def move(kept: Person, gone: Person) -> list[Moved]:
    """Every asking of `gone` comes to `kept`, and a stop of either counts for both. In the caller's transaction."""
    rows = Invitation.objects.select_for_update().filter(person=gone).order_by("pk")
    moved = [Moved(row.institution_id, "survey invitation", row.pk) for row in rows]
    Invitation.objects.filter(person=gone).update(person=kept)
    known = SurveyStop.objects.filter(person=kept).values("institution")
    SurveyStop.objects.filter(person=gone).exclude(institution__in=known).update(person=kept)
    SurveyStop.objects.filter(person=gone).delete()
    return [*moved, *_measures(kept, gone)]


def _measures(kept: Person, gone: Person) -> list[Moved]:
    """Values come along; where both have one of the same, that of `kept` stands and fills its gaps from the other."""
    rows = Reading.objects.select_for_update(of=("self",)).filter(learner__in=[kept, gone]).order_by("pk")
    found = list(rows.select_related("offering"))
    mine = {(row.metric_id, row.offering_id): row for row in found if row.learner_id == kept.pk}
    theirs = [row for row in found if row.learner_id == gone.pk]
    for row in theirs:
        if twin := mine.get((row.metric_id, row.offering_id)):
            _fill(twin, row)
            row.delete()
    Reading.objects.filter(learner=gone).update(learner=kept)
    return [Moved(row.offering.institution_id, "measure", row.offering_id) for row in theirs]


def _fill(twin: Reading, row: Reading) -> None:
    for when in ("before", "after"):
        if getattr(twin, when) is None:
            for part in (when, f"{when}_at", f"{when}_by_id"):
                setattr(twin, part, getattr(row, part))
    twin.save()

"""What two records of one learner were asked becomes the asking of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.merging import Moved
from evaluation.models import Invitation, SurveyStop

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
    return moved

"""What the student system has to be told: notations on transcripts, and batches that wait to be marked as recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min

from credentials.models import Award, RecordBatch
from desk.work.addresses import address
from desk.work.item import MOST, Item, Items, counted, first

if TYPE_CHECKING:
    from accounts.models import Person
    from desk.work.standing import Standing


def notations(person: Person) -> list[Item]:
    """Awards that wait to be noted on transcripts which the person keeps, credential by credential; one query."""
    rows = Award.objects.noted_by(person).to_note().order_by()
    grouped = rows.values("definition__current__title", "institution__name").annotate(
        number=Count("pk"), since=Min("awarded_at")
    )
    some = list(grouped.order_by("since")[: MOST + 1])
    more = grouped.count() - MOST if len(some) > MOST else 0
    found = [
        Item(
            title=row["definition__current__title"],
            text=f"{counted(row['number'], 'award', 'awards')} to note on transcripts.",
            url=address("notations"),
            place=row["institution__name"],
            since=row["since"],
        )
        for row in some[:MOST]
    ]
    return Items(found, more=more, whole=address("notations"), words="Notations to record")


def batches_to_record(standing: Standing) -> list[Item]:
    """Batches that wait to be marked as recorded in the student system, the oldest first."""
    if not standing.keeps_student_system:
        return []
    rows = RecordBatch.objects.visible_to(standing.person).waiting()
    some, more = first(rows.select_related("institution").order_by("made_at"), standing, MOST)
    found = [
        Item(
            title=str(batch),
            text=f"{counted(batch.lines.count(), 'line', 'lines')} for your student system. Mark it once it is in there.",
            url=address("record_batch", batch.pk),
            place=batch.institution.name,
            since=batch.made_at,
        )
        for batch in some
    ]
    return Items(found, more=more, whole=address("student_system"), words="Batches to record")

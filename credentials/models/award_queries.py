"""Which awards: in business words, from the person who asks, and in one query for one award."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connections, models
from django.db.models import Exists, OuterRef, Q

from credentials.reach import covered_by, grants_of, keeps_awards, keeps_records, keeps_transcripts

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person
    from credentials.models.award import Award
    from credentials.models.status_list import StatusList

# By hand, since the ORM takes several times longer to write these than PostgreSQL to answer them, on each view of a badge.
STORED = """
SELECT id, holder_id, expires_on, status_list_id, visibility, hidden, accepted_at, erased_at, revoked_at,
       superseded_by_id, suspended_at,
       document AS text
FROM credentials_award WHERE id = %s
"""
SHOWN = """
SELECT a.id, a.holder_id, a.expires_on, a.status_list_id, a.visibility, a.hidden, a.accepted_at, a.erased_at, a.revoked_at,
       a.superseded_by_id, a.suspended_at, a.superseded_why, a.document AS text, a.version_id, a.recipient_name,
       a.awarded_on, a.code,
       i.slug AS campus_slug, i.name AS campus_name, i.timezone AS campus_zone,
       d.slug AS badge_slug, d.image AS badge_image, d.drawing AS badge_drawing, d.image_alt AS badge_alt
FROM credentials_award a
JOIN accounts_institution i ON i.id = a.institution_id
JOIN credentials_definition d ON d.id = a.definition_id
WHERE a.id = %s
"""


ENDED = Q(revoked_at__isnull=False) | Q(superseded_by__isnull=False)


class AwardQuerySet(models.QuerySet["Award"]):
    """Awards."""

    def live(self) -> Self:
        """Neither revoked nor superseded."""
        return self.filter(revoked_at__isnull=True, superseded_by__isnull=True)

    def in_force(self) -> Self:
        """Live, and not suspended."""
        return self.live().filter(suspended_at__isnull=True)

    def held_by(self, person: Person) -> Self:
        """In this person's wallet."""
        return self.filter(holder=person)

    def unanswered(self) -> Self:
        """In force, and neither accepted nor declined by its holder."""
        return self.live().filter(accepted_at__isnull=True, declined_at__isnull=True)

    def accepted(self) -> Self:
        """Those that their holders accepted: nobody but the holder and staff learns of any other."""
        return self.filter(accepted_at__isnull=False)

    def ending(self, first: dt.date, last: dt.date) -> Self:
        """In force, with a last day between these two."""
        return self.in_force().filter(expires_on__range=(first, last))

    def visible_to(self, person: Person) -> Self:
        """Own awards, and all where the person manages, issues, certifies or keeps transcripts today."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_awards(grant) or keeps_transcripts(grant)]
        return self.filter(Q(holder=person) | covered_by(keeping, unit="definition__unit"))

    def recorded_by(self, person: Person) -> Self:
        """Those in the learners' records that the person's office looks after."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_records(grant)]
        return self.filter(covered_by(keeping, unit="definition__unit"))

    def noted_by(self, person: Person) -> Self:
        """Those that go on a transcript which the person keeps."""
        noted = self.filter(version__notation=True)
        if person.is_superuser:
            return noted
        keeping = [grant for grant in grants_of(person) if keeps_transcripts(grant)]
        return noted.filter(covered_by(keeping, unit="definition__unit"))

    def to_note(self) -> Self:
        """In force and not noted on a transcript yet; without those in a batch that waits, which are on their way there."""
        return self.awaiting("transcript").in_force().filter(notation__isnull=True, erased_at__isnull=True)

    def noted(self) -> Self:
        """Noted on a transcript; those that were taken off or must be too."""
        return self.filter(notation__isnull=False)

    def to_take_off(self) -> Self:
        """Noted on a transcript, though they have ended for good."""
        noted = self.filter(ENDED, notation__isnull=False, notation__removed_at__isnull=True)
        return noted.awaiting("transcript")

    def to_enter(self) -> Self:
        """In force and not on the student's micro-credential record yet; not what nobody is named by any more."""
        return self.awaiting("record").in_force().filter(entry__isnull=True, erased_at__isnull=True)

    def to_change(self) -> Self:
        """Suspended here and not on the student's record, or the other way round."""
        differs = Q(suspended_at__isnull=False, entry__suspended=False) | Q(
            suspended_at__isnull=True, entry__suspended=True
        )
        return self.live().filter(differs, entry__removed_at__isnull=True).awaiting("record")

    def to_take_out(self) -> Self:
        """On the student's record, though they have ended for good."""
        return self.filter(ENDED, entry__isnull=False, entry__removed_at__isnull=True).awaiting("record")

    def awaiting(self, ledger: str) -> Self:
        """Without those in a batch for this part of the student system that waits to be marked as recorded."""
        lines = apps.get_model("credentials", "BatchLine")._default_manager.filter(
            award=OuterRef("pk"),
            batch__ledger=ledger,
            batch__recorded_at__isnull=True,
            batch__dropped_at__isnull=True,
        )
        return self.filter(~Exists(lines))

    def about(self, words: str) -> Self:
        """Whose learner's name or address, or whose title, holds these words."""
        for word in words.split():
            named = Q(recipient_name__icontains=word) | Q(recipient_email__icontains=word)
            self = self.filter(named | Q(version__title__icontains=word))
        return self

    def bits(self, places: StatusList) -> list[int]:
        """The positions on a status list that are set: of revoked awards, and of those that a newer one replaced.

        A replaced one too, so that it verifies nowhere else as if it were in force.
        """
        ended = self.filter(ENDED, status_list=places).order_by()
        found: list[int] | None = ended.aggregate(places=ArrayAgg("status_index"))["places"]
        return found or []

    def stored(self, key: uuid.UUID) -> Award | None:
        """The award of this id with its stored credential as `text` and what decides who gets it; None without one."""
        return self._one(STORED, key)

    def shown(self, key: uuid.UUID) -> Award | None:
        """The same with all that its page shows and its other files need, still in one query."""
        return self._one(SHOWN, key)

    def _one(self, query: str, key: uuid.UUID) -> Award | None:
        """The award that the query finds. `raw` would look up anew each time which columns are fields."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(query, [key])
            row = cursor.fetchone()
            if row is None:
                return None
            found = dict(zip((column.name for column in cursor.description), row, strict=True))
        found["hidden"] = json.loads(found["hidden"])
        names = [f.attname for f in self.model._meta.concrete_fields if f.attname in found]
        award = self.model.from_db(self.db, names, [found.pop(name) for name in names])
        vars(award).update(found)
        return award

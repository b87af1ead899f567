"""What is counted here, day by day: enrolments, completions, awards, mail, shares and views, as they stand now, in one statement."""

from __future__ import annotations

from django.db import connection, transaction

from issuance.models import FigureSource
from journal import clock

LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('figures of our own'))"
# Everything anew: what is awarded is as many rows as a campus has badges, and they may change long after their day.
ROLL_UP = """
WITH living AS MATERIALIZED (
    SELECT id, definition_id, awarded_at, accepted_at, declined_at FROM credentials_award
    WHERE revoked_at IS NULL AND superseded_by_id IS NULL
), mailed AS (
    SELECT award_id,
        min(created_at) AS mailed, min(opened_on) AS followed,
        min(created_at) FILTER (WHERE counts_opening) AS mail_counted, min(mail_seen_on) AS mail_opened
    FROM credentials_claimlink WHERE award_id IS NOT NULL GROUP BY award_id
), fresh (definition_id, figure, part, day, value) AS (
    SELECT definition_id, f.figure, '', (f.moment AT TIME ZONE 'UTC')::date, count(*)
    FROM living CROSS JOIN LATERAL (
        VALUES ('issued', awarded_at), ('accepted', accepted_at), ('declined', declined_at)
    ) AS f (figure, moment) WHERE f.moment IS NOT NULL GROUP BY 1, 2, 4
    UNION ALL
    SELECT offering.definition_id, 'enrolled', '', (enrolled_at AT TIME ZONE 'UTC')::date, count(*)
    FROM learning_enrolment JOIN learning_offering AS offering ON offering.id = offering_id
    WHERE enrolled_at IS NOT NULL GROUP BY 1, 4
    UNION ALL
    SELECT offering.definition_id, 'completed', '', completed_on, count(*)
    FROM learning_completion JOIN learning_offering AS offering ON offering.id = offering_id
    WHERE completed_on IS NOT NULL AND withdrawn_at IS NULL GROUP BY 1, 4
    UNION ALL
    SELECT definition_id, f.figure, '', f.day, count(*)
    FROM mailed JOIN living ON living.id = mailed.award_id CROSS JOIN LATERAL (
        VALUES ('mailed', (mailed AT TIME ZONE 'UTC')::date), ('followed', followed),
            ('mail_counted', (mail_counted AT TIME ZONE 'UTC')::date), ('mail_opened', mail_opened)
    ) AS f (figure, day) WHERE f.day IS NOT NULL GROUP BY 1, 2, 4
    UNION ALL
    SELECT definition_id, f.figure, destination, day, sum(f.value)
    FROM credentials_share AS shared JOIN living ON living.id = shared.award_id CROSS JOIN LATERAL (
        VALUES ('shares', shares), ('views', views)
    ) AS f (figure, value) WHERE f.value > 0 GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT definition_id, 'sharers', f.destination, f.day, count(*)
    FROM (
        SELECT award_id, destination, min(day) AS day FROM credentials_share WHERE shares > 0 GROUP BY 1, 2
        UNION ALL
        SELECT award_id, '', min(day) FROM credentials_share WHERE shares > 0 GROUP BY 1
    ) AS f JOIN living ON living.id = f.award_id GROUP BY 1, 3, 4
), gone AS (
    DELETE FROM issuance_dayfigure AS old WHERE source = '' AND NOT EXISTS (
        SELECT FROM fresh WHERE fresh.definition_id = old.definition_id AND fresh.figure = old.figure
        AND fresh.part = old.part AND fresh.day = old.day)
)
INSERT INTO issuance_dayfigure AS old (definition_id, source, figure, part, day, value)
SELECT definition_id, '', figure, part, day, value FROM fresh
ON CONFLICT (definition_id, source, figure, day, part)
DO UPDATE SET value = excluded.value WHERE old.value <> excluded.value
"""


@transaction.atomic
def roll_up() -> bool:
    """Bring our own figures up to date; False when somebody is just doing it. Repeatable: what is right stays untouched.

    Counted are awards neither revoked nor replaced by a newer one. Days are those of UTC, as shares and views are counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(ROLL_UP)
    now = clock.now()
    FigureSource.objects.update_or_create(
        definition=None, source="", defaults={"asked_at": now, "taken_at": now, "problem": ""}
    )
    return True

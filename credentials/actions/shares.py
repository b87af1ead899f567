"""What was counted of shares and views is added to the rows."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from credentials.models import ClaimLink, ShareLink
from credentials.sharing import counting
from credentials.sharing.counting import Counted

log = structlog.get_logger(__name__)

# A row that is there already grows; of a badge that is gone nothing is kept.
ADD = """
INSERT INTO credentials_share AS row (award_id, destination, day, shares, views)
SELECT id, %(destination)s, %(day)s, %(shares)s, %(views)s FROM credentials_award WHERE id = %(award)s
ON CONFLICT (award_id, destination, day)
DO UPDATE SET shares = row.shares + excluded.shares, views = row.views + excluded.views
"""


def roll_up() -> int:
    """Add what waits in Redis to the rows, in one transaction; returns how many counts.

    Two at once do no harm, since each takes what it adds. What could not be written is put back.
    """
    waiting = counting.take()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for one, count in sorted(waiting.items()):  # in one order, so that two never wait for each other
                if one.what == "link":
                    ShareLink.objects.filter(pk=one.subject).update(views=F("views") + count)
                elif one.what == "claim":
                    ClaimLink.objects.filter(award=one.subject, opened_on=None).update(opened_on=one.day)
                else:
                    cursor.execute(ADD, _row(one, count))
    except DatabaseError:
        for one, count in waiting.items():
            counting.add(one, count)
        raise
    return sum(waiting.values())


def _row(one: Counted, count: int) -> dict[str, str | int]:
    counts = {"shares": 0, "views": 0, one.what: count}
    return {"award": str(one.subject), "destination": one.destination, "day": str(one.day), **counts}

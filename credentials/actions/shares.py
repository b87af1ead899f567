"""What was counted of shares and views is added to the rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from credentials.models import ClaimLink, CountedBatch, Destination, ShareLink
from credentials.sharing import counting
from credentials.sharing.counting import Counted
from journal import clock

if TYPE_CHECKING:
    import uuid

    from django.db.backends.utils import CursorWrapper

    from credentials.models import Award

# A row that is there already grows; of a badge that is gone nothing is kept.
ADD = """
INSERT INTO credentials_share AS row (award_id, destination, day, shares, views)
SELECT id, %(destination)s, %(day)s, %(shares)s, %(views)s FROM credentials_award WHERE id = %(award)s
ON CONFLICT (award_id, destination, day)
DO UPDATE SET shares = row.shares + excluded.shares, views = row.views + excluded.views
"""


ONCE = "INSERT INTO credentials_countedbatch (id, stored_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
KEPT = dt.timedelta(days=7)  # for so long nothing that is stored is taken for new, should Redis bring it back


def roll_up() -> int:
    """Add what waits in Redis to the rows; returns how many counts.

    Each batch is one transaction that also notes its name, and leaves Redis after it. Whoever dies in between leaves
    the batch to the next; two at once, or the same batch again, add it once.
    """
    CountedBatch.objects.filter(stored_at__lt=clock.now() - KEPT).delete()
    return sum(_store(name) for name in counting.put_aside())


def _store(name: uuid.UUID) -> int:
    waiting = counting.read(name)
    if waiting is None:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONCE, [str(name), clock.now()])
        new = bool(cursor.rowcount)
        for one, count in (
            sorted(waiting.items()) if new else ()
        ):  # in one order, so that two never wait for each other
            _add(cursor, one, count)
    counting.drop(name)
    return sum(waiting.values()) if new else 0


def _add(cursor: CursorWrapper, one: Counted, count: int) -> None:
    if one.what == "link":
        ShareLink.objects.filter(pk=one.subject).update(views=F("views") + count)
    elif one.what == "claim":
        ClaimLink.objects.filter(award=one.subject, opened_on=None).update(opened_on=one.day)
    elif one.what == "mail":
        agreed = ClaimLink.objects.filter(counts_opening=True, person__mail_consent__isnull=False)
        agreed.filter(award=one.subject, mail_seen_on=None).update(mail_seen_on=one.day)
    else:
        cursor.execute(ADD, _row(one, count))


def note_share(award: Award, destination: Destination) -> None:
    """Add one share of today to the rows, in the caller's transaction: of what is written anyway."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, _row(Counted("shares", award.pk, destination, clock.now().date()), 1))


def _row(one: Counted, count: int) -> dict[str, str | int]:
    counts = {"shares": 0, "views": 0, one.what: count}
    return {"award": str(one.subject), "destination": one.destination, "day": str(one.day), **counts}

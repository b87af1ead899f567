"""A few times a day every platform is asked how the badges of each credential stand there; what it offers is stored by day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from issuance.figures.names import OWN_VIEWS
from issuance.figures.tally import Tally
from issuance.models import DayFigure, FigureSource, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import PlatformError
from issuance.sending import limiter
from journal import clock

AGAIN = dt.timedelta(minutes=50)  # after a platform did not answer, or whoever asked it died
OFTEN = dt.timedelta(hours=6)  # after it answered; of a day the last answer counts
PATIENCE = 60.0  # seconds that one page may wait for its place under the limit
BACK = dt.timedelta(days=2)  # events are read again from so long before the last that is known


class Due(NamedTuple):
    """One credential at one platform that has not answered for a while."""

    kind: str
    definition: uuid.UUID


def due() -> list[Due]:
    """What is to be asked now."""
    now = clock.now()
    known = {
        (row.source, row.definition_id): row for row in FigureSource.objects.filter(definition__isnull=False)
    }
    pairs = PlatformTemplate.objects.filter(account__active=True).order_by("account__platform", "version")
    found = dict.fromkeys(
        Due(kind, definition)
        for kind, definition in pairs.values_list("account__platform", "version__definition")
    )
    return [one for one in found if _is_due(known.get((one.kind, one.definition)), now)]


def _is_due(row: FigureSource | None, now: dt.datetime) -> bool:
    if row is None:
        return True
    answered = row.taken_at is not None and row.taken_at > now - OFTEN
    return row.asked_at <= now - AGAIN and not answered


def take(one: Due) -> bool:
    """Ask the platform and store its answer; False when another asks already, or when it did not answer (said on the page).

    Nothing is locked while it is asked. The answer of a day takes the place of an earlier one of the same day.
    """
    if not _claimed(one):
        return False
    rows = FigureSource.objects.filter(definition=one.definition, source=one.kind)
    try:
        counts, views = _ask(one)
    except PlatformError as error:
        rows.update(problem=error.message)
        return False
    now = clock.now()
    _store(one, {("", now.date(), name): value for name, value in counts.items()})
    _store(one, {("", day, OWN_VIEWS): value for day, value in views.items()})
    rows.update(taken_at=now, problem="")
    return True


CLAIM = """
INSERT INTO issuance_figuresource AS row (definition_id, source, asked_at, problem) VALUES (%s, %s, %s, '')
ON CONFLICT (definition_id, source) DO UPDATE SET asked_at = excluded.asked_at WHERE row.asked_at <= %s
"""


def _claimed(one: Due) -> bool:
    """Whether it is ours to ask: of two that find it due, one."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [str(one.definition), one.kind, now, now - AGAIN])
        return bool(cursor.rowcount)


def _ask(one: Due) -> tuple[Mapping[str, int], Mapping[dt.date, int]]:
    """How all versions of the credential stand there, and on which days holders looked at their own."""
    tally, views = Tally(registry.platform_class(one.kind).offers), dict[dt.date, int]()
    templates = PlatformTemplate.objects.filter(
        account__active=True, account__platform=one.kind, version__definition=one.definition
    )
    for template in templates.select_related("account").order_by("pk"):
        platform = registry.connect(one.kind, template.account.name)
        with limiter.reading_for(template.account_id, patience=PATIENCE):
            known = frozenset(tally.over(platform.statuses(template.remote_id)))
            if OWN_VIEWS in platform.offers and known:
                first = _first_day(one, template.created_at.date())
                for day in platform.own_views(template.remote_id, known, first):
                    views[day] = views.get(day, 0) + 1
    return tally.counts, views


def _first_day(one: Due, made: dt.date) -> dt.date:
    """From which day events are to be read; those of that day and later take the place of what is known."""
    rows = DayFigure.objects.filter(definition=one.definition, source=one.kind, figure=OWN_VIEWS)
    last = rows.order_by("-day").values_list("day", flat=True).first()
    return max(made, last - BACK) if last else made


def _store(one: Due, counts: Mapping[tuple[str, dt.date, str], int]) -> None:
    rows: Iterable[DayFigure] = (
        DayFigure(
            definition_id=one.definition, source=one.kind, figure=figure, part=part, day=day, value=value
        )
        for (part, day, figure), value in counts.items()
    )
    DayFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["definition", "source", "figure", "day", "part"],
        update_fields=["value"],
    )

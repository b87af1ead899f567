"""Bring in a report: what it tells of a day takes the place of what was told of that day before."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Institution
from issuance.figures import lists
from issuance.models import DayFigure, FigureReport
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from issuance.figures.lists import Group, Groups, Preview

NOT_YOURS = "Only those who manage the campus bring in reports."


def require_manager(person: Person, campus: Institution) -> None:
    """PermissionDenied for everyone but those who manage the campus."""
    if not person.managed().filter(pk=campus.pk).exists():
        raise PermissionDenied(NOT_YOURS)


@transaction.atomic
def bring(*, institution: Institution, found: Preview, name: str, by: Person) -> FigureReport | None:
    """Bring in a list that was read; returns the report, or None when all of it was here already and nothing changed.

    Effects: figures by day, each figure of a badge, source and day in all its parts in the place of what was there; a
    report that says who brought what; an entry in the campus's record. Refused with every bad line.
    """
    require_manager(by, institution)
    if not found.ok:
        raise Refused([Reason(f"Line {d.line}, {d.column or 'the whole'}: {d.text}") for d in found.doubts[:100]]
                      or [Reason("The list tells nothing.")])  # fmt: skip
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)  # one list at a time
    held = lists.stored(found.groups)
    changed = {group: values for group, values in found.groups.items() if held.get(group) != values}
    if not changed:
        return None
    report = FigureReport.objects.create(
        institution=institution,
        name=name[-200:],
        sources=lists.sources(changed),
        lines=sum(map(len, changed.values())),
        new=sum(group not in held for group in changed),
        replaced=sum(group in held for group in changed),
        brought_at=clock.now(),
        brought_by=by,
    )
    _forget([group for group in changed if group in held])
    _write(changed, report)
    record.write(
        subject_kind="campus",
        subject_id=institution.pk,
        institution=institution,
        act="figures brought in",
        by=by,
        detail={"report": str(report.pk), "new": report.new, "replaced": report.replaced},
    )
    return report


def _forget(groups: list[Group]) -> None:
    """The days that are told anew, a few statements a badge."""
    days: dict[tuple[uuid.UUID, str, str], list[dt.date]] = {}
    for group in groups:
        days.setdefault((group.definition, group.source, group.figure), []).append(group.day)
    for (definition, source, figure), told in days.items():
        rows = DayFigure.objects.filter(definition=definition, source=source, figure=figure)
        rows.filter(day__in=told).delete()


def _write(groups: Groups, report: FigureReport) -> None:
    rows = (
        DayFigure(
            definition_id=group.definition,
            source=group.source,
            figure=group.figure,
            day=group.day,
            part=part,
            value=value,
            most=most,
            report=report,
        )
        for group, values in groups.items()
        for part, (value, most) in values.items()
    )
    DayFigure.objects.bulk_create(rows, batch_size=2000)

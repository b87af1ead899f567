"""The academic calendar: the office enters the dates of each year's terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.authority import require_administrator
from accounts.hooks import calendar_changed, journal
from accounts.models import Institution, Term
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack

Dates = Mapping[str, tuple[dt.date, dt.date]]


@transaction.atomic
def set_year(*, institution: Institution, year: int, dates: Dates, by: Person | None) -> list[Term]:
    """Enter the first and last day of every term of the academic year that starts in `year`.

    Effects: Term rows in place of what was entered before, an entry in the campus's record; deadlines follow. Only a
    campus administrator. Refused: a term that the policy does not know or that is missing, one that ends before it
    starts, terms that overlap or are out of order, a year that does not start in `year`.
    """
    require_administrator(by, institution)
    Institution.objects.select_for_update().get(pk=institution.pk)
    refuse_if(_problems(institution.policy.pack, year, dates))
    Term.objects.filter(institution=institution, year=year).delete()
    rows = Term.objects.bulk_create(
        Term(institution=institution, year=year, key=key, starts_on=first, ends_on=last)
        for key, (first, last) in dates.items()
    )
    detail = {key: [first, last] for key, (first, last) in dates.items()}
    journal().record(institution, "term dates entered", by, {"year": year, "terms": detail})
    calendar_changed(institution)
    return rows


def _problems(pack: Pack, year: int, dates: Dates) -> list[Reason]:
    names = {term.id: term.name for term in pack.calendar.terms}
    found = [Reason(f"There is no term called {key}.", field=key) for key in dates if key not in names]
    found += [Reason(f"Enter the dates of {names[key]}.", field=key) for key in names if key not in dates]
    if found:
        return found
    before: tuple[str, dt.date] | None = None
    for key in names:
        first, last = dates[key]
        if last <= first:
            found.append(Reason(f"{names[key]} ends after it starts.", field=key))
        if before and first <= before[1]:
            found.append(Reason(f"{names[key]} starts after {before[0]} has ended.", field=key))
        before = (names[key], last)
    opening = dates[next(iter(names))][0]
    if opening.year != year:
        text = f"The academic year {year} starts in {year}, not on {opening:%-d %B %Y}."
        found.append(Reason(text, field=next(iter(names))))
    return found

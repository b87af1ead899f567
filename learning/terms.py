"""Terms that offerings follow, by the campus's academic calendar: the office's own dates, else the pack's usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.calendar import DatedTerm, academic_year_of, year_terms

if TYPE_CHECKING:
    from accounts.models import Institution
    from learning.models import Offering

YEARS = range(2000, 2101)


def term_of(institution: Institution, year: int | None, key: str) -> DatedTerm | None:
    """The term `key` of the academic year that starts in `year`; None where the campus has no such term."""
    if year not in YEARS:
        return None
    assert year is not None  # noqa: S101
    return next((one for one in year_terms(year, institution.calendar) if one.id == key), None)


def name_of(institution: Institution, term: DatedTerm) -> str:
    """“Spring semester 2027”: with the calendar year in which it begins."""
    names = {one.id: one.name for one in institution.policy.pack.calendar.terms}
    return f"{names.get(term.id, term.id)} {term.starts_on.year}"


def words(offering: Offering) -> str:
    """The name of the offering's term; "" where it follows none."""
    term = term_of(offering.institution, offering.term_year, offering.term)
    return name_of(offering.institution, term) if term else ""


def ahead(institution: Institution) -> list[tuple[DatedTerm, str]]:
    """The terms of this and the next academic year that are not over, and the two before them, each with its name."""
    terms, today = institution.calendar, institution.today()
    year = academic_year_of(today, terms)
    found = [one for y in (year - 1, year, year + 1) for one in year_terms(y, terms)]
    over = [one for one in found if one.ends_on < today][-2:]
    return [(one, name_of(institution, one)) for one in [*over, *(o for o in found if o.ends_on >= today)]]

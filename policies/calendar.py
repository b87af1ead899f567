"""The academic calendar: pure functions of dates, the pack's usual terms and the dates the office entered."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from policies.schema import Calendar, Deadline, Pack, PilotRule

ENDS = "Past that day no badge can be issued under the pilot and it is not advertised. Badges already issued stay."


@dataclass(frozen=True)
class DatedTerm:
    """A term with the dates of one academic year; `year` is the calendar year in which that academic year starts."""

    year: int
    id: str
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True)
class Terms:
    """The pack's usual terms, and the dated ones that stand in their place where the office entered them."""

    calendar: Calendar
    dated: tuple[DatedTerm, ...] = ()
    years: dict[int, list[DatedTerm]] = field(default_factory=dict, compare=False, repr=False)  # as reckoned


@dataclass(frozen=True)
class Due:
    """Something that is due on a day. `year` counts the academic years from the anchor, where that is how it is set.

    `consequence` says what happens by itself past the day. `reminders` are days before it; -1 is the day after.
    """

    id: str
    title: str
    on: dt.date
    clause: str
    owner: str
    consequence: str = ""
    year: int | None = None
    form: str | None = None
    reminders: tuple[int, ...] = (90, 30, 7, -1)
    rule: str = ""  # the deadline of the pack that it comes from


def year_terms(year: int, terms: Terms) -> list[DatedTerm]:
    """The terms of the academic year that starts in this calendar year, in the pack's order."""
    if year not in terms.years:
        dated = {term.id: term for term in terms.dated if term.year == year}
        terms.years[year] = [dated.get(usual.id, usual) for usual in _usual_terms(year, terms.calendar)]
    return terms.years[year]


def _usual_terms(year: int, calendar: Calendar) -> list[DatedTerm]:
    first = calendar.terms[0].starts

    def day(month_day: str) -> dt.date:
        month, number = (int(part) for part in month_day.split("-"))
        return dt.date(year + (month_day < first), month, number)

    return [DatedTerm(year, term.id, day(term.starts), day(term.ends)) for term in calendar.terms]


def last_day(year: int, terms: Terms) -> dt.date:
    """The last day of an academic year: the end of its last term."""
    return max(term.ends_on for term in year_terms(year, terms))


def academic_year_of(day: dt.date, terms: Terms) -> int:
    """The academic year a day belongs to, by the calendar year it starts in.

    Each day belongs to one: to the first academic year whose last term ends on or after it. So the days between two
    academic years belong to the coming one.
    """
    year = day.year - 2
    while last_day(year, terms) < day:
        year += 1
    return year


def pilot_end(start: dt.date, years: int, terms: Terms) -> dt.date:
    """The last day of the nth academic year; the one in which the pilot starts counts as the first."""
    return last_day(academic_year_of(start, terms) + years - 1, terms)


def pilot_year(start: dt.date, on: dt.date, terms: Terms) -> int:
    """In which of its academic years a pilot is on a day, counted from 1."""
    return academic_year_of(on, terms) - academic_year_of(start, terms) + 1


def decision_due(rule: PilotRule, start: dt.date, terms: Terms) -> dt.date | None:
    """The day by which it must be said whether the pilot goes on; None where the pack sets none."""
    if rule.decision_year is None or rule.decision_term is None:
        return None
    year = academic_year_of(start, terms) + rule.decision_year - 1
    return _edge(year, rule.decision_term, rule.decision_edge, terms)


def due_dates(
    pack: Pack, anchors: Mapping[str, dt.date], terms: Terms, today: dt.date | None = None
) -> list[Due]:
    """Everything that is due, by date: the pilot's decision and end, and the pack's deadlines.

    `anchors` holds the days known so far: pilot_start, submitted, established, unit_review, and pilot_end where the
    pilot was extended. A deadline whose anchor is not known yet is left out. What is due yearly runs through the
    pilot, and from any other anchor to the academic year of `today`.
    """
    known = _all_anchors(pack, anchors, terms)
    found = list(_pilot_dues(pack, anchors, terms))
    for deadline in pack.deadlines:
        found += _deadline_dues(deadline, known, terms, today)
    return sorted(found, key=lambda due: (due.on, due.id))


def _all_anchors(pack: Pack, anchors: Mapping[str, dt.date], terms: Terms) -> dict[str, dt.date]:
    start = anchors.get("pilot_start")
    if pack.pilot and start:
        return {"pilot_end": pilot_end(start, pack.pilot.years, terms), **anchors}
    return dict(anchors)


def _pilot_dues(pack: Pack, anchors: Mapping[str, dt.date], terms: Terms) -> list[Due]:
    start, rule = anchors.get("pilot_start"), pack.pilot
    if not rule or not start:
        return []
    end = _all_anchors(pack, anchors, terms)["pilot_end"]
    found = [Due("pilot_end", "The pilot's last day", end, rule.clause, "proposer", ENDS, rule.years)]
    decision = decision_due(rule, start, terms)
    if decision:
        extended = end > pilot_end(start, rule.years, terms)
        title = "Say whether the pilot goes on, and file the full proposal if it does"
        then = f"Past that day no full proposal can be filed, and the pilot ends for good on {end:%-d %B %Y}."
        due_on, clause = (end if extended else decision), rule.decision_clause or rule.clause
        found.append(Due("pilot_decision", title, due_on, clause, "proposer", then, rule.decision_year))
    return found


def _deadline_dues(
    deadline: Deadline, anchors: Mapping[str, dt.date], terms: Terms, today: dt.date | None
) -> list[Due]:
    anchor = anchors.get(deadline.anchor)
    if anchor is None:
        return []
    if deadline.days is not None:
        return [_due(deadline, anchor + dt.timedelta(days=deadline.days), None)]
    first = academic_year_of(anchor, terms)
    years = _years(deadline, anchors, terms, today) if deadline.yearly else [deadline.year or 1]
    return [
        _due(deadline, _edge(first + year - 1, deadline.term, deadline.edge, terms), year) for year in years
    ]


def _years(
    deadline: Deadline, anchors: Mapping[str, dt.date], terms: Terms, today: dt.date | None
) -> Iterable[int]:
    """The years in which a yearly deadline falls, counted from 1, the anchor's own."""
    anchor = anchors[deadline.anchor]
    if deadline.anchor == "pilot_start":
        until = anchors.get("pilot_end", anchor)
    else:
        until = max(anchor, today or anchor)
    return range(1, academic_year_of(until, terms) - academic_year_of(anchor, terms) + 2)


def _due(deadline: Deadline, on: dt.date, year: int | None) -> Due:
    return Due(
        id=f"{deadline.id}_{year}" if deadline.yearly else deadline.id,
        title=f"{deadline.title}, year {year}" if deadline.yearly else deadline.title,
        on=on,
        clause=deadline.clause,
        owner=deadline.owner,
        consequence=deadline.consequence,
        year=year,
        form=deadline.form,
        reminders=tuple(deadline.reminders),
        rule=deadline.id,
    )


def _edge(year: int, term_id: str | None, edge: str, terms: Terms) -> dt.date:
    """The first or last day of a term, or of the whole academic year."""
    chosen = [term for term in year_terms(year, terms) if term_id in (None, term.id)]
    return chosen[0].starts_on if edge == "start" else max(term.ends_on for term in chosen)


def deadline_at(on: dt.date, timezone: str) -> dt.datetime:
    """The moment a deadline ends: 23:59:59 local time on that day.

    Where the clocks are put back at midnight that time comes twice; the later one counts.
    """
    return dt.datetime.combine(on, dt.time(23, 59, 59, fold=1), zoneinfo.ZoneInfo(timezone))


def days_left(on: dt.date, now: dt.datetime, timezone: str) -> int:
    """Calendar days until a date, as people there count: 0 on the day itself, negative when it has passed."""
    return (on - now.astimezone(zoneinfo.ZoneInfo(timezone)).date()).days


def working_days_after(day: dt.date, number: int, holidays: Collection[dt.date] = ()) -> dt.date:
    """The nth working day (Monday to Friday, no holiday) after a day."""
    while number > 0:
        day += dt.timedelta(days=1)
        number -= day.weekday() < 5 and day not in holidays
    return day

"""The academic calendar, the pilot's rules and the deadlines."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Literal, get_args

from pydantic import field_validator, model_validator

from policies.schema.base import Actor, ClauseId, Id, MonthDay, ReviewId, Strict, Text, no_twins


class Term(Strict):
    """The usual month and day ("08-25"); the office enters each year's dates."""

    id: Id
    name: Text
    starts: MonthDay
    ends: MonthDay

    @field_validator("starts", "ends")
    @classmethod
    def _every_year(cls, value: str) -> str:
        month, day = (int(part) for part in value.split("-"))
        try:
            dt.date(2001, month, day)  # not a leap year
        except ValueError:
            raise ValueError(f"{value} is not a day of every year") from None
        return value


class Calendar(Strict):
    """The academic year starts with the first term listed. `holidays` are days that are not working days."""

    timezone: Text
    terms: list[Term]
    holidays: list[dt.date] = []

    @model_validator(mode="after")
    def _sane(self) -> Calendar:
        try:
            zoneinfo.ZoneInfo(self.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f'"{self.timezone}" is not a time zone; write for example "America/Denver"'
            ) from None
        if not self.terms:
            raise ValueError("the calendar needs at least one term")
        no_twins([term.id for term in self.terms], "term")
        self._check_order()
        return self

    def _check_order(self) -> None:
        """Going round the year once from the first term's start, starts and ends must come in the order listed."""
        first = self.terms[0].starts
        days = [day for term in self.terms for day in (term.starts, term.ends)]
        turned = [(day < first, day) for day in days]
        if turned != sorted(turned):
            raise ValueError("the terms are not in order, overlap, or take more than a year together")

    def term(self, term_id: str) -> Term | None:
        return next((term for term in self.terms if term.id == term_id), None)


class PilotRule(Strict):
    """How long a pilot may run and what is due in it.

    A pilot runs for at most `years` academic years, the one it starts in counting as the first. The decision
    whether it goes on is due at the `decision_edge` of `decision_term` in its `decision_year`.
    `embargo_clause`: nothing is public before the pilot is approved. `overseers` see every pilot.
    """

    years: int = 3
    clause: ClauseId = ""
    embargo_clause: ClauseId = ""
    extension: bool = False
    extension_years: int = 1
    extension_by: Actor | None = None
    decision_year: int | None = None
    decision_term: Id | None = None
    decision_edge: Literal["start", "end"] = "end"
    decision_clause: ClauseId = ""
    review_clause: ClauseId = ""
    overseers: list[Actor] = []
    overseers_clause: ClauseId = ""

    @model_validator(mode="after")
    def _sane(self) -> PilotRule:
        if self.years < 1 or self.extension_years < 1:
            raise ValueError("a pilot and its extension last at least one year")
        if (self.decision_year is None) != (self.decision_term is None):
            raise ValueError("decision_year and decision_term are given together")
        if self.decision_year is not None and not 1 <= self.decision_year <= self.years:
            raise ValueError(f"the decision falls in one of the pilot's {self.years} years")
        if self.extension and not self.extension_by:
            raise ValueError("a pilot that can be extended says who extends it: extension_by")
        return self


class Deadline(Strict):
    """A date computed from the academic calendar and an anchor (start of the pilot, submission, ...).

    Either `days` after the anchor, or the `edge` of a `term` (of the whole academic year without one) in the
    `year`th academic year, the anchor's own being the first, or, with `yearly`, in each of them.
    The pilot's own end and its decision come from the pilot rule and are not listed here.
    A `form` of a review is filled in here, from `opens_days` before the day, and acknowledged by `received_by`, who
    has `answer_days` for it. Without a form the office writes down that it has come in.
    """

    id: Id
    title: Text
    anchor: Literal["pilot_start", "pilot_end", "submitted", "established", "unit_review"]
    year: int | None = None
    term: Id | None = None
    edge: Literal["start", "end"] = "end"
    days: int | None = None
    yearly: bool = False
    owner: Actor
    form: ReviewId | Literal["full_proposal"] | None = None
    received_by: Actor | None = None
    opens_days: int = 90
    answer_days: int = 30
    reminders: list[int] = [90, 30, 7, -1]  # days before; -1 is the day after
    consequence: str = ""
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _sane(self) -> Deadline:
        ways = [self.days is not None, self.year is not None, self.yearly]
        if sum(ways) != 1:
            raise ValueError("a deadline has exactly one of days, year and yearly")
        if self.days is not None and self.term:
            raise ValueError("a deadline in days has no term")
        if self.year is not None and self.year < 1:
            raise ValueError("years are counted from 1, the anchor's own academic year")
        if self.form in get_args(ReviewId) and not self.received_by:
            raise ValueError("a review says who acknowledges it: received_by")
        if self.opens_days < 0 or self.answer_days < 1:
            raise ValueError("opens_days is at least 0, answer_days at least 1")
        return self

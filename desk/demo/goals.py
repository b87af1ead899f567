"""What the model campus's office wants to reach: two goals, one of which was measured otherwise at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.actions import goals

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

PORTFOLIO = {"measure": "offered", "period": "quarter", "direction": "at_least"}
TAKEN = {"measure": "accepted", "period": "quarter", "direction": "at_least"}
SWIFT = {"measure": "days_to_approval", "period": "year", "direction": "at_most"}


def stories(model: Campus) -> list[Story]:
    """Set, and adjusted once the office had seen two quarters."""
    return [_goals(model)]


def _goals(model: Campus) -> Story:
    manager, campus = model["manager"], model.institution
    yield 400
    portfolio = goals.set_goal(
        institution=campus,
        says="Offer a portfolio that every college has a part in",
        target=6,
        by=manager,
        **PORTFOLIO,
    )
    goals.set_goal(
        institution=campus, says="Have badges taken by those who earned them", target=75, by=manager, **TAKEN
    )
    goals.set_goal(
        institution=campus, says="Answer a proposal within half a year", target=180, by=manager, **SWIFT
    )
    yield 200
    reason = "Three colleges begin a year later than planned, so the first years are about four credentials."
    goals.adjust(goal=portfolio, seen=1, reason=reason, target=4, by=manager, **PORTFOLIO)

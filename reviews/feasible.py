"""Whether a body, as its policy seats it, can come to a decision at all; judged by the count itself, before anyone sits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviews import tally
from reviews.tally import Line

if TYPE_CHECKING:
    from policies.schema import Body, Pack
    from policies.schema.checks import Problem


def warnings(pack: Pack) -> list[Problem]:
    """For each body at most one: how, even with everyone voting for it, it would decide nothing."""
    proposers = max(form.min_proposers for form in pack.forms)
    return [
        (("bodies", i), said)
        for i, body in enumerate(pack.bodies)
        if (said := next(_doubts(body, proposers), None))
    ]


def _doubts(body: Body, proposers: int) -> Iterator[str]:
    """The gravest first: never; not while only the seats are filled that must be; not if members propose."""
    cases = [
        ("With every seat filled", _roll(body, full=True)),
        ("With no more than the seats filled that must be", _roll(body)),
    ]
    if body.formed == "standing":  # nobody who proposes is taken into a body formed for the proposal
        who = "a member proposes" if proposers == 1 else f"{proposers} members propose"
        case = f"With no more than the seats filled that must be, and if {who} and so cannot vote"
        cases.append((case, _roll(body, recused=proposers)))
    for case, roll in cases:
        result = tally.count(body.rule, roll)
        if result.outcome != tally.APPROVE:
            yield f"{case}, this body can decide nothing: {_why(result)}"


def _roll(body: Body, *, full: bool = False, recused: int = 0) -> list[Line]:
    """Everyone there and for it; vacant seats only where the rule counts all seats."""
    all_seats = body.formed == "standing" and "seats" in (body.rule.quorum_base, body.rule.basis)
    lines: list[Line] = []
    for seat in body.seats:
        filled = seat.maximum if full else seat.minimum
        vacant = seat.maximum - filled if all_seats else 0
        for n in range(filled + vacant):
            lines.append(
                Line(
                    choice=tally.APPROVE if seat.votes and n < filled else "",
                    filled=n < filled,
                    chair=seat.chair,
                    votes=seat.votes,
                    counts_for_quorum=seat.counts_for_quorum,
                )
            )
    return _recuse(lines, recused)


def _recuse(lines: list[Line], number: int) -> list[Line]:
    """The first voting members stand back, others than the chair while there are any."""
    order = sorted(range(len(lines)), key=lambda n: (lines[n].chair, n))
    back = {n for n in order if lines[n].filled and lines[n].votes}
    chosen = set([n for n in order if n in back][:number])
    return [
        Line(
            present=True,
            recused=True,
            chair=line.chair,
            counts_for_quorum=line.counts_for_quorum,
        )
        if n in chosen
        else line
        for n, line in enumerate(lines)
    ]


def _why(result: tally.Result) -> str:
    if not result.quorate:
        return f"its quorum is {result.quorum_needed}, and {result.present} can take part"
    return f"approval takes {result.majority_needed} votes, and {result.yes} can be cast"

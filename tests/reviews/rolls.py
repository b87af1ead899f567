"""Rolls to count."""

from reviews.tally import Line


def seats(members, **others):
    """What to make a roll of."""
    return {"members": members, **others}


def roll(members, *, approve=0, decline=0, abstain=0, present=None, vacant=0, recused=0, **others):
    """A roll of so many members; those present beyond the votes cast sit there without a vote."""
    votes = ["approve"] * approve + ["decline"] * decline + ["abstain"] * abstain
    votes += [choice for choice, number in others.items() for _ in range(number)]
    lines = [Line(choice=choice) for choice in votes]
    lines += [Line(present=True, recused=True)] * recused
    idle = (present if present is not None else len(lines)) - len(lines)
    lines += [Line(present=True)] * idle
    lines += [Line()] * (members - len(lines))
    return [*lines, *[Line(filled=False)] * vacant]

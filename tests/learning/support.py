"""An offering of the model campus, and completions recorded in it."""

import datetime as dt

from learning.actions import completions

READ, MAP = "Read a fire weather table", "Map the perimeter of a fire"
STARTED = dt.date(2026, 1, 12)
DONE = dt.date(2026, 3, 1)


def recorded(offering, by, **changes):
    values = {
        "offering": offering,
        "email": "Fires@Learner.example",
        "name": "  Test   learner ",
        "completed_on": DONE,
        "evidence": "Portfolio",
        "by": by,
    }
    return completions.record(**(values | changes))

"""An offering of the model campus, and completions recorded in it."""

import datetime as dt

from learning.actions import completions, offerings
from learning.models import CompetencyMet
from learning.readiness import Readiness
from learning.reading import completions_for

READ, MAP = "Read a fire weather table", "Map the perimeter of a fire"
STARTED = dt.date(2026, 1, 12)
DONE = dt.date(2026, 3, 1)
WHO = "fires@learner.example"


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


def partly(offering, by, *competencies, **changes):
    """Competencies met, and not completed yet."""
    return recorded(offering, by, completed_on=None, competencies=list(competencies), **changes)


def run_of(place, made):
    return offerings.open_offering(
        definition=made, title="Run", starts_on=STARTED, assessors=[place.assessor], by=place.issuer
    )


def missing(made, email=WHO):
    """[(clause, text)] of what an award to this learner still lacks."""
    shown = completions_for(made, [email]).get(email)
    return [(r.clause, r.text) for r in Readiness(made).problems(shown)]


def met():
    return dict(CompetencyMet.objects.values_list("competency", "met_on"))

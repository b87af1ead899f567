"""A cohort with two seats, and learners enrolled in it."""

import pytest

from learning.actions import editing, enrolments, offerings
from learning.actions.enrolments import Named
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.learning.support import STARTED

SPRING = {"term": "spring", "term_year": 2025}  # the model campus's spring of 2026: 15 January to 20 May


def named(*numbers):
    return [
        Named(f"Test learner {n}", f"learner{n}@learner.example", place) for place, n in enumerate(numbers, 1)
    ]


def two_seats(model):
    """Two seats."""
    made = definition(model)
    return offerings.open_offering(
        definition=made,
        title="Spring",
        starts_on=STARTED,
        assessors=[model.assessor],
        by=model.issuer,
        capacity=2,
    )


def states(offering):
    rows = offering.enrolments.order_by("turn").values_list("learner__email", "state")
    return [(email.partition("@")[0], state) for email, state in rows]


def enrolled(cohort, by, *numbers):
    return enrolments.enrol(offering=cohort, learners=named(*numbers), by=by)


def edited(cohort, by, **changes):
    values = {
        "title": cohort.title, "starts_on": cohort.starts_on, "ends_on": cohort.ends_on, "capacity": cohort.capacity,
        "assessors": list(cohort.assessors.all()), "director": cohort.director, "by": by,
    }  # fmt: skip
    return editing.edit_offering(offering=cohort, **(values | changes))


def why(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return [(r.field, r.text) for r in refused.value.reasons]

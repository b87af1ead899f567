"""The campus and the offering that the tests of learning share."""

import pytest

from learning.actions import offerings
from tests.credentials.support import definition
from tests.learning.support import STARTED


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def offering(model):
    return offerings.open_offering(
        definition=definition(model),
        title="Spring 2026",
        starts_on=STARTED,
        assessors=[model.assessor],
        by=model.issuer,
    )

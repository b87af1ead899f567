"""The campus that most tests of reviews are played on."""

import pytest


@pytest.fixture
def model(campus):
    """The model university: its committee has a chair, the registrar, two faculty and a student."""
    return campus("model")

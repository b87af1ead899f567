"""The demo's badge from elsewhere is a real one: checked as any other, the same each time."""

import pytest

from desk.demo.elsewhere import bring
from tests.factories import PersonFactory


@pytest.mark.django_db
def test_badge_of_another_place_is_kept_with_what_could_not_be_checked():
    kept = bring(PersonFactory(email="learner@model.example"))
    assert {check["check"]: check["answer"] for check in kept.checks} == {
        "document": "yes",
        "issuer": "unknown",
        "signature": "yes",
        "dates": "yes",
        "status": "yes",
        "recipient": "yes",
    }
    assert (kept.title, kept.issuer, kept.sound) == ("First Aid at Sea", "Harbour School", True)

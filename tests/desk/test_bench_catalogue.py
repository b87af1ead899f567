"""What the measurement of the catalogue measures: questions that find something, of a catalogue of the size that is named."""

import pytest
from django.test import Client

from credentials.models import CatalogueEntry, Definition
from desk.bench import catalogue


@pytest.mark.django_db
def test_every_question_that_is_measured_finds_something():
    words = catalogue._build(200)
    assert (Definition.objects.public().count(), CatalogueEntry.objects.count()) == (200, 200)
    for name, path in catalogue.questions(words).items():
        page = Client().get(path)
        assert page.status_code == 200, name
        if "two" not in name:  # so few credentials may not have both words
            assert page.context["cards"], name
        assert (name == "mistyped") == bool(page.context["instead"]), name

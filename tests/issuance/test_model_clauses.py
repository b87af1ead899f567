"""The model university's rules of issuing refuse by their clause."""

import pytest

from learning.models import Completion
from tests.issuance.support import credential, learners, submitted
from tests.support import api_for

pytestmark = pytest.mark.django_db


def asked(person, definition, lines):
    """The API's answer to a request for these learners, as status and clauses."""
    body = {"definition": str(definition.pk), "recipients": lines}
    answer = api_for(person).post("/api/v1/issuance-requests/", body, format="json")
    return answer.status_code, [reason["clause"] for reason in answer.json().get("reasons", [])]


def known(definition):
    line = learners(definition, 1)[0]
    return {"name": line.name, "email": line.email}


@pytest.mark.clause("MU-17")
def test_an_untrained_issuer_is_refused(campus):
    model = campus("model")
    definition = credential(model)
    assert asked(model.untrained_issuer, definition, [known(definition)]) == (409, ["MU-17"])


@pytest.mark.clause("MU-18")
def test_a_learner_without_a_recorded_completion_is_refused(campus):
    model = campus("model")
    definition = credential(model)
    line = known(definition)
    Completion.objects.all().delete()
    assert asked(model.issuer, definition, [line]) == (409, ["MU-18"])


@pytest.mark.clause("MU-20")
def test_a_learner_without_an_address_is_refused(campus):
    model = campus("model")
    definition = credential(model)
    status, clauses = asked(model.issuer, definition, [known(definition) | {"email": "none"}])
    assert (status, clauses[0]) == (409, "MU-20")


@pytest.mark.clause("MU-19")
@pytest.mark.parametrize("who", ["issuer", "programme_manager", "administrator", "section_head"])
def test_nobody_but_the_registrar_releases(campus, who):
    model = campus("model")
    request = submitted(model, 1)
    path = f"/api/v1/issuance-requests/{request.pk}/approve/"
    assert api_for(model.people[who]).post(path, {}, format="json").status_code in (403, 404)
    request.refresh_from_db()
    assert request.state == "submitted"
    assert api_for(model.registrar).post(path, {}, format="json").status_code == 200

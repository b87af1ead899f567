"""The model university's criteria stop a submission, each under its clause, by the door that programs use."""

import pytest

from tests.policies.examples import MODEL
from tests.proposals.walking import fresh, model_proposal, save
from tests.support import api_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("section", "field", "value", "clause"),
    [
        pytest.param("learning", "competencies", [], "MU-3", marks=pytest.mark.clause("MU-3")),
        pytest.param("learning", "need", "", "MU-4", marks=pytest.mark.clause("MU-4")),
        pytest.param(
            "learning", "competencies", [{"competency": "Write"}], "MU-5", marks=pytest.mark.clause("MU-5")
        ),
        pytest.param("learning", "reflection", "", "MU-6", marks=pytest.mark.clause("MU-6")),
        pytest.param("pathway", "stands_alone", "", "MU-7", marks=pytest.mark.clause("MU-7")),
        pytest.param("standard", "workload", "", "MU-8", marks=pytest.mark.clause("MU-8")),
    ],
)
def test_an_unmet_criterion_refuses_the_submission_by_its_clause(campus, section, field, value, clause):
    model = campus("model")
    proposal = model_proposal(model)
    save(proposal, {section: MODEL[section] | {field: value}}, model.proposer)
    answer = api_for(model.proposer).post(f"/api/v1/proposals/{proposal.pk}/submit/", {}, format="json")
    assert answer.status_code == 409
    assert clause in [reason["clause"] for reason in answer.json()["reasons"]]
    assert fresh(proposal).state == "proposal"


@pytest.mark.clause("MU-23")
def test_a_degree_is_refused_and_pointed_elsewhere(campus):
    model = campus("model")
    refused = next(kind for kind in model.pack.types if kind.refused)
    given = {
        "institution": "model",
        "unit": str(model.unit.pk),
        "type": refused.id,
        "proposers": [model.proposer.email],
    }
    answer = api_for(model.proposer).post("/api/v1/proposals/", given, format="json")
    assert answer.status_code == 409
    assert [(r["clause"], r["text"]) for r in answer.json()["reasons"]] == [("MU-23", refused.refused)]

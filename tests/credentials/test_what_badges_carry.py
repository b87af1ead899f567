"""What stands in the badge itself: requirements, objectives, artifacts, and what its holder completed."""

import datetime as dt

import pytest

from tests.credentials.support import award, definition

ARTIFACTS = [{"name": "Session plan", "link": "https://example.edu/plan"}, {"name": "Portfolio"}]


@pytest.mark.clause("CUB-3")
def test_requirements_objectives_and_artifacts(campus):
    made = definition(campus("cu_boulder"), answers={"learning": {"artifacts": ARTIFACTS}})
    achievement = award(made).credential["credentialSubject"]["achievement"]
    assert achievement["criteria"]["narrative"] == (
        "Explain three data sets and draw one map.\n\n"
        "- Read a fire weather table: Oral examination\n"
        "- Map the perimeter of a fire: Project\n\n"
        "Artifacts:\n"
        "- Session plan, https://example.edu/plan\n"
        "- Portfolio"
    )


def test_without_artifacts_there_is_no_such_list(campus):
    achievement = award(definition(campus("cu_boulder"))).credential["credentialSubject"]["achievement"]
    assert "Artifacts" not in achievement["criteria"]["narrative"]


@pytest.mark.clause("UM-27", "CUB-3")
@pytest.mark.parametrize("slug", ["montana", "cu_boulder"])
def test_what_the_holder_completed(campus, slug):
    held = award(
        definition(campus(slug)),
        completed_on=dt.date(2026, 5, 8),
        evidence="A map of the Lolo fire, judged by two people.",
        evidence_url="https://example.edu/evidence/7",
    )
    [evidence] = held.credential["evidence"]
    assert evidence["narrative"] == "A map of the Lolo fire, judged by two people."
    assert evidence["id"] == "https://example.edu/evidence/7"
    subject = held.credential["credentialSubject"]
    assert subject["activityEndDate"][:10] == "2026-05-08"
    assert "Read a fire weather table: Oral examination" in subject["achievement"]["criteria"]["narrative"]
    assert [one["targetName"] for one in subject["achievement"]["alignment"]] == [
        "Read a fire weather table",
        "Map the perimeter of a fire",
    ]

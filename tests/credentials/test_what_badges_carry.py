"""What stands in the badge itself: requirements, objectives, artifacts, and what its holder completed."""

import datetime as dt
from decimal import Decimal

import pytest

from credentials.learned import Mastered
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


ANSWERS = {
    "standard": {
        "language": "es",
        "subject": "Forestry",
        "alignments": [
            {"name": "use geographic information systems", "url": "http://data.europa.eu/esco/skill/1",
             "framework": "ESCO", "code": "S5.5.1"},
            {"name": "Fire behaviour", "url": "https://example.edu/framework?part={2}"},
        ],
    }
}  # fmt: skip


def whole(own):
    """The achievement as it must stand, written by hand from the data model."""
    return {
        "id": own,
        "type": ["Achievement"],
        "name": "Reading fire data",
        "description": "You can read, map and explain data of wildland fires.",
        "criteria": {
            "id": "https://badges.example.org/catalogue/model-reading-fire-data/",
            "narrative": (
                "Explain three data sets and draw one map.\n\n"
                "- Read a fire weather table: Oral examination\n- Map the perimeter of a fire: Project"
            ),
        },
        "achievementType": "Badge",
        "alignment": [
            {"type": ["Alignment"], "targetName": "Read a fire weather table", "targetUrl": f"{own}#competency-1",
             "targetType": "ceasn:Competency"},
            {"type": ["Alignment"], "targetName": "Map the perimeter of a fire", "targetUrl": f"{own}#competency-2",
             "targetType": "ceasn:Competency"},
            {"type": ["Alignment"], "targetName": "use geographic information systems",
             "targetUrl": "http://data.europa.eu/esco/skill/1", "targetFramework": "ESCO", "targetCode": "S5.5.1"},
            {"type": ["Alignment"], "targetName": "Fire behaviour",
             "targetUrl": "https://example.edu/framework?part=%7B2%7D"},
        ],
        "creditsAvailable": 1.5,
        "fieldOfStudy": "Forestry",
        "inLanguage": "es",
        "resultDescription": [
            {"id": f"{own}#competency-1", "type": ["ResultDescription"],
             "name": "Read a fire weather table: Oral examination", "resultType": "Status"},
            {"id": f"{own}#competency-2", "type": ["ResultDescription"],
             "name": "Map the perimeter of a fire: Project", "resultType": "Status"},
        ],
        "tag": ["Mapping", "Statistics"],
        "version": "1",
    }  # fmt: skip


@pytest.mark.clause("UM-27")
def test_the_whole_achievement(campus):
    made = definition(
        campus("model"), approvals=[], answers=ANSWERS, for_credit=True, credits=Decimal("1.50")
    )
    achievement = award(made).credential["credentialSubject"]["achievement"]
    own = f"https://badges.example.org/achievements/{made.current_id}"
    assert achievement == whole(own)


def test_credits_that_verifiers_write_differently_are_told_in_words(campus):
    made = definition(campus("model"), for_credit=True, credits=Decimal("1.30"))
    subject = award(made).credential["credentialSubject"]
    assert "creditsAvailable" not in subject["achievement"]
    assert "creditsEarned" not in subject
    assert subject["achievement"]["criteria"]["narrative"].endswith("Credits: 1.3")


@pytest.mark.clause("UM-27")
def test_what_one_learner_showed_of_each_competency(campus):
    made = definition(campus("model"), for_credit=True, credits=Decimal("3.00"))
    shown = (
        Mastered("Map the perimeter of a fire", " https://work.example/map "),
        Mastered("Read a fire weather table", "Explained three tables."),
        Mastered("Something of an older version", "Not asked any more."),
    )
    held = award(
        made,
        mastered=shown,
        evidence="A portfolio.",
        evidence_url="https://work.example/all",
        started_on=dt.date(2026, 1, 12),
    ).credential
    own = f"https://badges.example.org/achievements/{made.current_id}"
    assert held["credentialSubject"]["result"] == [
        {"type": ["Result"], "resultDescription": f"{own}#competency-1", "status": "Completed"},
        {"type": ["Result"], "resultDescription": f"{own}#competency-2", "status": "Completed"},
    ]
    assert held["evidence"] == [
        {
            "id": "https://work.example/all",
            "type": ["Evidence"],
            "name": "Evidence",
            "narrative": "A portfolio.",
        },
        {"type": ["Evidence"], "name": "Read a fire weather table", "narrative": "Explained three tables."},
        {"id": "https://work.example/map", "type": ["Evidence"], "name": "Map the perimeter of a fire"},
    ]
    assert held["credentialSubject"]["creditsEarned"] == 3
    assert held["credentialSubject"]["activityStartDate"] == "2026-01-12T12:00:00Z"


def test_one_address_for_all_of_the_work_stands_once_as_such(campus):
    link = "https://work.example/all"
    shown = (Mastered("Read a fire weather table", link), Mastered("Map the perimeter of a fire", link))
    held = award(definition(campus("model")), mastered=shown, evidence_url=link).credential
    assert [(one.get("id"), one.get("narrative")) for one in held["evidence"]] == [
        (link, None),
        (None, link),
        (None, link),
    ]


def test_nothing_shown_is_nothing_said(campus):
    held = award(definition(campus("model")), mastered=()).credential
    assert "result" not in held["credentialSubject"]
    assert "evidence" not in held

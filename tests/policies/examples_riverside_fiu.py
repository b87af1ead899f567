"""Answers made by hand for UC Riverside's and Florida International University's packs."""

from tests.policies.examples import words

RIVERSIDE = {
    "about": {
        "title": "Conflict mediation",
        "summary": "You can settle a dispute between two people so that both accept it.",
        "skill": "Mediating a dispute",
        "length": "24 hours over 4 weeks",
        "employers": "Student housing and three employers of the region asked for it.",
        "audience": ["undergraduates", "staff"],
    },
    "learning": {
        "competencies": [
            {
                "competency": "Name the stages of a mediation",
                "kind": "knowledge",
                "need": "Housing staff work by them",
                "assessment": "Written exam",
            },
            {
                "competency": "Lead a mediation",
                "kind": "skill",
                "need": "Asked for in advertisements",
                "assessment": "Observed role play",
            },
        ],
        "project": "A mediation of one's own, observed.",
        "reflection": "A diary that ends in a letter to one's former self.",
        "requirements": "Pass the exam and lead one mediation.",
        "skills": "Mediation, listening",
    },
    "pathway": {"series": "Leadership series"},
    "credit": {"coursework": "none", "own_credit": "no"},
}

APPLICATION = {
    "about": {
        "title": "Coral reef monitoring",
        "summary": "Learners count and map what lives on a reef.",
        "audience": ["undergraduates", "not_enrolled"],
    },
    "basis": {
        "ground": "existing",
        "named": "Field course in marine biology",
        "assessment": "Two dive reports, marked by a rubric.",
        "stacking": "none",
    },
}

DESIGN = {
    "about": {
        "title": "Coral reef monitoring",
        "summary": "You can count and map what lives on a reef.",
        "audience": ["undergraduates", "not_enrolled"],
        "competency_statement": "Monitors a reef by the standard method, alone and in a team.",
    },
    "outcomes": {
        "programme_outcomes": [{"sign": "PO1", "outcome": "Describe the state of a habitat"}],
        "learning_outcomes": [
            {"sign": "SLO1", "outcome": "Identify thirty species", "serves": "PO1"},
            {"sign": "SLO2", "outcome": "Survey a transect", "serves": "PO1"},
        ],
        "competencies": [
            {
                "competency": "Identifies reef species",
                "outcomes": "SLO1",
                "assessment": "Picture test",
                "rigour": "foundational",
            },
            {
                "competency": "Surveys a reef",
                "outcomes": "SLO1, SLO2",
                "assessment": "Two dive reports",
                "rigour": "applied",
            },
        ],
        "requirements": "Pass the test and hand in both reports.",
    },
    "value": {
        "aligned_with": ["industry", "further_study"],
        "need": words(20),
        "reflection_pathway": "A log of the dives, read again at the end.",
        "reflection_growth": "A talk with the instructor about what comes next.",
        "partners": [{"name": "Reef trust", "sector": "community"}],
    },
}

# As the micro-certificate "Reef steward": a set of two, within one of the two policies.
SET_APPLICATION = {
    **APPLICATION,
    "about": {**APPLICATION["about"], "title": "Reef steward"},
    "basis": {**APPLICATION["basis"], "stacking": "time_to_degree"},
}
SET_DESIGN = {
    **DESIGN,
    "about": {
        "title": "Reef steward",
        "summary": "You can look after a reef together with others.",
        "audience": ["undergraduates", "not_enrolled"],
        "meta_competency": "Stewardship of reefs",
        "organisation": "Two badges in any order.",
        "parts": [{"part": "Coral reef monitoring"}, {"part": "Reef repair"}],
    },
}
CONSULTATION = {
    "held_on": "2020-03-02",
    "rigour": "applied",
    "assessment": "Mark the second report by the same rubric.",
    "design": "Put the picture test first.",
}
SET_CONSULTATION = {
    "held_on": "2020-03-02",
    "goal": "Stewards whom the reef trust can call on.",
    "organisation": "Both badges, in any order.",
}
SENATE = {"decided_on": "2020-02-10", "minute": "Bulletin 4, item 2"}

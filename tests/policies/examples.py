"""Answers made by hand for each pack, and a small pack to break on purpose."""

import copy


def words(number):
    """A text of so many words."""
    return " ".join(f"word{i}" for i in range(number))


def line_in(text, content, nth=1):
    """The number of the nth line with this content."""
    return [i for i, line in enumerate(text.splitlines(), 1) if line == content][nth - 1]


def changed(answers, path, value):
    """A copy with one answer set, or taken away by None."""
    answers = copy.deepcopy(answers)
    section, field = path.split(".")
    if value is None:
        answers.get(section, {}).pop(field, None)
    else:
        answers.setdefault(section, {})[field] = value
    return answers


MONTANA = {
    "people": {
        "department": "Computer Science, College of Humanities and Sciences",
        "programme_director": "Programme director, Computer Science",
        "director_email": "director@montana.example",
    },
    "offering": {
        "title": "Wildfire data analysis",
        "summary": "You can read, map and explain fire data.",
        "focus": "Reading, mapping and explaining fire data.",
        "difference": "Six weeks on one skill; a certificate takes a year.",
        "level": ["undergraduate"],
        "modality": "online",
        "credit": "credit",
        "credits": 3,
        "stacks_into": "Certificate in data science",
        "workload": "135 hours over 6 weeks",
        "skills": "Mapping, statistics; fire behaviour",
    },
    "outcomes": {
        "outcomes": [
            {
                "outcome": "Map the perimeter of a fire",
                "assessment": "Project",
                "earners": "Undergraduates",
                "track": "credit_badge",
            }
        ],
        "criteria": "Pass the project and the oral exam.",
        "skill_assessment": "A project judged by two people.",
    },
    "statement": {
        "career": words(200),
        "badge": words(100),
        "resources": words(150),
        "evaluation": words(100),
    },
}
MONTANA_FILES = {"syllabi.files": ("syllabus.pdf",)}


def noncredit(credits=None):
    """Montana's answers for an offering without credit."""
    answers = changed(MONTANA, "offering.credit", "noncredit")
    answers = changed(answers, "offering.stacks_into", None)
    return changed(changed(answers, "outcomes.skill_assessment", None), "offering.credits", credits)


BOULDER_INTENT = {
    "about": {
        "title": "Inclusive facilitation",
        "summary": words(20),
        "audience": ["students", "staff"],
        "credit": "noncredit",
    }
}

BOULDER = {
    "about": {
        "title": "Inclusive facilitation",
        "summary": words(40),
        "relation": "stand_alone",
        "audience": ["students", "staff"],
        "credit": "noncredit",
        "time_frame": "30 hours within a term",
        "focus": "Leading a discussion in which everyone takes part.",
    },
    "learning": {
        "objectives": [{"objective": "Plan a session", "assessment": "Session plan"}],
        "requirements": "Lead three sessions and hand in a portfolio.",
        "skills": "Facilitation, listening, session design",
    },
    "endorsement": {
        "consistency": "It fits.",
        "meaningfulness": "Employers asked.",
        "worthiness": "It is rigorous.",
    },
}

MODEL = {
    "idea": {
        "title": "Technical writing",
        "summary": "You can write instructions that people can follow.",
        "audience": ["students", "professionals"],
    },
    "learning": {
        "competencies": [{"competency": "Write a procedure", "assessment": "Portfolio"}],
        "need": words(20),
        "reflection": "A letter to one's former self.",
        "requirements": "Pass the portfolio.",
    },
    "standard": {
        "workload": "50 hours (2 ECTS)",
        "level": "graduate",
        "assessment_type": "project",
        "participation": "hybrid",
        "quality": "Reviewed each year by the department.",
        "credit": "noncredit",
    },
    "pathway": {"stands_alone": "There is no larger programme yet."},
}

DENVER = {
    "about": {
        "title": "Reading a city plan",
        "summary": words(20),
        "records": ["competency", "skill"],
        "smaller_than": "Certificate in urban planning; this is a tenth of it",
        "quality": words(20),
    },
    "size": {
        "size": "cluster",
        "courses": [
            {"course": "PLAN 2010 Cities", "part": "How a plan comes about"},
            {"course": "PLAN 2020 Maps", "part": "How to read one"},
        ],
    },
    "fit": {
        "stacks": "yes",
        "stacks_into": "Bachelor of arts in geography",
        "credit": "no",
        "market": "yes",
        "alone": "yes",
    },
    "market": {
        "findings": [
            {
                "gap": "Few applicants can read a zoning map",
                "source": "Survey of county offices",
                "date": "2022-11-30",
            }
        ]
    },
    "learning": {
        "competencies": [{"competency": "Read a zoning map", "assessment": "Annotated map"}],
        "requirements": "Annotate a map and explain it to a neighbour.",
        "evidence": "The annotated map.",
        "valid_months": 36,
        "skills": "Planning, maps",
    },
}

# The smallest whole pack; the line of each table is counted by hand in the tests that use it.
SMALL = """\
[policy]
institution = "Small College"
slug = "small"
title = "Badges"
revision = "1"
effective_on = 2026-01-01
approver = "Senate"

[look]
short_name = "Small"
colour = "#333333"

[[offices]]
id = "registrar"
name = "Registrar"

[[types]]
id = "badge"
name = "Badge"

[[forms]]
id = "proposal"
title = "Proposal"

[[forms.sections]]
id = "main"
title = "Main"

[[forms.sections.fields]]
id = "title"
label = "Title"
max_length = 100

[[forms.sections.fields]]
id = "text"
label = "Text"
kind = "longtext"

[[forms.sections.fields]]
id = "outcomes"
label = "Outcomes"
kind = "rows"
columns = [{ id = "name", label = "Name" }]

[[criteria]]
clause = "SC-1"
says = "It has a text."
forms = ["proposal"]
check = { filled = ["main.text"] }
unmet = "Write the text."

[[stages]]
state = "proposal"
name = "Proposal"
says = "You are writing."

[[stages.steps]]
id = "file"
kind = "form"
title = "File"
by = "proposer"
form = "proposal"

[[stages]]
state = "committee_review"
name = "Committee"
says = "With the committee."

[[stages.steps]]
id = "vote"
kind = "ballot"
title = "Vote"
body = "committee"

[[stages]]
state = "established"
name = "Established"
says = "Done."

[[bodies]]
id = "committee"
name = "Committee"
outcomes = ["approve", "decline"]

[[bodies.seats]]
id = "chair"
title = "Chair"
chair = true

[calendar]
timezone = "America/Denver"
terms = [{ id = "year", name = "Year", starts = "09-01", ends = "06-30" }]

[issuance]
certifiers = [{ office = "registrar" }]

[platform]
kind = "open_badges"

[mapping]
title = "main.title"
description = "main.text"
criteria = "main.text"
competencies = "main.outcomes"
competency_column = "name"

[[clauses]]
id = "SC-1"
kind = "criterion"
text = "It has a text."
"""

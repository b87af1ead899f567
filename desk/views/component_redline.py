"""A red-line for the page of components: two made-up versions, compared by the same function as real ones."""

from __future__ import annotations

from typing import Any

from policies.schema import Form
from proposals import comparing, redline
from proposals.redline import Version

FIELDS = [
    {"id": "claim", "label": "What a learner can do", "kind": "longtext"},
    {
        "id": "audience",
        "label": "For whom",
        "kind": "choices",
        "choices": [
            {"value": "students", "label": "Students"},
            {"value": "staff", "label": "Staff"},
            {"value": "community", "label": "Community members"},
        ],
    },
    {
        "id": "outcomes",
        "label": "Outcomes",
        "kind": "rows",
        "columns": [{"id": "outcome", "label": "Outcome"}, {"id": "shown", "label": "How it is shown"}],
    },
    {"id": "weeks", "label": "Weeks", "kind": "integer"},
]
FORM = Form.model_validate(
    {
        "id": "proposal",
        "title": "Proposal",
        "sections": [{"id": "idea", "title": "The idea", "fields": FIELDS}],
    }
)
OLD = {
    "claim": "Learners will understand a data set and name what it cannot show, in writing.",
    "audience": ["students", "staff"],
    "outcomes": [
        {"outcome": "Clean a table", "shown": "Exercise"},
        {"outcome": "Draw a map", "shown": "Portfolio"},
    ],
    "weeks": 6,
}
NEW = {
    "claim": "Learners explain a data set to a lay reader and name what it cannot show, in writing.",
    "audience": ["students", "community"],
    "outcomes": [
        {"outcome": "Draw a map", "shown": "Portfolio and talk"},
        {"outcome": "Cite sources", "shown": "Essay"},
    ],
    "weeks": 6,
}


def redlines() -> list[dict[str, Any]]:
    """The sections of the comparison, as the page of two real revisions draws them."""
    sections = redline.compare(Version(FORM, {"idea": OLD}), Version(FORM, {"idea": NEW}))
    names = {"was": "revision 1", "now": "revision 2"}
    return list(comparing.numbered(sections, names, redline.counted(sections), False))

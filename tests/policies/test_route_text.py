"""A route as text: parallel steps, conditions, officers, times; written out by hand."""

from policies.loader import parse
from policies.route_text import drawn
from tests.policies.examples import SMALL

STEPS = """
[[stages.steps]]
id = "dean"
kind = "signoff"
title = "The dean agrees"
by = "section_head"
designee = true
days = 14
group = "both"

[[stages.steps]]
id = "registrar"
kind = "consultation"
title = "The registrar is asked"
by = "office:registrar"
working_days = 10
on_silence = "done"
outcomes = ["done", "request_changes"]
when = { field = "main.title", any_of = ["A", "B"] }
group = "both"

[[stages]]
state = "established"
"""


def test_what_stands_side_by_side_and_who_moves_it_on():
    text = SMALL.replace('\n[[stages]]\nstate = "established"\n', STEPS)
    text = text.replace(
        'says = "With the committee."',
        'says = "With it."\njoins = { both = "any" }\nofficer = "office:registrar"',
    )
    assert drawn(parse(text, "x")).splitlines() == [
        "● Proposal (proposal)",
        "│   1. File: proposer files Proposal",
        "│   ▼ by itself",
        "● Committee (committee_review)",
        "│   1. Vote: Committee votes; can also decline",
        "│   2. side by side, one of these is enough:",
        "│      - The dean agrees: section head signs off, or a designee; within 14 days; can also request changes or decline",
        (
            "│      - The registrar is asked: Registrar is consulted; after 10 working days without an answer: done; "
            "only if “Title” is A or B; can also request changes"
        ),
        "│   ▼ moved on by hand: Registrar",
        "● Established (established)",
    ]

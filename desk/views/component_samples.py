"""Made-up values for the page of components, dated from today."""

from typing import Any

from django.contrib.messages import constants
from django.core.paginator import Paginator

from desk.views.component_issuing import figures, issuing
from desk.views.sample_dates import on_day

Values = dict[str, Any]
CHOICES = [
    ("approve", "Approve"),
    ("approve_with_conditions", "Approve with conditions"),
    ("request_changes", "Ask for changes"),
    ("decline", "Decline"),
    ("abstain", "Abstain"),
]
MESSAGES = [
    (constants.SUCCESS, "Your draft is saved."),
    (constants.WARNING, "The pilot ends in 12 days."),
    (constants.ERROR, "The file is larger than 20 MB and was not kept."),
]
QUORUM = {
    "id": "4.2",
    "text": "The committee decides when more than half of its seats take part; abstentions count towards the quorum, not towards the majority.",
    "source": "Policy on micro-credentials, section 4",
}
COMPETENCE = {
    "id": "2.1",
    "text": "Each outcome is stated as a distinct skill, and each skill has an assessment that shows it.",
    "source": "Policy on micro-credentials, section 2",
}


def everything() -> Values:
    """The whole context of the page."""
    return {
        **_proposal(),
        **_ballots(),
        **issuing(),
        **figures(),
        "stops": stops(),
        "page": Paginator(range(240), 50).page(2),
    }


def nav() -> list[Values]:
    """A way about with a current page and a count."""
    return [
        {"label": "Home", "url": "#main"},
        {"label": "Proposals", "url": "#route", "current": True},
        {"label": "Ballots", "url": "#ballots", "count": 2},
        {"label": "Catalogue", "url": "#badges"},
    ]


def stops() -> list[Values]:
    """A route on its way, with two asides where they happened."""
    back = {"state": "changes_requested", "on": on_day(-40), "note": "and resubmitted nine days later"}
    return [
        {"name": "Intent", "state": "done", "on": on_day(-92)},
        {"name": "Proposal", "state": "done", "on": on_day(-61)},
        {
            "name": "Committee review",
            "state": "done",
            "on": on_day(-24),
            "asides": [back],
        },
        {
            "name": "Unit approval",
            "state": "here",
            "on": on_day(-24),
            "until": on_day(6),
            "steps": [{"name": "Dean", "state": "done"}, {"name": "Registrar", "state": "waiting"}],
            "asides": [{"state": "on_hold", "on": on_day(-12)}],
        },
        {"name": "Pilot", "state": "ahead", "until": on_day(70)},
        {"name": "Full approval", "state": "ahead"},
    ]


def _checklist() -> Values:
    lines = [
        {"text": "Outcomes are listed as distinct skills", "state": "met", "clause": COMPETENCE},
        {
            "text": "Every outcome has an assessment",
            "state": "not_met",
            "clause": COMPETENCE,
            "reason": "Outcome 3, “Explain a data set to a lay reader”, has none.",
            "url": "#field-empty-purpose",
        },
        {"text": "At least two proposers", "state": "met"},
        {
            "text": "Approval of the academic event code",
            "state": "later",
            "reason": "Only for offerings that bear credit.",
        },
    ]
    return {"lines": lines, "all_met": [lines[0], lines[2]]}


def _proposal() -> Values:
    return {
        **_checklist(),
        **_decision(),
        **_ways(),
        "off": [
            {
                "label": "Send to the committee",
                "reasons": [
                    {
                        "text": "Outcome 3 has no assessment.",
                        "clause": COMPETENCE,
                        "url": "#field-empty-purpose",
                    },
                    {"text": "The statement has 412 words; 500 to 800 are asked."},
                ],
            },
        ],
        "since": on_day(-12),
        "due": on_day(6),
        "main": {
            "label": "Resubmit",
            "url": "#",
            "note": "It goes back to the committee, which asked for changes.",
        },
        "quiet": [{"label": "Put on hold", "url": "#"}, {"label": "Withdraw", "url": "#", "no": True}],
        "entries": _entries(),
        "decisions": _decisions(),
    }


def _decision() -> Values:
    return {
        "changes": [
            "The proposal moves from the committee to the unit.",
            "Revision 3 is fixed and can no longer be edited.",
        ],
        "told": ["The two proposers, by mail", "The unit head, who is asked to decide within 21 days"],
        "final": ["The vote is closed: nobody can vote or change a vote any more."],
    }


def _ways() -> Values:
    return {
        "crumbs": [
            {"label": "Proposals", "url": "#"},
            {"label": "Data stories", "url": "#"},
            {"label": "Ballot"},
        ],
        "tabs": [
            {"label": "Overview", "url": "#", "current": True},
            {"label": "What was said", "url": "#", "count": 4},
            {"label": "Changes", "url": "#"},
            {"label": "Record", "url": "#", "count": 27},
        ],
        "facts": [
            {"term": "Unit", "value": "College of Arts and Sciences"},
            {"term": "Credits", "value": "3", "clause": COMPETENCE},
            {"term": "Partner", "value": ""},
        ],
    }


def _entries() -> list[Values]:
    return [
        {
            "at": on_day(-1),
            "text": "The dean signed.",
            "by": "Demo dean, Model University",
            "state": "signed",
            "proof": "9f2c4be1a07d55e3",
        },
        {
            "at": on_day(-24),
            "text": "The committee voted.",
            "state": "approved_with_conditions",
            "note": "Please name the person who teaches the second run.",
        },
        {"at": on_day(-40), "text": "The committee sent it back.", "state": "changes_requested"},
    ]


def _decisions() -> list[Values]:
    return [
        {
            "body": "Programme manager",
            "by": "Demo programme manager",
            "outcome": "acknowledged",
            "on": on_day(-92),
        },
        {"body": "Micro-credential committee", "outcome": "sent_back", "on": on_day(-40), "clause": QUORUM},
        {
            "body": "Micro-credential committee",
            "outcome": "carried",
            "on": on_day(-24),
            "sealed": True,
            "clause": QUORUM,
        },
        {
            "body": "College of Arts and Sciences",
            "by": "Demo dean",
            "outcome": "signed",
            "on": on_day(-1),
            "sealed": True,
            "note": "With thanks to the two proposers.",
        },
    ]


def _ballots() -> Values:
    ballot = {
        "id": "ballot-open",
        "body": "Micro-credential committee",
        "question": "Shall “Data stories” go forward to the unit?",
        "revision": "Revision 3 of 14 pages, changed since your last vote",
        "revision_url": "#",
        "secret": True,
        "voters": "Nine seats; seven are filled, one has stepped aside",
        "quorum": "More than half of the seats: 5",
        "majority": "More than half of the votes cast, abstentions left out",
        "clause": QUORUM,
        "closes_at": on_day(6),
        "conflict_url": "#",
    }
    voted = {
        **ballot,
        "id": "ballot-closed",
        "secret": False,
        "my_choice": "approve",
        "comment": "Clear, and asked for.",
    }
    sentence = "7 of 9 seats took part; 5 are needed. Of 6 votes cast 4 are yes; more than half is needed."
    shares = [
        {"word": "Approve", "tone": "yes", "shape": "done", "count": 4},
        {"word": "Ask for changes", "tone": "heed", "shape": "back", "count": 2},
        {"word": "Abstained", "tone": "past", "shape": "ended", "count": 1},
    ]
    none = "3 of 9 seats took part; 5 are needed. Nothing moves; the chair may hold the ballot again."
    return {
        "ballot": ballot,
        "voted": voted,
        "barred": {**ballot, "id": "ballot-barred", "secret": False},
        "arithmetic": {"sentence": sentence, "outcome": "carried", "clause": QUORUM, "shares": shares},
        "no_quorum": {"sentence": none, "outcome": "inquorate", "clause": QUORUM},
        "barred_reasons": [{"text": "You are one of the proposers.", "clause": QUORUM}],
    }

"""Made-up values for the page of components, dated from today."""

import datetime
from typing import Any

from django.contrib.messages import constants
from django.core.paginator import Paginator

from journal import clock

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


def _on(days: int) -> datetime.datetime:
    return clock.now() + datetime.timedelta(days=days)


def everything() -> Values:
    """The whole context of the page."""
    return {
        **_proposal(),
        **_ballots(),
        **_issuing(),
        **_figures(),
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
    back = {"state": "changes_requested", "on": _on(-40), "note": "and resubmitted nine days later"}
    return [
        {"name": "Intent", "state": "done", "on": _on(-92)},
        {"name": "Proposal", "state": "done", "on": _on(-61)},
        {
            "name": "Committee review",
            "state": "done",
            "on": _on(-24),
            "asides": [back],
        },
        {
            "name": "Unit approval",
            "state": "here",
            "on": _on(-24),
            "until": _on(6),
            "steps": [{"name": "Dean", "state": "done"}, {"name": "Registrar", "state": "waiting"}],
            "asides": [{"state": "on_hold", "on": _on(-12)}],
        },
        {"name": "Pilot", "state": "ahead", "until": _on(70)},
        {"name": "Full approval", "state": "ahead"},
    ]


def _proposal() -> Values:
    lines = [
        {"text": "Outcomes are listed as distinct skills", "state": "met", "clause": COMPETENCE},
        {"text": "Every outcome has an assessment", "state": "not_met", "clause": COMPETENCE,
         "reason": "Outcome 3, “Explain a data set to a lay reader”, has none.", "url": "#field-empty-purpose"},
        {"text": "At least two proposers", "state": "met"},
        {"text": "Approval of the academic event code", "state": "later",
         "reason": "Only for offerings that bear credit."},
    ]  # fmt: skip
    off = [
        {"label": "Send to the committee", "reasons": [
            {"text": "Outcome 3 has no assessment.", "clause": COMPETENCE, "url": "#field-empty-purpose"},
            {"text": "The statement has 412 words; 500 to 800 are asked."}]},
    ]  # fmt: skip
    return {"lines": lines, "all_met": [lines[0], lines[2]], "off": off, "since": _on(-12), "due": _on(6),
            "main": {"label": "Resubmit", "url": "#", "note": "It goes back to the committee, which asked for changes."},
            "quiet": [{"label": "Put on hold", "url": "#"}, {"label": "Withdraw", "url": "#", "no": True}],
            "changes": ["The proposal moves from the committee to the unit.", "Revision 3 is fixed and can no longer be edited."],
            "told": ["The two proposers, by mail", "The unit head, who is asked to decide within 21 days"],
            "final": ["The vote is closed: nobody can vote or change a vote any more."],
            "entries": _entries(), "decisions": _decisions(),
            "crumbs": [{"label": "Proposals", "url": "#"}, {"label": "Data stories", "url": "#"}, {"label": "Ballot"}],
            "tabs": [{"label": "Overview", "url": "#", "current": True}, {"label": "What was said", "url": "#", "count": 4},
                     {"label": "Changes", "url": "#"}, {"label": "Record", "url": "#", "count": 27}],
            "facts": [{"term": "Unit", "value": "College of Arts and Sciences"}, {"term": "Credits", "value": "3", "clause": COMPETENCE},
                      {"term": "Partner", "value": ""}]}  # fmt: skip


def _entries() -> list[Values]:
    return [
        {"at": _on(-1), "text": "The dean signed.", "by": "Demo dean, Model University", "state": "signed",
         "proof": "9f2c4be1a07d55e3"},
        {"at": _on(-24), "text": "The committee voted.", "state": "approved_with_conditions",
         "note": "Please name the person who teaches the second run."},
        {"at": _on(-40), "text": "The committee sent it back.", "state": "changes_requested"},
    ]  # fmt: skip


def _decisions() -> list[Values]:
    return [
        {"body": "Programme manager", "by": "Demo programme manager", "outcome": "acknowledged", "on": _on(-92)},
        {"body": "Micro-credential committee", "outcome": "sent_back", "on": _on(-40), "clause": QUORUM},
        {"body": "Micro-credential committee", "outcome": "carried", "on": _on(-24), "sealed": True, "clause": QUORUM},
        {"body": "College of Arts and Sciences", "by": "Demo dean", "outcome": "signed", "on": _on(-1), "sealed": True,
         "note": "With thanks to the two proposers."},
    ]  # fmt: skip


def _ballots() -> Values:
    ballot = {
        "id": "ballot-open", "body": "Micro-credential committee", "question": "Shall “Data stories” go forward to the unit?",
        "revision": "Revision 3 of 14 pages, changed since your last vote", "revision_url": "#", "secret": True,
        "voters": "Nine seats; seven are filled, one has stepped aside", "quorum": "More than half of the seats: 5",
        "majority": "More than half of the votes cast, abstentions left out", "clause": QUORUM, "closes_at": _on(6),
        "conflict_url": "#",
    }  # fmt: skip
    voted = {**ballot, "id": "ballot-closed", "secret": False, "my_choice": "approve", "comment": "Clear, and asked for."}
    sentence = "7 of 9 seats took part; 5 are needed. Of 6 votes cast 4 are yes; more than half is needed."
    shares = [
        {"word": "Approve", "tone": "yes", "shape": "done", "count": 4},
        {"word": "Ask for changes", "tone": "heed", "shape": "back", "count": 2},
        {"word": "Abstained", "tone": "past", "shape": "ended", "count": 1},
    ]
    none = "3 of 9 seats took part; 5 are needed. Nothing moves; the chair may hold the ballot again."
    return {
        "ballot": ballot, "voted": voted, "barred": {**ballot, "id": "ballot-barred", "secret": False},
        "arithmetic": {"sentence": sentence, "outcome": "carried", "clause": QUORUM, "shares": shares},
        "no_quorum": {"sentence": none, "outcome": "inquorate", "clause": QUORUM},
        "barred_reasons": [{"text": "You are one of the proposers.", "clause": QUORUM}],
    }  # fmt: skip


def _issuing() -> Values:
    parts = [
        {"word": "Delivered", "tone": "yes", "shape": "done", "count": 812},
        {"word": "Being sent", "tone": "now", "shape": "here", "count": 40},
        {"word": "Waiting", "tone": "past", "shape": "waiting", "count": 141},
        {"word": "Need a person", "tone": "heed", "shape": "attention", "count": 7},
    ]
    needs = [{"count": 5, "text": "the platform does not know this badge template.", "url": "#", "link": "Choose another"},
             {"count": 2, "text": "the address has no such mailbox.", "url": "#"}]  # fmt: skip
    done = {"id": "batch-done", "total": 1000, "done": 1000, "parts": [{**parts[0], "count": 1000}]}
    answers = [
        {"question": "Is it genuine?", "answer": "yes", "word": "Genuine", "meaning": "Model University signed it, and nothing in it was changed since."},
        {"question": "Is it in force?", "answer": "no", "word": "Revoked", "meaning": "The university took it back on 3 March 2027: issued to the wrong person."},
        {"question": "Is it this person’s?", "answer": "unknown", "meaning": "The file names no address. Ask the holder to show it from their wallet."},
    ]  # fmt: skip
    badge = {"title": "Data stories", "url": "#", "issuer": "Model University", "colour": "#24507a", "state": "live",
             "facts": ["Issued 3 March 2027", "Three competencies, each shown"], "actions": [{"label": "Share", "url": "#"}, {"label": "File", "url": "#"}]}  # fmt: skip
    other = {**badge, "title": "Wildfire field methods", "issuer": "University of Montana", "colour": "#70002e", "state": "revoked", "actions": []}
    third = {**badge, "title": "Teaching with archives", "colour": "#cfb87c", "state": "superseded"}
    return {"batch": {"total": 1000, "done": 812, "estimate": "about 40 seconds more", "parts": parts, "needs": needs},
            "batch_done": done, "answers": answers, "badges": [badge, other, third]}  # fmt: skip


def _figures() -> Values:
    return {
        "bars": [{"label": "Accepted", "value": 318}, {"label": "Opened the mail", "value": 371},
                 {"label": "Shared", "value": 96}, {"label": "Views", "value": None}],
        "points": [{"label": label, "value": value} for label, value in
                   [("Autumn 2025", 41), ("Spring 2026", 88), ("Summer 2026", None), ("Autumn 2026", 174), ("Spring 2027", 318)]],
        "sums": [{"label": "Badges in force", "value": 1284}, {"label": "Accepted", "value": 86, "shown": "86 %"},
                 {"label": "Proposals under way", "value": 9}, {"label": "Views", "value": None}],
        "figures_at": _on(0),
    }  # fmt: skip

"""Made-up values for the page of components: batches, answers, badges, figures."""

from typing import Any

from desk.views.sample_dates import on_day

Values = dict[str, Any]


def issuing() -> Values:
    """Batches under way and done, the three answers, badges of each shape."""
    return {**_batches(), "answers": _answers(), "badges": _badges()}


def _batches() -> Values:
    parts = [
        {"word": "Delivered", "tone": "yes", "shape": "done", "count": 812},
        {"word": "Being sent", "tone": "now", "shape": "here", "count": 40},
        {"word": "Waiting", "tone": "past", "shape": "waiting", "count": 141},
        {"word": "Need a person", "tone": "heed", "shape": "attention", "count": 7},
    ]
    needs = [
        {
            "count": 5,
            "text": "the platform does not know this badge template.",
            "url": "#",
            "link": "Choose another",
        },
        {"count": 2, "text": "the address has no such mailbox.", "url": "#"},
    ]
    done = {"id": "batch-done", "total": 1000, "done": 1000, "parts": [{**parts[0], "count": 1000}]}
    return {
        "batch": {
            "total": 1000,
            "done": 812,
            "estimate": "about 40 seconds more",
            "parts": parts,
            "needs": needs,
        },
        "batch_done": done,
    }


def _answers() -> list[Values]:
    return [
        {
            "question": "Is it genuine?",
            "answer": "yes",
            "word": "Genuine",
            "meaning": "Model University signed it, and nothing in it was changed since.",
        },
        {
            "question": "Is it in force?",
            "answer": "no",
            "word": "Revoked",
            "meaning": "The university took it back on 3 March 2027: issued to the wrong person.",
        },
        {
            "question": "Is it this person’s?",
            "answer": "unknown",
            "meaning": "The file names no address. Ask the holder to show it from their wallet.",
        },
    ]


def _badges() -> list[Values]:
    badge = {
        "title": "Data stories",
        "url": "#",
        "issuer": "Model University",
        "colour": "#24507a",
        "state": "live",
        "facts": ["Issued 3 March 2027", "Three competencies, each shown"],
        "actions": [{"label": "Share", "url": "#"}, {"label": "File", "url": "#"}],
    }
    other = {
        **badge,
        "title": "Wildfire field methods",
        "issuer": "Neighbour University",
        "colour": "#70002e",
        "badge_shape": "shield",
        "state": "revoked",
        "actions": [],
    }
    third = {
        **badge,
        "title": "Teaching with archives",
        "colour": "#cfb87c",
        "badge_shape": "hexagon",
        "state": "superseded",
    }
    return [badge, other, third]


def figures() -> Values:
    """A chart with a figure that is not offered, one over time, and sums."""
    return {
        "bars": [
            {"label": "Accepted", "value": 318},
            {"label": "Opened the mail", "value": 371},
            {"label": "Shared", "value": 96},
            {"label": "Views", "value": None},
        ],
        "points": [
            {"label": label, "value": value}
            for label, value in [
                ("Autumn 2025", 41),
                ("Spring 2026", 88),
                ("Summer 2026", None),
                ("Autumn 2026", 174),
                ("Spring 2027", 318),
            ]
        ],
        "sums": [
            {"label": "Badges in force", "value": 1284},
            {"label": "Accepted", "value": 86, "shown": "86 %"},
            {"label": "Proposals under way", "value": 9},
            {"label": "Views", "value": None},
        ],
        "figures_at": on_day(0),
    }

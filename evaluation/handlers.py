"""What evaluation adds to proposals: reviews that are due, filled in here, and shown on their pages."""

from __future__ import annotations

from evaluation import reviews_due, shown
from evaluation.actions import evidence
from evaluation.reviews import FORMS
from journal import choosing
from proposals import hooks

ACTS = {
    "review_acknowledged": "Acknowledged a review",
    "review_returned": "Sent a review back",
    "figures_kept": "The pilot's figures were kept with it",
}


def register() -> None:
    """Called once, by the AppConfig."""
    for form in FORMS:
        hooks.register_form(form, reviews_due.address)
    hooks.register_owed(reviews_due.owed, reviews_due.due_by)
    hooks.register_section(reviews_due.section)
    hooks.register_act_words(ACTS)
    hooks.register_follower(evidence.follow)
    hooks.register_panel(shown.panel)
    hooks.register_facts("figures", shown.facts)
    hooks.register_paper(shown.on_paper)
    choosing.offer("review_filed", "A programme review waits for me")

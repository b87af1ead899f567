"""How the demo's learners show what they earned: to whom, together with what, and what came of sharing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.actions import accepting, collections, profiles, shares, wallet
from credentials.actions.profiles import Wanted
from credentials.models import Award, Destination
from credentials.models.award import Item
from credentials.sharing import counting
from credentials.sharing.counting import Counted
from desk.demo.elsewhere import bring
from journal import clock

if TYPE_CHECKING:
    from desk.demo.cast import Campus

# To each destination: how often the learner shared the oldest badge, and how often it was seen from there.
SHARED = {
    Destination.PROFILE: (1, 41),
    Destination.LINKEDIN: (2, 96),
    Destination.MAIL: (3, 5),
    Destination.EMBED: (1, 18),
}


def share_badges(campus: Campus) -> None:
    """The learner who can sign in shows the badges to the world, and has made a link for an application.

    The newest of several still waits for an answer. The second learner keeps the evidence of each badge to themselves.
    """
    learner, second = campus["learner"], campus["learner2"]
    held = list(Award.objects.held_by(learner).live().order_by("awarded_at"))
    accepted = held[:-1] if len(held) > 1 else held
    for award in accepted:
        accepting.accept(award=award, visibility="public", by=learner)
        wallet.share(award=award, label="Application", by=learner)
    if accepted:
        _show_together(campus, accepted)
        _count(accepted[0])
    for award in Award.objects.held_by(second).live().filter(accepted_at__isnull=False):
        wallet.show(award=award, visibility="link", hidden=[Item.EVIDENCE], by=second)


def _show_together(campus: Campus, accepted: list[Award]) -> None:
    """A collection and a public page."""
    learner = campus["learner"]
    words = "What I learned beside my studies, oldest first."
    collection = collections.make(title="Beside my studies", words=words, visibility="public", by=learner)
    for award in accepted:
        collections.add(collection=collection, badge=award, by=learner)
    collections.add(collection=collection, badge=bring(learner), by=learner)
    page = Wanted(
        name=f"demo-learner-{campus.plan.short.lower()}",
        title=learner.name,
        words="I collect what I can show. Ask me about any of it.",
        links=[f"Portfolio https://portfolio.{campus.plan.domain}/"],
        shown=True,
        findable=False,
    )
    profiles.save(wanted=page, by=learner)


def _count(award: Award) -> None:
    for destination, (shared, seen) in SHARED.items():
        counting.add(Counted("shares", award.pk, destination, clock.today()), shared)
        counting.add(Counted("views", award.pk, destination, clock.today()), seen)
    shares.roll_up()

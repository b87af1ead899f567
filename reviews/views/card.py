"""The ballot card and what stands around it, as the components take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.clauses import mark as clause_of
from accounts.clauses import marked as in_words
from policies.schema import Form
from proposals.hooks import panels
from proposals.reading import read_whole
from reviews import letters, motions, rules, since, wording
from reviews.actions.ballots import may_convene, rerun_reasons
from reviews.conditions import drawn, name_reasons, settles
from reviews.meetings import presiding
from reviews.models import BallotState
from reviews.moments import written
from reviews.reading import scores, shown

if TYPE_CHECKING:
    from proposals.models import Revision
    from reviews.forms import VoteForm
    from reviews.spread import Spread
    from reviews.viewpoint import Viewpoint

TONES = {
    "approve": ("Yes", "yes"),
    "approve_with_conditions": ("Yes, with conditions", "now"),
    "request_changes": ("Asked for changes", "heed"),
    "decline": ("Declined", "no"),
    "rescind": ("For rescinding", "heed"),
    "keep": ("For letting it stand", "yes"),
}
FACTS = (
    "id", "body", "question", "quorum", "majority", "secret", "closes_at", "closed_at",
    "asynchronous_rule", "secret_rule", "moved_by", "motion",
)  # fmt: skip
NAMED = 12  # so many voters are named in the card itself


def ballot_page(view: Viewpoint, form: VoteForm) -> dict[str, Any]:
    """The whole context of a ballot's page."""
    ballot, facts = view.ballot, shown(view.ballot, view.person)
    policy = ballot.proposal.policy
    may_vote = facts["my"]["may_vote"]
    joined_later = motions.joined_later(view)
    reasons = rules.vote_reasons(view) if view.seat or view.proposes else joined_later
    whole = whole_of(ballot.revision)
    return {
        "title": ballot.question,
        "ballot": _card(view, facts),
        "facts": facts,
        "acting": f"You vote here for {view.acting.person}. If they vote themselves, their own vote counts."
        if view.acting
        else "",
        "form": form if may_vote else None,
        "action": reverse("ballot_vote", args=[ballot.pk]),
        "submit": "Change my vote" if view.vote else "Cast my vote",
        "reasons": in_words(policy, reasons) if not may_vote and ballot.state == BallotState.OPEN else [],
        "void": ballot.state == BallotState.VOID,
        "joined_later": in_words(policy, joined_later) if ballot.state == BallotState.CLOSED else [],
        "letter": letters.address(ballot.step),
        "arithmetic": _arithmetic(view) if ballot.state == BallotState.CLOSED else None,
        "whole": whole,
        "panels": panels(ballot.proposal, view.person, whole),
        "since": since.last_ballot(ballot),
        "chairs": view.closes and ballot.state == BallotState.OPEN,
        "presiding": presiding.over(ballot) or presiding.presided(ballot),
        "waiting": view.waiting if view.closes else None,
        "closing": in_words(policy, rules.close_reasons(ballot)) if facts["may_close"] else [],
        **_taking_up(view),
        "spreads": [_drawn(row) for row in scores(view)],
        "panel": _conditions(facts),
        "name_conditions": _may_name(view),
        "rerun": reverse("ballot_rerun", args=[ballot.step_id]) if _can_run_again(view) else "",
    }


def _drawn(row: Spread) -> dict[str, Any]:
    """A line of the chart: where its bar begins, how wide it is and where its middle lies, of 100."""
    if row.least is None or row.most is None or row.low is None or row.high is None:
        return row.as_dict()
    step = 98 // (len(rules.SCORES) - 1)
    x, middle = (row.least - 1) * step, (row.low + row.high - 2) * step // 2
    return {**row.as_dict(), "x": x, "width": (row.most - row.least) * step + 2, "middle": middle}


def _conditions(facts: dict[str, Any]) -> dict[str, Any] | None:
    return drawn(facts["conditions"])


def _taking_up(view: Viewpoint) -> dict[str, Any]:
    """What can be done about a decision, and what is under way: decide it anew, move to rescind it, open that vote."""
    ballot = view.ballot
    if ballot.state != BallotState.CLOSED or ballot.rescinds or view.proposes:
        return {}
    moved = motions.pending(ballot)
    votes = ballot.taken_up_by.exclude(state=BallotState.VOID).order_by("opened_at")
    sits = motions.sits_with_a_vote(ballot, view.person)
    mover = view.seat is not None and view.seat.votes and not motions.mover_reasons(view)
    return {
        "taken_up": votes,
        "moved": moved,
        "moved_at": written(moved.at, ballot) if moved else "",
        "noticed_from": written(motions.noticed_from(moved, ballot), ballot) if moved else "",
        "reconsider": mover and not motions.reconsider_reasons(ballot),
        "rescind": sits and not motions.move_reasons(ballot),
        "rescind_vote": moved and may_convene(ballot.step, view.person) and not motions.vote_reasons(ballot),
    }


def _may_name(view: Viewpoint) -> bool:
    ballot = view.ballot
    conditional = ballot.outcome == "approve_with_conditions" and not name_reasons(ballot.step)
    return conditional and settles(ballot.step, view.person)


def whole_of(revision: Revision) -> list[dict[str, Any]]:
    """The revision as one reads it, each answer under the question as it was asked."""
    return read_whole(
        Form.model_validate(revision.form), revision.answers, revision.files, revision.proposal.type
    )


def _card(view: Viewpoint, facts: dict[str, Any]) -> dict[str, Any]:
    ballot = view.ballot
    return {
        **{name: facts[name] for name in FACTS},
        "takes_up": ballot.takes_up,
        "body_clause": clause_of(ballot.proposal.policy, ballot.body_rules.clause),
        "revision": f"Revision {ballot.revision.number}",
        "revision_url": "#document",
        "clause": clause_of(ballot.proposal.policy, ballot.clause),
        "state": ballot.outcome or ballot.state,
        "voters": _voters(view),
        "my_choice": view.vote.choice if view.vote else "",
        "comment": view.vote.comment if view.vote else "",
        "conflict_url": reverse("ballot_recuse", args=[ballot.pk])
        if not view.vote or not ballot.secret
        else "",
        "conflict_counts": ballot.voting_rule.recused_counts_for_quorum,
    }


def _voters(view: Viewpoint) -> str:
    """Who may vote, by name where they are few; the roll below names them all."""
    names = [str(seat.person) for seat in view.roll if _may_vote(view, seat)]
    return ", ".join(names) if len(names) <= NAMED else f"{len(names)} members; the roll below names them"


def _may_vote(view: Viewpoint, seat: Any) -> bool:
    return bool(seat.person_id and seat.votes and seat.person_id not in view.recused)


def _arithmetic(view: Viewpoint) -> dict[str, Any]:
    ballot = view.ballot
    counts = [(*TONES[name], number) for name, number in ballot.tally["counts"].items()]
    counts.append(("Abstained", "past", ballot.tally["abstain"]))
    return {
        "sentence": ballot.tally["sentence"],
        "outcome": ballot.outcome,
        "outcome_word": wording.OUTCOMES[ballot.outcome],
        "clause": clause_of(ballot.proposal.policy, ballot.clause),
        "shares": [{"word": word, "tone": tone, "count": count} for word, tone, count in counts if count],
    }


def _can_run_again(view: Viewpoint) -> bool:
    """A ballot of a step that is still open and has none under way, before who can open the next."""
    ballot = view.ballot
    over = ballot.state != BallotState.OPEN and not ballot.rescinds and ballot.step.status == "open"
    return over and may_convene(ballot.step, view.person) and not rerun_reasons(ballot.step)

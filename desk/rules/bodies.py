"""Bodies on the policy's page: their seats and how they vote, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.rules.marks import here
from desk.work.item import counted
from policies.wording import listed
from proposals import words
from reviews.wording import fraction_words, majority_words

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from policies.schema import Body, Pack, Seat, VotingRule

VERBS = {
    "approve": "approve",
    "approve_with_conditions": "approve with conditions",
    "request_changes": "ask for changes",
    "decline": "decline",
}
CHAIR = {
    "always": "",
    "if_decisive": "The chair votes only where that decides.",
    "never": "The chair does not vote.",
}


def body_values(policy: AdoptedPolicy, body: Body) -> dict[str, Any]:
    """One body."""
    pack = policy.pack
    formed = "" if body.formed == "standing" else words.who(pack, body.formed_by or "", "")
    return {
        "name": body.name,
        "formed": f"Formed anew for each proposal by {formed}." if formed else "",
        "experience": f"At least one member {body.experience}." if body.experience else "",
        "experience_clause": here(policy, body.experience_clause) if body.experience else None,
        "seats": [{"title": _seat(pack, seat), "clause": here(policy, seat.clause)} for seat in body.seats],
        "outcomes": listed([VERBS[outcome] for outcome in body.outcomes], "or"),
        "voting": [*_readings(body), *voting(body.rule), *_published(body)],
        "rubric": body.rubric,
        "rubric_clause": here(policy, body.rubric_clause) if body.rubric else None,
        "clause": here(policy, body.clause),
    }


def _seat(pack: Pack, seat: Seat) -> str:
    number = f"{seat.minimum}" if seat.minimum == seat.maximum else f"{seat.minimum} to {seat.maximum}"
    chair = ", in the chair" if seat.chair and "chair" not in seat.title.lower() else ""
    vice = ", stands in for the chair" if seat.vice_chair else ""
    office = ""
    if seat.office and (name := pack.actor_name(f"office:{seat.office}")) != seat.title:
        office = f", held by {name}"
    voice = "" if seat.votes else ", without a vote"
    title = seat.title if number == "1" else f"{seat.title}: {number}"
    return f"{title}{chair}{vice}{office}{voice}"


def _published(body: Body) -> list[str]:
    said = "The approval inside each badge says how many voted yes, voted no and abstained, without names."
    return [said] if body.publishes_counts else []


def _readings(body: Body) -> list[str]:
    return ["It reads a proposal in one meeting and votes in a later one."] if body.readings == 2 else []


def voting(rule: VotingRule) -> list[str]:
    """The voting rule as sentences."""
    base = "the filled seats" if rule.quorum_base == "filled" else "all seats"
    quorum = f"{rule.quorum_fixed} seats" if rule.quorum_fixed else f"{fraction_words(rule.quorum)} of {base}"
    found = [f"Quorum: {quorum} must take part.", f"It carries with {_lower(majority_words(rule))}."]
    recused = "counts" if rule.recused_counts_for_quorum else "does not count"
    found.append(f"Who steps aside {recused} towards the quorum.")
    found.append(CHAIR[rule.chair_votes])
    if rule.asynchronous:
        found.append(
            f"Members may vote within {rule.days_open} days without a meeting. {rule.asynchronous_rule}"
        )
    else:
        found.append(f"A ballot is open for {rule.days_open} days.")
    if rule.secret:
        found.append(f"Votes are secret. {rule.secret_rule}")
    if rule.motion != "not_asked":
        second = " and another who seconds it" if rule.motion == "seconded" else ""
        found.append(f"A vote in a meeting takes a member who moves it{second}.")
    if rule.names_in_minutes:
        found.append("Minutes say who voted how.")
    return [sentence for sentence in [*found, *_taken_up(rule)] if sentence]


def _taken_up(rule: VotingRule) -> list[str]:
    """How a decision is taken up again."""
    found = []
    if rule.reconsider_days is not None:
        days = (
            "on the same day"
            if not rule.reconsider_days
            else f"within {counted(rule.reconsider_days, 'day', 'days')}"
        )
        found.append(f"Who voted on the side that won may have it decided anew {days}.")
    if not rule.rescind:
        return [*found, "What it decided is not rescinded."]
    notice = counted(rule.notice_days, "day", "days")
    found.append(
        "What it decided is rescinded by two thirds of the votes cast, by a majority of all members or, with notice of "
        f"{notice}, by a majority of the votes cast."
    )
    return found


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

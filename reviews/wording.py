"""Voting rules and their arithmetic as sentences for people; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.schema import Fraction, VotingRule

if TYPE_CHECKING:
    from reviews.meetings.consent import Consent
    from reviews.rescission import Rescission, Way
    from reviews.tally import Result

SMALL = 5  # below so many voters, totals of a secret ballot may show how people voted
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
_PARTS = {3: "third", 4: "quarter", 5: "fifth", 6: "sixth"}
_BASES = {
    "cast": ("vote cast", "votes cast"),
    "present": ("member present", "members present"),
    "members": ("member", "members"),
    "seats": ("seat", "seats"),
}
_OF = {
    "cast": "of the votes cast; abstentions are not votes",
    "present": "of the members who take part; who abstains counts in it",
    "members": "of all members, whether they vote or not",
    "seats": "of all seats, vacant ones included",
}
# What a ballot, or a step, came to.
OUTCOMES = {
    "approve": "Approved",
    "approve_with_conditions": "Approved with conditions",
    "request_changes": "Sent back for changes",
    "decline": "Declined",
    "no_decision": "No decision",
    "inquorate": "No quorum",
    "rescinded": "Rescinded",
    "kept": "The decision stands",
    "done": "Done",
    "acknowledged": "Acknowledged",
}
_VERDICTS = {
    "approve": "Carried.",
    "approve_with_conditions": "Carried with conditions.",
    "request_changes": "Sent back for changes.",
    "decline": "Declined.",
    "inquorate": "There was no quorum, so nothing was decided.",
    "no_decision": "No decision.",
    "rescinded": "Rescinded.",
    "kept": "The decision stands.",
}


def several(number: int, one: str, many: str) -> str:
    """ "1 seat", "2 seats", "0 seats"."""
    return f"{number} {one if number == 1 else many}"


def fraction_words(fraction: Fraction) -> str:
    """ "more than half", "at least two thirds", "all"."""
    num, den = fraction.num, fraction.den
    if num == den:
        return "all"
    lead = "more than" if fraction.strict else "at least"
    if 2 * num == den:
        return f"{lead} half"
    if num in _NUMBERS and den in _PARTS:
        return f"{lead} {_NUMBERS[num]} {_PARTS[den]}{'s' if num > 1 else ''}"
    return f"{lead} {num} in {den}"


def quorum_words(rule: VotingRule, needed: int, base: int) -> str:
    """The quorum before anyone has voted: "5 of 9 seats must take part (more than half of the filled seats)"."""
    kind = "the filled seats" if rule.quorum_base == "filled" else "all seats"
    why = "a fixed number" if rule.quorum_fixed else f"{fraction_words(rule.quorum)} of {kind}"
    return f"{needed} of {several(base, 'seat', 'seats')} must take part ({why})"


def majority_words(rule: VotingRule) -> str:
    """The majority before anyone has voted: "More than half of the votes cast; abstentions are not votes"."""
    words = fraction_words(rule.majority)
    return f"{words[0].upper()}{words[1:]} {_OF[rule.basis]}"


def secrecy(voters: int, *, closing: bool = False) -> list[str]:
    """What a secret ballot of so many voters may give away: before anyone votes, or of those who did, before it closes."""
    few = f"Only {several(voters, 'member', 'members')} {'voted' if closing else 'can vote'}"
    told = [f"{few}: totals this small may show how each of them voted."] if voters < SMALL else []
    return [*told, "If all vote alike, the totals show how each of them voted."]


UNANIMOUS = "All votes that were cast are the same, so the totals show how each member voted."


def sentence(rule: VotingRule, result: Result, *, attended: bool = False) -> str:
    """The arithmetic: "7 of 9 seats took part; 5 are needed. Of 6 votes cast 4 are yes; more than half is needed. Carried.".
    Of a vote that people `attended`, in a meeting, seats "were present"."""
    parts = [_participation(result, attended), _recusals(rule, result)]
    if result.quorate:
        parts.append(_majority(rule, result))
    if result.chair_decided:
        parts.append("The chair's vote decided.")
    parts.append(_VERDICTS[result.outcome])
    return " ".join(part for part in parts if part)


def consent(rule: VotingRule, result: Consent) -> str:
    """The arithmetic of adoption by consent: "5 of 9 seats were present; 5 are needed. Nobody objected: adopted by consent."."""
    parts = [_participation(result, True), _recusals(rule, result)]
    if result.outcome == "approve":
        parts.append("Nobody objected: adopted by consent.")
    elif result.quorate:
        there = several(result.agreed, "member was", "members were")
        parts.append(f"Only {there} there to agree; {result.majority_needed} are needed.")
    else:
        parts.append(_VERDICTS[result.outcome])
    return " ".join(part for part in parts if part)


def _participation(result: Result, attended: bool) -> str:
    need = "is" if result.quorum_needed == 1 else "are"
    seats = several(result.quorum_base, "seat", "seats")
    there = f"{'was' if result.present == 1 else 'were'} present" if attended else "took part"
    return f"{result.present} of {seats} {there}; {result.quorum_needed} {need} needed."


def _recusals(rule: VotingRule, result: Result) -> str:
    if not result.recused:
        return ""
    counted = "counted" if rule.recused_counts_for_quorum else "not counted"
    return f"{several(result.recused, 'member is', 'members are')} recused, {counted} towards the quorum."


def _majority(rule: VotingRule, result: Result) -> str:
    words = fraction_words(rule.majority)
    verb = "is" if words.endswith(("half", "one third", "one quarter", "one fifth", "one sixth")) else "are"
    need = f"{words} {verb} needed."
    if not result.base:
        return f"No votes were cast; {need}"
    return f"Of {several(result.base, *_BASES[rule.basis])} {_shares(result)}; {need}"


def _shares(result: Result) -> str:
    """The share that decided; all of them where none did."""
    shares = {
        "approve": f"{result.yes} {'is' if result.yes == 1 else 'are'} yes",
        "request_changes": several(result.counts["request_changes"], "asks for changes", "ask for changes"),
        "decline": several(result.counts["decline"], "declines", "decline"),
    }
    if result.outcome == "approve_with_conditions":
        return f"{shares['approve']}, {result.counts['approve_with_conditions']} of them with conditions"
    if result.outcome in shares:
        return shares[result.outcome]
    told = [
        shares["approve"],
        *(shares[name] for name in ("request_changes", "decline") if result.counts[name]),
    ]
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))


def rescission_words(*, noticed: bool) -> str:
    """What rescinds, before anyone has voted."""
    notice = "since notice was given" if noticed else "but no notice was given in time"
    return (
        "Any one of three: at least two thirds of the votes cast; more than half of all members; "
        f"more than half of the votes cast, {notice}"
    )


def rescission(rule: VotingRule, result: Rescission, *, attended: bool = False) -> str:
    """The arithmetic of a motion to rescind: each of the three majorities, and which was reached."""
    parts = [_participation(result, attended), _recusals(rule, result)]
    if result.quorate:
        verb = "is" if result.yes == 1 else "are"
        parts.append(f"Of {several(result.base, *_BASES['cast'])} {result.yes} {verb} for rescinding.")
        parts += [_way(rule, result, way) for way in result.ways]
    if result.chair_decided:
        parts.append("The chair's vote decided.")
    parts.append(_VERDICTS[result.outcome])
    return " ".join(part for part in parts if part)


def _way(rule: VotingRule, result: Rescission, way: Way) -> str:
    reached = "reached" if way.reached else "not reached"
    if way.name == "two_thirds":
        return f"Two thirds of the votes cast take {way.needed}: {reached}."
    if way.name == "members":
        whole = several(way.base, *_BASES["seats" if rule.basis == "seats" else "members"])
        return f"More than half of {whole} takes {way.needed}: {reached}."
    if not result.noticed:
        return "More than half of the votes cast would take notice of the motion, and none was given in time."
    return f"More than half of the votes cast, after notice, takes {way.needed}: {reached}."

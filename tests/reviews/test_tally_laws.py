"""Laws that the tally keeps for every rule and every roll."""

from fractions import Fraction as Exact

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.schema import Fraction, VotingRule
from reviews import rescission
from reviews.tally import INQUORATE, OUTCOMES, Line, count

# No example has a time to keep: a busy machine breaks no law.
settings.register_profile("untimed", deadline=None, max_examples=60)
settings.load_profile("untimed")

fractions = st.integers(1, 12).flatmap(
    lambda den: st.builds(
        lambda num, strict: Fraction(num=num, den=den, strict=strict and num < den),
        st.integers(1, den),
        st.booleans(),
    )
)
rules = st.builds(
    VotingRule,
    quorum=fractions,
    quorum_fixed=st.none() | st.integers(1, 8),
    quorum_base=st.sampled_from(["filled", "seats"]),
    majority=fractions,
    basis=st.sampled_from(["cast", "present", "members", "seats"]),
    chair_votes=st.sampled_from(["always", "if_decisive", "never"]),
    recused_counts_for_quorum=st.booleans(),
    recused_stays_in_base=st.booleans(),
)
lines = st.builds(
    Line,
    choice=st.sampled_from(["", "abstain", *OUTCOMES]),
    present=st.booleans(),
    recused=st.booleans(),
    filled=st.booleans(),
    votes=st.booleans(),
    counts_for_quorum=st.booleans(),
)
rolls = st.builds(
    lambda chair, others: [*([Line(choice=chair, chair=True)] if chair is not None else []), *others],
    st.none() | st.sampled_from(["", "abstain", *OUTCOMES]),
    st.lists(lines, max_size=25),
)


@given(rules, rolls)
def test_only_one_outcome_reaches_its_exact_fraction(rule, seats):
    result = count(rule, seats)
    groups = {
        "approve": result.yes,
        "request_changes": result.counts["request_changes"],
        "decline": result.counts["decline"],
    }
    share = Exact(rule.majority.num, rule.majority.den) * result.base
    reached = {
        name
        for name, votes in groups.items()
        if votes and (votes > share or (not rule.majority.strict and votes == share))
    }
    decided = (
        {"approve" if result.outcome.startswith("approve") else result.outcome} if result.decided else set()
    )
    assert decided == (reached if result.quorate and len(reached) == 1 else set())


@given(rules, rolls)
def test_every_number_is_whole(rule, seats):
    numbers = [
        value
        for name, value in count(rule, seats).as_dict().items()
        if name not in ("counts", "outcome", "sentence")
    ]
    assert all(type(value) in (int, bool) for value in numbers)


@given(rules, rolls, st.randoms())
def test_order_of_votes_never_matters(rule, seats, random):
    shuffled = list(seats)
    random.shuffle(shuffled)
    assert count(rule, shuffled) == count(rule, seats)


@given(rules, rolls, st.sampled_from(["approve", "approve_with_conditions"]))
def test_added_yes_never_stops_what_was_carried(rule, seats, choice):
    """A member who was away, or abstained, votes yes instead."""
    if not count(rule, seats).outcome.startswith("approve"):
        return
    for i, line in enumerate(seats):
        if (
            line.choice in ("", "abstain")
            and line.filled
            and line.votes
            and not line.recused
            and not line.chair
        ):
            added = [*seats[:i], Line(**{**vars(line), "choice": choice}), *seats[i + 1 :]]
            assert count(rule, added).outcome.startswith("approve")


@given(rules, st.integers(1, 20))
def test_recusal_of_everyone_is_no_quorum(rule, number):
    assert count(rule, [Line(present=True, recused=True)] * number).outcome == INQUORATE


@given(rules, rolls)
def test_vacant_seats_never_vote(rule, seats):
    emptied = [Line(filled=False, chair=line.chair) for line in seats]
    assert count(rule, emptied).outcome == INQUORATE


@given(rules, rolls)
def test_recusal_of_everyone_on_any_roll_is_no_quorum(rule, seats):
    """Whatever they chose before they stepped aside."""
    recused = [Line(**{**vars(line), "recused": True, "present": True}) for line in seats]
    assert count(rule, recused).outcome == INQUORATE


@given(rules, rolls, st.sampled_from(["request_changes", "decline"]))
def test_added_no_never_carries_what_was_not(rule, seats, choice):
    """A member who abstained votes no instead: the quorum is as it was, and nothing more is carried."""
    if count(rule, seats).outcome.startswith("approve"):
        return
    for i, line in enumerate(seats):
        if line.choice == "abstain" and not line.chair and not line.recused:
            changed = [*seats[:i], Line(**{**vars(line), "choice": choice}), *seats[i + 1 :]]
            assert not count(rule, changed).outcome.startswith("approve")


@given(rules, rolls, st.integers(2, 7))
def test_fraction_written_otherwise_gives_the_same_result(rule, seats, times):
    """Two thirds are four sixths: only exact fractions are compared, never rounded ones."""
    wider = {
        name: Fraction(num=part.num * times, den=part.den * times, strict=part.strict)
        for name, part in (("quorum", rule.quorum), ("majority", rule.majority))
    }
    other = count(rule.model_copy(update=wider), seats).as_dict() | {"sentence": ""}
    assert other == count(rule, seats).as_dict() | {"sentence": ""}


# --- motions to rescind ------------------------------------------------------------------------------
TO_RESCIND = {
    "approve": "rescind",
    "approve_with_conditions": "rescind",
    "decline": "keep",
    "request_changes": "keep",
}
motions = rolls.map(
    lambda seats: [
        Line(**{**vars(line), "choice": TO_RESCIND.get(line.choice, line.choice)}) for line in seats
    ]
)


@given(rules, motions, st.booleans())
def test_motion_to_rescind_is_decided_by_exact_fractions(rule, seats, noticed):
    result = rescission.count(rule, seats, noticed=noticed)
    cast = result.yes + result.no
    members = next(way.base for way in result.ways if way.name == "members")
    reached = {
        "two_thirds": bool(result.yes) and Exact(result.yes) >= Exact(2, 3) * cast,
        "members": Exact(result.yes) > Exact(members, 2),
        "notice": noticed and Exact(result.yes) > Exact(cast, 2),
    }
    assert {way.name: way.reached for way in result.ways} == reached
    assert result.outcome == (
        ("rescinded" if any(reached.values()) else "kept") if result.quorate else INQUORATE
    )
    assert all(type(number) is int for way in result.ways for number in (way.base, way.needed))


@given(rules, motions, st.booleans(), st.randoms())
def test_order_of_votes_on_rescinding_never_matters(rule, seats, noticed, random):
    shuffled = list(seats)
    random.shuffle(shuffled)
    assert rescission.count(rule, shuffled, noticed=noticed) == rescission.count(rule, seats, noticed=noticed)


@given(rules, motions, st.booleans())
def test_added_vote_for_rescinding_never_lets_the_decision_stand(rule, seats, noticed):
    """A member who was away, or abstained, votes for it instead."""
    if rescission.count(rule, seats, noticed=noticed).outcome != "rescinded":
        return
    for i, line in enumerate(seats):
        idle = line.choice in ("", "abstain") and line.filled and line.votes
        if idle and not line.recused and not line.chair:
            added = [*seats[:i], Line(**{**vars(line), "choice": "rescind"}), *seats[i + 1 :]]
            assert rescission.count(rule, added, noticed=noticed).outcome == "rescinded"


@given(rules, motions)
def test_notice_never_stands_in_the_way_of_rescinding(rule, seats):
    without, after = (rescission.count(rule, seats, noticed=noticed) for noticed in (False, True))
    assert without.outcome in (after.outcome, "kept")


@given(rules, motions, st.booleans())
def test_recusal_of_everyone_from_a_motion_is_no_quorum(rule, seats, noticed):
    recused = [Line(**{**vars(line), "recused": True, "present": True}) for line in seats]
    assert rescission.count(rule, recused, noticed=noticed).outcome == INQUORATE

"""Whether a body can decide anything as its policy seats it; the numbers are counted by hand."""

import pytest

from policies.loader import parse
from policies.schema import Body
from reviews import feasible
from tests.policies.examples import SMALL

CHAIR = {"id": "chair", "title": "Chair", "chair": True}


def doubt(seats, *, proposers=1, formed=None, **rule):
    """What is said of a body with a chair and these seats: (minimum, maximum, further keys)."""
    rows = [CHAIR]
    for n, (minimum, maximum, more) in enumerate(seats):
        rows.append({"id": f"s{n}", "title": f"S{n}", "minimum": minimum, "maximum": maximum, **more})
    body = {"id": "b", "name": "B", "outcomes": ["approve"], "seats": rows, "rule": rule}
    if formed:
        body |= {"formed": "proposal", "formed_by": formed}
    pack = parse(SMALL, "small.toml")
    form = pack.forms[0].model_copy(update={"min_proposers": proposers})
    changed = pack.model_copy(update={"bodies": [Body.model_validate(body)], "forms": [form]})
    found = feasible.warnings(changed)
    assert [loc for loc, _ in found] == ([("bodies", 0)] if found else [])
    return found[0][1] if found else ""


FULL = "With every seat filled, this body can decide nothing: "
FEWEST = "With no more than the seats filled that must be, this body can decide nothing: "
PROPOSES = "With no more than the seats filled that must be, and if a member proposes and so cannot vote, this body can decide nothing: "
TWO_PROPOSE = PROPOSES.replace("a member proposes and so", "2 members propose and so")
TWO_THIRDS = {"num": 2, "den": 3, "strict": False}
ALL = {"num": 1, "den": 1, "strict": False}
ADVISES = {"votes": False}


@pytest.mark.parametrize(
    "seats,rule,expected",
    [
        ([(2, 4, {})], {}, ""),
        ([], {}, f"{PROPOSES}its quorum is 1, and 1 can take part"),  # alone, and recused: nobody is left to vote
        ([(2, 4, {})], {"quorum_fixed": 5}, f"{FEWEST}its quorum is 5, and 3 can take part"),
        ([(2, 4, ADVISES)], {"quorum_fixed": 3}, f"{FULL}its quorum is 3, and 1 can take part"),
        ([(4, 4, {})], {"quorum_fixed": 5}, ""),  # who proposes is there, and counts
        ([(4, 4, {})], {"quorum_fixed": 5, "recused_counts_for_quorum": False}, f"{PROPOSES}its quorum is 5, and 4 can take part"),
        ([(2, 9, {})], {"quorum_base": "seats"}, f"{FEWEST}its quorum is 6, and 3 can take part"),
        ([(2, 9, {})], {"basis": "seats", "majority": TWO_THIRDS}, f"{FEWEST}approval takes 7 votes, and 3 can be cast"),
        ([(2, 2, {})], {"basis": "members", "majority": ALL}, f"{PROPOSES}approval takes 3 votes, and 2 can be cast"),
        ([(2, 2, {})], {"basis": "members", "majority": ALL, "recused_stays_in_base": False}, ""),
        ([(1, 1, {})], {"basis": "members", "majority": TWO_THIRDS, "chair_votes": "never"}, f"{FULL}approval takes 2 votes, and 1 can be cast"),
        ([(5, 5, {})], {"basis": "members", "majority": TWO_THIRDS, "quorum_fixed": 4}, ""),
    ],
)  # fmt: skip
def test_a_body_that_can_decide_nothing(seats, rule, expected):
    assert doubt(seats, **rule) == expected


def test_as_many_members_propose_as_the_form_asks_for():
    unanimous = {"basis": "members", "majority": TWO_THIRDS}
    assert doubt([(3, 3, {})], **unanimous) == ""  # 3 of 4 vote, 3 are needed
    said = doubt([(3, 3, {})], proposers=2, **unanimous)
    assert said == f"{TWO_PROPOSE}approval takes 3 votes, and 2 can be cast"


def test_a_body_formed_for_the_proposal_has_no_proposer_on_it():
    assert doubt([], formed="programme_manager") == ""

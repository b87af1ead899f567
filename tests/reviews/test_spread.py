"""Rubric scores: their spread after closing, never an average, never before, never in secret."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reviews import spread
from reviews.actions import ballots
from tests.reviews.support import close, committee_ballot, voters
from tests.support import api_for, site_for

NEED = "It serves a need."


@pytest.mark.parametrize(
    ("scores", "least", "median", "most"),
    [
        ([], None, "", None),
        ([4], 4, "4", 4),
        ([5, 1, 3], 1, "3", 5),
        ([2, 5], 2, "between 2 and 5", 5),
        ([4, 1, 4, 5], 1, "4", 5),
    ],
)
def test_spread_of_a_criterion(scores, least, median, most):
    found = spread.of(NEED, scores)
    assert (found.n, found.least, found.median, found.most) == (len(scores), least, median, most)


@given(st.lists(st.integers(1, 5), min_size=1), st.randoms())
def test_spread_does_not_depend_on_the_order_and_holds_scores_that_were_given(scores, random):
    mixed = list(scores)
    random.shuffle(mixed)
    found = spread.of(NEED, mixed)
    assert found == spread.of(NEED, scores)
    assert {found.least, found.low, found.high, found.most} <= set(scores)
    assert sum(score <= found.high for score in scores) * 2 >= len(scores)
    assert sum(score >= found.low for score in scores) * 2 >= len(scores)


@pytest.fixture
def scored(model):
    ballot = committee_ballot(model)
    for person, score in zip(voters(ballot), (2, 4, 5), strict=False):
        ballots.vote(ballot=ballot, choice="approve", rubric={NEED: score}, by=person)
    return ballot


@pytest.mark.django_db
@pytest.mark.clause("MU-9")
def test_spread_is_shown_after_closing_only(model, scored):
    address = f"/api/v1/ballots/{scored.pk}/"
    chair = voters(scored)[0]
    assert api_for(chair).get(address).json()["scores"] == []
    ballots.recuse(ballot=scored, by=voters(scored)[2])
    close(scored)
    lines = {line["criterion"]: line for line in api_for(model.proposer).get(address).json()["scores"]}
    assert list(lines) == model.pack.body("committee").rubric
    found = lines[NEED]
    assert (found["n"], found["least"], found["median"], found["most"]) == (2, 2, "between 2 and 4", 4)
    page = " ".join(site_for(chair).get(reverse("ballot", args=[scored.pk])).content.decode().split())
    assert "they decide nothing" in page.replace("they  decide", "they decide")
    assert "between 2 and 4" in page


@pytest.mark.django_db
def test_ballot_without_scores_shows_none(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[0])
    close(ballot)
    assert api_for(model.proposer).get(f"/api/v1/ballots/{ballot.pk}/").json()["scores"] == []

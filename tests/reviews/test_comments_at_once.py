"""Comments that meet a closing, a settling or each other, on real PostgreSQL."""

import pytest

from journal.models import Entry
from policies.reasons import Refused
from reviews.actions import ballots, comments
from reviews.models import Ballot, Comment, CommentVersion
from tests.reviews.support import cast
from tests.reviews.talking import ballot_with, concern, say
from tests.reviews.test_races import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True)


def test_concern_at_the_moment_of_closing_holds_it_or_comes_after(model):
    ballot, member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    results = at_once(
        lambda: ballots.close(ballot=ballot, by=chair),
        lambda: concern(ballot, member),
    )
    assert len(refused(results)) == (Ballot.objects.get().state == "open")
    assert isinstance(results[1], Comment)


def test_two_settlings_at_once_settle_it_once(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member)
    results = at_once(
        lambda: comments.settle(comment=made, by=chair), lambda: comments.settle(comment=made, by=member)
    )
    (loser,) = refused(results)
    assert "Someone was faster" in loser.reasons[0].text
    assert Entry.objects.filter(act="concern_settled").count() == 1


def test_two_changes_of_one_comment_at_once_are_both_kept(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member, "First")
    results = at_once(
        *[lambda n=n: comments.edit(comment=made, text=f"Change {n}", by=member) for n in (1, 2)]
    )
    assert not [one for one in results if isinstance(one, Refused | Exception)]
    assert set(CommentVersion.objects.values_list("number", flat=True)) == {1, 2, 3}


def test_two_comments_at_once_are_two(model):
    ballot, member, chair = ballot_with(model)
    at_once(lambda: say(ballot.proposal, member), lambda: say(ballot.proposal, chair))
    assert Comment.objects.count() == 2

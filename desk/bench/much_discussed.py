"""One proposal with a long history: 20 revisions, 200 comments, 5 ballots, and everything in its record."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desk.bench import rules
from desk.bench.stories import counted
from desk.bench.story import CHOICES, WORDS, Story
from reviews.models import Comment, CommentVersion

if TYPE_CHECKING:
    from accounts.models import Person
    from desk.bench.bulk import Pile
    from desk.bench.thousands import Cast
    from policies.schema import Stage
    from policies.schema import Step as PackStep
    from proposals.models import Proposal

REVISIONS, COMMENTS, BALLOTS = 20, 200, 5
WHO_READS = ("everyone", "proposers", "body", "everyone")


def tell(cast: Cast, pile: Pile) -> Proposal:
    """It is with the committee for the fifth time; the ballot is open and two have voted."""
    number = len(cast.people) + 1
    story = Story(cast, number, pile, state="committee_review", hops=2 * REVISIONS, waited=13)
    story.proposal.title = "Bench credential of much discussion"
    stage, rule = cast.pack.stage("committee_review"), cast.pack.step("committee_ballot")
    story.document(cast.pack.form("proposal")).answers = rules.full_answers(cast.pack.form("proposal"))
    for _ in range(REVISIONS - BALLOTS):
        _again(story)
    story.move("advance", "proposal")
    story.move("submit", "committee_review")
    for round in range(1, BALLOTS + 1):
        _again(story)
        _round(story, stage, rule, round)
    _talk(story, pile)
    return story.proposal


def _again(story: Story) -> None:
    """It is written anew and submitted."""
    story.later()
    revision = story.submit(story.cast.pack.form("proposal"))
    story.record(
        "resubmit", story.team[0], **{"from": story.place, "to": story.place}, revision=revision.number
    )


def _round(story: Story, stage: Stage, rule: PackStep, round: int) -> None:
    """The committee votes: four times it asks for changes, the fifth ballot is open."""
    row = story.step(stage, rule, 0, round)
    last = round == BALLOTS
    story.ballot(row, 2 if last else len(CHOICES))
    if not last:
        story.finish(row, "request_changes")
        row.counts = counted(story.cast, "request_changes")
        story.move("request_changes", "changes_requested", note=WORDS)
        story.move("resubmit", "committee_review", story.team[0])


def _talk(story: Story, pile: Pile) -> None:
    """Threads of four on every question and on the whole, a few of them concerns, the last two unanswered."""
    paths = ["", *story.cast.pack.form("proposal").fields_by_path()]
    root: Comment | None = None
    for n in range(COMMENTS):
        thread, place = divmod(n, 4)
        at = story.at - dt.timedelta(hours=COMMENTS - n)
        concern = place == 0 and thread % 6 == 0
        said = Comment(
            proposal=story.proposal,
            revision=story.latest,
            field=paths[thread % len(paths)],
            parent=root if place else None,
            author=_voice(story, n),
            body="committee" if WHO_READS[thread % 4] == "body" else "",
            visibility=WHO_READS[thread % 4],
            concern=concern,
            answers=place == 1 and thread % 6 == 0 and thread < COMMENTS // 4 - 8,
            written_at=at,
        )
        root = root if place else said
        pile.add(said, CommentVersion(comment=said, number=1, text=WORDS[:300], at=at))
        story.record("comment_written", said.author, comment=str(said.pk))


def _voice(story: Story, n: int) -> Person:
    """Members begin, proposers answer."""
    members = story.cast.members[2:]
    return story.team[n // 2 % 2] if n % 2 else members[n % len(members)]

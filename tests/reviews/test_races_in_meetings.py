"""Two people at the same moment in one meeting, on real PostgreSQL: one outcome, nothing twice, the other is told."""

import pytest

from journal.models import Entry
from reviews.actions import agenda, attendance, ballots, floor, meetings, presiding
from reviews.meetings import presence
from reviews.models import ActingChair, AgendaItem, Attendance, Ballot, Meeting, TakenUp
from tests.reviews.sitting import in_person, items, lines, opened, waiting
from tests.reviews.support import voters
from tests.reviews.test_races import at_once, refused


@pytest.mark.django_db(transaction=True)
def test_two_at_once_in_a_meeting(model):
    """One campus and one meeting, through which the races go one after the other."""
    in_person(model)
    chair, manager = model.chair("committee"), model.programme_manager
    meeting = opened(model, *waiting(model, 4), present=4)
    first, *group = items(meeting)
    ballot = vote_opened_twice(first, chair, manager)
    member_leaves_while_it_closes(meeting, ballot, chair, manager)
    pulled_while_it_is_adopted(meeting, group, chair, lines(meeting)[1].person)
    presiding_member_named_twice(meeting, manager)
    adjourned_twice(meeting, chair, manager)


def told(results):
    """What the slower of two was told; anything but a refusal fails."""
    assert not [found for found in results if isinstance(found, Exception) and found not in refused(results)]
    return [error.reasons[0].text for error in refused(results)]


def vote_opened_twice(item, chair, manager):
    results = at_once(*[lambda by=by: floor.take_vote(item=item, by=by) for by in (chair, manager)])
    assert told(results) == ["The vote on this item is open already."]
    assert (Ballot.objects.open().filter(step=item.step).count(), TakenUp.objects.count()) == (1, 1)
    assert Entry.objects.filter(subject_kind="proposal", act="taken_up").count() == 1
    return Ballot.objects.open().get(step=item.step)


def member_leaves_while_it_closes(meeting, ballot, chair, manager):
    """Four are there, three are needed, and three have voted: whether the one who leaves was still there is one answer."""
    leaving = lines(meeting)[2]
    for person in voters(ballot)[:3]:
        ballots.vote(ballot=ballot, choice="approve", by=person)
    results = at_once(
        lambda: ballots.close(ballot=ballot, by=chair),
        lambda: attendance.leave(meeting=meeting, line=leaving.pk, by=manager),
    )
    assert told(results) == []
    ballot.refresh_from_db()
    row = Attendance.objects.get(line=leaving)
    there = row.left_at > ballot.closed_at
    counted = presence.room(meeting.attendances.select_related("line"), ballot.closed_at)
    kept = TakenUp.objects.get(ballot=ballot).present
    assert set(kept) == {str(person) for person in counted}
    assert (str(leaving.person_id) in kept) is there
    assert (ballot.outcome, ballot.tally["present"], ballot.tally["yes"]) == (
        "approve",
        4 if there else 3,
        3 if there else 2,
    )


def pulled_while_it_is_adopted(meeting, group, chair, member):
    """What was pulled out is not adopted, what was adopted is not pulled out, and the rest has one outcome."""
    for item in group[:2]:
        agenda.set_consent(item=item, consent=True, by=chair)
    results = at_once(
        lambda: floor.adopt_consent(meeting=meeting, by=chair),
        lambda: agenda.pull(item=group[0], by=member),
    )
    pulled = AgendaItem.objects.get(pk=group[0].pk).pulled_by == member
    adopted = Ballot.objects.filter(tally__consent=True, step=group[0].step).exists()
    assert pulled is not adopted
    if adopted:
        assert told(results) == [f"“{group[0]}” has been adopted by consent already."]
    else:
        assert told(results) in ([], ["The consent group has just changed. Look again before you adopt it."])
    rest = Ballot.objects.filter(tally__consent=True, step=group[1].step).count()
    assert rest == (1 if not isinstance(results[0], Exception) else 0)


def presiding_member_named_twice(meeting, manager):
    """The chair has left, and two members are named at once."""
    roll = lines(meeting)
    attendance.leave(meeting=meeting, line=roll[0].pk, by=manager)
    names = [
        lambda line=line: presiding.name(meeting=meeting, line=line.pk, by=manager) for line in roll[1:4:2]
    ]
    (said,) = told(at_once(*names))
    named = ActingChair.objects.get().line.person
    assert said.startswith(f"{named} presides, and two cannot at once.")


def adjourned_twice(meeting, chair, manager):
    results = at_once(*[lambda by=by: meetings.adjourn(meeting=meeting, by=by) for by in (chair, manager)])
    by = Meeting.objects.get().adjourned_by
    (said,) = told(results)
    assert said.startswith(f"{by} adjourned this meeting on ")
    assert Entry.objects.filter(act="meeting adjourned").count() == 1

"""A subcommittee of its own for each proposal, by the University of Montana's UM-18."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Affiliation
from journal.models import Entry, Notice
from policies.reasons import Refused
from proposals.hooks import step_handler
from proposals.models import Proposal
from reviews import queues
from reviews.actions import ballots, panels
from reviews.models import Ballot, Panel
from tests.reviews.support import UNDERGRADUATE, acts, at_step, hold, refusal
from tests.support import make_campus

pytestmark = pytest.mark.django_db

NAME = "Interdisciplinary subcommittee"


@pytest.fixture
def montana(campus):
    return campus("montana")


@pytest.fixture
def step(montana):
    return at_step(montana, "subcommittee_ballot", answers=UNDERGRADUATE)


def test_step_waits_for_the_panel_and_its_former_is_told(montana, step):
    assert not Ballot.objects.exists()
    assert Notice.objects.get(kind="panel_needed").person == montana.offices["senate_office"]
    assert [r.clause for r in step_handler("ballot").blocked(step)] == ["UM-18"]
    assert list(queues.panels_waiting_for(montana.offices["senate_office"])) == [step]
    assert not queues.panels_waiting_for(montana.programme_manager).exists()


def test_forming_records_the_members_and_opens_the_ballot(montana, step):
    members = montana.panel("subcommittee")
    panels.form(step=step, members=members, by=montana.offices["senate_office"])
    ballot = Ballot.objects.get()
    assert [seat.person for seat in ballot.roll.all()] == [person for _, person, _, _ in members]
    assert ballot.roll.get(chair=True).seat == "ascrc_member"
    recorded = Entry.objects.get(act="panel_formed").detail["members"]
    assert [(m["seat"], m["person"]) for m in recorded] == [
        (seat, str(person.pk)) for seat, person, _, _ in members
    ]
    assert recorded[0]["experienced"] is True
    assert acts(step.proposal)[-2:] == ["panel_formed", "ballot_opened"]


def test_members_of_a_panel_reach_the_dashboard_and_the_proposal(montana, step):
    student = montana.panel("subcommittee")[-1][1]
    assert (student.is_staff, Proposal.objects.visible_to(student).exists()) == (False, False)
    panels.form(step=step, members=montana.panel("subcommittee"), by=montana.offices["senate_office"])
    assert student.is_staff
    assert list(Proposal.objects.visible_to(student)) == [step.proposal]
    assert list(Ballot.objects.waiting_for(student)) == [Ballot.objects.get()]


def without(members, seat):
    return [member for member in members if member[0] != seat]


@pytest.mark.clause("UM-18")
@pytest.mark.parametrize(
    ("seat", "title"),
    [
        ("ascrc_member", "Member of ASCRC"),
        ("graduate_council_member", "Member of the Graduate Council"),
        ("faculty", "Other faculty"),
        ("staff", "Staff"),
        ("students", "Students"),
    ],
)
def test_panel_without_a_required_seat_is_refused_by_clause(montana, step, seat, title):
    with pytest.raises(Refused) as caught:
        panels.form(
            step=step,
            members=without(montana.panel("subcommittee"), seat),
            by=montana.offices["senate_office"],
        )
    assert ("UM-18", f"{NAME} cannot convene without the seat “{title}”: it is vacant.") in refusal(caught)
    assert not Panel.objects.exists()


@pytest.mark.clause("UM-18")
def test_panel_without_experience_is_refused_by_clause(montana, step):
    members = [(seat, person, chair, False) for seat, person, chair, _ in montana.panel("subcommittee")]
    with pytest.raises(Refused) as caught:
        panels.form(step=step, members=members, by=montana.offices["senate_office"])
    assert refusal(caught) == [
        ("UM-18", f"{NAME} cannot convene without a member who has run a micro-credential.")
    ]


@pytest.mark.clause("UM-18")
def test_panel_with_three_students_is_refused(montana, step):
    further = [("students", person, False, False) for person in (montana.nobody, montana.issuer)]
    with pytest.raises(Refused) as caught:
        panels.form(
            step=step, members=[*montana.panel("subcommittee"), *further], by=montana.offices["senate_office"]
        )
    assert refusal(caught) == [("UM-18", f"{NAME} has 3 members on the seat “Students”; it takes 2.")]


def test_panel_with_strangers_proposers_or_doubles_is_refused(montana, step):
    stranger = make_campus("cu_boulder").nobody
    twice = montana.panel("subcommittee")[0][1]
    odd = [
        ("staff", stranger, False, False),
        ("students", twice, False, False),
        ("faculty", montana.proposer, False, False),
    ]
    with pytest.raises(Refused) as caught:
        panels.form(
            step=step, members=[*montana.panel("subcommittee"), *odd], by=montana.offices["senate_office"]
        )
    texts = [text for _, text in refusal(caught)]
    assert f"{stranger} is not known on this campus; invite them first." in texts
    assert f"{twice} can hold one seat only." in texts
    assert f"{montana.proposer} proposes this credential and cannot judge it." in texts


def test_panel_with_two_chairs_is_refused(montana, step):
    members = [
        (seat, person, True, experienced) for seat, person, _, experienced in montana.panel("subcommittee")
    ]
    with pytest.raises(Refused) as caught:
        panels.form(step=step, members=members, by=montana.offices["senate_office"])
    assert refusal(caught) == [("UM-18", f"One member chairs {NAME}; 5 are marked.")]


def test_unknown_seat_is_refused(montana, step):
    members = [*montana.panel("subcommittee"), ("mascot", montana.nobody, False, False)]
    with pytest.raises(Refused) as caught:
        panels.form(step=step, members=members, by=montana.offices["senate_office"])
    assert refusal(caught) == [("UM-18", f"{NAME} has no seat “mascot”.")]


@pytest.mark.clause("UM-18")
@pytest.mark.parametrize(
    "role", ["proposer", "programme_manager", "supervisor", "administrator", "stranger", "nobody"]
)
def test_panel_is_formed_by_its_office_only(montana, step, role):
    with pytest.raises(PermissionDenied):
        panels.form(step=step, members=montana.panel("subcommittee"), by=getattr(montana, role))


def test_standing_body_is_not_formed(montana, model):
    step = at_step(model, "committee_ballot")
    with pytest.raises(PermissionDenied):
        panels.form(step=step, members=[], by=model.programme_manager)


def test_panel_on_hold_is_refused(montana, step):
    hold(step.proposal)
    with pytest.raises(Refused) as caught:
        panels.form(step=step, members=montana.panel("subcommittee"), by=montana.offices["senate_office"])
    assert refusal(caught) == [("UM-18", "The proposal is on hold. Form it once the proposal is resumed.")]


def test_panel_is_not_changed_while_its_ballot_is_open(montana, step):
    office = montana.offices["senate_office"]
    panels.form(step=step, members=montana.panel("subcommittee"), by=office)
    with pytest.raises(Refused) as caught:
        panels.form(step=step, members=montana.panel("subcommittee"), by=office)
    assert refusal(caught) == [("UM-18", "Its ballot is open, and a roll is not changed during a ballot.")]


def test_member_who_left_is_replaced_before_the_vote_is_held_again(montana, step):
    office = montana.offices["senate_office"]
    members = montana.panel("subcommittee")
    panels.form(step=step, members=members, by=office)
    ballot = Ballot.objects.get()
    chair, student = members[0][1], members[-1][1]
    ballots.close(ballot=ballot, by=chair)  # nobody voted: no quorum
    student.is_active = False
    student.save()
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=step, by=chair)
    assert refusal(caught) == [("UM-18", f"{NAME} cannot convene without the seat “Students”: it is vacant.")]
    panels.form(step=step, members=[*members[:-1], ("students", montana.nobody, False, False)], by=office)
    assert Ballot.objects.open().get().roll.get(seat="students").person == montana.nobody
    assert Panel.objects.get().members.count() == 5


def test_people_who_left_the_campus_are_not_known(montana, step):
    members = montana.panel("subcommittee")
    Affiliation.objects.filter(person=members[-1][1]).delete()
    with pytest.raises(Refused) as caught:
        panels.form(step=step, members=members, by=montana.offices["senate_office"])
    assert refusal(caught) == [("UM-18", f"{members[-1][1]} is not known on this campus; invite them first.")]

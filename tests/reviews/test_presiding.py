"""Who presides: the chair, the vice chair where the chair is missing or recused, the programme manager without both."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import RoleGrant
from policies.reasons import Refused
from policies.schema import Seat
from reviews import chairing, conditions, discussion
from reviews.actions import ballots, rescinding, stopping
from reviews.models import Ballot, BallotSeat, Recusal
from reviews.viewpoint import Viewpoint
from tests.proposals.packs import ruled
from tests.reviews.support import at_step, cast, committee_ballot, voters
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def vice(model):
    """The registrar is the committee's vice chair, and the chair's seat may be vacant."""

    def change(data):
        chair, registrar = data["bodies"][0]["seats"][:2]
        chair["minimum"] = 0
        registrar["vice_chair"] = True

    return ruled(model, change)


def recuse(ballot, *people):
    for person in people:
        ballots.recuse(ballot=ballot, by=person)


def leave(person):
    """They are no longer known here."""
    person.is_active = False
    person.save()


# What happened to the chair and to the vice chair → who presides.
CASES = {
    "both there": (None, None, "chair"),
    "the chair stepped aside": (recuse, None, "vice"),
    "the chair is gone": (leave, None, "vice"),
    "the vice chair stepped aside": (None, recuse, "chair"),
    "both stepped aside": (recuse, recuse, "manager"),
    "both are gone": (leave, leave, "manager"),
    "one is gone, one stepped aside": (leave, recuse, "manager"),
}


@pytest.mark.parametrize("case", CASES)
def test_who_presides(vice, case):
    of_chair, of_vice, presides = CASES[case]
    ballot = committee_ballot(vice)
    chair, registrar = voters(ballot)[:2]
    for what, person in ((of_vice, registrar), (of_chair, chair)):
        if what is recuse:
            recuse(ballot, person)
        elif what:
            what(person)
    people = {"chair": chair, "vice": registrar, "manager": vice.programme_manager}
    ballot = Ballot.objects.get(pk=ballot.pk)
    for name, person in people.items():
        person.refresh_from_db()
        mine = name == presides
        assert (name, Viewpoint(ballot, person).closes) == (name, mine)
        assert (name, person in closers(ballot, people.values())) == (name, mine)
        manages = name == "manager"
        asked = (
            (chairing.of_step(ballot.step) == person, mine and not manages),
            (conditions.settles(ballot.step, person), mine or manages),
            (ballots.may_convene(ballot.step, person), mine or manages),
            (discussion.chairs(ballot.proposal, person), mine),
        )
        assert [found for found, _wanted in asked] == [wanted for _found, wanted in asked], name
    line = BallotSeat.objects.filter(ballot=ballot).presiding().first()
    roll = list(ballot.roll.all())
    away = set(Recusal.objects.values_list("person", flat=True))
    assert line == chairing.presiding(roll, away)  # lists and single ballots say the same


def closers(ballot, people):
    """Whom the list of ballots that one closes shows this one."""
    return [person for person in people if Ballot.objects.chaired_by(person).filter(pk=ballot.pk).exists()]


def test_vacant_chair_and_a_chair_who_proposes(vice):
    """The vice chair presides over the next ballot where the office of the chair is vacant, or its holder proposes."""
    own = Ballot.objects.get(step=at_step(vice, "committee_ballot", proposers=[vice.chair("committee")]))
    assert Viewpoint(own, vice.registrar).closes
    RoleGrant.objects.filter(person=vice.chair("committee")).delete()
    vacant = committee_ballot(vice, title="Another")
    assert not vacant.roll.filter(chair=True).exists()
    assert Viewpoint(vacant, vice.registrar).closes
    assert ballots.may_convene(vacant.step, vice.registrar)


def test_vice_chair_does_what_a_chair_does(vice):
    ballot = committee_ballot(vice)
    chair, registrar, member = voters(ballot)[:3]
    for act in (
        lambda: ballots.close(ballot=ballot, by=registrar),
        lambda: stopping.stop(ballot=ballot, reason="No.", by=registrar),
    ):
        with pytest.raises(PermissionDenied):
            act()
    recuse(ballot, chair)
    page = site_for(registrar).get(reverse("ballot", args=[ballot.pk])).content.decode()
    assert reverse("ballot_close", args=[ballot.pk]) in page
    front = site_for(registrar).get("/admin/").content.decode()
    assert "Ballots you chair" in front
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=vice.programme_manager)
    line = ballot.roll.get(person=member).pk
    ballots.rule_recusal(ballot=ballot, line=line, reason="Your sister.", by=registrar)
    cast(ballot, "", "approve", "", "approve", "approve")
    shown = api_for(registrar).get(f"/api/v1/ballots/{ballot.pk}/").json()
    assert shown["may_close"]
    answer = api_for(registrar).post(f"/api/v1/ballots/{ballot.pk}/close/")
    assert (answer.status_code, answer.json()["outcome"]) == (200, "approve")
    closed = Ballot.objects.get(pk=ballot.pk)
    rescinding.move(ballot=closed, reason="Anew.", by=registrar)
    assert rescinding.open_vote(ballot=closed, by=registrar).state == "open"


def test_two_chairs_at_one_seat_open_no_ballot(model):
    """The office of the chair was given to two people: the body cannot convene, so no two chairs ever meet."""
    RoleGrant.objects.create(
        institution=model.institution,
        person=model.nobody,
        role="office_holder",
        office="academic_affairs",
        starts_on=model.institution.today(),
    )
    step = at_step(model, "committee_ballot")
    assert not step.ballots.exists()
    said = "Micro-credential Committee has 2 members on the seat “Academic Affairs (chair)”; it takes 1."
    assert [reason.text for reason in ballots.rerun_reasons(step)] == [said]
    with pytest.raises(Refused):
        ballots.rerun(step=step, by=model.programme_manager)


@pytest.mark.parametrize(
    ("seat", "said"),
    [
        ({"vice_chair": True, "maximum": 2}, "only one person chairs"),
        ({"vice_chair": True, "chair": True}, "who chairs cannot stand in for the chair"),
    ],
)
def test_seat_of_a_vice_chair_is_checked(seat, said):
    with pytest.raises(ValueError, match=said):
        Seat(id="vice", title="Vice chair", **seat)


def test_pack_has_one_vice_chair_at_most(model):
    def change(data):
        for seat in data["bodies"][0]["seats"][1:3]:
            seat.update(vice_chair=True, maximum=1, minimum=1)

    with pytest.raises(ValueError, match="at most one seat has vice_chair = true"):
        ruled(model, change)

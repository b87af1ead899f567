"""Who may act as whom, by day, unit, campus and delegation."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts import authority as rights
from accounts.authority import Authority
from accounts.hooks import _reasons, register_dashboard_reason
from accounts.models import Delegation, Institution, Person, RoleGrant, SeatHolding, Unit
from journal import clock
from tests.factories import (
    DelegationFactory,
    InstitutionFactory,
    MemberFactory,
    PersonFactory,
    QualificationFactory,
    RoleGrantFactory,
    SeatHoldingFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 6, 30)
# Model University lies in America/New_York or wherever its pack says; noon in UTC is the same day there.
NOON = dt.datetime(2026, 6, 30, 16, tzinfo=dt.UTC)


def at_noon(day):
    return clock.at(dt.datetime.combine(day, dt.time(16), tzinfo=dt.UTC))


@pytest.fixture
def tree():
    """College > department > laboratory, and another college."""
    college = UnitFactory()
    department = UnitFactory(institution=college.institution, parent=college)
    laboratory = UnitFactory(institution=college.institution, parent=department)
    other = UnitFactory(institution=college.institution)
    return college, department, laboratory, other


def test_a_grant_covers_its_unit_and_what_is_below_it(tree):
    college, department, laboratory, other = tree
    head = RoleGrantFactory(institution=college.institution, unit=department, role="section_head").person
    asked = [college, department, laboratory, other, None]
    held = [rights.holds(head, "section_head", college.institution, unit) for unit in asked]
    assert held == [False, True, True, False, False]
    assert rights.holds_anywhere(head, "section_head", college.institution)


def test_a_grant_without_a_unit_covers_the_whole_campus(tree):
    *_units, laboratory, other = tree
    manager = RoleGrantFactory(institution=other.institution, role="programme_manager").person
    assert [
        rights.authority(manager, "programme_manager", other.institution, unit)
        for unit in (laboratory, other, None)
    ] == [Authority(manager, "programme_manager")] * 3


def test_offices_are_actors_of_their_own():
    grant = RoleGrantFactory(role="office_holder", office="provost")
    held = {
        actor: rights.holds(grant.person, actor, grant.institution)
        for actor in ("office:provost", "office:registrar", "office_holder", "provost")
    }
    assert held == {
        "office:provost": True,
        "office:registrar": False,
        "office_holder": False,
        "provost": False,
    }


def test_a_role_at_one_campus_is_none_at_another():
    grant, elsewhere = RoleGrantFactory(role="programme_manager"), InstitutionFactory()
    assert not rights.holds(grant.person, "programme_manager", elsewhere)
    assert rights.institutions_of(grant.person).get() == grant.institution


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (DAY, None, True),
        (DAY, DAY, True),
        (DAY + dt.timedelta(1), None, False),
        (DAY - dt.timedelta(30), DAY - dt.timedelta(1), False),
        (DAY - dt.timedelta(30), DAY + dt.timedelta(1), True),
    ],
    ids=["first_day", "only_day", "tomorrow", "ended_yesterday", "in_the_middle"],
)
def test_a_role_counts_from_its_first_to_its_last_day(starts_on, ends_on, expected):
    grant = RoleGrantFactory(starts_on=starts_on, ends_on=ends_on, role="issuer")
    with clock.at(NOON):
        assert rights.holds(grant.person, "issuer", grant.institution) is expected
        assert grant.person.is_staff is expected
        assert list(rights.people_with("issuer", grant.institution)) == ([grant.person] if expected else [])


def test_a_term_ends_at_midnight_of_the_campus():
    """The last day in Denver (UTC-6 in summer) is over at 06:00 UTC of the next."""
    grant = RoleGrantFactory(starts_on=DAY, ends_on=DAY, role="issuer")
    Institution.objects.filter(pk=grant.institution_id).update(timezone="America/Denver")
    moments = ["2026-06-30T05:59", "2026-06-30T06:00", "2026-07-01T05:59", "2026-07-01T06:00"]
    held = []
    for moment in moments:
        with clock.at(dt.datetime.fromisoformat(f"{moment}+00:00")):
            held.append(rights.holds(grant.person, "issuer", grant.institution))
    assert held == [False, True, True, False]


def test_a_role_taken_away_is_gone_at_once():
    grant = RoleGrantFactory(role="issuer")
    grant.ended_at, grant.ended_by = NOON, PersonFactory()
    grant.save()
    with clock.at(NOON - dt.timedelta(seconds=1)):
        assert rights.holds(grant.person, "issuer", grant.institution)
    with clock.at(NOON):
        assert not rights.holds(grant.person, "issuer", grant.institution)


def test_in_force_on_a_day_of_the_past():
    grant = RoleGrantFactory(starts_on=DAY, ends_on=DAY)
    assert RoleGrant.objects.in_force(on=DAY).get() == grant
    assert not RoleGrant.objects.in_force(on=DAY + dt.timedelta(1)).exists()


def test_an_account_that_is_closed_has_no_authority():
    grant = RoleGrantFactory(role="programme_manager")
    Person.objects.filter(pk=grant.person_id).update(is_active=False)
    person = Person.objects.get(pk=grant.person_id)
    assert rights.authority(person, "programme_manager", grant.institution) is None
    assert not rights.people_with("programme_manager", grant.institution).exists()
    assert not person.is_staff
    assert not person.managed().exists()


def test_a_designee_acts_on_behalf_of_the_holder():
    delegation = DelegationFactory(grant__role="section_head")
    grant, delegate = delegation.grant, delegation.delegate
    assert rights.authority(delegate, "section_head", grant.institution) == Authority(
        delegate, "section_head", grant.person
    )
    assert rights.authority(delegate, "section_head", grant.institution, designee=False) is None
    assert set(rights.people_with("section_head", grant.institution)) == {grant.person, delegate}
    assert delegate.is_staff


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(-1, False), (0, True), (6, True), (7, False)],
    ids=["before", "first", "last", "after"],
)
def test_a_designation_counts_between_its_dates(offset, expected):
    delegation = DelegationFactory(
        grant__role="section_head", starts_on=DAY, ends_on=DAY + dt.timedelta(6), delegate__name="Designee"
    )
    with at_noon(DAY + dt.timedelta(offset)):
        assert rights.holds(delegation.delegate, "section_head", delegation.grant.institution) is expected
        assert delegation.delegate.is_staff is expected


def test_a_designation_ends_with_the_role_it_is_for():
    delegation = DelegationFactory(grant__role="section_head", grant__ends_on=DAY)
    with at_noon(DAY):
        assert rights.holds(delegation.delegate, "section_head", delegation.grant.institution)
    with at_noon(DAY + dt.timedelta(1)):
        assert not rights.holds(delegation.delegate, "section_head", delegation.grant.institution)
        assert not delegation.delegate.is_staff


def test_one_s_own_role_comes_before_a_delegation():
    delegation = DelegationFactory(grant__role="section_head")
    RoleGrantFactory(
        institution=delegation.grant.institution, person=delegation.delegate, role="section_head"
    )
    found = rights.authority(delegation.delegate, "section_head", delegation.grant.institution)
    assert found == Authority(delegation.delegate, "section_head")


def test_require_says_who_may(campus):
    made = campus("montana")
    with pytest.raises(
        PermissionDenied, match="Only the Office of the Provost of University of Montana may do this"
    ):
        rights.require(made.proposer, "office:provost", made.institution)
    found = rights.require(made.offices["provost"], "office:provost", made.institution)
    assert found.on_behalf_of is None


def test_seats_are_in_the_order_of_the_pack_and_only_those_in_force(campus):
    made = campus("montana")
    assert [row.seat for row in rights.seat_holdings(made.institution, made.pack.body("ascrc"))] == [
        "chair",
        "members",
        "members",
    ]
    SeatHolding.objects.filter(seat="chair", body="ascrc").update(ends_on=dt.date(2021, 1, 1))
    assert [row.seat for row in rights.seat_holdings(made.institution, made.pack.body("ascrc"))] == [
        "members",
        "members",
    ]


def test_a_seat_that_goes_with_an_office_is_the_holder_s(campus):
    made = campus("model")
    by_office = [
        (seat.id, made.offices[seat.office])
        for body in made.pack.bodies
        for seat in body.seats
        if seat.office and body.formed == "standing"
    ]
    assert by_office
    held = [
        (row.seat, row.person)
        for body in made.bodies
        for row in rights.seat_holdings(made.institution, made.pack.body(body))
    ]
    assert set(by_office) <= set(held)


def test_qualified_only_at_the_campus_and_in_the_time():
    row = QualificationFactory(ends_on=DAY)
    with at_noon(DAY):
        assert rights.is_qualified(row.person, row.institution)
        assert not rights.is_qualified(row.person, InstitutionFactory())
    with at_noon(DAY + dt.timedelta(1)):
        assert not rights.is_qualified(row.person, row.institution)


def test_people_without_a_role_are_not_staff_unless_a_higher_app_has_work_for_them():
    person = MemberFactory(institution=InstitutionFactory())
    assert not person.is_staff
    register_dashboard_reason(lambda someone: someone == person)
    try:
        assert person.is_staff
    finally:
        _reasons.pop()


def test_a_seat_alone_opens_the_dashboard():
    assert SeatHoldingFactory(body="committee", seat="members").person.is_staff


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("administrator", True),
        ("programme_manager", True),
        ("proposer", False),
        ("stranger", False),
        ("registrar", False),
    ],
)
def test_people_are_seen_by_those_who_manage_the_campus_only(campus, who, sees):
    made = campus()
    person = getattr(made, who)
    assert Person.objects.visible_to(person).filter(pk=made.issuer.pk).exists() is sees
    assert Person.objects.visible_to(person).filter(pk=person.pk).exists()
    assert not Person.objects.visible_to(made.administrator).filter(pk=made.stranger.pk).exists()


def test_units_grants_and_campuses_of_another_campus_are_not_seen(campus):
    made = campus()
    ours = [
        Institution.objects.filter(pk=made.institution.pk),
        Unit.objects.filter(institution=made.institution),
        RoleGrant.objects.filter(institution=made.institution),
        SeatHolding.objects.filter(institution=made.institution),
    ]
    assert [rows.visible_to(made.stranger).count() for rows in ours] == [0, 0, 0, 0]
    assert [rows.visible_to(made.nobody).count() for rows in ours] == [1, 2, 0, 0]
    assert [rows.visible_to(made.administrator).count() for rows in ours] == [rows.count() for rows in ours]


def test_designations_are_seen_by_both_sides_and_the_administrator(campus):
    made = campus()
    DelegationFactory(grant=RoleGrant.objects.get(person=made.section_head), delegate=made.nobody)
    people = (made.nobody, made.section_head, made.administrator, made.stranger, made.proposer)
    assert [Delegation.objects.visible_to(person).count() for person in people] == [1, 1, 1, 0, 0]

"""Giving and ending roles, seats, designations and qualifications: what is refused, and what is recorded."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import roles
from accounts.authority import holds, seat_holdings
from accounts.models import Delegation, RoleGrant, SeatHolding
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.factories import PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _on_a_day_in_march():
    with clock.at(dt.datetime(2026, 3, 2, 18, tzinfo=dt.UTC)):
        yield


def last_entry(made):
    return Entry.objects.about("campus", made.institution.pk).last()


def grant_of(person):
    return RoleGrant.objects.get(person=person)


def test_a_role_is_given_from_today_and_recorded(campus):
    made = campus()
    row = roles.grant(
        institution=made.institution,
        person=made.nobody,
        role="supervisor",
        unit=made.unit,
        by=made.administrator,
    )
    assert (row.starts_on, row.ends_on, row.granted_by) == (TODAY, None, made.administrator)
    assert holds(made.nobody, "supervisor", made.institution, made.unit)
    entry = last_entry(made)
    assert (entry.act, entry.by) == ("role given", made.administrator)
    assert entry.detail == {
        "person": str(made.nobody.pk),
        "actor": "supervisor",
        "unit": str(made.unit.pk),
        "starts_on": "2026-03-02",
        "ends_on": None,
    }


@pytest.mark.parametrize("who", ["proposer", "programme_manager", "registrar", "stranger", "nobody"])
def test_only_a_campus_administrator_gives_roles_seats_and_ends_them(campus, who):
    made = campus()
    by = getattr(made, who)
    acts = [
        lambda: roles.grant(institution=made.institution, person=by, role="campus_administrator", by=by),
        lambda: roles.end(grant=grant_of(made.supervisor), by=by),
        lambda: roles.give_seat(
            institution=made.institution, body="committee", seat="faculty", person=by, by=by
        ),
        lambda: roles.end_seat(
            holding=SeatHolding.objects.filter(institution=made.institution).first(), by=by
        ),
        lambda: roles.delegate(grant=grant_of(made.supervisor), delegate=made.nobody, by=by),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not Delegation.objects.exists()


def refused(act):
    with pytest.raises(Refused) as caught:
        act()
    return [(reason.field, reason.text) for reason in caught.value.reasons]


def test_roles_that_cannot_be_given(campus):
    made = campus("montana")
    foreign = UnitFactory(institution=made.elsewhere)

    def grant(**facts):
        given = {"institution": made.institution, "person": made.nobody, "by": made.administrator, **facts}
        return refused(lambda: roles.grant(**given))

    offices = "The policy knows: um_online, registrar, senate_office, provost."
    assert grant(role="dean") == [("role", "There is no role called dean.")]
    assert grant(role="office_holder") == [("office", f"Say which office. {offices}")]
    assert grant(role="office_holder", office="dean") == [
        ("office", f"There is no office called dean. {offices}")
    ]
    assert grant(role="issuer", office="provost") == [("office", "Only an office holder has an office.")]
    assert grant(role="issuer", unit=foreign) == [
        ("unit", f"{foreign} is not a unit of University of Montana.")
    ]
    assert grant(role="issuer", ends_on=TODAY - dt.timedelta(1)) == [
        ("ends_on", "The last day comes before the first.")
    ]
    assert grant(role="issuer", person=made.stranger) == [
        ("person", f"{made.stranger} is not at University of Montana. Invite this person first.")
    ]


def test_the_same_role_twice_at_a_time_is_refused_but_one_after_the_other_is_not(campus):
    made = campus()
    facts = {
        "institution": made.institution,
        "person": made.nobody,
        "role": "issuer",
        "unit": made.unit,
        "by": made.administrator,
    }
    roles.grant(**facts, ends_on=dt.date(2026, 6, 30))
    with pytest.raises(Refused, match="has this role there at that time already"):
        roles.grant(**facts, starts_on=dt.date(2026, 6, 30))
    roles.grant(**facts, starts_on=dt.date(2026, 7, 1))
    roles.grant(**{**facts, "unit": made.college})


def test_a_role_ends_now_or_after_its_last_day(campus):
    made = campus()
    roles.end(grant=grant_of(made.supervisor), by=made.administrator)
    assert not holds(made.supervisor, "supervisor", made.institution, made.unit)
    roles.end(grant=grant_of(made.issuer), by=made.administrator, ends_on=TODAY)
    assert holds(made.issuer, "issuer", made.institution, made.unit)
    with clock.at(dt.datetime(2026, 3, 3, 18, tzinfo=dt.UTC)):
        assert not holds(made.issuer, "issuer", made.institution, made.unit)
        with pytest.raises(Refused, match="over already"):
            roles.end(grant=grant_of(made.issuer), by=made.administrator)
    assert [e.act for e in Entry.objects.filter(act="role ended")] == ["role ended"] * 2


def test_the_only_administrator_keeps_the_role_until_there_is_another(campus):
    made = campus()
    with pytest.raises(Refused, match="is the only campus administrator"):
        roles.end(grant=grant_of(made.administrator), by=made.administrator)
    roles.grant(
        institution=made.institution, person=made.nobody, role="campus_administrator", by=made.administrator
    )
    roles.end(grant=grant_of(made.administrator), by=made.nobody)
    assert not made.administrator.administered().exists()


def test_the_holder_names_a_designee_who_is_told(campus):
    made = campus()
    named = roles.delegate(
        grant=grant_of(made.section_head),
        delegate=made.nobody,
        by=made.section_head,
        starts_on=TODAY,
        ends_on=dt.date(2026, 3, 20),
    )
    assert named.principal == made.section_head
    assert holds(made.nobody, "section_head", made.institution, made.unit)
    mail = Mail.objects.get(kind="designee_named")
    assert mail.recipient == made.nobody
    assert f"From 2 March 2026 to 20 March 2026 you act for {made.section_head.name} as" in mail.text
    assert last_entry(made).act == "designee named"


def test_designees_that_cannot_be_named(campus):
    made = campus()
    head = grant_of(made.section_head)

    def name(**facts):
        return refused(lambda: roles.delegate(**{"grant": head, "by": made.section_head, **facts}))

    assert name(delegate=made.section_head) == [("delegate", "Name someone else as the designee.")]
    assert name(delegate=made.stranger)[0][0] == "person"
    assert name(delegate=PersonFactory(is_active=False))[0][1].endswith("cannot sign in any more.")
    assert name(delegate=made.nobody, ends_on=TODAY - dt.timedelta(1)) == [
        ("ends_on", "The last day comes before the first.")
    ]
    roles.delegate(grant=head, delegate=made.nobody, by=made.administrator)
    assert "is named for that time already" in name(delegate=made.nobody)[0][1]
    RoleGrant.objects.filter(pk=head.pk).update(ends_on=dt.date(2026, 3, 31))
    assert name(delegate=made.proposer, starts_on=dt.date(2026, 4, 1))[0][0] == "starts_on"
    roles.end(grant=head, by=made.administrator)
    assert name(delegate=made.proposer) == [("", "This role is over, so nobody can act in it.")]


@pytest.mark.parametrize("who", ["section_head", "nobody", "administrator"])
def test_a_designation_is_ended_by_either_side_or_the_administrator(campus, who):
    made = campus()
    named = roles.delegate(grant=grant_of(made.section_head), delegate=made.nobody, by=made.section_head)
    with pytest.raises(PermissionDenied):
        roles.end_delegation(delegation=named, by=made.proposer)
    roles.end_delegation(delegation=named, by=getattr(made, who))
    assert not holds(made.nobody, "section_head", made.institution, made.unit)
    with pytest.raises(Refused, match="over already"):
        roles.end_delegation(delegation=named, by=made.section_head)


def test_a_seat_is_given_and_vacated(campus):
    made = campus("montana")
    facts = {"institution": made.institution, "body": "ascrc", "by": made.administrator}
    row = roles.give_seat(seat="members", person=made.nobody, experienced=True, **facts)
    assert row in seat_holdings(made.institution, made.pack.body("ascrc"))
    assert row.experienced
    roles.end_seat(holding=row, by=made.administrator)
    assert row not in seat_holdings(made.institution, made.pack.body("ascrc"))
    assert last_entry(made).act == "seat vacated"

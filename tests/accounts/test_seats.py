"""Seats: who may give them, terms that follow one another, bodies."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import qualifications, roles
from accounts.authority import is_qualified, seat_holdings
from accounts.models import Qualification, RoleGrant, SeatHolding
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.factories import MemberFactory, PersonFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


def refused(act):
    with pytest.raises(Refused) as caught:
        act()
    return [(reason.field, reason.text) for reason in caught.value.reasons]


@pytest.fixture(autouse=True)
def _on_a_day_in_march():
    with clock.at(dt.datetime(2026, 3, 2, 18, tzinfo=dt.UTC)):
        yield


def last_entry(made):
    return Entry.objects.about("campus", made.institution.pk).last()


def grant_of(person):
    return RoleGrant.objects.get(person=person)


def test_seats_that_cannot_be_given(campus):
    made = campus("montana")

    def give(**facts):
        given = {"institution": made.institution, "person": made.nobody, "by": made.administrator, **facts}
        return refused(lambda: roles.give_seat(**given))

    assert give(body="parliament", seat="x")[0][0] == "body"
    assert give(body="subcommittee", seat="students") == [
        ("body", "Interdisciplinary subcommittee is formed anew for each proposal.")
    ]
    assert give(body="ascrc", seat="clown")[0][0] == "seat"
    assert give(body="ascrc", seat="chair") == [("seat", "Chair is taken at that time. Vacate one first.")]
    assert give(body="ascrc", seat="members", person=made.chair("ascrc")) == [
        (
            "",
            f"{made.chair('ascrc')} sits on Academic Standards and Curriculum Review Committee at that time already.",
        )
    ]
    assert give(body="ascrc", seat="members", person=made.stranger)[0][0] == "person"


def test_a_seat_can_be_given_for_after_the_term_of_its_holder(campus):
    made = campus("montana")
    chair = SeatHolding.objects.get(institution=made.institution, body="ascrc", seat="chair")
    roles.end_seat(holding=chair, by=made.administrator, ends_on=dt.date(2026, 6, 30))
    facts = {
        "institution": made.institution,
        "body": "ascrc",
        "seat": "chair",
        "person": made.nobody,
        "by": made.administrator,
    }
    with pytest.raises(Refused):
        roles.give_seat(**facts, starts_on=dt.date(2026, 6, 30))
    roles.give_seat(**facts, starts_on=dt.date(2026, 7, 1))
    with clock.at(dt.datetime(2026, 7, 1, 18, tzinfo=dt.UTC)):
        assert seat_holdings(made.institution, made.pack.body("ascrc"))[0].person == made.nobody


def test_a_seat_that_goes_with_an_office_cannot_be_given(campus):
    made = campus("model")
    body, seat = next(
        (body.id, seat.id)
        for body in made.pack.bodies
        for seat in body.seats
        if seat.office and body.formed == "standing"
    )
    found = refused(
        lambda: roles.give_seat(
            institution=made.institution, body=body, seat=seat, person=made.nobody, by=made.administrator
        )
    )
    assert found[0][1].endswith("goes with an office: give that role.")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("programme_manager", True),
        ("administrator", True),
        ("proposer", False),
        ("stranger", False),
        ("issuer", False),
    ],
)
def test_who_marks_an_issuer_as_trained(campus, who, may):
    made = campus()
    facts = {"person": made.untrained_issuer, "institution": made.institution, "by": getattr(made, who)}
    if may:
        qualifications.give(**facts)
    else:
        with pytest.raises(PermissionDenied):
            qualifications.give(**facts)
    assert is_qualified(made.untrained_issuer, made.institution) is may


def test_qualifications_that_cannot_be_given(campus):
    made = campus()
    facts = {"institution": made.institution, "by": made.programme_manager}
    with pytest.raises(PermissionDenied):
        qualifications.give(person=made.programme_manager, **facts)
    with pytest.raises(Refused, match="no qualification called magic"):
        qualifications.give(person=made.untrained_issuer, kind="magic", **facts)
    with pytest.raises(Refused, match="has this already"):
        qualifications.give(person=made.issuer, **facts)
    with pytest.raises(Refused, match="Invite this person first"):
        qualifications.give(person=made.stranger, **facts)


def test_a_qualification_is_withdrawn(campus):
    made = campus()
    row = Qualification.objects.get(person=made.issuer)
    with pytest.raises(PermissionDenied):
        qualifications.withdraw(qualification=row, by=made.issuer)
    qualifications.withdraw(qualification=row, by=made.programme_manager)
    assert not is_qualified(made.issuer, made.institution)
    with pytest.raises(Refused, match="over already"):
        qualifications.withdraw(qualification=row, by=made.programme_manager)


def test_the_system_itself_lets_people_in_silently(campus):
    made, person = campus(), PersonFactory()
    roles.grant(institution=made.institution, person=person, role="issuer", by=None)
    assert person.affiliations.get().institution == made.institution
    assert not Mail.objects.exists()
    other = MemberFactory(institution=made.institution)
    assert RoleGrantFactory(person=other, institution=made.institution).granted_by is None

"""Definitions: frozen versions, slugs for ever, standing, and what people and strangers may see of them."""

import datetime as dt

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from credentials.actions import definitions
from credentials.models import Award, Definition, DefinitionVersion, Standing
from journal.models import Entry
from tests.credentials.support import APPROVALS, award, definition, facts, set_standing
from tests.factories import DelegationFactory, RoleGrantFactory, SeatHoldingFactory, UnitFactory
from tests.support import api_for


@pytest.fixture
def model(campus):
    return campus("model")


def next_version(model, made, title):
    return definitions.approve(
        definition=made,
        institution=model.institution,
        unit=model.unit,
        type=made.type,
        facts=facts(title),
        answers={"a": {"b": 1}},
        policy=model.institution.policy,
        proposal_id=made.current.proposal_id,
        revision_hash="1" * 64,
        approvals=APPROVALS,
        badge=True,
        notation=False,
        by=model.programme_manager,
    )


def test_a_new_definition_is_a_draft_with_its_first_version(model):
    made = definition(model, Standing.DRAFT)
    assert (made.standing, made.current.number, made.slug) == ("draft", 1, "model-reading-fire-data")
    assert [(e.act, e.detail["version"]) for e in Entry.objects.filter(subject_id=made.pk)] == [
        ("version approved", 1),
        ("decisions signed", 1),
    ]


def test_next_version_keeps_slug_standing_and_older_awards(model):
    made = definition(model)
    held = award(made)
    later = next_version(model, made, "Reading more fire data")
    assert (later.pk, later.slug, later.standing) == (made.pk, made.slug, "established")
    assert (later.current.number, later.current.title) == (2, "Reading more fire data")
    held.refresh_from_db()
    assert held.version.number == 1


def test_slugs_differ_for_ever(model):
    assert [definition(model).slug for _ in range(3)] == [
        "model-reading-fire-data",
        "model-reading-fire-data-2",
        "model-reading-fire-data-3",
    ]


@pytest.mark.parametrize("title", ["Ökologie & Wälder: 森", "x" * 200, "<b>"])
def test_slug_is_plain_whatever_the_title(model, title):
    made = definition(model, title=title)
    assert made.slug.replace("-", "").replace("_", "").isalnum()
    assert len(made.slug) <= 120
    assert made.current.title == title


def test_version_is_final(model):
    made = definition(model, approvals=[])
    version = made.current
    Definition.objects.update(current=None)
    for change in (
        lambda: DefinitionVersion.objects.filter(pk=version.pk).update(title="Changed"),
        lambda: DefinitionVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_standing_is_recorded_with_its_reason(model):
    made = definition(model, Standing.DRAFT)
    until = dt.date(2027, 5, 31)
    definitions.set_standing(
        definition=made,
        standing=Standing.PILOT,
        since=dt.date(2026, 3, 2),
        awards_until=until,
        by=model.programme_manager,
        reason="Approved.",
    )
    entry = Entry.objects.filter(subject_id=made.pk).latest("number")
    assert entry.detail == {
        "from": "draft",
        "to": "pilot",
        "since": "2026-03-02",
        "awards_until": "2027-05-31",
        "reason": "Approved.",
    }


@pytest.mark.parametrize(
    ("standing", "awardable"),
    [
        ("draft", False),
        ("pilot", True),
        ("established", True),
        ("suspended", False),
        ("teach_out", True),
        ("lapsed", False),
        ("retired", False),
    ],
)
def test_right_to_award_follows_the_standing(model, standing, awardable):
    made = definition(model, Standing(standing))
    assert made.awardable_on(dt.date(2026, 3, 3)) is awardable


def test_pilot_awards_until_its_last_day(model):
    made = definition(model, Standing.PILOT)
    made.awards_until = dt.date(2027, 5, 31)
    assert made.awardable_on(dt.date(2027, 5, 31))
    assert not made.awardable_on(dt.date(2027, 6, 1))


@pytest.mark.parametrize("who", ["programme_manager", "proposer", "issuer", "assessor", "registrar"])
def test_people_with_a_role_see_what_their_campus_has_not_approved(model, who):
    made = definition(model, Standing.DRAFT)
    assert made in Definition.objects.visible_to(getattr(model, who))
    assert made.current in DefinitionVersion.objects.visible_to(getattr(model, who))


def test_a_seat_is_enough_and_belonging_is_not(model):
    made = definition(model, Standing.DRAFT)
    seated = SeatHoldingFactory(institution=model.institution, body="committee", seat="faculty").person
    assert made in Definition.objects.visible_to(seated)
    assert made not in Definition.objects.visible_to(model.nobody)


def test_strangers_see_public_ones_only(model):
    hidden, public = definition(model, Standing.DRAFT), definition(model, title="Public")
    assert list(Definition.objects.visible_to(model.stranger)) == [public]
    assert hidden not in Definition.objects.known()


# --- who sees awards ----------------------------------------------------------------------------


def seen(person):
    return set(Award.objects.visible_to(person).values_list("pk", flat=True))


def test_awards_are_seen_where_one_manages_issues_or_certifies(model, campus):
    elsewhere = UnitFactory(institution=model.institution, name="Other department")
    here, there = definition(model), definition(model, title="Elsewhere")
    Definition.objects.filter(pk=there.pk).update(unit=elsewhere)
    mine, other = award(here), award(there)
    abroad = award(definition(campus("montana")))
    everywhere = {mine.pk, other.pk}
    for who in ("programme_manager", "administrator", "registrar"):
        assert seen(getattr(model, who)) == everywhere
    assert seen(model.issuer) == {mine.pk}  # an issuer of the department
    assert seen(mine.holder) == {mine.pk}
    for who in ("proposer", "assessor", "supervisor", "section_head", "nobody", "stranger"):
        assert seen(getattr(model, who)) == set()
    assert abroad.pk not in everywhere


def test_role_in_a_unit_reaches_the_units_below(model):
    held = award(definition(model))
    college = RoleGrantFactory(institution=model.institution, role="issuer", unit=model.college).person
    assert seen(college) == {held.pk}


def test_designee_of_the_certifier_sees_what_the_certifier_sees(model):
    held = award(definition(model))
    designee = DelegationFactory(grant=model.registrar.grants.get(), delegate=model.nobody).delegate
    assert seen(designee) == {held.pk}


def test_office_that_certifies_nothing_sees_nothing(model):
    award(definition(model))
    assert seen(model.offices["provost"]) == set()


def test_closed_account_sees_nothing(model):
    award(definition(model))
    model.programme_manager.is_active = False
    model.programme_manager.save()
    assert seen(model.programme_manager) == set()


def test_role_that_has_ended_gives_nothing(model):
    award(definition(model))
    model.issuer.grants.update(ends_on=dt.date(2021, 1, 1))
    assert seen(model.issuer) == set()


# --- the API ------------------------------------------------------------------------------------


def test_api_lists_definitions_with_what_programs_need(model):
    made = definition(model, Standing.PILOT)
    found = api_for(model.programme_manager).get("/api/v1/definitions/").json()
    assert found == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(made.pk),
                "institution": "model",
                "slug": "model-reading-fire-data",
                "title": "Reading fire data",
                "type": made.type,
                "standing": "pilot",
                "standing_since": "2026-03-02",
                "awards_until": "2099-06-30",
                "version": 1,
                "proposal": str(made.current.proposal_id),
                "has_image": False,
            }
        ],
    }


def test_api_lists_awards_of_one_credential(model):
    made, other = definition(model), definition(model, title="Other")
    held = award(made)
    award(other)
    api = api_for(model.registrar)
    assert api.get("/api/v1/awards/").json()["count"] == 2
    (row,) = api.get(f"/api/v1/awards/?definition={made.pk}").json()["results"]
    assert row == {
        "id": str(held.pk),
        "definition": str(made.pk),
        "title": "Reading fire data",
        "recipient_name": held.recipient_name,
        "recipient_email": held.recipient_email,
        "awarded_on": held.awarded_on.isoformat(),
        "expires_on": None,
        "status": "valid",
        "revoked_at": None,
        "revocation_reason": "",
        "suspended_at": None,
        "suspension_reason": "",
        "superseded_by": None,
        "superseded_why": "",
        "accepted_at": held.accepted_at.isoformat().replace("+00:00", "Z"),
        "declined_at": None,
        "url": f"http://testserver/awards/{held.pk}",
    }
    assert api.get("/api/v1/awards/?definition=nonsense").status_code == 400
    assert api_for(model.proposer).get("/api/v1/awards/").json()["count"] == 0


@pytest.mark.parametrize("path", ["/api/v1/definitions/", "/api/v1/awards/"])
def test_api_lists_take_as_many_queries_for_three_rows_as_for_one(model, path):
    api = api_for(model.programme_manager)
    award(definition(model))
    api.get(path)
    with CaptureQueriesContext(connection) as one:
        api.get(path)
    for title in ("Second", "Third"):
        award(definition(model, title=title))
    with CaptureQueriesContext(connection) as three:
        api.get(path)
    assert len(one) == len(three)


def test_standing_changes_reach_the_catalogue(model):
    made = definition(model)
    assert made in Definition.objects.public()
    set_standing(made, Standing.SUSPENDED)
    assert made not in Definition.objects.public()

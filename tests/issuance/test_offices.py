"""Who certifies: each office has a queue of its own, sees its own requests alone, and nobody else releases."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Delegation, Role
from credentials.actions import definitions
from issuance.actions import requests
from issuance.models import IssuanceRequest
from issuance.offices import offices_of
from journal.models import Entry
from policies.engine import DefinitionFacts
from policies.reasons import Refused
from tests.credentials.support import texts
from tests.factories import LONG_AGO, RoleGrantFactory
from tests.issuance.support import FACTS, credential, submitted, with_code
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
CREDIT, NONCREDIT = {"offering": {"credit": "credit"}}, {"offering": {"credit": "noncredit"}}


def queue(place, office):
    return reverse("office_queue", args=[place.institution.slug, office])


@pytest.fixture
def montana(campus):
    """A request for credit, with the registrar, and one without, with UM Online."""
    place = campus("montana")
    credit = credential(place, type="badge_and_notation", notation=True, answers=CREDIT)
    place.credit = submitted(place, 1, with_code(credit, place))
    place.noncredit = submitted(place, 2, credential(place, answers=NONCREDIT))
    return place


@pytest.mark.clause("UM-2")
def test_registrar_certifies_credit_and_um_online_what_has_none(montana):
    assert (montana.credit.certifier, montana.noncredit.certifier) == ("registrar", "um_online")
    for office, mine, other in (
        ("registrar", montana.credit, montana.noncredit),
        ("um_online", montana.noncredit, montana.credit),
    ):
        holder = montana.offices[office]
        assert list(IssuanceRequest.objects.visible_to(holder)) == [mine]
        page = site_for(holder).get(queue(montana, office))
        assert page.context["title"] == f"{montana.pack.actor_name(f'office:{office}')}: requests to release"
        assert [row["request"] for row in page.context["rows"]] == [mine]
        front = texts(site_for(holder).get(reverse("admin:index")))
        assert f"Requests to check: {montana.pack.actor_name(f'office:{office}')}" in front
        assert site_for(holder).get(reverse("request_check", args=[other.pk])).status_code == 404
        assert site_for(holder).get(queue(montana, other.certifier)).status_code == 404


@pytest.mark.clause("UM-2", "UM-6")
@pytest.mark.parametrize(
    "who", ["issuer", "programme_manager", "programme_director", "administrator", "assessor", "um_online"]
)
def test_nobody_else_releases_what_was_earned_for_credit(montana, who):
    person = montana.people.get(who) or montana.offices[who]
    with pytest.raises(PermissionDenied) as denied:
        requests.approve(request=montana.credit, by=person)
    assert "(UM-2)" in str(denied.value)
    answer = api_for(person).post(f"/api/v1/issuance-requests/{montana.credit.pk}/approve/")
    assert answer.status_code in (403, 404)
    page = site_for(person).post(reverse("request_release", args=[montana.credit.pk]), {"note": ""})
    assert page.status_code in (403, 404)
    montana.credit.refresh_from_db()
    assert montana.credit.state == "submitted"


@pytest.mark.clause("UM-2")
def test_registrar_does_not_release_what_was_earned_without_credit(montana):
    path = f"/api/v1/issuance-requests/{montana.noncredit.pk}/approve/"
    assert api_for(montana.registrar).post(path).status_code == 404
    with pytest.raises(PermissionDenied):
        requests.approve(request=montana.noncredit, by=montana.registrar)
    assert api_for(montana.offices["um_online"]).post(path).status_code == 200


@pytest.mark.clause("FIU-7")
def test_asa_alone_releases(campus):
    place = campus("florida_international")
    request = submitted(place, 1)
    asa = place.offices["asa"]
    for person in (place.issuer, place.programme_manager, place.administrator, place.registrar):
        with pytest.raises(PermissionDenied) as denied:
            requests.approve(request=request, by=person)
        assert "(FIU-7)" in str(denied.value)
    assert [office.id for office in offices_of(asa)] == ["asa"]
    assert offices_of(place.registrar) == []
    assert site_for(place.registrar).get(queue(place, "asa")).status_code == 404
    assert api_for(asa).post(f"/api/v1/issuance-requests/{request.pk}/approve/").status_code == 200


@pytest.mark.clause("UM-2")
def test_person_of_two_offices_sees_both_queues_apart(montana):
    registrar = montana.registrar
    RoleGrantFactory(
        institution=montana.institution, person=registrar, role=Role.OFFICE_HOLDER, office="um_online"
    )
    assert [(office.id, office.waiting) for office in offices_of(registrar)] == [
        ("registrar", 1),
        ("um_online", 1),
    ]
    site = site_for(registrar)
    for office, mine in (("registrar", montana.credit), ("um_online", montana.noncredit)):
        page = site.get(queue(montana, office))
        assert [row["request"] for row in page.context["rows"]] == [mine]
        assert [one.id for one in page.context["offices"]] == [
            {"registrar", "um_online"}.difference({office}).pop()
        ]
    parts = [
        p
        for p in site.get(reverse("admin:index")).context["queue"]
        if p.title.startswith("Requests to check")
    ]
    assert [(part.title.split(": ")[1], len(part.items)) for part in parts] == [
        (montana.pack.actor_name("office:registrar"), 1),
        (montana.pack.actor_name("office:um_online"), 1),
    ]


@pytest.mark.clause("UM-2")
def test_designee_acts_for_the_holder_and_the_record_says_so(montana):
    grant = montana.registrar.grants.get(office="registrar")
    designee = montana.nobody
    Delegation.objects.create(principal=montana.registrar, delegate=designee, grant=grant, starts_on=LONG_AGO)
    site = site_for(designee)
    page = site.get(queue(montana, "registrar"))
    assert f"You act for {montana.registrar}." in texts(page)
    before = site.get(reverse("request_release", args=[montana.credit.pk]))
    assert f"You act for {montana.registrar}; the record says so." in texts(before)
    assert site.get(queue(montana, "um_online")).status_code == 404
    sent = {"note": "", "seen": montana.credit.submitted_at.isoformat()}
    site.post(reverse("request_release", args=[montana.credit.pk]), sent)
    montana.credit.refresh_from_db()
    assert (montana.credit.state, montana.credit.decided_by, montana.credit.on_behalf_of) == (
        "approved",
        designee,
        montana.registrar,
    )
    entry = Entry.objects.about("request", montana.credit.pk).get(act="approved")
    assert (entry.by, entry.on_behalf_of) == (designee, montana.registrar)
    shown = texts(site.get(reverse("request_check", args=[montana.credit.pk])))
    assert f"{designee}, for {montana.registrar}" in shown


@pytest.mark.clause("UM-2", "UM-7")
def test_request_filed_before_a_move_to_credit_is_not_released_by_the_former_office(montana):
    request = montana.noncredit
    definitions.approve(
        definition=request.definition,
        institution=montana.institution,
        unit=montana.unit,
        type="badge_and_notation",
        facts=DefinitionFacts(**FACTS),
        answers=CREDIT,
        policy=montana.institution.policy,
        proposal_id=request.version.proposal_id,
        revision_hash="1" * 64,
        approvals=[],
        badge=True,
        notation=True,
        by=montana.programme_manager,
    )
    request = IssuanceRequest.objects.get(pk=request.pk)
    with_code(request.definition, montana)
    with pytest.raises(Refused) as refused:
        requests.approve(request=request, by=montana.offices["um_online"])
    assert [r.clause for r in refused.value.reasons] == ["UM-2"]
    path = f"/api/v1/issuance-requests/{request.pk}/approve/"
    assert api_for(montana.offices["um_online"]).post(path).status_code == 409


def test_queue_of_another_campus_is_not_there(montana):
    assert site_for(montana.stranger).get(queue(montana, "registrar")).status_code == 404
    assert site_for(montana.nobody).get(queue(montana, "registrar")).status_code == 403


def test_office_queue_takes_the_same_queries_for_one_and_three(montana):
    site, taken = site_for(montana.registrar), []
    for _ in range(2):
        site.get(queue(montana, "registrar"))
        with CaptureQueriesContext(connection) as queries:
            site.get(queue(montana, "registrar"))
        taken.append(len(queries))
        submitted(montana, 1, with_code(credential(montana, notation=True, answers=CREDIT), montana))
        submitted(montana, 1, with_code(credential(montana, notation=True, answers=CREDIT), montana))
    assert taken[0] == taken[1]

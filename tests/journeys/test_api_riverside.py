"""UC Riverside by the API: from the one form to a badge at Accredible, with what is refused on the way."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import RoleGrant
from credentials.models import Award
from proposals.models import Proposal, Step
from tests.factories import LONG_AGO
from tests.journeys.walk import (
    Walk,
    badge_and_training,
    clauses,
    complete,
    delivered,
    offer,
    release,
    request_for,
    verified,
)
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import RIVERSIDE
from tests.support import site_for

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = b"Conflict mediation"
FIRST, SECOND = "Name the stages of a mediation", "Lead a mediation"


@pytest.fixture
def riverside(campus):
    return campus("uc_riverside")


def approved(walk, document=RIVERSIDE):
    """The form is filed and the committee approves; returns the definition, with its badge made."""
    walk.start(document, [walk.campus.proposer])
    walk.move(walk.campus.proposer, "submit")
    walk.vote("review_committee")
    definition = walk.get(walk.campus.proposer)["definition"]
    badge_and_training(walk, definition)
    return definition


@pytest.mark.clause("UCR-6", "UCR-8", "UCR-10", "UCR-11", "UCR-12", "UCR-14")
def test_riverside_from_the_form_to_a_badge(riverside, platforms):
    walk = Walk(riverside)
    walk.start({"about": RIVERSIDE["about"]}, [riverside.proposer])
    missing = walk.move(riverside.proposer, "submit", 409)
    assert {"UCR-1", "UCR-2", "UCR-3", "UCR-4", "UCR-5", "UCR-7"} <= clauses(missing)
    walk.write(riverside.proposer, RIVERSIDE)
    assert all(line["met"] is not False for line in walk.get(riverside.proposer)["checklist"])
    assert walk.move(riverside.proposer, "submit")["state"] == "committee_review"
    assert TITLE not in Client().get("/catalogue/").content
    assert walk.vote("review_committee", "request_changes")["outcome"] == "request_changes"
    walk.write(riverside.proposer, {"about": {"length": "30 hours over 5 weeks"}})
    assert walk.move(riverside.proposer, "resubmit")["state"] == "committee_review"
    assert walk.vote("review_committee")["outcome"] == "approve"
    found = walk.get(riverside.proposer)
    assert found["state"] == "established"
    badge_and_training(walk, found["definition"])
    page = Client().get("/catalogue/?institution=uc_riverside").content
    address = f"/catalogue/{walk.call(riverside.proposer, 'get', 'definitions/')['results'][0]['slug']}/"
    assert TITLE in page
    assert address.encode() in page
    assert TITLE in Client().get(address).content
    complete(walk, offer(walk, found["definition"]), riverside.learner)
    award = release(
        walk, request_for(walk, found["definition"], [riverside.learner]), riverside.offices["badge_team"]
    )
    delivery = delivered(riverside, award)
    assert (delivery.state, delivery.account.platform) == ("delivered", "accredible")
    achievement = verified(award)["credentialSubject"]["achievement"]
    assert achievement["name"] == "Conflict mediation"
    assert "creditsAvailable" not in achievement
    assert Award.objects.get(pk=award).version.notation is False
    assert TITLE in site_for(riverside.learner).get("/wallet/").content


@pytest.mark.clause("UCR-9")
@pytest.mark.parametrize(
    ("type", "where"), [("degree", "Academic Senate"), ("professional_certificate", "University Extension")]
)
def test_degrees_and_certificates_are_refused_and_pointed_elsewhere(riverside, type, where):
    walk = Walk(riverside)
    body = {
        "institution": "uc_riverside",
        "unit": str(riverside.unit.pk),
        "type": type,
        "proposers": [riverside.proposer.email],
        "document": RIVERSIDE,
    }
    refused = walk.call(riverside.proposer, "post", "proposals/", body, 409)
    [reason] = refused["reasons"]
    assert (reason["clause"], reason["field"]) == ("UCR-9", "type")
    assert where in reason["text"]
    assert not Proposal.objects.exists()


@pytest.mark.clause("UCR-7")
def test_credit_of_its_own_is_refused(riverside):
    walk = Walk(riverside)
    walk.start(changed(RIVERSIDE, "credit.own_credit", "yes"), [riverside.proposer])
    refused = walk.move(riverside.proposer, "submit", 409)
    assert [(r["clause"], r["field"]) for r in refused["reasons"]] == [("UCR-7", "credit.own_credit")]


@pytest.mark.clause("UCR-13")
def test_a_vacant_office_keeps_the_committee_from_convening(riverside):
    """The seat that is missing is named, with the clause; once the office has a holder the ballot can open."""
    walk = Walk(riverside)
    officer = riverside.offices["human_resources"]
    RoleGrant.objects.filter(person=officer).delete()
    walk.start(RIVERSIDE, [riverside.proposer])
    assert walk.move(riverside.proposer, "submit")["state"] == "committee_review"
    assert walk.call(riverside.chair("review_committee"), "get", "ballots/")["results"] == []
    step = Step.objects.get(proposal=walk.key, key="committee_ballot")
    manager = site_for(riverside.programme_manager)
    page = manager.get(reverse("step", args=[step.pk])).content.decode()
    assert "Chief Human Resources Officer" in page
    assert "it is vacant" in page
    assert "UCR-13" in page
    RoleGrant.objects.create(
        institution=riverside.institution,
        person=officer,
        role="office_holder",
        office="human_resources",
        starts_on=LONG_AGO,
    )
    assert manager.post(reverse("ballot_rerun", args=[step.pk])).status_code == 302
    assert walk.vote("review_committee")["outcome"] == "approve"


@pytest.mark.clause("UCR-13", "UCR-14")
def test_nobody_but_the_six_decides(riverside):
    walk = Walk(riverside)
    walk.start(RIVERSIDE, [riverside.proposer])
    walk.move(riverside.proposer, "submit")
    ballot = walk.ballot_of(riverside.chair("review_committee"))
    for person in (riverside.programme_manager, riverside.section_head, riverside.offices["badge_team"]):
        answer = walk.call(person, "get", "ballots/?waiting=me")
        assert answer["results"] == []
    walk.call(riverside.programme_manager, "post", f"ballots/{ballot}/vote/", {"choice": "approve"}, 403)
    skipped = walk.move(riverside.programme_manager, "advance", 409)
    assert clauses(skipped) == {"UCR-14"}


@pytest.mark.clause("UCR-6")
def test_no_badge_without_mastery_of_every_competency(riverside, platforms):
    walk = Walk(riverside)
    definition = approved(walk)
    none = request_for(walk, definition, [riverside.learner], 409)
    assert clauses(none) == {"UCR-6"}
    complete(walk, offer(walk, definition), riverside.learner, competencies=[FIRST])
    half = request_for(walk, definition, [riverside.learner], 409)
    assert clauses(half) == {"UCR-6"}
    assert SECOND in half["reasons"][0]["text"]
    assert half["reasons"][0]["field"].startswith("recipients.1")
    assert not Award.objects.exists()


@pytest.mark.clause("UCR-6")
def test_nobody_else_releases_a_badge(riverside, platforms):
    walk = Walk(riverside)
    definition = approved(walk)
    complete(walk, offer(walk, definition), riverside.learner)
    request = request_for(walk, definition, [riverside.learner])
    for person in (riverside.programme_manager, riverside.issuer):
        said = walk.call(person, "post", f"issuance-requests/{request['id']}/approve/", {}, 403)
        assert "UCR-6" in said["detail"]
    assert not Award.objects.exists()


@pytest.mark.clause("UCR-7")
@pytest.mark.parametrize("enrolled", [False, None])
def test_coursework_asks_for_eligible_students_line_by_line(riverside, platforms, enrolled):
    walk = Walk(riverside)
    coursework = changed(
        changed(RIVERSIDE, "credit.coursework", "required"), "credit.courses", "Sociology 101"
    )
    definition = approved(walk, coursework)
    offering = offer(walk, definition)
    complete(walk, offering, riverside.learner, enrolled=True)
    complete(walk, offering, riverside.nobody, enrolled=enrolled)
    refused = request_for(walk, definition, [riverside.learner, riverside.nobody], 409)
    [reason] = refused["reasons"]
    assert reason["clause"] == "UCR-7"
    assert reason["field"].startswith("recipients.2")
    eligible = request_for(walk, definition, [riverside.learner])
    assert release(walk, eligible, riverside.offices["badge_team"])


@pytest.mark.clause("UCR-7")
def test_without_such_coursework_anyone_can_earn_it(riverside, platforms):
    walk = Walk(riverside)
    definition = approved(walk)
    complete(walk, offer(walk, definition), riverside.learner, enrolled=False)
    assert release(walk, request_for(walk, definition, [riverside.learner]), riverside.offices["badge_team"])

"""Without recorded mastery nobody is issued a badge: in the form, the list, the API, the release, the worker."""

import pytest
from django.urls import reverse

from credentials.actions import definitions
from credentials.models import Award, Standing
from issuance import awarding
from issuance.actions import requests
from issuance.checking import checks
from learning.actions import changes
from learning.models import CompetencyMet, Completion
from policies.engine import DefinitionFacts
from policies.reasons import Refused
from tests.issuance.support import FACTS, approved, credential, learners, submitted
from tests.lists import file, send
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
KNOWN = "learner1@learners.example"


def certifier(place):
    """Who releases a credential without particular answers."""
    return place.offices[place.pack.issuance.certifiers[-1].office]


def looked_at(place, request):
    """The page of a request once its lines were looked at anew, as it has them when it is opened."""
    site = site_for(certifier(place))
    site.post(reverse("request_look", args=[request.pk]))
    return site.get(reverse("request_check", args=[request.pk]))


def asks(place, definition, *emails):
    """The API's answer to a request for these learners."""
    people = [{"name": "Test learner", "email": email} for email in emails]
    body = {"definition": str(definition.pk), "recipients": people}
    return api_for(place.issuer).post("/api/v1/issuance-requests/", body, format="json")


CLAUSES = [
    pytest.param("uc_riverside", "UCR-6", marks=pytest.mark.clause("UCR-6")),
    pytest.param("cu_boulder", "CUB-18", marks=pytest.mark.clause("CUB-18")),
    pytest.param("florida_international", "FIU-15", marks=pytest.mark.clause("FIU-15")),
    pytest.param("montana", "UM-25", marks=pytest.mark.clause("UM-25")),
]


@pytest.mark.parametrize(("pack", "clause"), CLAUSES)
def test_learner_without_a_record_is_refused_at_every_door(campus, pack, clause):
    place = campus(pack)
    definition = credential(place)
    known = learners(definition, 1)
    answer = asks(place, definition, KNOWN, "new@learners.example")
    assert answer.status_code == 409
    assert [(r["field"], r["clause"]) for r in answer.json()["reasons"]] == [("recipients.2.email", clause)]
    site = site_for(place.issuer)
    sent = {"name": "New", "email": "new@learners.example", "evidence_url": "", "narrative": ""}
    form = site.post(reverse("request_new", args=[definition.pk]), sent)
    assert form.status_code == 409
    assert clause in form.content.decode()
    text = f"name,email\nKnown,{KNOWN}\nNew,new@learners.example\n"
    listed = send(site, reverse("request_list", args=[definition.pk]), text)
    rows = listed.context["rows"]
    assert [(row["number"], d["clause"]["id"]) for row in rows for d in row["doubts"]] == [(3, clause)]
    assert file(site).status_code == 409
    request = requests.submit(definition=definition, lines=known, by=place.issuer)
    Completion.objects.all().delete()
    refused = api_for(certifier(place)).post(f"/api/v1/issuance-requests/{request.pk}/approve/")
    assert refused.status_code == 409
    assert [r["clause"] for r in refused.json()["reasons"]] == [clause]
    page = looked_at(place, request)
    assert page.context["may_release"] is False
    assert clause in page.content.decode()
    assert not Award.objects.exists()


@pytest.mark.clause("FIU-15", "UCR-6")
@pytest.mark.parametrize("pack", ["florida_international", "uc_riverside"])
def test_lines_are_refused_one_by_one_naming_the_competencies_not_met(campus, pack):
    place = campus(pack)
    definition = credential(place)
    lines = learners(definition, 3)
    CompetencyMet.objects.filter(completion__learner__email=KNOWN, competency="Questions data").delete()
    verdict = checks.check(definition, lines, place.issuer)
    assert {n: [r.text for r in found] for n, found in verdict.lines.items()} == {
        2: ["Not recorded as met: Questions data."]
    }


@pytest.mark.clause("FIU-15")
def test_release_page_counts_each_rule_on_its_own(campus):
    place = campus("florida_international")
    request = submitted(place, 3)
    CompetencyMet.objects.filter(completion__learner__email=KNOWN).delete()
    points = looked_at(place, request).context["points"]
    assert [(p["text"], p["state"], p["reason"]) for p in points if p["text"].startswith("Each")] == [
        ("Each learner has completed the programme.", "met", "Not so in 0 lines."),
        ("Each learner has shown every competency.", "not_met", "Not so in 1 line."),
        ("Each line names a learner and an address.", "met", "Not so in 0 lines."),
    ]


@pytest.mark.clause("CUB-18", "UCR-6", "UM-25")
@pytest.mark.parametrize("pack", ["cu_boulder", "uc_riverside", "montana"])
def test_completion_taken_back_between_release_and_award_stops_that_line_alone(campus, pack):
    place = campus(pack)
    request = submitted(place, 3)
    requests.approve(request=request, by=certifier(place))
    taken = Completion.objects.get(learner__email=KNOWN)
    taken.offering.assessors.add(place.assessor)
    changes.withdraw(completion=taken, reason="Wrong person", by=place.assessor)
    assert awarding.run(request.job.pk) == 2
    clause = place.pack.issuance.completion_clause
    assert list(request.lines.order_by("number").values_list("problem", flat=True)) == [
        f"No completion is recorded for this learner. ({clause})", "", "",
    ]  # fmt: skip


def test_completion_recorded_anew_meanwhile_is_the_one_that_counts(campus):
    place = campus("cu_boulder")
    request = approved(place, 1)
    old = Completion.objects.get()
    old.offering.assessors.add(place.assessor)
    changes.withdraw(completion=old, reason="Wrong evidence", by=place.assessor)
    learners(request.definition, 1)
    Completion.objects.standing().update(evidence_url="https://work.example/right")
    awarding.run(request.job.pk)
    assert "https://work.example/right" in str(Award.objects.get().credential)


@pytest.mark.clause("UM-1")
def test_pilot_that_lapsed_between_release_and_award_awards_nothing(campus):
    place = campus("montana")
    request = submitted(place, 2)
    requests.approve(request=request, by=certifier(place))
    definition = request.definition
    definitions.set_standing(
        definition=definition, standing=Standing.LAPSED, since=definition.standing_since, by=None
    )
    assert awarding.run(request.job.pk) == 0
    assert all("(UM-1)" in problem for problem in request.lines.values_list("problem", flat=True))
    assert not Award.objects.exists()


# --- a badge that could not be signed -----------------------------------------------------------


def test_badge_that_could_not_be_signed_is_refused_before_anybody_asks(campus):
    place = campus("cu_boulder")
    definition = credential(place, facts={"title": "Data\u2028Literacy\x07"})
    line = learners(definition, 1)[0]
    reasons = checks.request_reasons(definition, place.issuer)
    assert [r.clause for r in reasons] == ["CUB-11"]
    assert reasons[0].text.startswith("A badge of this credential could not be signed: ")
    with pytest.raises(Refused):
        requests.submit(definition=definition, lines=[line], by=place.issuer)
    answer = asks(place, definition, KNOWN)
    assert (answer.status_code, [r["clause"] for r in answer.json()["reasons"]]) == (409, ["CUB-11"])
    page = site_for(place.issuer).get(reverse("request_new", args=[definition.pk]))
    assert "could not be signed" in page.content.decode()


@pytest.mark.clause("UM-6")
def test_lists_of_all_badges_do_not_try_each_signature(campus, monkeypatch):
    place = campus("cu_boulder")
    credential(place)
    monkeypatch.setattr(checks, "unsignable", lambda version: pytest.fail("asked in a list"))
    assert site_for(place.issuer).get(reverse("issuance")).status_code == 200


def test_award_that_would_bring_nothing_is_refused(campus):
    place = campus("montana")
    definition = credential(place, type="notation", badge=False, notation=False)
    reasons = checks.request_reasons(definition, place.issuer)
    assert [(r.clause, r.text) for r in reasons] == [
        ("UM-6", "An award of it would bring neither a badge nor a line on the transcript.")
    ]


def test_request_is_awarded_under_the_version_that_its_lines_were_checked_against(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    old = request.version
    definitions.approve(
        definition=request.definition,
        institution=place.institution,
        unit=place.unit,
        type=request.definition.type,
        facts=DefinitionFacts(**FACTS),
        answers={},
        policy=place.institution.policy,
        proposal_id=old.proposal_id,
        revision_hash="1" * 64,
        approvals=[],
        badge=True,
        notation=False,
        by=place.programme_manager,
    )
    requests.approve(request=request, by=place.registrar)
    awarding.run(request.job.pk)
    assert Award.objects.get().version.number == old.number + 1

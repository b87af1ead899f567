"""The inventory, which nobody but the office sees; reviews, the committee's work and market intelligence."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role, RoleGrant
from credentials.models import Standing
from journal.models import Entry
from outreach.actions import inventory, studies
from outreach.models import Candidate, CandidateStep, Study
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.desk.test_embargo import read_by
from tests.factories import LONG_AGO
from tests.proposals.walking import start
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db
TITLE = "Evening course on beekeeping law"
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def at(campus):
    return campus("cu_denver")


def draft_of_the_managers(at):
    """A proposal that the programme manager may see: they propose it too."""
    RoleGrant.objects.create(
        institution=at.institution, person=at.programme_manager, role=Role.PROPOSER, starts_on=LONG_AGO
    )
    return start(at, {"about": {"title": TITLE}}, proposers=[at.programme_manager])


def add(at, title=TITLE):
    return inventory.add(institution=at.institution, title=title, unit=at.unit, by=at.programme_manager)


@pytest.mark.clause("CUD-9", "CUD-13")
def test_an_activity_goes_from_candidate_over_soft_launch_to_launched(at):
    site = site_for(at.programme_manager)
    site.post(reverse("candidate_add", args=[at.institution.slug]), {"title": TITLE, "unit": str(at.unit.pk)})
    one = Candidate.objects.get()
    move = reverse("candidate_move", args=[one.pk])
    assert site.post(move, {"state": "soft_launch", "text": "Chosen for spring."}).status_code == 302
    assert "Choose the proposal." in site.post(move, {"state": "proposed"}).content.decode()
    proposal = draft_of_the_managers(at)
    assert site.post(move, {"state": "proposed", "proposal": str(proposal.pk)}).status_code == 302
    refused = site.post(move, {"state": "launched"})
    assert (refused.status_code, b"launched once its credential is approved" in refused.content) == (
        409,
        True,
    )
    made = definition(at, Standing.ESTABLISHED, title=TITLE)
    assert site.post(move, {"state": "launched", "definition": str(made.pk)}).status_code == 302
    steps = list(one.steps.order_by("pk").values_list("before", "after"))
    assert steps == [
        ("", "candidate"),
        ("candidate", "soft_launch"),
        ("soft_launch", "proposed"),
        ("proposed", "launched"),
    ]
    said = " ".join(site.get(reverse("candidate", args=[one.pk])).content.decode().split())
    assert "Soft launch to Proposed" in said and "Chosen for spring." in said
    acts = Entry.objects.filter(act__startswith="candidate").values_list("act", flat=True)
    assert list(acts.order_by("number")) == ["candidate added"] + ["candidate moved"] * 3


@pytest.mark.clause("CUD-13", "UM-14")
def test_marketing_is_recorded_once_it_may_be_advertised_and_not_before(at):
    one = add(at)
    given = {
        "channel": "Newsletter of the evening school",
        "on": at.institution.today(),
        "by": at.programme_manager,
    }
    with pytest.raises(Refused) as error:
        inventory.market(candidate=one, **given)
    assert (error.value.reasons[0].text, error.value.reasons[0].clause) == (
        "Nothing is marketed before it is approved. Link the credential that it became.",
        "CUD-13",
    )
    made = definition(at, Standing.PILOT, title=TITLE)
    inventory.move(candidate=one, state="launched", definition=made, by=at.programme_manager)
    with pytest.raises(Refused, match="Record it when it has happened"):
        inventory.market(candidate=one, **given | {"on": dt.date(2999, 1, 1)})
    inventory.market(candidate=one, **given)
    page = site_for(at.programme_manager).get(reverse("candidate", args=[one.pk])).content.decode()
    assert "Newsletter of the evening school" in page
    with pytest.raises(DatabaseError), transaction.atomic():
        CandidateStep.objects.update(channel="Billboards")


@pytest.mark.clause("CUD-9", "UM-14")
def test_the_inventory_is_nobody_elses(at):
    one = add(at)
    seen = read_by(Client(), most=40)
    assert f"/office/{at.institution.slug}/" in seen
    assert [address for address, said in seen.items() if TITLE.encode() in said] == []
    addresses = [reverse(n, args=[one.pk]) for n in ("candidate", "candidate_move", "candidate_market")]
    addresses += [reverse(n, args=[at.institution.slug]) for n in ("office_inventory", "candidate_add")]
    for role in ("proposer", "section_head", "issuer", "learner", "nobody", "stranger"):
        person = getattr(at, role)
        site, api = site_for(person), api_for(person)
        assert {site.get(address).status_code for address in addresses} <= {403, 404}
        assert api.get("/api/v1/inventory/").json()["results"] == []
        assert api.post(f"/api/v1/inventory/{one.pk}/move/", {"state": "soft_launch"}).status_code == 404
        assert TITLE not in site.get("/search/?q=beekeeping").content.decode()
        with pytest.raises(PermissionDenied):
            inventory.add(institution=at.institution, title="Another", by=person)
    assert all("/login/" in Client().get(address)["Location"] for address in addresses)


def test_what_cannot_be_in_the_inventory_is_refused(at):
    one = add(at)
    elsewhere = definition(at, title="Somebody's")
    cases = [
        (lambda: add(at, TITLE.upper()), "The inventory has an activity of this title already."),
        (lambda: add(at, " "), "Give it a title."),
        (
            lambda: inventory.move(candidate=one, state="weather", by=at.programme_manager),
            "Choose one of the policy’s states.",
        ),
    ]
    for act, said in cases:
        with pytest.raises(Refused) as error:
            act()
        assert error.value.reasons[0].text == said
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(institution=at.elsewhere)
    elsewhere.refresh_from_db()
    with pytest.raises(Refused, match="Choose one of this campus"):
        inventory.move(candidate=one, state="candidate", definition=elsewhere, by=at.programme_manager)
    site = site_for(at.programme_manager)
    address = reverse("office_inventory", args=[at.institution.slug])
    few = queries_of(site, address)
    for n in range(2):
        add(at, f"Another {n}")
    assert queries_of(site, address) == few


def keep(at, subject, by=None, **more):
    given = {"title": "What others call it", "source": "A national survey", "dated_on": DAY} | more
    return studies.keep(institution=at.institution, subject=subject, by=by or at.programme_manager, **given)


@pytest.mark.clause("CUD-12")
@pytest.mark.parametrize("subject", ["definitions", "competitors", "campus", "policies"])
def test_reviews_are_kept_with_source_and_date(at, subject):
    site = site_for(at.programme_manager)
    address = reverse("study_keep", args=[at.institution.slug, subject])
    given = {
        "title": "Six definitions",
        "source": "A report",
        "dated_on": "2026-03-02",
        "url": "https://e.example/r",
    }
    for missing in ("title", "source", "dated_on"):
        assert site.post(address, given | {missing: ""}).status_code == 409
    assert site.post(address, given | {"dated_on": "2999-01-01"}).status_code == 409
    assert site.post(address, given | {"url": "javascript:alert(1)"}).status_code == 409
    site.post(address, given)
    said = site.get(
        reverse("office_studies", args=[at.institution.slug]), {"subject": subject}
    ).content.decode()
    assert "Six definitions" in said and "A report" in said and "2 March 2026" in said
    assert site.get(reverse("study_keep", args=[at.institution.slug, "weather"])).status_code == 404


@pytest.mark.clause("CUB-20")
def test_the_committee_keeps_its_frameworks_opportunities_meanings_and_inclusion(campus):
    at = campus("cu_boulder")
    member = at.members("mac")[0]
    for subject in ("frameworks", "opportunities", "meanings", "inclusion"):
        keep(at, subject, by=member, title=f"Work on {subject}")
    said = site_for(member).get(reverse("outreach_home"), follow=True).content.decode()
    assert reverse("outreach_home") in site_for(member).get("/admin/").content.decode()
    assert all(f"Work on {s}" in said for s in ("frameworks", "opportunities", "meanings", "inclusion"))
    assert "Inventory" not in said  # what else the office keeps is not theirs
    for person in (at.proposer, at.nobody, at.stranger):
        address = reverse("office_studies", args=[at.institution.slug])
        assert site_for(person).get(address).status_code in (403, 404)
        with pytest.raises(PermissionDenied):
            keep(at, "frameworks", by=person)
    one = Study.objects.first()
    other = at.members("mac")[1]
    with pytest.raises(PermissionDenied):
        studies.withdraw(study=one, by=other)
    studies.withdraw(study=one, by=at.programme_manager)
    with pytest.raises(Refused):
        studies.withdraw(study=one, by=at.programme_manager)
    assert Study.objects.standing().count() == 3


@pytest.mark.clause("CUD-10")
def test_market_intelligence_stands_on_the_proposals_page_with_source_and_date(at):
    proposal, made = (
        draft_of_the_managers(at),
        definition(at, title=TITLE),
    )
    site = site_for(at.programme_manager)
    address = reverse("study_keep", args=[at.institution.slug, "market"])
    given = {
        "title": "Inspectors who know hives",
        "source": "Postings of the state",
        "dated_on": "2026-03-02",
    }
    assert site.post(address, given | {"proposal": str(proposal.pk)}).status_code == 302
    assert site.post(address, given | {"definition": str(made.pk)}).status_code == 302
    page = site_for(at.proposer).get(proposal.get_absolute_url()).content.decode()
    assert "Inspectors who know hives" in page and "Postings of the state" in page and "2 March 2026" in page
    with pytest.raises(Refused, match="Only market intelligence is attached"):
        keep(at, "definitions", proposal=proposal)
    assert site.post(address, given | {"proposal": str(at.institution.pk)}).status_code == 409


def test_the_same_over_http(at):
    manager = api_for(at.programme_manager)
    made = manager.post("/api/v1/inventory/", {"institution": at.institution.slug, "title": TITLE})
    assert made.status_code == 201
    path = f"/api/v1/inventory/{made.json()['id']}/"
    assert manager.post(f"{path}move/", {"state": "soft_launch"}).json()["state"] == "soft_launch"
    assert manager.post(f"{path}marketing/", {"channel": "Radio", "on": "2026-03-02"}).status_code == 409
    given = {
        "institution": at.institution.slug,
        "subject": "definitions",
        "title": "Six",
        "source": "A report",
        "dated_on": "2026-03-02",
    }
    kept = manager.post("/api/v1/studies/", given)
    assert kept.status_code == 201
    assert manager.get("/api/v1/studies/").json()["count"] == 1
    assert api_for(at.stranger).post("/api/v1/studies/", given).status_code == 404
    assert api_for(at.nobody).post("/api/v1/studies/", given).status_code == 403
    assert api_for(at.nobody).get("/api/v1/studies/").json()["count"] == 0
    assert manager.post(f"/api/v1/studies/{kept.json()['id']}/withdraw/").status_code == 200
    assert manager.get("/api/v1/studies/").json()["count"] == 0
    assert Client().get("/api/v1/inventory/").status_code == 401

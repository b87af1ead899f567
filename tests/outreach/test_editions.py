"""The roadmap with its versions; definitions and procedures, approved before they take effect and never changed after."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from journal import clock
from journal.models import Entry
from outreach.actions import editions
from outreach.models import Edition
from policies.reasons import Refused
from tests.outreach.support import NOON
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 1)


@pytest.fixture
def at(campus):
    with clock.at(NOON):
        yield campus("cu_denver")


def public(at, name, *more):
    return Client().get(reverse(name, args=[at.institution.slug, *more]))


@pytest.mark.clause("CUD-5")
def test_the_roadmap_begins_with_the_policys_phases_for_everyone(at):
    said = public(at, "roadmap").content.decode()
    for words in (
        "Phase 0: where we stand",
        "Summer and fall 2022",
        "Review the market: what competitors offer",
        "Phase 3: scale",
        "From spring 2024",
    ):
        assert words in said
    assert said.count("its activities may still change") == 2
    assert [said.count(f"<span>{word}</span>") for word in ("Done", "Under way", "Planned")] == [5, 2, 11]


@pytest.mark.clause("CUD-5")
def test_the_office_changes_a_phase_and_every_version_is_kept(at):
    site = site_for(at.programme_manager)
    edit = reverse("phase_edit", args=[at.institution.slug, 2])
    page = site.get(edit).content.decode()
    assert "Settle the strategic goals" in page
    given = {
        "title": "Phase 1: planning",
        "time_frame": "Fall 2022 to spring 2023",
        "settled": "on",
        "says_0": "Settle the strategic goals",
        "state_0": "done",
        "says_1": "<b>Bold</b> plans",
        "state_1": "planned",
    }
    assert site.post(edit, given).status_code == 409  # no reason
    site.post(edit, given | {"why": "The goals are settled."})
    site.post(
        reverse("phase_edit", args=[at.institution.slug, 5]), {"title": "Phase 4", "why": "What comes after."}
    )
    now = public(at, "roadmap").content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt; plans" in now and "Phase 4" in now
    first = public(at, "roadmap_version", 1).content.decode()
    assert "An earlier version" in first and "Phase 4" not in first and "Phase 1: planning" in first
    assert "The goals are settled." in now and "What comes after." in now
    site.post(reverse("phase_remove", args=[at.institution.slug, 5]), {"why": "Too early."})
    assert "<h2>Phase 4" not in public(at, "roadmap").content.decode()
    assert public(at, "roadmap_version", 9).status_code == 404
    assert site.get(reverse("phase_edit", args=[at.institution.slug, 9])).status_code == 404
    assert [e.detail["number"] for e in Entry.objects.filter(act="roadmap changed").order_by("number")] == [
        1,
        2,
        3,
    ]


def phase(**changes):
    return {"title": "A", "time_frame": "", "settled": True, "activities": []} | changes


@pytest.mark.parametrize(
    ("phases", "why", "said"),
    [
        ([phase(title=" ")], "Because.", "Give the phase a title."),
        ([phase(activities=[{"says": "", "state": "done"}])], "Because.", "Say what is done."),
        (
            [phase(activities=[{"says": "X", "state": "soon"}])],
            "Because.",
            "An activity is planned, under way or done.",
        ),
        ([phase()] * 21, "Because.", "At most 20 phases."),
        ([phase()], " ", "Say what changes, and why. It is kept."),
    ],
    ids=["title", "says", "state", "many", "why"],
)
def test_a_roadmap_that_cannot_be_is_refused(at, phases, why, said):
    with pytest.raises(Refused) as error:
        editions.write_roadmap(institution=at.institution, phases=phases, why=why, by=at.programme_manager)
    assert error.value.reasons[0].text == said
    given = {"institution": at.institution, "phases": [phase()], "why": "First.", "by": at.programme_manager}
    editions.write_roadmap(**given)
    with pytest.raises(Refused, match="Nothing is different"):
        editions.write_roadmap(**given)


def approved(at, text="Small and assessed.", subject="definition", effective=TODAY):
    row = editions.draft(institution=at.institution, subject=subject, text=text, by=at.programme_manager)
    given = {"approved_by": "Faculty Assembly", "approved_on": TODAY, "effective_on": effective}
    return editions.approve(edition=row, by=at.programme_manager, **given)


@pytest.mark.clause("CUD-7", "CUD-13")
@pytest.mark.parametrize("subject", ["definition", "sizes", "records", "procedures"])
def test_a_version_holds_from_its_day_and_the_one_before_is_kept(at, subject):
    approved(at, "The first words.", subject)
    second = approved(at, "The second words.", subject, TODAY + dt.timedelta(days=10))
    said = public(at, "definitions").content.decode()
    assert "The first words." in said and "The second words." not in said and "11 March 2027" in said
    with clock.at(NOON + dt.timedelta(days=10)):
        said = public(at, "definitions").content.decode()
    assert "The second words." in said and "The first words." not in said
    assert "The first words." in public(at, "definition_version", subject, 1).content.decode()
    assert second.number == 2


@pytest.mark.clause("CUD-7")
def test_nothing_takes_effect_before_it_is_approved(at):
    draft = editions.draft(
        institution=at.institution, subject="definition", text="A draft.", by=at.programme_manager
    )
    assert "A draft." not in public(at, "definitions").content.decode()
    assert public(at, "definition_version", "definition", 1).status_code == 404
    day = dt.timedelta(days=1)
    cases = [
        (TODAY, TODAY - day, "Nothing takes effect before it is approved."),
        (TODAY + day, TODAY + day, "It is not approved before that day. Record it then."),
        (TODAY - 2 * day, TODAY - day, "It takes effect today or later."),
    ]
    for on, effective, said in cases:
        with pytest.raises(Refused) as error:
            editions.approve(
                edition=draft,
                approved_by="A body",
                approved_on=on,
                effective_on=effective,
                by=at.programme_manager,
            )
        assert error.value.reasons[0].text == said
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(
            settled_at=NOON, settled_by=at.programme_manager, effective_on=TODAY
        )


@pytest.mark.clause("CUD-7")
def test_what_is_approved_is_never_changed(at):
    row = approved(at)
    with pytest.raises(Refused):
        editions.approve(
            edition=row, approved_by="X", approved_on=TODAY, effective_on=TODAY, by=at.programme_manager
        )
    with pytest.raises(Refused):
        editions.drop(edition=row, by=at.programme_manager)
    for change in (lambda: Edition.objects.update(text="Other"), lambda: Edition.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    acts = Entry.objects.filter(act__startswith="version").order_by("number").values_list("act", flat=True)
    assert list(acts) == ["version drafted", "version approved"]


def test_pages_and_acts_are_the_offices(at):
    draft = editions.draft(
        institution=at.institution, subject="sizes", text="A draft.", by=at.programme_manager
    )
    slug = at.institution.slug
    addresses = [reverse("office_roadmap", args=[slug]), reverse("phase_edit", args=[slug, 1])]
    addresses += [reverse("office_texts", args=[slug]), reverse("text_draft", args=[slug, "sizes"])]
    addresses += [reverse(name, args=[draft.pk]) for name in ("text_approve", "text_drop")]
    manager = site_for(at.programme_manager)
    assert [manager.get(address).status_code for address in addresses] == [200] * 6
    assert manager.get(reverse("text_draft", args=[slug, "weather"])).status_code == 404
    for role in ("proposer", "section_head", "issuer", "learner", "nobody", "stranger"):
        person = getattr(at, role)
        site = site_for(person)
        assert {site.get(address).status_code for address in addresses} <= {403, 404}
        assert {site.post(address, {}).status_code for address in addresses} <= {403, 404, 405}
        with pytest.raises(PermissionDenied):
            editions.draft(institution=at.institution, subject="sizes", text="Mine.", by=person)
        with pytest.raises(PermissionDenied):
            editions.approve(
                edition=draft, approved_by="Me", approved_on=TODAY, effective_on=TODAY, by=person
            )
    assert all("/login/" in Client().get(address)["Location"] for address in addresses)
    manager.post(
        addresses[4], {"approved_by": "Dean", "approved_on": "2027-03-01", "effective_on": "2027-03-01"}
    )
    draft.refresh_from_db()
    assert draft.settled_at is not None


def test_the_same_over_http(at):
    manager, other = api_for(at.programme_manager), api_for(at.nobody)
    own = f"/api/v1/roadmaps/{at.institution.slug}/"
    assert len(other.get(own).json()) == 4
    given = {"phases": [phase(activities=[{"says": "Begin", "state": "done"}])], "why": "Shorter."}
    assert other.post(own, given, format="json").status_code == 403
    assert manager.post(own, given, format="json").status_code == 201
    assert [one["title"] for one in other.get(own).json()] == ["A"]
    draft = {"institution": at.institution.slug, "subject": "definition", "text": "Small."}
    made = manager.post("/api/v1/editions/", draft).json()
    assert other.get("/api/v1/editions/").json()["count"] == 1  # the roadmap; a draft is the office's
    approval = {"approved_by": "Assembly", "approved_on": "2027-03-01", "effective_on": "2027-02-01"}
    path = f"/api/v1/editions/{made['id']}/approve/"
    assert other.post(path, approval).status_code == 404
    assert manager.post(path, approval).status_code == 409
    assert manager.post(path, approval | {"effective_on": "2027-03-02"}).status_code == 200
    assert other.get("/api/v1/editions/").json()["count"] == 2
    assert api_for(at.stranger).get(own).status_code == 404

"""Completions in the browser, by the API and in the dashboard: who reads them, how mistakes are told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.models import Completion
from tests.credentials.support import nothing_written, texts
from tests.learning.support import MAP, READ, recorded
from tests.support import api_for, site_for

# --- who reads them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [("assessor", True), ("programme_manager", True), ("issuer", True), ("registrar", True),
     ("administrator", True), ("proposer", False), ("supervisor", False), ("stranger", False)],
)  # fmt: skip
def test_learners_are_seen_by_those_who_assess_issue_or_certify(model, offering, who, sees):
    made, person = recorded(offering, model.assessor), getattr(model, who)
    assert list(Completion.objects.visible_to(person)) == ([made] if sees else [])
    assert api_for(person).get("/api/v1/completions/").json()["count"] == int(sees)
    page = site_for(person).get(f"/offerings/{offering.pk}/")
    if page.status_code == 200:
        assert ("fires@learner.example" in texts(page)) is sees
        assert sees or "1 learner so far." in texts(page)


def test_learner_sees_the_own_completion(model, offering):
    made = recorded(offering, model.assessor, email=model.learner.email)
    recorded(offering, model.assessor, email="other@learner.example")
    assert list(Completion.objects.visible_to(model.learner)) == [made]


# --- in the browser -----------------------------------------------------------------------------


def sent(**changes):
    values = {
        "name": "Test learner",
        "email": "fires@learner.example",
        "completed_on": "2026-03-01",
        "met_1": "on",
        "evidence": "Portfolio",
        "evidence_url": "",
        "enrolled": "unknown",
    }
    return values | changes


def test_form_records_a_completion(model, offering):
    site = site_for(model.assessor)
    page = site.post(f"/offerings/{offering.pk}/", sent(), follow=True)
    assert page.redirect_chain == [(f"/offerings/{offering.pk}/", 302)]
    assert "Recorded: Test learner has completed." in texts(page)
    made = Completion.objects.get()
    assert (made.enrolled, [m.competency for m in made.competencies.all()]) == (None, [READ])


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ("unknown", None)])
def test_enrolment_is_yes_no_or_not_asked(model, offering, value, expected):
    site_for(model.assessor).post(f"/offerings/{offering.pk}/", sent(enrolled=value))
    assert Completion.objects.get().enrolled is expected


def test_form_tells_mistakes_at_their_fields_and_keeps_what_was_typed(model, offering):
    site, path = site_for(model.assessor), f"/offerings/{offering.pk}/"
    page = site.post(path, sent(name="", email="nonsense", evidence="My long text"))
    body = page.content.decode()
    assert page.status_code == 409
    assert set(page.context["form"].errors) == {"name", "email"}
    assert 'href="#id_email"' in body
    assert 'value="nonsense"' in body
    assert "My long text</textarea>" in body
    refused = site.post(path, sent(evidence="", completed_on="2099-01-01"))
    assert refused.context["form"].errors == {
        "completed_on": ["The date lies in the future."],
        "evidence": ["Say what shows it, or give a link to the evidence."],
    }
    assert not Completion.objects.exists()
    assert set(site.post(path, {}).context["form"].errors) == {"name", "email"}


def test_form_is_shown_to_assessors_alone(model, offering):
    path = f"/offerings/{offering.pk}/"
    assert site_for(model.assessor).get(path).context["form"] is not None
    page = site_for(model.programme_manager).get(path)
    assert page.context["form"] is None
    assert site_for(model.programme_manager).post(path, sent()).status_code == 403
    assert site_for(model.stranger).post(path, sent()).status_code == 404


def test_pages_and_lists_take_as_many_queries_for_three_as_for_one(model, offering):
    reads = (
        (site_for(model.assessor), f"/offerings/{offering.pk}/"),
        (api_for(model.assessor), "/api/v1/completions/"),
    )
    counts = {path: [] for _, path in reads}
    for number, more in enumerate((1, 2)):
        for n in range(more):
            recorded(offering, model.assessor, email=f"l{number}{n}@learner.example")
        for reader, path in reads:
            reader.get(path)
            with CaptureQueriesContext(connection) as queries:
                reader.get(path)
            counts[path].append(len(queries))
    for path, (one, three) in counts.items():
        assert one == three, path


def test_reading_writes_nothing(model, offering):
    made = recorded(offering, model.assessor)
    reads = {
        "/offerings/": model.assessor,
        f"/offerings/{offering.pk}/": model.assessor,
        f"/offerings/open/{offering.definition_id}/": model.issuer,
        f"/offerings/completions/{made.pk}/withdraw/": model.assessor,
        "/admin/learning/offering/": model.programme_manager,
        f"/admin/learning/completion/{made.pk}/change/": model.programme_manager,
    }
    for path, person in reads.items():
        site = site_for(person)
        with nothing_written():
            assert site.get(path).status_code == 200, path


# --- by the API ---------------------------------------------------------------------------------


def body(offering, **changes):
    values = {
        "offering": str(offering.pk),
        "name": "Test learner",
        "email": "fires@learner.example",
        "completed_on": "2026-03-01",
        "evidence": "Portfolio",
    }
    return values | changes


def test_api_records_a_completion(model, offering):
    answer = api_for(model.assessor).post("/api/v1/completions/", body(offering, enrolled=True))
    assert answer.status_code == 201
    made = answer.json()
    assert set(made.pop("competencies")) == {READ, MAP}
    assert made.pop("met") == [
        {"competency": name, "met_on": "2026-03-01", "level": "", "evidence": ""} for name in (READ, MAP)
    ]
    assert made == {
        "id": str(Completion.objects.get().pk),
        "offering": str(offering.pk),
        "learner_name": "Test learner",
        "email": "fires@learner.example",
        "completed_on": "2026-03-01",
        "enrolled": True,
        "evidence": "Portfolio",
        "evidence_url": "",
    }


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        ("programme_manager", {}, 403),
        ("stranger", {}, 404),
        ("assessor", {"evidence": ""}, 409),
        ("assessor", {"competencies": ["Fly"]}, 409),
        ("assessor", {"completed_on": "soon"}, 400),
        ("assessor", {"email": "nonsense"}, 400),
        ("assessor", {"name": "a\x00b"}, 400),
    ],
)
def test_api_refuses_in_its_own_shape(model, offering, who, changes, status):
    answer = api_for(getattr(model, who)).post("/api/v1/completions/", body(offering, **changes))
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "reasons"}
    assert not Completion.objects.exists()


# --- the dashboard ------------------------------------------------------------------------------


def test_dashboard_shows_completions_within_the_campus_and_changes_none(model, offering):
    made = recorded(offering, model.assessor)
    path = f"/admin/learning/completion/{made.pk}/change/"
    assert site_for(model.programme_manager).get(path).status_code == 200
    assert site_for(model.programme_manager).post(path, {"evidence": "Changed"}).status_code == 403
    assert site_for(model.proposer).get(path).status_code == 404
    assert site_for(model.stranger).get(path).status_code == 404
    assert "Test learner" in texts(site_for(model.programme_manager).get("/admin/learning/completion/"))
    assert "Test learner" not in texts(site_for(model.stranger).get("/admin/learning/completion/"))

"""Recorded completion: who records it, with what evidence, what is refused, and who may read it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal import clock
from journal.models import Entry
from learning.actions import completions, offerings
from learning.models import CompetencyMet, Completion
from learning.reading import completions_for
from policies.reasons import Refused
from tests.credentials.support import award, definition, nothing_written, texts
from tests.factories import RoleGrantFactory
from tests.support import api_for, site_for

READ, MAP = "Read a fire weather table", "Map the perimeter of a fire"
STARTED = dt.date(2026, 1, 12)
DONE = dt.date(2026, 3, 1)


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def offering(model):
    return offerings.open_offering(
        definition=definition(model),
        title="Spring 2026",
        starts_on=STARTED,
        assessors=[model.assessor],
        by=model.issuer,
    )


def recorded(offering, by, **changes):
    values = {
        "offering": offering,
        "email": "Fires@Learner.example",
        "name": "  Test   learner ",
        "completed_on": DONE,
        "evidence": "Portfolio",
        "by": by,
    }
    return completions.record(**(values | changes))


def reasons(model, offering, **changes):
    with pytest.raises(Refused) as refused:
        recorded(offering, model.assessor, **changes)
    assert not Completion.objects.exists()
    return [(reason.field, reason.text) for reason in refused.value.reasons]


def test_named_assessor_records_a_completion(model, offering):
    made = recorded(offering, model.assessor, enrolled=True)
    assert (made.learner_name, made.learner.email) == ("Test learner", "fires@learner.example")
    assert (made.completed_on, made.evidence, made.enrolled) == (DONE, "Portfolio", True)
    assert made.learner.learner_since is not None
    assert not made.learner.has_usable_password()
    assert sorted(CompetencyMet.objects.values_list("competency", flat=True)) == [MAP, READ]
    entry = Entry.objects.filter(subject_id=offering.definition_id).latest("number")
    assert entry.act == "completion recorded"
    assert entry.detail == {"completion": str(made.pk), "learner": str(made.learner_id)}


def test_only_the_competencies_shown_are_met(model, offering):
    recorded(offering, model.assessor, competencies=[READ, READ])
    recorded(offering, model.assessor, email="other@learner.example", competencies=[])
    assert list(CompetencyMet.objects.values_list("competency", flat=True)) == [READ]


@pytest.mark.parametrize("who", ["programme_manager", "issuer", "registrar", "administrator", "stranger"])
def test_nobody_else_records(model, offering, who):
    with pytest.raises(PermissionDenied):
        recorded(offering, getattr(model, who))


def test_assessor_not_named_for_it_does_not_record(model, offering):
    other = RoleGrantFactory(institution=model.institution, role="assessor", unit=model.unit).person
    with pytest.raises(PermissionDenied):
        recorded(offering, other)


def test_assessor_never_records_for_themselves(model, offering):
    assert reasons(model, offering, email=model.assessor.email.upper()) == [
        ("email", "Someone else must record your own completion.")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, ("name", "Write the learner's name.")),
        ({"name": "x" * 201}, ("name", "The name is longer than 200 characters.")),
        ({"name": "Ding\x07"}, ("name", "The name holds characters that cannot be printed.")),
        ({"email": " "}, ("email", "Write the learner's e-mail address.")),
        ({"email": "nonsense"}, ("email", "“nonsense” is not an e-mail address.")),
        ({"completed_on": STARTED - dt.timedelta(days=1)},
         ("completed_on", "The date lies before the offering began.")),
        ({"completed_on": dt.date(2099, 1, 1)}, ("completed_on", "The date lies in the future.")),
        ({"evidence": " "}, ("evidence", "Say what shows it, or give a link to the evidence.")),
        ({"evidence": "a\x00b"}, ("evidence", "The text holds characters that cannot be printed.")),
        ({"evidence_url": "ftp://work.example/map"},
         ("evidence_url", "The link must be an address that begins with https://.")),
        ({"evidence_url": "https://work.example/a b"},
         ("evidence_url", "The link must be an address that begins with https://.")),
        ({"competencies": ["Fly"]}, ("competencies", "“Fly” is not one of this credential's competencies.")),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_told_with_its_field(model, offering, changes, expected):
    assert reasons(model, offering, **changes) == [expected]


def test_mistakes_are_told_together(model, offering):
    found = reasons(model, offering, name="", email="", evidence="", completed_on=dt.date(2099, 1, 1))
    assert [field for field, _ in found] == ["name", "email", "completed_on", "evidence"]


def test_link_alone_is_evidence_enough(model, offering):
    made = recorded(offering, model.assessor, evidence="", evidence_url="https://work.example/map?a=1")
    assert made.evidence_url == "https://work.example/map?a=1"


def test_today_is_the_campuss_day(campus):
    montana = campus("montana")
    evening = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # 1 March in the Rocky Mountains
    with clock.at(evening):
        run = offerings.open_offering(
            definition=definition(montana),
            title="Run",
            starts_on=STARTED,
            assessors=[montana.assessor],
            by=montana.issuer,
        )
        with pytest.raises(Refused):
            recorded(run, montana.assessor, completed_on=dt.date(2026, 3, 2))
        recorded(run, montana.assessor, completed_on=dt.date(2026, 3, 1))


def test_a_learner_completes_an_offering_once(model, offering):
    recorded(offering, model.assessor)
    with pytest.raises(Refused) as refused:
        recorded(offering, model.assessor, email="FIRES@learner.example")
    assert refused.value.reasons[0].text == "This learner's completion is recorded already."
    assert Completion.objects.count() == 1


def test_requests_read_the_newest_standing_completion(model, offering):
    old = recorded(offering, model.assessor, competencies=[READ])
    assert completions_for(offering.definition, ["fires@learner.example"])[
        "fires@learner.example"
    ].competencies == {READ}
    completions.withdraw(completion=old, by=model.assessor)
    assert completions_for(offering.definition, ["fires@learner.example"]) == {}
    new = recorded(offering, model.assessor)
    found = completions_for(offering.definition, ["fires@learner.example"])["fires@learner.example"]
    assert (found.completion_id, found.competencies) == (new.pk, {READ, MAP})


# --- taking back --------------------------------------------------------------------------------


def test_mistake_is_taken_back_and_stays_in_the_record(model, offering):
    made = recorded(offering, model.assessor)
    first = completions.withdraw(completion=made, by=model.assessor).withdrawn_at
    assert completions.withdraw(completion=made, by=model.assessor).withdrawn_at == first
    assert [e.act for e in Entry.objects.filter(subject_id=offering.definition_id).order_by("number")][
        -2:
    ] == [
        "completion recorded",
        "completion withdrawn",
    ]
    recorded(offering, model.assessor)


def test_completion_behind_a_badge_is_not_taken_back(model, offering):
    made = recorded(offering, model.assessor)
    award(offering.definition, made.learner)
    with pytest.raises(Refused) as refused:
        completions.withdraw(completion=made, by=model.assessor)
    assert "revoke it instead" in refused.value.reasons[0].text


def test_only_a_named_assessor_takes_back(model, offering):
    made = recorded(offering, model.assessor)
    with pytest.raises(PermissionDenied):
        completions.withdraw(completion=made, by=model.programme_manager)
    path = f"/offerings/completions/{made.pk}/withdraw/"
    assert site_for(model.programme_manager).post(path).status_code == 403
    assert site_for(model.proposer).post(path).status_code == 404
    assert site_for(model.stranger).get(path).status_code == 404
    site = site_for(model.assessor)
    assert "Take back this completion?" in texts(site.get(path))
    assert "Taken back: the completion of Test learner." in texts(site.post(path, follow=True))
    assert site.get(path).status_code == 404


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
        "competencies": [READ],
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
    assert set(site.post(path, {}).context["form"].errors) == {"name", "email", "completed_on"}


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

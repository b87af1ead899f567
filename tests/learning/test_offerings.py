"""Offerings: who opens them, who is named as assessor, what is refused, in the browser and by the API."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials.hooks import next_start
from credentials.models import Standing
from journal import clock
from journal.models import Entry
from learning.actions import offerings
from learning.models import Offering
from policies.reasons import Refused
from tests.credentials.support import definition, texts
from tests.factories import RoleGrantFactory
from tests.support import api_for, site_for

JANUARY, MAY = dt.date(2026, 1, 12), dt.date(2026, 5, 8)


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def made(model):
    return definition(model)


def opened(model, made, **changes):
    values = {
        "definition": made,
        "title": "Spring 2026",
        "starts_on": JANUARY,
        "ends_on": MAY,
        "assessors": [model.assessor],
        "by": model.issuer,
    }
    return offerings.open_offering(**(values | changes))


def reasons(model, made, **changes):
    with pytest.raises(Refused) as refused:
        opened(model, made, **changes)
    assert not Offering.objects.exists()
    return [(reason.field, reason.text) for reason in refused.value.reasons]


@pytest.mark.parametrize("who", ["programme_manager", "programme_director", "issuer"])
def test_offering_is_opened_by_those_who_run_programmes(model, made, who):
    offering = opened(model, made, title="  Spring 2026 ", by=getattr(model, who))
    assert (offering.title, offering.starts_on, offering.ends_on) == ("Spring 2026", JANUARY, MAY)
    assert list(offering.assessors.all()) == [model.assessor]
    entry = Entry.objects.filter(subject_id=made.pk).latest("number")
    assert entry.act == "offering opened"
    assert entry.detail == {"offering": str(offering.pk), "assessors": [str(model.assessor.pk)]}


@pytest.mark.parametrize(
    "who", ["proposer", "assessor", "supervisor", "registrar", "administrator", "learner", "stranger"]
)
def test_others_open_none(model, made, who):
    with pytest.raises(PermissionDenied):
        opened(model, made, by=getattr(model, who))


def test_issuer_of_another_unit_opens_none(model, made):
    other = model.institution.units.create(name="Other department")
    issuer = RoleGrantFactory(institution=model.institution, role="issuer", unit=other).person
    with pytest.raises(PermissionDenied):
        opened(model, made, by=issuer)


@pytest.mark.parametrize("standing", ["draft", "suspended", "lapsed", "retired"])
def test_nothing_is_offered_without_the_right_to_award(model, standing):
    found = reasons(model, definition(model, Standing(standing)))
    assert found == [
        ("", "This credential is not approved, or no longer, so nothing can be offered under it.")
    ]


def test_pilot_that_is_over_offers_nothing(model):
    made = definition(model, Standing.PILOT)
    with clock.at(dt.datetime(2099, 7, 2, tzinfo=dt.UTC)):
        assert len(reasons(model, made)) == 1


def test_mistakes_are_told_together(model, made):
    found = reasons(model, made, title=" ", assessors=[], ends_on=JANUARY - dt.timedelta(days=1))
    assert found == [
        ("title", "Give the offering a title."),
        ("assessors", "Name at least one assessor."),
        ("ends_on", "The last day comes before the first."),
    ]


def test_assessors_hold_the_role_for_the_unit(model, made):
    found = reasons(model, made, assessors=[model.assessor, model.proposer])
    assert found == [("assessors", f"{model.proposer.email} is not an assessor of Department of Trials.")]


def test_next_start_is_the_first_day_ahead(model, made):
    assert next_start(made) is None
    for day in (dt.date(2020, 1, 1), dt.date(2098, 9, 1), dt.date(2097, 9, 1)):
        opened(model, made, starts_on=day, ends_on=None)
    assert next_start(made) == dt.date(2097, 9, 1)


# --- who sees them ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [("programme_manager", True), ("assessor", True), ("proposer", True), ("learner", False),
     ("nobody", False), ("stranger", False)],
)  # fmt: skip
def test_offerings_are_seen_on_their_campus(model, made, who, sees):
    offering, person = opened(model, made), getattr(model, who)
    assert list(Offering.objects.visible_to(person)) == ([offering] if sees else [])
    page = site_for(person).get(f"/offerings/{offering.pk}/")
    assert page.status_code == (200 if sees else 404)
    assert api_for(person).get("/api/v1/offerings/").json()["count"] == int(sees)


def test_named_assessor_sees_it_after_the_role_has_ended(model, made):
    offering = opened(model, made)
    model.assessor.grants.update(ends_on=dt.date(2021, 1, 1))
    assert list(Offering.objects.visible_to(model.assessor)) == [offering]


def test_pages_need_a_sign_in(model, made):
    offering = opened(model, made)
    for path in ("/offerings/", f"/offerings/{offering.pk}/", f"/offerings/open/{made.pk}/"):
        assert Client().get(path)["Location"].startswith("/accounts/login/")


# --- in the browser -----------------------------------------------------------------------------


def test_list_offers_what_one_may_open(model, made):
    definition(model, Standing.LAPSED, title="Over")
    page = site_for(model.issuer).get("/offerings/")
    assert "No offerings yet" in texts(page)
    assert list(page.context["openable"]) == [made]
    assert list(site_for(model.proposer).get("/offerings/").context["openable"]) == []


def test_form_opens_an_offering(model, made):
    site, path = site_for(model.issuer), f"/offerings/open/{made.pk}/"
    page = site.get(path)
    assert [str(choice[1]) for choice in page.context["form"].fields["assessors"].choices] == [
        str(model.assessor)
    ]
    sent = {
        "title": "Spring",
        "starts_on": "2026-01-12",
        "ends_on": "",
        "assessors": [str(model.assessor.pk)],
    }
    answer = site.post(path, sent, follow=True)
    offering = Offering.objects.get()
    assert answer.redirect_chain == [(f"/offerings/{offering.pk}/", 302)]
    assert "The offering is open." in texts(answer)


def test_form_tells_mistakes_at_their_fields_and_keeps_what_was_typed(model, made):
    site, path = site_for(model.issuer), f"/offerings/open/{made.pk}/"
    page = site.post(path, {"title": "Spring", "starts_on": "soon", "assessors": [str(model.proposer.pk)]})
    body = page.content.decode()
    assert page.status_code == 409
    assert 'href="#id_starts_on"' in body
    assert 'value="Spring"' in body
    assert 'value="soon"' in body
    assert set(page.context["form"].errors) == {"starts_on", "assessors"}
    empty = site.post(path, {})
    assert set(empty.context["form"].errors) == {"title", "starts_on", "assessors"}


def test_form_tells_a_refusal_of_the_action_at_its_field(model, made):
    sent = {"title": "Spring", "starts_on": "2026-05-01", "ends_on": "2026-04-01"}
    sent |= {"assessors": [str(model.assessor.pk)]}
    page = site_for(model.issuer).post(f"/offerings/open/{made.pk}/", sent)
    assert page.status_code == 409
    assert page.context["form"].errors == {"ends_on": ["The last day comes before the first."]}


def test_form_is_shown_to_those_who_may_alone(model, made):
    path = f"/offerings/open/{made.pk}/"
    assert site_for(model.proposer).get(path).status_code == 403
    hidden = definition(model, Standing.DRAFT, title="Hidden")
    assert site_for(model.stranger).get(f"/offerings/open/{hidden.pk}/").status_code == 404


def test_lists_take_as_many_queries_for_three_as_for_one(model, made):
    site, api = site_for(model.programme_manager), api_for(model.programme_manager)
    for reader, path in ((site, "/offerings/"), (api, "/api/v1/offerings/")):
        Offering.objects.all().delete()
        counts = []
        for more in (1, 2):
            for _ in range(more):
                opened(model, made)
            reader.get(path)
            with CaptureQueriesContext(connection) as queries:
                reader.get(path)
            counts.append(len(queries))
        assert counts[0] == counts[1], path


# --- by the API ---------------------------------------------------------------------------------


def body(model, made, **changes):
    values = {
        "definition": str(made.pk),
        "title": "Spring",
        "starts_on": "2026-01-12",
        "assessors": [model.assessor.email],
    }
    return values | changes


def test_api_opens_an_offering(model, made):
    answer = api_for(model.issuer).post("/api/v1/offerings/", body(model, made))
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(Offering.objects.get().pk),
        "definition": str(made.pk),
        "title": "Spring",
        "term": "",
        "term_year": None,
        "starts_on": "2026-01-12",
        "ends_on": None,
        "capacity": None,
        "taken": 0,
        "waiting": 0,
        "assessors": [model.assessor.email],
        "director": model.programme_director.email,  # the unit has only one
    }


def test_api_names_a_director_and_keeps_them(model, made):
    granted = {"institution": model.institution, "unit": made.unit, "role": "programme_director"}
    first, second = (RoleGrantFactory(**granted).person for _ in range(2))
    api = api_for(model.issuer)
    opened = api.post("/api/v1/offerings/", body(model, made, director=second.email.upper())).json()
    assert opened["director"] == second.email
    edit = f"/api/v1/offerings/{opened['id']}/edit/"
    values = {name: opened[name] for name in ("title", "starts_on", "assessors")}
    assert api.post(edit, values, format="json").json()["director"] == second.email
    changed = api.post(edit, values | {"director": first.email}, format="json")
    assert (changed.status_code, changed.json()["director"]) == (200, first.email)
    refused = api.post(edit, values | {"director": model.proposer.email}, format="json")
    assert refused.status_code == 409
    assert refused.json()["reasons"][0]["field"] == "director"
    assert Offering.objects.get().director == first


def test_api_names_the_address_that_is_no_assessor_here(model, made):
    for address in ("nobody@else.example", model.stranger.email, model.proposer.email):
        sent = body(model, made, assessors=[model.assessor.email.upper(), address])
        answer = api_for(model.issuer).post("/api/v1/offerings/", sent)
        assert answer.status_code == 409
        assert answer.json()["reasons"] == [
            {
                "clause": "",
                "text": f"{address} is not an assessor of Department of Trials.",
                "field": "assessors",
            }
        ]


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        ("proposer", {}, 403),
        ("issuer", {"definition": "00000000-0000-4000-8000-000000000000"}, 404),
        ("issuer", {"definition": "nonsense"}, 400),
        ("issuer", {"starts_on": "soon"}, 400),
        ("issuer", {"assessors": []}, 400),
        ("issuer", {"title": " "}, 400),
    ],
)
def test_api_refuses_in_its_own_shape(model, made, who, changes, status):
    answer = api_for(getattr(model, who)).post("/api/v1/offerings/", body(model, made, **changes))
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "reasons"}
    assert not Offering.objects.exists()

"""A stack's page, the wallet and the API: the path for everyone, one's own progress, what leads where, who sees what."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.actions import stacks
from credentials.models import Award
from issuance.actions import deliveries
from learning.models import Offering
from tests.credentials.support import nothing_written, texts
from tests.factories import PersonFactory
from tests.issuance.stacks import Set, work
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus):
    return campus("model")


def page_of(definition):
    return reverse("credential", args=[definition.slug])


@pytest.mark.clause("MU-24", "FIU-11", "FIU-12")
def test_path_of_a_stack_for_a_stranger_and_for_somebody_on_it(model, client):
    made, person = Set(model, names=("One", "Two", "Three"), needed=2, within=3), PersonFactory()
    said = texts(client.get(page_of(made.whole)))
    assert "Any 2 of these 3" in said
    assert "All that counts is earned within 3 years." in said
    assert "No start is planned." in said
    assert "Not held yet" not in said
    made.earn(person, made.parts[0])
    Offering.objects.create(
        institution=model.institution, definition=made.parts[1], title="Run", starts_on="2099-03-03",
        created_by=model.programme_manager, created_at="2026-01-01T00:00Z",
    )  # fmt: skip
    site = site_for(person)
    with nothing_written():
        said = texts(site.get(page_of(made.whole)))
    assert "1 of 2" in said
    assert "Counts, since" in said
    assert "Next start 3 March 2099." in said
    wallet = texts(site_for(person).get(reverse("wallet")))
    assert "What you could earn next Whole 1 of 2" in wallet
    assert "Still to earn: 1 more (Two or Three)." in wallet
    made.earn(person, made.parts[1])
    assert "You hold all that it asks for." in texts(site_for(person).get(page_of(made.whole)))
    work()
    assert "What you could earn next" not in texts(site_for(person).get(reverse("wallet")))


@pytest.mark.clause("MU-7", "UCR-5", "UM-26")
def test_a_part_says_what_it_counts_towards_and_what_lies_beyond(model, client):
    made = Set(model, facts={"stacks_into": "Bachelor of Applied Statistics"})
    assert "It counts towards: Whole" in texts(client.get(page_of(made.parts[0])))
    said = texts(client.get(page_of(made.whole)))
    assert "Where it leads Beyond this catalogue: Bachelor of Applied Statistics" in said


@pytest.mark.clause("UCR-5", "FIU-12")
def test_the_badge_and_ctdl_say_what_it_is_made_of(model, client):
    made, person = Set(model, names=("One", "Two", "Three"), needed=2), PersonFactory()
    made.earn(person, *made.parts)
    work()
    achievement = Award.objects.get(definition=made.whole).credential["credentialSubject"]["achievement"]
    assert "Made of:\n- Any 2 of these 3: One; Two; Three" in achievement["criteria"]["narrative"]
    assert achievement["related"] == [
        {"id": f"{settings.ISSUER_ORIGIN}/achievements/{part.current_id}", "type": ["Related"]}
        for part in made.parts
    ]
    here = f"{settings.ISSUER_ORIGIN}/catalogue/{{}}.jsonld"
    whole = client.get(reverse("credential_ctdl", args=[made.whole.slug])).json()
    assert whole["ceterms:hasPart"] == [here.format(part.slug) for part in made.parts]
    part = client.get(reverse("credential_ctdl", args=[made.parts[0].slug])).json()
    assert part["ceterms:isPartOf"] == [here.format(made.whole.slug)]


def test_what_is_held_and_does_not_count_says_why(model):
    made, person = Set(model), PersonFactory()
    first, _ = made.earn(person, *made.parts)
    type(first).objects.filter(pk=first.pk).update(expires_on="2020-01-01")
    said = texts(site_for(person).get(page_of(made.whole)))
    assert "Does not count now It has expired." in said
    assert "1 of 2" in said


@pytest.mark.clause("MU-24")
def test_api_tells_the_rules_and_the_progress_of_whom_one_may_ask_about(model, campus):
    made, person = Set(model, names=("One", "Two", "Three"), needed=2), PersonFactory()
    made.earn(person, made.parts[0])
    told = api_for(person).get(f"/api/v1/definitions/{made.whole.pk}/").json()["stack"]
    assert (told["within_years"], [(g["name"], g["needed"]) for g in told["groups"]]) == (None, [("", 2)])
    assert [part["title"] for part in told["groups"][0]["parts"]] == ["One", "Two", "Three"]
    part = api_for(person).get(f"/api/v1/definitions/{made.parts[0].pk}/").json()
    assert (part["stack"], part["counts_towards"]) == (None, [str(made.whole.pk)])
    path = "/api/v1/stacks/progress/"
    [mine] = api_for(person).get(path, {"learner": "me"}).json()
    assert (mine["title"], mine["done"], mine["total"], mine["fulfilled"]) == ("Whole", 1, 2, False)
    assert [p["state"] for p in mine["parts"]] == ["counts", "missing", "missing"]
    for who in (model.issuer, model.registrar, model.programme_manager):
        assert api_for(who).get(path, {"learner": person.email}).json() == [mine], who
    elsewhere = campus("montana")
    assert api_for(elsewhere.programme_manager).get(path, {"learner": person.email}).json() == []
    assert api_for(PersonFactory()).get(path, {"learner": person.email}).status_code == 403
    assert api_for(model.assessor).get(path, {"learner": person.email}).status_code == 403
    for odd in ("", "nobody@x.example", "\x00", "x" * 5000):
        assert api_for(model.issuer).get(path, {"learner": odd}).json() == []


def test_wallet_asks_as_often_for_three_stacks_as_for_one(model):
    made, person = Set(model), PersonFactory()
    made.earn(person, made.parts[0])
    site = site_for(person)
    site.get(reverse("wallet"))

    def queries():
        with CaptureQueriesContext(connection) as caught:
            site.get(reverse("wallet"))
        return len(caught)

    one = queries()
    for title in ("Second", "Third"):
        made.stack(title, made.parts)
    assert queries() == one


@pytest.mark.clause("FIU-12")
def test_a_circle_through_several_stacks_is_refused(model):
    made = Set(model)
    outer = made.stack("Outer", [made.whole, made.parts[0]], linked=False)
    stacks.set_parts(definition=outer, parts=[made.whole, made.parts[0]], by=made.maker)
    answer = api_for(made.maker).post(
        f"/api/v1/definitions/{made.whole.pk}/parts/",
        {"parts": [str(outer.pk), str(made.parts[1].pk)]},
        format="json",
    )
    assert answer.status_code == 409
    assert "in turn requires this stack" in answer.json()["reasons"][0]["text"]


def test_revoked_part_is_missing_again_on_the_path(model):
    made, person = Set(model), PersonFactory()
    first = made.earn(person, made.parts[0])[0]
    made.earn(person, made.parts[1])
    deliveries.revoke_award(award=first, reason="Mistake", by=model.registrar)
    assert "One Not held yet" in texts(site_for(person).get(page_of(made.whole)))

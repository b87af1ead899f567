"""Search: everything that a person may see, and nothing else."""

import pytest
from django.urls import reverse

from desk.searching import MOST, search
from journal.clock import now
from proposals.models import Proposal, Proposer
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db


def proposal(campus, title, *, by, submitted=True):
    row = Proposal.objects.create(
        institution=campus.institution,
        unit=campus.unit,
        type=campus.pack.types[0].id,
        title=title,
        state="intent",
        policy=campus.institution.policy,
        created_by=by,
        created_at=now(),
        submitted_at=now() if submitted else None,
        state_since=now(),
    )
    Proposer.objects.create(proposal=row, person=by, added_at=now())
    return row


def titles(person, words):
    return {kind.title: [one.title for one in kind.found] for kind in search(person, words)}


def test_a_proposer_finds_the_own_draft_by_any_of_its_words(campus):
    model = campus("model")
    proposal(model, "Water quality sampling", by=model.proposer, submitted=False)
    assert titles(model.proposer, "sampling WATER") == {"Proposals": ["Water quality sampling"]}
    assert titles(model.proposer, "water bread") == {}


def test_a_draft_is_not_found_by_others_and_a_submitted_one_only_on_its_campus(campus):
    model = campus("model")
    proposal(model, "Water quality", by=model.proposer, submitted=False)
    assert titles(model.programme_manager, "water") == {}
    proposal(model, "Water filters", by=model.proposer)
    assert titles(model.programme_manager, "water") == {"Proposals": ["Water filters"]}
    for other in (model.stranger, model.nobody, model.learner):
        assert titles(other, "water") == {}


def test_people_are_found_only_by_those_who_manage_their_campus(campus):
    model = campus("model")
    assert list(titles(model.administrator, model.proposer.email)) == ["People"]
    assert titles(model.proposer, model.learner.email) == {}
    assert titles(model.stranger, model.proposer.email) == {}


def test_the_page_asks_a_stranger_to_sign_in(client):
    answer = client.get(reverse("search"), {"q": "water"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "words", ["", "   ", "%", "_", "\0", "'; --", "x" * 5000, "<script>alert(1)</script>"]
)
def test_odd_words_find_nothing_and_break_nothing(campus, words):
    model = campus("model")
    proposal(model, "Water quality", by=model.proposer)
    page = site_for(model.proposer).get(reverse("search"), {"q": words})
    assert page.status_code == 200
    assert b"Water quality" not in page.content
    assert b"<script>alert" not in page.content


def test_a_long_list_says_that_there_is_more(campus):
    model = campus("model")
    for number in range(MOST + 1):
        proposal(model, f"Water {number}", by=model.proposer)
    page = site_for(model.proposer).get(reverse("search"), {"q": "water"}).content.decode()
    assert page.count("Water ") == MOST
    assert f"The first {MOST} are shown" in page


def test_the_same_queries_for_one_and_three(campus):
    model = campus("model")
    proposal(model, "Water 1", by=model.proposer)
    address = f"{reverse('search')}?q=water"
    one = queries_of(site_for(model.proposer), address)
    for number in (2, 3):
        proposal(model, f"Water {number}", by=model.proposer)
    assert queries_of(site_for(model.proposer), address) == one

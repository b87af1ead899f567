"""The public pages of policies."""

import html
import re

import pytest
from django.test import Client

from accounts.actions import institutions
from policies.loader import packs
from tests.support import site_for


def read(path, client=None):
    """A page as text; marks stay as words."""
    response = (client or Client()).get(path)
    assert response.status_code == 200
    return response.content.decode()


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("slug", sorted(packs()))
def test_every_clause_has_its_anchor_and_words(campus, slug):
    made = campus(slug)
    page = read(f"/policies/{slug}/")
    said = words(page)
    for clause in made.pack.clauses:
        assert page.count(f'id="{clause.id}"') == 1
        assert " ".join(clause.text.split()) in said


def test_page_names_number_revision_dates_and_approver(campus):
    campus("montana")
    said = words(read("/policies/montana/"))
    for fact in ("201.67", "2020-04-23", "23 April 2020", "Faculty Senate", "Board of Regents policy 304.1"):
        assert fact in said


def test_page_names_who_decides(campus):
    campus("montana")
    said = words(read("/policies/montana/"))
    assert "The supervisor" in said
    assert "Formed anew for each proposal by the Faculty Senate office." in said
    assert "At least one member has run a micro-credential." in said
    assert "Other faculty: 1 to 2" in said


def test_page_names_times(campus):
    campus("model")
    said = words(read("/policies/model/"))
    assert "A pilot runs for at most 2 academic years." in said
    assert "The full proposal is due by the end of the autumn semester of year 2." in said


def test_page_says_who_releases_badges(campus):
    campus("montana")
    said = words(read("/policies/montana/"))
    assert (
        "The Office of the Registrar releases them, where “Credit” is Credit-bearing or A combination of both."
        in said
    )
    assert "UM Online releases them" in said


def test_clause_marks_of_a_campus_under_another_name_lead_to_its_policy(db):
    institutions.found(pack=packs()["model"], name="Another University")
    assert "Another University" in read("/policies/model/")
    assert "Another University" in read("/policies/another-university/")


def test_unknown_policy_is_not_found(db, client):
    assert client.get("/policies/nowhere/").status_code == 404


def test_list_names_every_campus(campus, client):
    campus("model")
    campus("montana")
    said = words(read("/policies/"))
    assert "Model University" in said
    assert "University of Montana" in said


def test_list_without_a_campus_says_what_will_come(db):
    assert "No campus yet" in read("/policies/")


def test_list_costs_the_same_for_one_and_three(campus, client, django_assert_num_queries):
    campus("model")
    with django_assert_num_queries(1):
        client.get("/policies/")
    campus("montana")
    with django_assert_num_queries(1):
        client.get("/policies/")


def test_policy_is_read_by_the_signed_in_as_well(campus):
    model = campus("model")
    assert "MU-12" in read("/policies/model/", site_for(model.proposer))

"""The public pages of policies."""

import html
import re

import pytest
from django.test import Client

from accounts.actions import institutions
from desk.rules import drawing
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


@pytest.mark.clause("UM-29", "FIU-14")
@pytest.mark.parametrize("slug", sorted(packs()))
def test_page_shows_what_the_policy_says_about_itself(campus, slug):
    policy = campus(slug).pack.policy
    said = words(read(f"/policies/{slug}/"))
    dates = [policy.adopted_on, policy.effective_on, *policy.revised_on, *policy.reviewed_on]
    told = [
        policy.number,
        policy.revision,
        policy.approver,
        policy.division,
        policy.contact,
        *policy.references,
    ]
    for fact in (*told, *policy.authority, *(f"{day:%-d %B %Y}" for day in dates if day)):
        assert " ".join(fact.split()) in said


@pytest.mark.parametrize("slug", sorted(packs()))
def test_page_asks_every_question_of_every_form(campus, slug):
    pack = campus(slug).pack
    said = words(read(f"/policies/{slug}/"))
    for form in pack.forms:
        for field in form.fields_by_path().values():
            assert " ".join(field.label.split()) in said
    for term in pack.definitions:
        assert term.term in said


def test_page_says_limits_and_conditions_of_questions(campus):
    campus("montana")
    said = words(read("/policies/montana/"))
    assert "Its texts have 500 to 800 words together." in said
    assert "Asked where “Credit” is Credit-bearing or A combination of both." in said
    assert "At least 2 people propose together." in said


def test_page_says_how_bodies_vote(campus):
    campus("montana")
    said = words(read("/policies/montana/"))
    assert "Quorum: more than half of the filled seats must take part." in said
    assert "It carries with more than half of the votes cast; abstentions are not votes." in said
    assert "Members may vote within 14 days without a meeting." in said


@pytest.mark.parametrize("slug", sorted(packs()))
def test_drawing_shows_every_stage_and_step_within_its_sheet(slug):
    pack = packs()[slug]
    drawn = drawing.of(pack)
    assert [" ".join(line.text for line in frame.name) for frame in drawn.frames] == [
        stage.name for stage in pack.stages
    ]
    for frame, stage in zip(drawn.frames, pack.stages, strict=True):
        titles = [" ".join(line.text for line in card.lines if not line.faint) for card in frame.cards]
        assert titles == [step.title for step in stage.steps]
        for card in frame.cards:
            assert frame.x < card.x and card.x + card.width < frame.x + frame.width
            assert frame.y < card.y and card.y + card.height <= frame.y + frame.height
            assert all(len(line.text) * drawing.GLYPH <= card.width for line in card.lines)
            assert all(card.y < line.y < card.y + card.height for line in card.lines)
    assert drawn.frames[-1].y + drawn.frames[-1].height <= drawn.height


def test_parallel_steps_are_drawn_side_by_side():
    full = next(f for f in drawing.of(packs()["montana"]).frames if f.name[0].text == "Faculty Senate review")
    by_title = {" ".join(line.text for line in card.lines if not line.faint): card for card in full.cards}
    supervisor = by_title["The supervisor signs the full proposal"]
    head = by_title["The section head signs the full proposal"]
    assert supervisor.y == head.y and supervisor.x + supervisor.width <= head.x
    assert [line.text for line in full.joins] == ["one of these is enough", "in parallel, all of these"]
    assert by_title["ASCRC recommends"].sometimes and not by_title["The provost adopts"].sometimes


def test_the_table_beside_the_drawing_says_the_same(campus):
    pack = campus("montana").pack
    said = words(read("/policies/montana/"))
    for step in pack.steps():
        assert step.title in said
    assert "Only where “Level” is Graduate." in said
    assert "One of the parallel steps is enough." in said

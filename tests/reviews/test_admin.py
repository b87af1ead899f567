"""Read-only pages in the dashboard."""

import pytest
from django.urls import reverse

from reviews.actions import ballots, panels
from reviews.models import Panel
from tests.reviews.support import UNDERGRADUATE, at_step, committee_ballot, voters
from tests.support import site_for

pytestmark = pytest.mark.django_db


def test_ballots_are_listed_for_those_who_may_see_them(model):
    ballot = committee_ballot(model)
    url = reverse("admin:reviews_ballot_changelist")
    assert ballot.question in site_for(model.programme_manager).get(url).content.decode()
    assert ballot.question not in site_for(model.stranger).get(url).content.decode()


def test_page_of_a_ballot_shows_no_votes_and_takes_no_change(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="decline", comment="Too thin for me", by=voters(ballot)[1])
    url = reverse("admin:reviews_ballot_change", args=[ballot.pk])
    page = site_for(model.programme_manager).get(url)
    assert page.status_code == 200
    assert "Too thin for me" not in page.content.decode()
    assert site_for(model.programme_manager).post(url, {"question": "Other"}).status_code == 403
    assert site_for(model.stranger).get(url).status_code == 404
    for name in ("add", "delete"):
        args = [ballot.pk] if name == "delete" else []
        answer = site_for(model.administrator).get(reverse(f"admin:reviews_ballot_{name}", args=args))
        assert answer.status_code == 403


def test_panels_show_their_members(campus):
    montana = campus("montana")
    step = at_step(montana, "subcommittee_ballot", answers=UNDERGRADUATE)
    panels.form(step=step, members=montana.panel("subcommittee"), by=montana.offices["senate_office"])
    url = reverse("admin:reviews_panel_change", args=[Panel.objects.get().pk])
    page = site_for(montana.programme_manager).get(url)
    assert str(montana.panel("subcommittee")[-1][1]) in page.content.decode()
    assert site_for(montana.stranger).get(url).status_code == 404

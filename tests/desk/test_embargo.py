"""Nothing of a credential can be found before its pilot is approved: a stranger who follows every link never reads of it.

What belongs to a definition that exists already is tested in `tests/credentials/test_embargo.py`; here it is the whole
way there, by every door of the site.
"""

import re

import pytest
from django.test import Client

from credentials.models import Definition, Standing
from tests.credentials.support import definition
from tests.proposals import walking
from tests.proposals.walking import finish, move, save
from tests.support import api_for, site_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("UM-14")]

TITLE = "Smoke forecasting nobody may know of yet"
LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
STARTS = (
    "/",
    "/catalogue/",
    "/verify/",
    "/policies/",
    "/office/montana/",
    "/issuers/montana",
    "/catalogue/?q=smoke",
    "/robots.txt",
    "/sitemap.xml",
)
NOT_FOLLOWED = ("/static/", "/media/", "/accounts/logout")


def read_by(site, most=80):
    """Everything a visitor reads who follows every link of the site, with where it stands."""
    waiting, seen = list(STARTS), {}
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen or address.startswith(NOT_FOLLOWED):
            continue
        answer = site.get(address, follow=True)
        seen[address] = b"".join(answer) if answer.streaming else answer.content
        if answer.get("Content-Type", "").startswith("text/html"):
            waiting += LINK.findall(seen[address].decode())
    return seen


def named_in(seen):
    return sorted(address for address, said in seen.items() if TITLE.encode() in said)


def stages(at):
    """The proposal at each stop before its approval, and the last act that approves it."""
    proposal = walking.montana_draft(at)
    save(proposal, {"offering": {"title": TITLE}}, at.proposer)
    yield "draft", proposal
    proposal = move(walking.fresh(proposal), "submit", at.proposer)
    for key in ("supervisor_signoff", "section_head_signoff", "um_online_signoff"):
        yield key, proposal
        finish(at, proposal, key)
    yield "approved", walking.fresh(proposal)


def test_no_link_of_the_site_leads_a_stranger_to_it_before_it_is_approved(campus):
    at, visited = campus("montana"), []
    for stop, proposal in stages(at):
        visited.append(stop)
        found = named_in(read_by(Client()))
        if stop == "approved":
            assert "/catalogue/" in found
            continue
        assert found == [], stop
        for address in (proposal.get_absolute_url(), "/search/?q=smoke", "/pilots/", "/proposals/?scope=all"):
            assert TITLE.encode() not in Client().get(address, follow=True).content
        assert not Definition.objects.exists()
    assert len(visited) == 5


def test_people_of_other_campuses_and_those_without_the_right_do_not_find_it_either(campus):
    at = campus("montana")
    for stop, proposal in stages(at):
        if stop == "approved":
            break
        for person in (at.stranger, at.learner, at.nobody):
            site, client = site_for(person), api_for(person)
            if stop == "um_online_signoff":  # the last one before the approval
                assert named_in(read_by(site, most=30)) == [], person
            assert TITLE not in site.get("/search/?q=smoke").content.decode()
            assert site.get(proposal.get_absolute_url()).status_code == 404
            for path in ("definitions", "proposals", "deadlines"):
                assert client.get(f"/api/v1/{path}/").json()["results"] == []
            assert client.get(f"/api/v1/proposals/{proposal.pk}/").status_code == 404


@pytest.mark.parametrize("standing", [Standing.DRAFT, Standing.SUSPENDED, Standing.LAPSED])
def test_what_is_not_offered_has_no_data_for_machines_and_no_share_link(campus, standing):
    at = campus("montana")
    made = definition(at, standing, title=TITLE)
    for address in (f"/catalogue/{made.slug}.jsonld", f"/catalogue/{made.slug}/"):
        for site in (Client(), site_for(at.stranger)):
            answer = site.get(address, follow=True)
            assert TITLE.encode() not in answer.content
    assert named_in(read_by(Client())) == []
    site = site_for(at.stranger)
    assert TITLE not in site.get("/search/?q=smoke").content.decode()

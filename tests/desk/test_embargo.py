"""Nothing of a credential can be found before its pilot is approved: a stranger who follows every link never reads of it.

What belongs to a definition that exists already is tested in `tests/credentials/test_embargo.py`; here it is the whole
way there, by every door of the site.
"""

import re
from itertools import product

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter

from credentials.models import Definition, Standing
from tests.credentials.support import definition
from tests.proposals import walking
from tests.proposals.walking import finish, move, save
from tests.support import api_for, site_for
from tests.test_public_addresses import PUBLIC_API, PUBLIC_PAGES

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
FURTHER = (
    "/oembed?url=http://testserver/embed/{key}/",
    "/api/v1/definitions/",
    "/api/v1/definitions/?search=smoke",
    "/api/v1/definitions/{key}/",
    "/catalogue/?q=Smoke+forecasting",
    "/catalogue/?q=Smoke+forecasting&campus=montana",
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


def every_public_address(uuids, slugs):
    """Each address of the site that a stranger may open, filled with these: also what no page leads to."""
    found = set()
    for name in PUBLIC_PAGES | PUBLIC_API:
        for forms, _pattern, _defaults, converters in get_resolver().reverse_dict.getlist(name):
            for (form, params), key, slug in product(forms, uuids, slugs):
                given = {one: _value(converters.get(one), key, slug) for one in params}
                found.add(f"/{form % given}")
    return sorted(found)


def _value(converter, key, slug):
    if isinstance(converter, UUIDConverter):
        return key
    if isinstance(converter, IntConverter):
        return 1
    return slug if isinstance(converter, SlugConverter) else key


def told_of(uuids, slugs):
    """The addresses at which a stranger reads the title or the summary, or is shown a picture of it."""
    site, named = Client(raise_request_exception=True), []
    for address in every_public_address(uuids, slugs) + [one.format(key=uuids[0]) for one in FURTHER]:
        answer = site.get(address, follow=True)
        said = b"".join(answer) if answer.streaming else answer.content
        pictured = (
            answer.status_code == 200 and answer["Content-Type"].startswith("image/") and slugs[0] in address
        )
        if TITLE.encode() in said or SUMMARY.encode() in said or pictured:
            named.append(address)
    return named


SUMMARY = "You will foretell where the smoke drifts"


def test_no_public_address_tells_a_stranger_of_it_page_feed_preview_embed_share_or_api(campus):
    at = campus("montana")
    offering = {"title": TITLE, "summary": SUMMARY}
    before = walking.montana_draft(at)
    save(before, {"offering": offering}, at.proposer)
    move(walking.fresh(before), "submit", at.proposer)
    finish(at, before, "supervisor_signoff")
    guess = "montana-smoke-forecasting-nobody-may-know-of-yet"
    assert told_of([before.pk], [guess, "montana"]) == []
    made = definition(at, Standing.SUSPENDED, title=TITLE, description=SUMMARY)
    keys = [made.pk, made.current.pk]
    assert told_of(keys, [made.slug, "montana"]) == []
    Definition.objects.filter(pk=made.pk).update(standing=Standing.ESTABLISHED)
    shown = told_of(keys, [made.slug, "montana"])  # the same addresses do tell, once they may
    pages = {"/catalogue/", "/catalogue/feed.atom", "/", f"/achievements/{made.current.pk}"}
    wanted = pages | {f"/catalogue/{made.slug}/", f"/catalogue/{made.slug}.jsonld"}
    assert wanted <= set(shown), shown

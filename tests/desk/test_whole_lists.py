"""Lists that show their first lines say how many more there are and lead to the whole; texts that wait for a choice."""

import datetime as dt
import html

import pytest

from desk.views import waiting
from desk.work import due, issuing, meetings, mine, signing, talk, votes
from journal import clock
from proposals.actions import drafting
from proposals.models import KeptAnswer
from tests.proposals import walking
from tests.proposals.test_drafting import chosen, wrote
from tests.reviews.support import at_step, committee_ballot
from tests.reviews.talking import concern
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db


def words(person, path, **headers):
    answer = site_for(person).get(path, headers=headers)
    assert answer.status_code == 200, path
    return " ".join(html.unescape(answer.content.decode()).split())


def test_a_list_that_is_cut_says_how_many_more_there_are_and_leads_to_all(campus, monkeypatch):
    for module in (votes, signing, talk, mine, due, meetings, issuing):
        monkeypatch.setattr(module, "MOST", 1)
    at = campus("model")
    member, chair, dean = at.members("committee")[1], at.chair("committee"), at.section_head
    for number in (1, 2, 3):
        ballot = committee_ballot(at, title=f"Ballot {number}")
        concern(ballot, member, visibility="everyone")
        at_step(at, "dean_signoff", title=f"Signature {number}")
    lists = [
        (member, "votes", "Ballots that wait for you", "Ballot"),
        (chair, "chairing", "Ballots you chair", "Ballot"),
        (dean, "signatures", "To sign or to answer", "Signature"),
        (at.proposer, "concerns", "Concerns to answer", "Ballot"),
        (member, "elsewhere", "What you wait for", "Ballot"),
    ]
    for person, name, title, kind in lists:
        link = f'<a href="/waiting/{name}/">see the whole list<span class="unseen">: {title}</span></a>'
        for path in ("/", "/admin/") if person != at.proposer else ("/",):
            assert (name, path, f"And 2 more: {link}" in words(person, path)) == (name, path, True)
        whole = words(person, f"/waiting/{name}/")
        assert [f"{kind} {n}<" in whole for n in (1, 2, 3)] == [True, True, True], name
        assert "more: <a" not in whole and 'rel="next"' not in whole
    assert '<span class="dash__count">3</span>' in words(member, "/admin/")
    home = words(at.proposer, "/")
    assert 'And 5 more: <a href="/proposals/">' in home  # six proposals of theirs, one line
    monkeypatch.setattr(waiting, "A_PAGE", 2)
    first, second = (words(dean, f"/waiting/signatures/?page={n}") for n in (1, 2))
    assert ("Signature 2<" in first, "Signature 3<" in first, 'rel="next"' in first) == (True, False, True)
    assert ("Signature 3<" in second, 'rel="next"' in second, 'rel="prev"' in second) == (True, False, True)
    assert "Nothing more stands here." in words(dean, "/waiting/signatures/?page=9")
    assert site_for(dean).get("/waiting/nothing-of-the-kind/").status_code == 404


def test_every_whole_list_opens_for_everybody_and_shows_only_what_is_theirs(campus, client):
    at = campus("model")
    committee_ballot(at, title="Ballot of ours")
    at_step(at, "dean_signoff", title="Signature of ours")
    for name in waiting.LISTS:
        for person in (at.stranger, at.learner):
            assert "of ours" not in words(person, f"/waiting/{name}/")
        for person in (at.programme_manager, at.section_head, at.proposer, at.members("committee")[0]):
            words(person, f"/waiting/{name}/?page=x")
        assert client.get(f"/waiting/{name}/").status_code == 302


def test_what_is_late_goes_on_a_page_of_its_own(campus, monkeypatch):
    at = campus("montana")
    with clock.at(dt.datetime(2026, 10, 5, 18, tzinfo=dt.UTC)):
        for _ in range(3):
            walking.montana_pilot(at)
    monkeypatch.setattr(due, "MOST", 2)
    with clock.at(dt.datetime(2027, 8, 11, 18, tzinfo=dt.UTC)):
        for person, name in ((at.proposer, "due"), (at.programme_manager, "overseen")):
            assert 'And more: <a href="/waiting/due/">' in words(person, "/") or person != at.proposer
            whole = words(person, f"/waiting/{name}/")
            assert whole.count("Review of the pilot year, year 1") == 3
        assert 'And more: <a href="/waiting/due/">' in words(at.proposer, "/")
        link = '<a href="/waiting/overseen/">See the list'  # what is late is fetched; without scripts it is a link away
        assert link in words(at.programme_manager, "/admin/")
        fetched = words(at.programme_manager, "/waiting/overseen/", **{"HX-Request": "true"})
        assert fetched.count("Review of the pilot year, year 1") == 2 and "<html" not in fetched
        assert 'And more: <a href="/waiting/overseen/">' in fetched
        for headers in ({}, {"HX-Request": "true"}):
            assert "Review of" not in words(at.section_head, "/waiting/overseen/", **headers)


def test_texts_that_wait_for_my_choice_stand_on_my_home(campus):
    at = campus("model")
    shared = walking.start(at, walking.MODEL_INTENT, proposers=[at.second_proposer])
    wrote(shared, at.proposer, summary="The first words.", title="Plain writing")
    page, title = f"/proposals/{shared.pk}/texts/", "Texts that wait for your choice"
    before = queries_of(site_for(at.second_proposer), "/")
    wrote(shared, at.second_proposer, summary="The second words.")
    said = words(at.second_proposer, "/")
    part = said[said.index(title) :].partition("</section>")[0]
    assert "1 text of yours met a co-proposer's, and both are kept." in part and page in part
    assert queries_of(site_for(at.second_proposer), "/") == before
    assert "The second words." not in said
    for person in (at.proposer, at.programme_manager, at.stranger):
        assert title not in words(person, "/")
    wrote(shared, at.second_proposer, sitting="another tab", title="Other writing")
    assert "2 texts of yours met" in words(at.second_proposer, "/")
    for kept in KeptAnswer.objects.all():
        chosen(kept, at.second_proposer, drafting.Taken.THEIRS)
    assert title not in words(at.second_proposer, "/")

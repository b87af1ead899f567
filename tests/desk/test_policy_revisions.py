"""Revisions of a campus's policy: the page that compares two, the campus's own page, putting one in force."""

import copy
import datetime as dt
import html
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.actions import institutions, policies
from accounts.models import AdoptedPolicy
from journal.models import Entry
from policies import loader
from policies.reasons import Refused
from policies.schema import Pack
from tests.proposals import packs
from tests.proposals.walking import fresh, model_committee_review, model_draft
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
PAGE, ACT = "/campus/model/policy/", "/campus/model/policy/in-force/"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def in_file(model, monkeypatch):
    """`in_file(change)`: the model policy's file holds the rules after `change(data)`, as revision 2026-09."""

    def write(change, revision="2026-09", effective="2026-01-15"):
        data = copy.deepcopy(model.pack.model_dump(mode="json"))
        change(data)
        data["policy"] |= {"revision": revision, "effective_on": effective}
        pack = Pack.model_validate(data)
        known = {**loader.packs(), "model": pack}
        monkeypatch.setattr("accounts.offered.packs", lambda: known)
        return pack

    return write


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def rename_dean(data):
    packs.step(data, "dean_signoff")["title"] = "The dean approves twice"


# --- compare -----------------------------------------------------------------------------------------
def test_two_revisions_are_compared_in_words(model):
    first = model.institution.policy.revision
    packs.ruled(model, rename_dean)
    page = Client().get(f"/policies/model/compare/{first}/{model.pack.policy.revision}/")
    assert page.status_code == 200
    said = words(page)
    assert "No clause changed; other rules did." in said
    assert "The dean approves twice (was" in said
    assert f"Revision: {model.pack.policy.revision} (was {first})" in said


def test_what_cannot_be_compared_is_not_there(model):
    first = model.institution.policy.revision
    assert Client().get(f"/policies/model/compare/{first}/1999/").status_code == 404
    assert Client().get(f"/policies/nowhere/compare/{first}/{first}/").status_code == 404


def test_an_older_revision_has_its_page_and_says_that_another_is_in_force(model):
    first = model.institution.policy.revision
    packs.ruled(model, rename_dean)
    old = words(Client().get(f"/policies/model/{first}/"))
    assert "This revision is not in force any more." in old
    assert "The dean approves twice" not in old
    assert "The dean approves twice" in words(Client().get("/policies/model/"))
    assert "not in force any more" not in words(Client().get("/policies/model/"))


# --- the campus's page -------------------------------------------------------------------------------
def test_the_page_says_that_the_file_holds_what_is_in_force(model):
    said = words(site_for(model.administrator).get(PAGE))
    assert "The file holds the revision that is in force." in said
    assert site_for(model.administrator).get(ACT).status_code == 302


def test_a_newer_file_is_previewed_with_the_proposals_it_concerns(model, in_file):
    proposal = model_committee_review(model)
    model_draft(model)
    in_file(rename_dean)
    page = site_for(model.administrator).get(PAGE)
    said = words(page)
    assert "The file holds revision 2026-09, which takes effect on 15 January 2026." in said
    assert "1 stays under the revision" in said
    assert f'href="/proposals/{proposal.pk}/"' in page.content.decode()
    assert "Drafts that would follow it: 1." in said
    assert "The dean approves twice" in said
    assert ACT in page.content.decode()


def test_who_sees_the_page_and_who_decides(model, in_file):
    in_file(rename_dean)
    manager = site_for(model.programme_manager)
    assert "A campus administrator puts it in force." in words(manager.get(PAGE))
    assert manager.get(ACT).status_code == 403
    for person in (model.stranger, model.proposer, model.section_head):
        assert site_for(person).get(PAGE).status_code == 404
        assert site_for(person).post(ACT, {"note": "x", "hash": "x"}).status_code == 404
    assert Client().get(PAGE).status_code == 302
    assert AdoptedPolicy.objects.filter(institution=model.institution).count() == 1


def test_an_administrator_puts_it_in_force_by_a_recorded_act(model, in_file):
    proposal, draft = model_committee_review(model), model_draft(model)
    pack = in_file(rename_dean)
    site = site_for(model.administrator)
    page = site.get(ACT)
    said = words(page)
    assert "Proposals that were submitted stay under theirs: 1." in said and "Drafts follow it: 1." in said
    shown = re.search(r'name="hash" value="([0-9a-f]{64})"', page.content.decode()).group(1)
    assert site.post(ACT, {"note": "", "hash": shown}).status_code == 409
    stale = site.post(ACT, {"note": "Decided.", "hash": "0" * 64})
    assert stale.status_code == 409 and "The file has changed since this page was drawn." in words(stale)
    assert site.post(ACT, {"note": "Adopted by the council.", "hash": shown}).status_code == 302
    adopted = model.institution.policy
    assert (adopted.revision, adopted.text, adopted.adopted_by) == (
        "2026-09",
        loader.canonical_text(pack),
        model.administrator,
    )
    entry = Entry.objects.about("campus", model.institution.pk).filter(act="policy adopted").last()
    assert (entry.by, entry.detail["note"]) == (model.administrator, "Adopted by the council.")
    assert fresh(proposal).policy != adopted and fresh(draft).policy == adopted


def test_a_revision_is_not_put_in_force_before_its_day(model, in_file):
    later = model.institution.today() + dt.timedelta(days=1)
    pack = in_file(rename_dean, effective=later.isoformat())
    expected = f"Revision 2026-09 takes effect on {later:%-d %B %Y}. Put it in force on that day or later."
    with pytest.raises(Refused) as error:
        policies.adopt(institution=model.institution, pack=pack, by=model.administrator)
    assert [reason.text for reason in error.value.reasons] == [expected]
    page = site_for(model.administrator).get(PAGE)
    assert expected in words(page) and ACT not in page.content.decode()
    today = in_file(rename_dean, effective=model.institution.today().isoformat())
    assert policies.adopt(institution=model.institution, pack=today, by=model.administrator).is_in_force


def test_the_first_revision_counts_at_once_whatever_its_day(model):
    data = model.pack.model_dump(mode="json")
    data["policy"]["effective_on"] = "2999-01-01"
    founded = institutions.found(pack=Pack.model_validate(data), name="Early University")
    assert founded.policy.is_in_force


def test_a_file_changed_under_its_number_is_refused(model, in_file):
    in_file(rename_dean, revision=model.pack.policy.revision)
    page = site_for(model.administrator).get(PAGE)
    assert "Give them a new revision number." in words(page)
    assert ACT not in page.content.decode()


def test_a_file_that_is_wrong_leaves_the_revision_in_force(model, monkeypatch):
    broken = loader.Library({}, {}, (loader.PackError("model.toml", []),))
    monkeypatch.setattr("accounts.offered.packs", dict)
    monkeypatch.setattr("accounts.offered.library", lambda: broken)
    page = site_for(model.administrator).get(PAGE)
    assert page.status_code == 200
    assert "The file of this policy cannot be used." in words(page)
    assert "A policy file is wrong." in words(page)


def test_nobody_but_an_administrator_adopts(model, in_file):
    pack = in_file(rename_dean)
    for person in (model.programme_manager, model.stranger, model.proposer):
        with pytest.raises(PermissionDenied):
            policies.adopt(institution=model.institution, pack=pack, by=person)


# --- the API -----------------------------------------------------------------------------------------
def test_the_api_lists_revisions_and_puts_the_file_in_force(model, in_file):
    path = "/api/v1/campuses/model/policy/"
    in_file(rename_dean)
    client = api_for(model.administrator)
    listed = client.get(path).json()
    assert listed["revision"] == model.pack.policy.revision
    assert listed["in_file"] == {"revision": "2026-09", "same": False, "reasons": []}
    assert [row["revision"] for row in listed["revisions"]] == [model.pack.policy.revision]
    assert api_for(model.stranger).get(path).status_code == 404
    given = {"revision": "2026-09", "note": "Adopted by the council."}
    assert api_for(model.programme_manager).post(path, given, format="json").status_code == 403
    other = client.post(path, given | {"revision": "2027"}, format="json")
    assert other.status_code == 409
    assert other.json()["reasons"][0]["text"] == "The file holds revision 2026-09, not 2027."
    assert client.post(path, given, format="json").status_code == 201
    assert model.institution.policy.revision == "2026-09"
    assert client.post(path, given, format="json").status_code == 409

"""The record of a proposal: a page, pages of it, kinds of it, and a file that an outsider can check."""

import hashlib
import json

from accounts.actions import people
from journal.models import Entry
from proposals.actions import files
from tests.proposals import walking
from tests.proposals.walking import fresh
from tests.support import queries_of, site_for


def test_the_page_shows_all_of_it_by_kind_and_in_pages(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    page = f"/proposals/{proposal.pk}/record/"
    client = site_for(at.proposer)
    number = Entry.objects.about("proposal", proposal.pk).count()
    assert len(client.get(page).context["entries"]) == number
    shown = [line["act"] for line in client.get(page, {"kind": "steps"}).context["entries"]]
    assert set(shown) == {"step"}
    split = [
        len(client.get(page, {"kind": kind}).context["entries"])
        for kind in ("moves", "steps", "writing", "bodies")
    ]
    assert sum(split) == number
    for n in range(60):
        files.record.write(
            subject_kind="proposal",
            subject_id=proposal.pk,
            institution=at.institution,
            act="attach_file",
            by=at.proposer,
            detail={"name": f"{n}.pdf"},
        )
    assert len(client.get(page).context["entries"]) == 50
    assert len(client.get(page, {"page": 2}).context["entries"]) == number + 10
    few = queries_of(client, page + "?kind=moves")
    assert queries_of(client, page) == few


def test_strangers_and_other_campuses_find_nothing(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    for name in ("record/", "record.json"):
        for person in (at.stranger, at.nobody, at.second_proposer, at.learner):
            assert site_for(person).get(f"/proposals/{proposal.pk}/{name}").status_code == 404
        for person in (at.proposer, at.programme_manager, at.section_head, at.administrator):
            assert site_for(person).get(f"/proposals/{proposal.pk}/{name}").status_code == 200


def chain(client, proposal):
    answer = client.get(f"/proposals/{proposal.pk}/record.json")
    assert answer["Content-Type"] == "application/json"
    return json.loads(answer.content)


def check(told):
    """What an outsider does with the file: only the standard library and the sentence in it."""
    last, seen = "", 0
    for link in told["entries"]:
        assert link["previous"] == last
        if not link["withheld"]:
            assert hashlib.sha256(link["canonical"].encode()).hexdigest() == link["hash"]
            said = json.loads(link["canonical"])
            assert (said["number"], said["previous"]) == (link["number"], link["previous"])
            seen += 1
        last = link["hash"]
    assert told["head"] == {"number": len(told["entries"]), "hash": last}
    return seen


def test_an_outsider_can_check_the_file(campus):
    at = campus("model")
    proposal = walking.model_established(at)
    told = chain(site_for(at.programme_manager), proposal)
    assert check(told) == len(told["entries"]) == Entry.objects.about("proposal", proposal.pk).count()


def test_who_is_removed_stays_in_the_record(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    before = Entry.objects.about("proposal", proposal.pk).count()
    people.leave(institution=at.institution, person=at.proposer, by=at.administrator)
    told = chain(site_for(at.programme_manager), fresh(proposal))
    assert check(told) == before
    assert str(at.proposer.pk) in told["people"]

"""Each answer stands with the form by which it was asked, also after the policy's form changed."""

import pytest
from django.urls import reverse

from policies.engine import value_at
from proposals.actions import drafting, policies
from proposals.merging import digest
from proposals.models import KeptAnswer
from tests.proposals import packs, walking
from tests.proposals.walking import fresh, save
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def other_words(data):
    """One question is reworded, one choice is called otherwise, one question is not asked any more."""
    form = next(form for form in data["forms"] if form["id"] == "proposal")
    fields = {f"{part['id']}.{one['id']}": one for part in form["sections"] for one in part["fields"]}
    fields["learning.need"]["label"] = "The demand it serves"
    audience = fields["idea.audience"]["choices"]
    next(choice for choice in audience if choice["value"] == "students")["label"] = "Everyone enrolled"
    standard = next(part for part in form["sections"] if part["id"] == "standard")
    standard["fields"] = [one for one in standard["fields"] if one["id"] != "information"]
    del data["mapping"]["further_information"]


@pytest.fixture
def moved(campus):
    """Submitted and sent back under the old form, then moved by the office to the revision with the new one."""
    at = campus("model")
    proposal = walking.model_proposal(at)
    save(proposal, {"standard": {"information": "Ask the department."}}, at.proposer)
    walking.move(proposal, "submit", at.proposer)
    walking.finish(at, proposal, "committee_ballot", "request_changes", "Say more.")
    at = packs.ruled(at, other_words)
    policies.change(
        proposal=proposal, revision=at.pack.policy.revision, by=at.programme_manager, note="A new form."
    )
    return at, fresh(proposal)


def page(person, name, *args):
    return " ".join(site_for(person).get(reverse(name, args=args)).content.decode().split())


OLD = ("The need it serves", "Students", "Ask the department.")
NEW = ("The demand it serves", "Everyone enrolled")


def test_pages_show_what_was_submitted_by_its_own_form_and_the_draft_by_the_new_one(moved):
    at, proposal = moved
    for shown in (
        page(at.programme_manager, "proposal", proposal.pk),
        page(at.proposer, "proposal_revision", proposal.pk, 2),
    ):
        assert all(words in shown for words in OLD)
        assert not any(words in shown for words in NEW)
    shown = page(at.proposer, "proposal", proposal.pk)
    assert all(words in shown for words in NEW)
    assert not any(words in shown for words in OLD)


def test_the_red_line_shows_both_forms(moved):
    at, proposal = moved
    shown = page(at.proposer, "proposal_compare", proposal.pk, 2, "draft")
    assert all(words in shown for words in ("Everyone enrolled", "Students", "Ask the department."))
    assert "need<b>, end</b></del><ins><b>added: </b>demand" in shown
    assert "Asked only in revision 2" in shown


def test_the_api_gives_each_version_with_its_form(moved):
    at, proposal = moved
    api, address = api_for(at.proposer), f"/api/v1/proposals/{proposal.pk}/revisions/"
    assert [row["number"] for row in api.get(address).json()["results"]] == [2, 1]
    asked = {}
    for version in ("2", "draft"):
        found = api.get(f"{address}{version}/").json()
        fields = {one["id"]: one for part in found["form"]["sections"] for one in part["fields"]}
        asked[version] = (fields["need"]["label"], "information" in fields, found["answers"]["standard"].get("information"))  # fmt: skip
    assert asked == {
        "2": ("The need it serves", True, "Ask the department."),
        "draft": ("The demand it serves", False, None),
    }
    assert api_for(at.programme_manager).get(f"{address}draft/").status_code == 404
    assert api_for(at.programme_manager).get(f"{address}7/").status_code == 404
    assert api_for(at.stranger).get(f"{address}2/").status_code == 404


def test_a_kept_text_for_a_question_that_is_not_asked_any_more_can_still_be_read(moved):
    at, proposal = moved
    document = proposal.documents.get(form="proposal")
    kept = KeptAnswer.objects.create(
        document=document,
        field="standard.information",
        answer="Ask us.",
        written_by=at.proposer,
        written_at=document.updated_at,
    )
    assert "Ask us." in page(at.proposer, "proposal_text", proposal.pk, kept.pk)
    answer = site_for(at.proposer).post(kept.get_absolute_url(), {"take": "mine", "seen": ""})
    assert answer.status_code == 409 and "Your text stays here." in answer.content.decode()
    answer = drafting.write(  # a page that was drawn under the old form
        proposal=proposal,
        answers={"standard": {"information": "Ask us.", "workload": "60 hours"}},
        seen={"standard.workload": digest(value_at(document.answers, "standard.workload"))},
        by=at.proposer,
    )
    assert [reason.field for reason in answer.unfit] == ["standard.information"]
    assert value_at(answer.document.answers, "standard.workload") == "60 hours"

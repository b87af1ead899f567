"""The red-line at its doors: the page, the form that chooses two versions, the API, and the links that lead there."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from policies.schema import Form
from proposals import comparing, redline
from proposals.redline import Version
from tests.policies.examples import MODEL, changed, words
from tests.proposals import packs, walking
from tests.proposals.walking import fresh, move, save
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db

MORE = '<ins><b>added: </b> word20 word21 word22 word23 word24<b>, end</b></ins>'  # fmt: skip


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def thrice(model):
    """Revision 1 is the intent, 2 the proposal, 3 the proposal as it was changed when the committee asked for it."""
    return move(walking.model_changes_requested(model), "resubmit", model.proposer)


def address(proposal, old, new):
    return reverse("proposal_compare", args=[proposal.pk, old, new])


def get(person, path, status=200):
    answer = site_for(person).get(path)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


# --- the page -------------------------------------------------------------------------------------
def test_what_changed_between_two_revisions_is_marked_by_word(model, thrice):
    page = get(model.proposer, address(thrice, 2, 3))
    assert "From revision 2 (Proposal," in page and "1 change." in page
    assert MORE in page and page.count("<ins><b>") == 1 and "<del><b>" not in page
    assert 'id="change-1"' in page and 'href="#change-1"' in page and 'id="change-2"' not in page
    assert "The closing reflection" in page


def test_only_what_changed_leaves_everything_else_out(model, thrice):
    page = get(model.proposer, address(thrice, 2, 3) + "?only=1")
    assert MORE in page
    assert "The need it serves" in page
    assert "The closing reflection" not in page and "Standard elements" not in page


def test_the_other_way_round_what_was_added_is_removed(model, thrice):
    page = get(model.proposer, address(thrice, 3, 2))
    assert MORE.replace("ins>", "del>").replace("added", "removed") in page


def test_documents_by_different_forms_show_which_questions_one_of_them_lacks(model, thrice):
    page = get(model.proposer, address(thrice, 1, 2))
    assert "From revision 1 (Intent," in page and "to revision 2 (Proposal," in page
    assert "Only revision 2 has this section." in page
    assert "<ins><b>added: </b>Write a procedure<b>, end</b></ins></span> </td>" in page
    page = get(model.proposer, address(thrice, 2, 1))
    assert "Only revision 2 has this section." in page
    assert "<del><b>removed: </b>Write a procedure<b>, end</b></del></span> </td>" in page


def test_a_question_that_was_reworded_since_shows_both_wordings(model):
    proposal = walking.model_changes_requested(model)

    def reword(data):
        form = next(form for form in data["forms"] if form["id"] == "proposal")
        learning = next(section for section in form["sections"] if section["id"] == "learning")
        need = next(field for field in learning["fields"] if field["id"] == "need")
        need["label"] = "The demand it serves"

    packs.ruled(model, reword)
    from_page = get(model.proposer, address(proposal, 2, "draft"))
    assert "The <del>" not in from_page  # the draft is still under the form it was begun by
    proposal.policy = model.institution.policy
    proposal.save(update_fields=["policy"])
    page = get(model.proposer, address(proposal, 2, "draft"))
    assert (
        "The <del><b>removed: </b>need<b>, end</b></del><ins><b>added: </b>demand<b>, end</b></ins> it serves"
        in page
    )


def test_lists_and_files_come_and_go(model):
    proposal = walking.model_changes_requested(model)
    save(proposal, {"idea": {"audience": ["students"]}}, model.proposer)
    stored = walking.attach(proposal, model.proposer, field="attachments.files", name="plan.pdf")
    page = get(model.proposer, address(proposal, 2, "draft"))
    assert f'<ins><b>added: </b> <a href="{reverse("file", args=[stored.pk])}">plan.pdf</a>' in page
    assert "<del><b>removed: </b>" in page


def long_ones(cycle):
    """Eight answers of 50,000 signs: 50,000 words in all."""
    names = [f"text{n}" for n in range(8)]
    part = {"id": "main", "title": "Main"}
    part["fields"] = [{"id": name, "label": name, "kind": "longtext"} for name in names]
    form = Form.model_validate({"id": "proposal", "title": "Proposal", "sections": [part]})
    text = " ".join(f"w{n * n % cycle:06}" for n in range(6_250))
    return Version(form, {"main": dict.fromkeys(names, text)})


def test_each_change_leads_to_the_one_before_and_after_it_also_in_50_000_words():
    sections = redline.compare(long_ones(7), long_ones(11))
    shown = [item for part in comparing.numbered(sections, {}, 8, False) for item in part["items"]]
    ways = []
    for one in shown:
        drawn = render_to_string("proposals/parts/redline.html", {"shown": one})
        ways.append(re.findall(r'id="(.+?)"|href="#(.+?)">(\w+)', drawn))
    found = [[way[0] or (way[1], way[2]) for way in some] for some in ways]
    first, last = ("change-2", "Next"), ("change-7", "Previous")
    assert found[0] == ["change-1", first, ("change-2", "On")]
    assert found[3] == ["change-4", ("change-3", "Previous"), ("change-5", "Next"), ("change-5", "On")]
    assert found[7] == ["change-8", last]
    assert "Change 4 of 8" in render_to_string("proposals/parts/redline.html", {"shown": shown[3]})


def test_markup_in_an_answer_stays_text(model):
    proposal = walking.model_changes_requested(model)
    save(proposal, {"learning": {"need": words(20) + " <script>alert(1)</script>"}}, model.proposer)
    page = get(model.proposer, address(proposal, 2, "draft"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_costs_the_same_whatever_it_compares(model, thrice):
    first = queries_of(site_for(model.proposer), address(thrice, 1, 2))
    walking.finish(model, thrice, "committee_ballot", "request_changes", "Again.")
    save(thrice, changed(MODEL, "learning.need", words(40)), model.proposer)
    move(fresh(thrice), "resubmit", model.proposer)
    assert queries_of(site_for(model.proposer), address(thrice, 3, 4)) == first


# --- who sees what --------------------------------------------------------------------------------
def test_who_sees_the_proposal_compares_its_revisions_and_nobody_else(model, thrice):
    people = {**model.people, "stranger": model.stranger, "chair": model.chair("committee")}
    codes = {name: site_for(person).get(address(thrice, 2, 3)).status_code for name, person in people.items()}
    seeing = {
        "proposer",
        "supervisor",
        "section_head",
        "programme_manager",
        "programme_director",
        "administrator",
        "chair",
    }
    assert codes == {name: 200 if name in seeing else 404 for name in people}


def test_the_draft_is_compared_by_its_proposers_alone(model):
    proposal = walking.model_changes_requested(model)
    page = get(model.proposer, address(proposal, 2, "draft"))
    assert "to the draft (Proposal," in page and MORE in page
    page = get(model.programme_manager, address(proposal, 2, "draft"), 404)
    assert "Only its proposers see the draft." in page and "word24" not in page
    chosen = reverse("proposal_compare_choose", args=[proposal.pk])
    assert "The draft as it is now" in get(model.proposer, chosen)
    assert "The draft as it is now" not in get(model.programme_manager, chosen)


# --- choosing, and bad input ----------------------------------------------------------------------
def test_the_form_leads_to_the_comparison(model, thrice):
    path = reverse("proposal_compare_choose", args=[thrice.pk])
    page = get(model.proposer, path)
    assert page.count('<option value="3"') == 2 and "Revision 1, Intent" in page
    answer = site_for(model.proposer).get(path, {"from": "1", "to": "3"})
    assert (answer.status_code, answer["Location"]) == (302, address(thrice, 1, 3))


@pytest.mark.parametrize(
    ("old", "new", "status", "says"),
    [
        ("2", "2", 400, "Both are the same."),
        ("2", "9", 404, "There is no revision 9 of this proposal. It has revisions 1 to 3."),
        ("0", "2", 404, "There is no revision 0 "),
        ("nonsense", "2", 404, "There is no revision “nonsense” "),
        ("-1", "2", 404, "There is no revision “-1” "),
        ("9" * 60, "2", 404, "There is no revision 99999999999999999999 "),
    ],
)
def test_two_versions_that_cannot_be_compared_are_refused_in_words(model, thrice, old, new, status, says):
    assert says in get(model.proposer, address(thrice, old, new), status)
    chosen = reverse("proposal_compare_choose", args=[thrice.pk])
    assert says in get(model.proposer, f"{chosen}?from={old}&to={new}", status)


def test_a_draft_that_was_never_submitted_has_nothing_to_compare(model):
    draft = walking.model_draft(model)
    page = get(model.proposer, reverse("proposal_compare_choose", args=[draft.pk]))
    assert "There is nothing to compare yet." in page
    assert "Nothing has been submitted yet" in get(model.proposer, address(draft, 1, "draft"), 404)


def test_looking_is_all_that_can_be_done(model, thrice):
    assert site_for(model.proposer).post(address(thrice, 2, 3)).status_code == 405


# --- links ----------------------------------------------------------------------------------------
def test_the_proposal_and_its_revisions_lead_to_what_changed(model):
    proposal = walking.model_changes_requested(model)
    page = get(model.proposer, reverse("proposal", args=[proposal.pk]))
    assert address(proposal, 1, 2) in page and address(proposal, 2, "draft") in page
    page = get(model.programme_manager, reverse("proposal", args=[proposal.pk]))
    assert address(proposal, 1, 2) in page and address(proposal, 2, "draft") not in page
    assert address(proposal, 1, 2) in get(model.proposer, reverse("proposal_revision", args=[proposal.pk, 2]))
    assert "What changed" not in get(model.proposer, reverse("proposal_revision", args=[proposal.pk, 1]))


# --- the API --------------------------------------------------------------------------------------
def test_the_api_gives_the_same_comparison_as_data(model, thrice):
    path = f"/api/v1/proposals/{thrice.pk}/compare/"
    found = api_for(model.programme_manager).get(path, {"from": "2", "to": "3"}).json()
    assert (found["from"]["version"], found["to"]["version"], found["to"]["form"]) == ("2", "3", "proposal")
    assert found["changes"] == 1
    items = [item for part in found["sections"] for item in part["items"] if item["state"] != "same"]
    assert items == [
        {
            "path": "learning.need",
            "question": [{"text": "The need it serves", "kind": "same"}],
            "state": "changed",
            "shape": "text",
            "spans": [
                {"text": words(20), "kind": "same"},
                {"text": " word20 word21 word22 word23 word24", "kind": "added"},
            ],
        }
    ]
    shapes = {item["path"]: item for part in found["sections"] for item in part["items"]}
    assert shapes["learning.competencies"]["rows"][0]["kind"] == "same"
    assert [entry["text"] for entry in shapes["idea.audience"]["entries"]] == [
        "Students",
        "Working professionals",
    ]


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ({"from": "2"}, 400, "Say which version"),
        ({"from": "2", "to": "2"}, 400, "Both are the same."),
        ({"from": "2", "to": "7"}, 404, "There is no revision 7 of this proposal. It has revisions 1 to 3."),
        ({"from": "2", "to": "draft"}, 404, "Only its proposers see the draft."),
    ],
)
def test_the_api_refuses_in_words(model, thrice, query, status, says):
    answer = api_for(model.programme_manager).get(f"/api/v1/proposals/{thrice.pk}/compare/", query)
    assert answer.status_code == status
    assert says in answer.json()["detail"]


def test_the_api_shows_another_campus_nothing(model, thrice):
    path = f"/api/v1/proposals/{thrice.pk}/compare/"
    assert api_for(model.stranger).get(path, {"from": "2", "to": "3"}).status_code == 404

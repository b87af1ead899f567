"""Writing together at its doors: the page, what it saves while one types, who is there, the choice."""

import json
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.actions import documents, drafting
from proposals.merging import digest
from proposals.models import Document, KeptAnswer
from tests.policies.examples import words
from tests.proposals import walking
from tests.proposals.walking import fresh, save
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.django_db
IDEA = walking.MODEL_INTENT["idea"]


@pytest.fixture
def at(campus):
    cache.clear()
    return campus("model")


@pytest.fixture
def shared(at):
    return walking.start(at, walking.MODEL_INTENT, proposers=[at.second_proposer])


def path(name, proposal, *more):
    return reverse(name, args=[proposal.pk, *more])


def drawn(person, proposal, section="idea"):
    """What a page carries in hidden fields, as a browser would send it again."""
    page = site_for(person).get(path("proposal_edit", proposal, section)).content.decode()
    hidden = re.findall(r'<input type="hidden" name="((?:seen\.\w+)|sitting)" value="(\w*)">', page)
    return dict(hidden)


def sent(person, proposal, door="proposal_edit", section="idea", **form):
    return site_for(person).post(path(door, proposal, section), form)


def typed(**changes):
    """The section as a browser sends it whole."""
    return {**IDEA, **changes}


def answers(proposal):
    return Document.objects.get(proposal=proposal).answers["idea"]


def flat(answer):
    return " ".join(answer.content.decode().split())


# --- the page and its Save button ------------------------------------------------------------------
def test_each_question_carries_what_the_page_shows_of_it(at, shared):
    hidden = drawn(at.proposer, shared)
    assert hidden.pop("sitting")
    assert hidden == {f"seen.{name}": digest(IDEA[name]) for name in ("title", "summary", "audience")}


def test_two_plain_saves_of_a_section_merge(at, shared):
    mine, theirs = drawn(at.proposer, shared), drawn(at.second_proposer, shared)
    sent(at.second_proposer, shared, **theirs, **typed(title="Plain writing"))
    answer = sent(at.proposer, shared, **mine, **typed(summary="You can write."))
    assert (answer.status_code, answer["Location"]) == (302, path("proposal_edit", shared, "idea"))
    assert answers(shared) == {**IDEA, "title": "Plain writing", "summary": "You can write."}


def test_a_plain_save_of_an_answer_that_another_changed_leads_to_the_choice(at, shared):
    mine = drawn(at.proposer, shared)
    save(shared, {"idea": {"summary": "Theirs."}}, at.second_proposer)
    answer = sent(at.proposer, shared, **mine, **typed(summary="Mine.", title="Plain writing"))
    kept = KeptAnswer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, kept.get_absolute_url())
    assert answers(shared) == {**IDEA, "title": "Plain writing", "summary": "Theirs."}
    page = flat(site_for(at.proposer).get(path("proposal_edit", shared, "idea")))
    assert "Two texts for one answer" in page and kept.get_absolute_url() in page
    assert kept.get_absolute_url() in flat(site_for(at.proposer).get(shared.get_absolute_url()))
    page = flat(site_for(at.second_proposer).get(path("proposal_move", shared, "submit")))
    assert f"Not part of it: what {at.proposer} wrote for “What it is about”" in page
    assert "Two texts" not in flat(site_for(at.second_proposer).get(path("proposal_edit", shared, "idea")))


def test_an_answer_that_does_not_fit_comes_back_with_everything_else_saved(at, shared):
    answer = sent(
        at.proposer, shared, **drawn(at.proposer, shared), **typed(title="New", audience=["martians"])
    )
    page = flat(answer)
    assert answer.status_code == 409
    assert "does not offer “martians”" in page
    assert answers(shared)["title"] == "New"
    # What the page carries now is what it shows: saved again it meets nobody.
    hidden = dict(re.findall(r'name="(seen\.\w+)" value="(\w*)"', page))
    sent(at.proposer, shared, **hidden, **typed(title="Newer"))
    assert (answers(shared)["title"], KeptAnswer.objects.count()) == ("Newer", 0)


def test_what_was_typed_into_a_submitted_proposal_is_shown_again(at, shared):
    hidden = drawn(at.proposer, shared)
    walking.move(shared, "submit", at.second_proposer)
    answer = sent(at.proposer, shared, **hidden, **typed(summary="Too late."))
    page = flat(answer)
    assert answer.status_code == 409
    assert "It has been submitted and cannot be changed" in page and "Too late." in page
    answer = sent(at.proposer, shared, "proposal_autosave", **hidden, summary="Too late.")
    assert "Not saved:</strong> It has been submitted" in flat(answer) and "HX-Trigger" not in answer
    assert site_for(at.proposer).get(path("proposal_edit", shared, "idea")).status_code == 409


def test_sixty_rows_pass_through_the_page_unharmed(at):
    proposal = walking.model_proposal(at)
    rows = [{"competency": f"Number {n}", "assessment": "Portfolio"} for n in range(60)]
    save(proposal, {"learning": {"competencies": rows}}, at.proposer)
    cells = {f"competencies.{n}.{column}": text for n, row in enumerate(rows) for column, text in row.items()}
    hidden = drawn(at.proposer, proposal, "learning")
    sent(at.proposer, proposal, section="learning", **hidden, **cells, need=words(21))
    learning = documents.current(fresh(proposal)).answers["learning"]
    assert (learning["competencies"], learning["need"]) == (rows, words(21))


# --- while one types -------------------------------------------------------------------------------
def test_saving_while_one_types_sends_single_answers_and_says_when(at, shared):
    shown = digest(IDEA["title"])
    answer = sent(
        at.proposer, shared, "proposal_autosave", **{"seen.title": shown}, sitting="a", title="Plain"
    )
    assert answer.status_code == 200
    assert re.search(r"Saved at \d\d:\d\d\.", flat(answer)) and 'hx-swap-oob="true"' in flat(answer)
    assert json.loads(answer["HX-Trigger"]) == {"draft:kept": {"seen": {"title": digest("Plain")}}}
    assert answers(shared) == {**IDEA, "title": "Plain"}


def test_a_list_in_which_nothing_is_ticked_any_more_is_emptied(at, shared):
    sent(at.proposer, shared, "proposal_autosave", **{"seen.audience": digest(IDEA["audience"])}, sitting="a")
    assert "audience" not in answers(shared)


def test_saving_while_one_types_says_what_was_not_saved_and_why(at, shared):
    save(shared, {"idea": {"summary": "Theirs."}}, at.second_proposer)
    seen = {f"seen.{name}": digest(IDEA[name]) for name in ("title", "summary", "audience")}
    answer = sent(
        at.proposer, shared, "proposal_autosave", **seen, sitting="a", title="Plain", summary="Mine.", audience="martians"
    )  # fmt: skip
    page, kept = flat(answer), KeptAnswer.objects.get()
    assert f"{at.second_proposer} changed it" in page and kept.get_absolute_url() in page
    assert "does not offer “martians”" in page and "What you typed is still on this page." in page
    told = json.loads(answer["HX-Trigger"])["draft:kept"]["seen"]
    assert told == {"title": digest("Plain"), "summary": digest(IDEA["summary"])}


def test_markup_that_was_typed_stays_text_on_every_page(at, shared):
    seen = {"seen.summary": digest(IDEA["summary"]), "sitting": "a"}
    save(shared, {"idea": {"summary": "<script>theirs</script>"}}, at.second_proposer)
    answer = sent(at.proposer, shared, "proposal_autosave", **seen, summary="<script>mine</script>")
    kept = KeptAnswer.objects.get()
    for page in (answer, site_for(at.proposer).get(kept.get_absolute_url())):
        assert "<script>mine" not in flat(page) and "<script>theirs" not in flat(page)


def test_odd_requests_are_answered_and_harm_nothing(at, shared):
    site = site_for(at.proposer)
    address = path("proposal_autosave", shared, "idea")
    assert site.get(address).status_code == 405
    assert site.post(path("proposal_autosave", shared, "nonsense")).status_code == 404
    bytes_sent = b"seen.title=%s&sitting=%s&title=caf%%ff" % (digest(IDEA["title"]).encode(), b"s" * 500)
    site.post(address, bytes_sent, content_type="application/x-www-form-urlencoded")
    assert answers(shared)["title"] == "caf\ufffd"  # what is no UTF-8 is shown as such, not dropped
    answer = sent(at.proposer, shared, "proposal_autosave", **{"seen.title": "x"}, title="a\x00b")
    assert "Not saved" in flat(answer) and answers(shared)["title"] == "caf\ufffd"
    answer = sent(at.proposer, shared, "proposal_autosave", **{"seen.summary": ""}, summary="x" * 100_000)
    assert "100,000 characters; at most 50,000 are possible" in flat(answer)


# --- who may ---------------------------------------------------------------------------------------
def test_nobody_but_its_proposers_writes_or_is_seen_writing(at, shared):
    met = walking.move(shared, "submit", at.proposer)
    walking.finish(at, met, "intent_acknowledged", "acknowledged")
    section = "idea"
    for person, code in ((at.programme_manager, 403), (at.untrained_issuer, 404), (at.stranger, 404)):
        site = site_for(person)
        assert site.get(path("proposal_edit", shared, section)).status_code == code
        assert site.post(path("proposal_edit", shared, section)).status_code == code
        assert site.post(path("proposal_autosave", shared, section)).status_code == code
        assert site.get(path("proposal_here", shared, section)).status_code == 404


# --- who is there ----------------------------------------------------------------------------------
def test_one_sees_who_else_has_the_section_open_and_what_they_changed(at, shared):
    first = flat(site_for(at.proposer).get(path("proposal_edit", shared, "idea")))
    assert "writing in this section" not in first
    here = re.search(r'hx-get="([^"]+)"', first)[1].replace("&amp;", "&")
    assert site_for(at.proposer).get(here).status_code == 204
    site_for(at.second_proposer).get(path("proposal_edit", shared, "idea"))
    answer = site_for(at.proposer).get(here)
    assert f"{at.second_proposer} is writing in this section too." in flat(answer)
    save(shared, {"idea": {"summary": "Theirs."}}, at.second_proposer)
    save(shared, {"idea": {"title": "Mine"}}, at.proposer)
    again = re.search(r'hx-get="([^"]+)"', flat(answer))[1].replace("&amp;", "&")
    page = flat(site_for(at.proposer).get(again))
    assert (
        "Changed by others since you opened this page: What it is about" in page
        or "Changed by others" in page
    )
    cache.clear()  # they closed it


def test_with_redis_away_people_write_on_and_see_nobody(at, shared, redis_away):
    site_for(at.second_proposer).get(path("proposal_edit", shared, "idea"))
    page = site_for(at.proposer).get(path("proposal_edit", shared, "idea"))
    assert page.status_code == 200 and "writing in this section" not in flat(page)
    sent(at.proposer, shared, "proposal_autosave", **{"seen.title": digest(IDEA["title"])}, title="Plain")
    assert answers(shared)["title"] == "Plain"


def test_saving_while_one_types_costs_the_same_however_much_was_submitted(at):
    def cost(title):
        form = {"seen.title": digest(documents.current(fresh(proposal)).answers["idea"]["title"])}
        with CaptureQueriesContext(connection) as captured:
            sent(at.proposer, proposal, "proposal_autosave", **form, sitting="a", title=title)
        return len(captured), sum("proposals_revision" in one["sql"] for one in captured)

    proposal = walking.model_draft(at)
    first = cost("One")
    proposal = walking.model_changes_requested(at)
    assert proposal.revisions.count() == 2
    assert (cost("Two"), first[1]) == (first, 0)


def test_the_page_costs_the_same_whatever_was_written(at, shared):
    address = path("proposal_edit", shared, "idea")
    first = queries_of(site_for(at.proposer), address)
    save(shared, {"idea": {"summary": "One.", "title": "Two"}}, at.second_proposer)
    for sitting in ("a", "b", "c"):
        drafting.write(
            proposal=shared,
            answers={"idea": {"summary": sitting}},
            seen={},
            page=drafting.Page(sitting),
            by=at.proposer,
        )
    assert queries_of(site_for(at.proposer), address) == first
    listed = path("proposal_texts", shared)
    three = queries_of(site_for(at.proposer), listed)
    KeptAnswer.objects.exclude(sitting="a").delete()
    assert queries_of(site_for(at.proposer), listed) == three


# --- the choice ------------------------------------------------------------------------------------
@pytest.fixture
def kept(at, shared):
    save(shared, {"idea": {"summary": "Theirs are these words."}}, at.second_proposer)
    seen = {"idea.summary": digest(IDEA["summary"])}
    mine = {"idea": {"summary": "Mine are these words."}}
    return drafting.write(proposal=shared, answers=mine, seen=seen, by=at.proposer).kept[0]


def test_both_texts_stand_side_by_side_with_what_differs_and_a_joined_one(at, kept):
    page = flat(site_for(at.proposer).get(kept.get_absolute_url()))
    assert "Theirs are these words." in page and "Mine are these words." in page
    assert "<del><b>removed: </b>Theirs<b>" in page and "<ins><b>added: </b>Mine<b>" in page
    assert "Theirs Mine are these words.</textarea>" in page
    site = site_for(at.proposer)
    answer = site.post(kept.get_absolute_url(), {"take": "together", "seen": digest("Theirs are these words."), "summary": "Ours."})  # fmt: skip
    assert answer.status_code == 302
    assert answers(kept.document.proposal)["summary"] == "Ours."
    for person in (at.proposer, at.second_proposer):
        page = flat(site_for(person).get(kept.get_absolute_url()))
        assert (
            "Both texts stay here" in page and "Mine are these words." in page and "<form class" not in page
        )
    listed = flat(site_for(at.second_proposer).get(path("proposal_texts", kept.document.proposal)))
    assert kept.get_absolute_url() in listed


def test_a_choice_that_cannot_be_made_keeps_what_was_typed(at, kept):
    site = site_for(at.proposer)
    answer = site.post(kept.get_absolute_url(), {"take": "together", "seen": "older", "summary": "Ours."})
    assert answer.status_code == 409
    assert "It was changed again" in flat(answer) and "Ours.</textarea>" in flat(answer)
    answer = site.post(kept.get_absolute_url(), {"summary": "Ours."})
    assert answer.status_code == 409
    long = {"take": "together", "seen": digest("Theirs are these words."), "summary": "x" * 60_000}
    assert "is too long" in flat(site.post(kept.get_absolute_url(), long))
    assert answers(kept.document.proposal)["summary"] == "Theirs are these words."


def test_nobody_else_sees_an_open_choice(at, kept):
    for person in (at.second_proposer, at.programme_manager, at.stranger):
        assert site_for(person).get(kept.get_absolute_url()).status_code == 404
        choose = reverse("api-proposal-text-choose", args=[kept.pk])
        assert api_for(person).post(choose, {"take": "mine", "seen": ""}).status_code == 404

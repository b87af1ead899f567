"""Writing together: answers merge one by one, both texts of a clash are kept, and their author chooses."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from journal.models import Entry, Notice
from policies import cleaning
from policies.engine import value_at
from policies.reasons import Refused
from proposals.actions import documents, drafting
from proposals.actions.drafting import Page
from proposals.clashes import Clash
from proposals.merging import digest
from proposals.models import Document, KeptAnswer
from tests.proposals import walking
from tests.proposals.walking import fresh, save

IDEA = walking.MODEL_INTENT["idea"]


@pytest.fixture
def at(campus):
    return campus("model")


@pytest.fixture
def shared(at):
    """A draft of two proposers."""
    return walking.start(at, walking.MODEL_INTENT, proposers=[at.second_proposer])


def answers_of(proposal):
    return Document.objects.get(proposal=proposal).answers["idea"]


def wrote(proposal, by, sitting="a", turn=0, shown=IDEA, **typed):
    """What somebody sends from a page of the section that had shown `shown`."""
    return drafting.write(
        proposal=proposal,
        answers={"idea": typed},
        seen={f"idea.{name}": digest(shown.get(name)) for name in typed},
        page=Page(f"{by.pk.hex}{sitting}"[-40:], turn),
        by=by,
    )


def chosen(kept, by, take, **more):
    seen = digest(value_at(Document.objects.get(pk=kept.document_id).answers, kept.field))
    return drafting.choose(kept=kept, take=take, by=by, **{"seen": seen, **more})


# --- merging ---------------------------------------------------------------------------------------
def test_what_only_one_side_changed_is_merged_silently(at, shared):
    wrote(shared, at.proposer, title="Plain writing")
    whole = {**IDEA, "summary": "You can write."}  # the page as it was, one answer changed
    found = wrote(shared, at.second_proposer, **whole)
    assert (found.kept, found.unfit) == ([], [])
    assert answers_of(shared) == {**IDEA, "title": "Plain writing", "summary": "You can write."}
    assert fresh(shared).title == "Plain writing"
    changed = Document.objects.get().changed
    assert {path: (said["version"], said["by"]) for path, said in changed.items()} == {
        "idea.title": (2, str(at.proposer.pk)),
        "idea.summary": (3, str(at.second_proposer.pk)),
    }


def test_what_both_changed_is_kept_beside_the_document_until_its_author_chooses(at, shared):
    wrote(shared, at.proposer, summary="The first words.")
    found = wrote(shared, at.second_proposer, summary="The second words.", title="Plain writing")
    assert answers_of(shared) == {**IDEA, "summary": "The first words.", "title": "Plain writing"}
    (kept,) = found.kept
    assert (kept.field, kept.answer, kept.other, kept.other_by) == (
        "idea.summary", "The second words.", "The first words.", at.proposer,
    )  # fmt: skip
    assert found.seen == {"idea.title": digest("Plain writing"), "idea.summary": digest(IDEA["summary"])}
    notice = Notice.objects.get(person=at.second_proposer)
    assert "Both texts are kept" in notice.text and notice.path == kept.get_absolute_url()
    assert list(KeptAnswer.objects.waiting_for(at.second_proposer, kept.document)) == [kept]
    assert not KeptAnswer.objects.visible_to(at.proposer)


def test_as_one_goes_on_writing_the_kept_text_follows(at, shared):
    wrote(shared, at.proposer, summary="The first words.")
    for text in ("The second", "The second words.", "The second words, longer."):
        wrote(shared, at.second_proposer, summary=text)
    assert [kept.answer for kept in KeptAnswer.objects.all()] == ["The second words, longer."]
    assert Notice.objects.filter(person=at.second_proposer).count() == 1
    wrote(shared, at.second_proposer, sitting="another tab", summary="From another tab.")
    assert KeptAnswer.objects.open().count() == 2
    wrote(shared, at.second_proposer, summary="The first words.")  # now both say the same
    assert [kept.answer for kept in KeptAnswer.objects.all()] == ["From another tab."]


def test_what_a_page_sends_later_counts_in_whatever_order_it_arrives(at, shared):
    wrote(shared, at.proposer, turn=1, summary="One")
    wrote(shared, at.proposer, turn=3, summary="One, two, three")  # before the page had heard of the first
    wrote(shared, at.proposer, turn=2, summary="One, two")
    assert answers_of(shared)["summary"] == "One, two, three"
    wrote(shared, at.proposer, turn=4, summary=IDEA["summary"])  # typed back
    assert (answers_of(shared), KeptAnswer.objects.count()) == (IDEA, 0)
    wrote(shared, at.second_proposer, summary="Theirs.")
    wrote(shared, at.proposer, turn=6, summary="Mine, later")
    wrote(shared, at.proposer, turn=5, summary="Mine")
    assert [kept.answer for kept in KeptAnswer.objects.all()] == ["Mine, later"]
    wrote(shared, at.proposer, turn=5, summary="Theirs.")
    assert KeptAnswer.objects.count() == 1


def test_a_save_that_says_nothing_new_writes_nothing(at, shared):
    wrote(shared, at.proposer, title="Plain writing")
    wrote(shared, at.proposer, title="Plain writing")  # the same press again
    wrote(shared, at.proposer, sitting="another page", **IDEA)
    assert (fresh(shared).version, Document.objects.get().version) == (2, 2)


def test_an_answer_that_cannot_be_stored_stops_none_of_the_others(at, shared):
    found = wrote(shared, at.proposer, title="Plain writing", audience=["martians"])
    assert [reason.field for reason in found.unfit] == ["idea.audience"]
    assert answers_of(shared) == {**IDEA, "title": "Plain writing"}


def test_a_page_that_had_not_shown_an_answer_overwrites_none(at, shared):
    found = drafting.write(
        proposal=shared, answers={"idea": {"title": "Mine"}}, seen={}, by=at.second_proposer
    )
    assert (answers_of(shared)["title"], found.kept[0].answer) == (IDEA["title"], "Mine")


def test_saving_while_one_types_leaves_the_record_alone(at, shared):
    for n in range(3):
        wrote(shared, at.proposer, shown={"title": answers_of(shared)["title"]}, title=f"Title {n}")
    assert list(Entry.objects.about("proposal", shared.pk).values_list("act", flat=True)) == ["start"]


# --- choosing --------------------------------------------------------------------------------------
@pytest.fixture
def met(at, shared):
    """The second proposer's text met the first one's."""
    wrote(shared, at.proposer, summary="The first words.")
    return wrote(shared, at.second_proposer, summary="The second words.").kept[0]


@pytest.mark.parametrize(
    ("take", "more", "stands"),
    [
        ("theirs", {}, "The first words."),
        ("mine", {}, "The second words."),
        ("together", {"answer": "The first and second words."}, "The first and second words."),
    ],
)
def test_its_author_chooses_and_both_texts_stay(at, shared, met, take, more, stands):
    chosen(met, at.second_proposer, take, **more)
    assert answers_of(shared)["summary"] == stands
    met.refresh_from_db()
    assert (met.answer, met.other, met.taken) == ("The second words.", "The first words.", take)
    assert list(KeptAnswer.objects.visible_to(at.proposer)) == [met]
    entry = Entry.objects.about("proposal", shared.pk).last()
    assert (entry.act, entry.detail["field"], entry.detail["taken"]) == ("choose_text", "idea.summary", take)
    assert "words" not in entry.canonical.replace(entry.detail["name"], "")
    told = Notice.objects.filter(person=at.proposer, path=met.get_absolute_url()).exists()
    assert told == (take != "theirs")
    with pytest.raises(Refused, match="chosen already"):
        chosen(met, at.second_proposer, "theirs")


def test_a_choice_between_texts_that_changed_again_is_made_anew(at, shared, met):
    save(shared, {"idea": {"summary": "The third words."}}, at.proposer)
    with pytest.raises(Refused, match="changed again"):
        chosen(met, at.second_proposer, "mine", seen=digest("The first words."))
    chosen(met, at.second_proposer, "mine")
    met.refresh_from_db()
    assert (answers_of(shared)["summary"], met.other) == ("The second words.", "The third words.")


def test_what_cannot_be_stored_is_not_chosen(at, met):
    with pytest.raises(Refused) as refused:
        chosen(met, at.second_proposer, "together", answer="x" * 50_001)
    assert [reason.field for reason in refused.value.reasons] == ["idea.summary"]
    with pytest.raises(Refused, match="Choose one"):
        chosen(met, at.second_proposer, "nothing")


def test_nobody_else_chooses_and_nobody_once_it_was_submitted(at, shared, met):
    for person in (at.proposer, at.programme_manager, at.stranger):
        with pytest.raises(PermissionDenied):
            chosen(met, person, "mine")
    walking.move(fresh(shared), "submit", at.proposer)
    with pytest.raises(Refused, match="submitted"):
        chosen(met, at.second_proposer, "mine")
    met.refresh_from_db()
    assert met.answer == "The second words."


def test_a_text_for_a_document_that_is_done_stays_as_it_is(at, shared, met):
    walking.move(fresh(shared), "submit", at.proposer)
    walking.finish(at, shared, "intent_acknowledged", "acknowledged")
    with pytest.raises(Refused, match="not being written any more"):
        chosen(met, at.second_proposer, "mine")


def test_the_database_says_what_a_kept_answer_is(met):
    for wrong in ({"taken": "mine"}, {"settled_at": met.written_at}, {"other_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            KeptAnswer.objects.filter(pk=met.pk).update(**wrong)


# --- by version, as the API does --------------------------------------------------------------------
def test_what_others_changed_since_the_version_one_read_is_a_clash_and_nothing_else(at, shared):
    save(shared, {"idea": {"title": "Plain writing"}}, at.proposer)
    mine = {"idea": {"summary": "You can write."}}
    documents.save(proposal=shared, answers=mine, version=1, by=at.second_proposer)
    assert answers_of(shared) == {**IDEA, "title": "Plain writing", "summary": "You can write."}
    both = {"idea": {"title": "Other", "audience": ["students"]}}
    with pytest.raises(Clash) as clash:
        documents.save(proposal=shared, answers=both, version=1, by=at.second_proposer)
    (one,) = clash.value.found
    assert (one.path, one.mine, one.theirs, one.by) == ("idea.title", "Other", "Plain writing", at.proposer)
    assert answers_of(shared)["audience"] == IDEA["audience"]  # all or nothing
    with pytest.raises(Refused, match="Somebody changed this proposal"):
        documents.save(proposal=shared, answers=mine, version=99, by=at.proposer)


# --- who, when, how much ----------------------------------------------------------------------------
def test_who_was_taken_off_writes_no_more(at, shared):
    shared.proposers.filter(person=at.second_proposer).delete()
    with pytest.raises(PermissionDenied):
        wrote(fresh(shared), at.second_proposer, title="Mine")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("x" * 100_000, "is too long: 100,000 characters; at most 50,000 are possible."),
        ("x" * 50_001, "is too long: 50,001 characters"),
        ("a\x00b", "holds a hidden control character (U+0000)"),
        ("a\ud800b", "hidden control character (U+D800)"),
        ("\u202eevil", "hidden control character (U+202E)"),
    ],
)
def test_text_that_cannot_be_stored_is_said_so(at, shared, typed, says):
    found = wrote(shared, at.proposer, summary=typed)
    assert says in found.unfit[0].text
    assert answers_of(shared) == IDEA


def test_markup_and_fifty_thousand_characters_are_kept_as_they_are(at, shared):
    text = "<script>alert(1)</script> & " + "ä" * 49_000
    wrote(shared, at.proposer, summary=text)
    assert answers_of(shared)["summary"] == text


def test_a_document_grows_only_so_far(at, shared, monkeypatch):
    monkeypatch.setattr(cleaning, "LARGEST", 300)
    with pytest.raises(Refused, match="The document is too large: at most 300 characters"):
        wrote(shared, at.proposer, summary="x" * 260)
    assert answers_of(shared) == IDEA

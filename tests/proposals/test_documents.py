"""Drafts, files, proposers; revisions that nobody changes."""

import hashlib

import pytest
import rfc8785
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from journal.models import Entry, StoredFile
from policies.reasons import Refused
from proposals import reading
from proposals.actions import documents, files, proposals, proposers
from proposals.models import Document, Proposal, Revision
from tests.policies.examples import BOULDER_INTENT, MODEL, MONTANA
from tests.proposals import walking
from tests.proposals.walking import attach, fresh, move, save, start


# --- beginning ------------------------------------------------------------------------------------
def test_a_proposal_begins_as_a_draft_under_the_policy_in_force(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    assert (proposal.state, proposal.title, proposal.submitted_at) == ("intent", "Technical writing", None)
    assert proposal.policy == at.institution.policy
    assert [(step.key, step.status) for step in proposal.steps.order_by("position")] == [
        ("file_intent", "open"),
        ("intent_acknowledged", "waiting"),
    ]


def test_a_route_without_an_intent_begins_with_the_proposal(campus):
    at = campus("montana")
    proposal = start(at, MONTANA, type="badge", proposers=[at.second_proposer])
    assert (proposal.state, documents.current(proposal).form) == ("proposal", "proposal")
    assert [row.person for row in proposal.proposers.all()] == [at.proposer, at.second_proposer]


@pytest.mark.parametrize("person", ["programme_manager", "learner", "nobody", "stranger"])
def test_only_who_proposes_for_the_unit_begins_a_proposal(campus, person):
    at = campus("model")
    with pytest.raises(PermissionDenied):
        start(at, by=at.stranger if person == "stranger" else at.people[person])


def test_what_speaks_against_beginning_is_said_all_at_once(campus):
    at, other = campus("model"), campus("cu_boulder")
    at.proposer.grants.update(unit=None)  # may propose for the whole campus
    with pytest.raises(Refused) as refused:
        proposals.start(
            institution=at.institution,
            unit=at.unit,
            type="degree",
            proposers=[other.proposer, at.learner],
            kind="change",
            answers={"idea": {"audience": ["nobody"]}, "ideas": {}},
            by=at.proposer,
        )
    assert [reason.field for reason in refused.value.reasons] == [
        "type",
        "proposers",
        "proposers",
        "definition",
        "idea.audience",
        "ideas",
    ]
    assert Proposal.objects.count() == 0


def test_a_unit_of_another_campus_is_refused(campus):
    at, other = campus("model"), campus("cu_boulder")
    at.proposer.grants.update(unit=None)
    with pytest.raises(Refused, match="is not a unit of"):
        proposals.start(
            institution=at.institution, unit=other.unit, type="badge", proposers=[], by=at.proposer
        )


# --- saving ---------------------------------------------------------------------------------------
def test_answers_are_merged_and_the_title_follows(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    document = save(proposal, {"idea": {"title": "Plain writing", "audience": None}}, at.proposer)
    assert document.answers == {"idea": {"title": "Plain writing", "summary": MODEL["idea"]["summary"]}}
    assert (fresh(proposal).title, fresh(proposal).version, document.version) == ("Plain writing", 2, 2)


def test_a_save_from_an_older_page_is_refused_and_nothing_is_lost(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    save(proposal, {"idea": {"title": "First"}}, at.proposer)
    with pytest.raises(Refused, match="changed “Working title” after you had read it"):
        documents.save(proposal=proposal, answers={"idea": {"title": "Second"}}, version=1, by=at.proposer)
    assert fresh(proposal).title == "First"


def test_an_answer_that_cannot_be_stored_stores_nothing(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    with pytest.raises(Refused) as refused:
        save(proposal, {"idea": {"title": "New", "audience": ["martians"]}}, at.proposer)
    assert [reason.field for reason in refused.value.reasons] == ["idea.audience"]
    assert (fresh(proposal).title, fresh(proposal).version) == ("Technical writing", 1)


@pytest.mark.parametrize("person", ["second_proposer", "programme_manager", "section_head", "stranger"])
def test_only_its_proposers_write(campus, person):
    at = campus("model")
    proposal = walking.model_intent(at)
    with pytest.raises(PermissionDenied):
        save(
            proposal, {"idea": {"title": "Mine"}}, at.stranger if person == "stranger" else at.people[person]
        )


def test_what_was_submitted_is_not_changed(campus):
    at = campus("model")
    for reach in (walking.model_intent, walking.model_committee_review, walking.model_full_approval):
        with pytest.raises(Refused, match="submitted"):
            save(reach(at), {"idea": {"title": "Other"}}, at.proposer)


def test_the_proposal_begins_with_what_the_intent_answered(campus):
    at = campus("cu_boulder")
    proposal = move(walking.boulder_intent(at), "open_proposal", at.programme_manager)
    assert documents.current(proposal).answers == BOULDER_INTENT


def test_the_full_proposal_begins_with_what_the_proposal_answered(campus):
    at = campus("montana")
    proposal = walking.montana_pilot(at)
    document = documents.current(proposal)
    assert document.form == "full_proposal"
    assert document.answers["offering"] == MONTANA["offering"]
    assert [file.name for file in reading.files_of(proposal, at.pack.form("full_proposal"))] == [
        "syllabus.pdf"
    ]


# --- files and proposers --------------------------------------------------------------------------
def test_a_file_belongs_to_a_field_that_takes_files(campus):
    at = campus("montana")
    proposal = walking.montana_draft(at)
    with pytest.raises(Refused) as refused:
        attach(proposal, at.proposer, field="offering.title")
    assert [reason.field for reason in refused.value.reasons] == ["offering.title"]
    with pytest.raises(PermissionDenied):
        attach(proposal, at.supervisor)


def test_a_field_takes_no_more_files_than_it_says(campus):
    at = campus("montana")
    proposal = walking.montana_draft(at)
    for n in range(9):
        attach(proposal, at.proposer, name=f"{n}.pdf", content=b"%d" % n)
    with pytest.raises(Refused, match="takes 10 files at most") as refused:
        attach(proposal, at.proposer, content=b"one more")
    assert [reason.clause for reason in refused.value.reasons] == ["UM-12"]


def test_a_revision_keeps_a_file_that_is_removed_later(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    walking.finish(at, proposal, "supervisor_signoff", "request_changes", "Another syllabus.")
    stored = StoredFile.objects.get(subject_id=proposal.pk)
    files.remove(proposal=proposal, stored=stored, by=at.second_proposer)
    assert reading.files_of(proposal, at.pack.form("proposal")) == []
    revision = proposal.revisions.get()
    sha256 = hashlib.sha256(walking.PDF).hexdigest()
    assert revision.files == [
        {"id": str(stored.pk), "name": "syllabus.pdf", "sha256": sha256, "field": "syllabi.files"}
    ]
    stored.refresh_from_db()
    assert stored.file.open().read() == walking.PDF
    with pytest.raises(Refused, match="not on the document"):
        files.remove(proposal=proposal, stored=stored, by=at.proposer)


@pytest.mark.clause("UM-10")
def test_proposers_come_and_go_while_it_is_written(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    proposers.add(proposal=proposal, person=at.second_proposer, by=at.proposer)
    with pytest.raises(Refused, match="already"):
        proposers.add(proposal=proposal, person=at.second_proposer, by=at.proposer)
    with pytest.raises(Refused, match="no proposer at"):
        proposers.add(proposal=proposal, person=at.learner, by=at.proposer)
    proposers.remove(proposal=proposal, person=at.proposer, by=at.proposer)
    with pytest.raises(PermissionDenied):
        proposers.add(proposal=proposal, person=at.proposer, by=at.proposer)
    with pytest.raises(Refused, match="withdraw it instead"):
        proposers.remove(proposal=proposal, person=at.second_proposer, by=at.second_proposer)
    acts = list(Entry.objects.about("proposal", proposal.pk).values_list("act", flat=True))
    assert acts == ["start", "add_proposer", "remove_proposer"]
    assert fresh(proposal).version == 3


def test_one_proposer_is_too_few_where_the_policy_asks_for_two(campus):
    at = campus("montana")
    proposal = start(at, MONTANA, type="badge_and_notation")
    attach(proposal, at.proposer)
    with pytest.raises(Refused) as refused:
        move(proposal, "submit", at.proposer)
    assert [reason.clause for reason in refused.value.reasons] == ["UM-10"]


# --- revisions ------------------------------------------------------------------------------------
def test_a_revision_is_hashed_over_form_answers_files_and_proposers(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.second_proposer)
    revision = proposal.revisions.get()
    team = sorted([str(at.proposer.pk), str(at.second_proposer.pk)])
    said = {"form": "proposal", "answers": revision.answers, "files": revision.files, "proposers": team}
    assert revision.hash == hashlib.sha256(rfc8785.dumps(said)).hexdigest() == reading.hash_of(revision)
    assert revision.answers == Document.objects.get(proposal=proposal).answers
    assert (revision.form["id"], revision.submitted_by) == ("proposal", at.second_proposer)


def test_a_later_save_leaves_the_revision_as_it_was(campus):
    at = campus("model")
    proposal = walking.model_changes_requested(at)
    revision = proposal.revisions.get(number=2)
    assert revision.answers["learning"]["need"] != documents.current(proposal).answers["learning"]["need"]
    assert reading.hash_of(revision) == revision.hash


@pytest.mark.parametrize(
    "statement", ["UPDATE proposals_revision SET answers = '{}'", "DELETE FROM proposals_revision"]
)
def test_a_revision_cannot_be_changed_by_sql(campus, statement):
    at = campus("model")
    proposal = walking.model_intent(at)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Revision.objects.get(proposal=proposal).answers == walking.MODEL_INTENT


def test_an_incomplete_document_is_refused_with_its_clauses(campus):
    at = campus("model")
    proposal = start(at, {"idea": {"title": "Only a title"}})
    with pytest.raises(Refused) as refused:
        move(proposal, "submit", at.proposer)
    fields = [reason.field for reason in refused.value.reasons]
    assert fields == ["idea.summary", "idea.audience"]
    assert (fresh(proposal).state, fresh(proposal).version, Revision.objects.count()) == ("intent", 1, 0)

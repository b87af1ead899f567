"""Who may download a proposal's files: what was submitted, by those who see it; what was not, by the proposers alone."""

import pytest
from django.urls import reverse

from journal.models import StoredFile
from proposals.actions import files
from tests.proposals import walking
from tests.support import site_for

pytestmark = pytest.mark.django_db


def codes(campus, stored):
    people = ("proposer", "second_proposer", "supervisor", "programme_manager", "issuer", "stranger")
    address = reverse("file", args=[stored.pk])
    return {who: site_for(getattr(campus, who)).get(address).status_code for who in people}


EVERYONE_CONCERNED = {
    "proposer": 200, "second_proposer": 200, "supervisor": 200, "programme_manager": 200, "issuer": 404, "stranger": 404,
}  # fmt: skip
PROPOSERS = {
    "proposer": 200, "second_proposer": 200, "supervisor": 404, "programme_manager": 404, "issuer": 404, "stranger": 404,
}  # fmt: skip


def test_files_of_a_draft_are_the_proposers_alone(campus):
    at = campus("montana")
    walking.montana_draft(at)
    assert codes(at, StoredFile.objects.get()) == PROPOSERS


def test_files_that_were_submitted_are_for_all_who_see_the_proposal(campus):
    at = campus("montana")
    walking.montana_pilot(at)
    assert codes(at, StoredFile.objects.get()) == EVERYONE_CONCERNED


def test_a_file_attached_after_submission_is_not_seen_before_the_next(campus):
    at = campus("montana")
    proposal = walking.montana_pilot(at)
    later = walking.attach(proposal, at.proposer, name="later.pdf", content=walking.PDF + b"%2\n")
    assert codes(at, later) == PROPOSERS


def test_a_file_removed_since_stays_with_the_revision_it_was_submitted_with(campus):
    at = campus("montana")
    proposal = walking.montana_draft(at)
    dropped = walking.attach(proposal, at.proposer, name="dropped.pdf", content=walking.PDF + b"%2\n")
    files.remove(proposal=proposal, stored=dropped, by=at.proposer)
    assert set(codes(at, dropped).values()) == {404}
    proposal = walking.move(walking.fresh(proposal), "submit", at.proposer)
    kept = StoredFile.objects.get(removed_at__isnull=True)
    StoredFile.objects.filter(pk=kept.pk).update(removed_at=kept.uploaded_at, removed_by=at.proposer)
    assert codes(at, kept) == EVERYONE_CONCERNED

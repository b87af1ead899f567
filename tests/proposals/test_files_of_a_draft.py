"""Files of a draft: replaced, taken off, kept with the revision; what cannot be attached is said at its field."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.actions import files as stored_files
from journal.models import Entry, StoredFile
from policies.reasons import Refused
from proposals import reading
from proposals.actions import files
from tests.proposals import walking
from tests.proposals.walking import PDF, attach, fresh, upload
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
OTHER = PDF + b"% another\n"
FIELD = "attachments.files"


@pytest.fixture
def at(campus):
    return campus("model")


@pytest.fixture
def draft(at):
    return walking.model_proposal(at)


def names(proposal):
    return [file.name for file in reading.files_of(proposal, reading.current_form(fresh(proposal)))]


def posted(person, proposal, **form):
    site = site_for(person)
    return site.post(reverse("proposal_edit", args=[proposal.pk, "attachments"]), form, follow=True)


def flat(answer):
    return " ".join(answer.content.decode().split())


def test_a_file_is_replaced_and_the_revision_keeps_the_old_one(at, draft):
    old = attach(draft, at.proposer, field=FIELD, name="plan.pdf")
    walking.move(draft, "submit", at.proposer)
    walking.finish(at, draft, "committee_ballot", "request_changes", "Another plan.")
    new = files.replace(proposal=draft, stored=old, upload=upload("plan.pdf", OTHER), by=at.proposer)
    assert names(draft) == ["plan.pdf"]
    (kept,) = draft.revisions.get(number=2).files
    assert (kept["id"], kept["sha256"]) == (str(old.pk), hashlib.sha256(PDF).hexdigest())
    entry = Entry.objects.about("proposal", draft.pk).last()
    assert (entry.act, entry.detail["file"], entry.detail["instead_of"]) == (
        "replace_file",
        str(new.pk),
        str(old.pk),
    )
    assert site_for(at.programme_manager).get(reverse("file", args=[old.pk])).status_code == 200
    assert site_for(at.programme_manager).get(reverse("file", args=[new.pk])).status_code == 404
    with pytest.raises(Refused, match="not on the document any more"):
        files.replace(proposal=draft, stored=old, upload=upload(content=b"x"), by=at.proposer)
    with pytest.raises(PermissionDenied):
        files.replace(proposal=draft, stored=new, upload=upload(content=b"x"), by=at.second_proposer)


def test_the_same_file_twice_is_one_file(at, draft):
    one = attach(draft, at.proposer, field=FIELD, name="plan.pdf")
    assert attach(draft, at.proposer, field=FIELD, name="plan.pdf") == one
    with pytest.raises(Refused, match="attached already, as “plan.pdf”"):
        attach(draft, at.proposer, field=FIELD, name="copy.pdf")
    acts = Entry.objects.about("proposal", draft.pk).filter(act="attach_file")
    assert (names(draft), acts.count()) == (["plan.pdf"], 1)


def test_a_file_that_cannot_replace_another_leaves_it_there(at, draft):
    old = attach(draft, at.proposer, field=FIELD, name="plan.pdf")
    with pytest.raises(Refused, match="empty"):
        files.replace(proposal=draft, stored=old, upload=upload(content=b""), by=at.proposer)
    assert names(draft) == ["plan.pdf"]


def test_what_cannot_be_attached_is_said_at_its_field_and_the_rest_is_saved(at, draft, monkeypatch):
    """One page after the other: each wrong file, with text typed beside it."""
    monkeypatch.setattr(stored_files, "LIMIT", 1000)
    wrong = {
        "The file is empty. Choose it again.": upload("empty.pdf", b""),
        "up to 20 MB are possible": upload("huge.pdf", PDF + b"%" * 1000),
        "cannot be stored. Possible are PDF": upload("virus.exe", b"MZ\x90\x00\x03"),
        "picture.pdf: This kind of file cannot be stored": upload("picture.pdf", b"GIF89a" + b"\x00" * 20),
    }
    for says, content in wrong.items():
        answer = posted(at.proposer, draft, **{"file.files": content}, attach=FIELD)
        page = flat(answer)
        assert (answer.status_code, says in page) == (409, True), says
        assert 'href="#field-files"' in page and "field--error" in page
    page = flat(posted(at.proposer, draft, attach=FIELD))
    assert "Choose a file first." in page
    assert names(draft) == []


def test_files_and_text_travel_together_and_a_wrong_file_loses_no_text(campus):
    at = campus("montana")
    proposal = walking.montana_draft(at)
    (stored,) = StoredFile.objects.all()
    site = site_for(at.proposer)
    address = reverse("proposal_edit", args=[proposal.pk, "syllabi"])
    page = flat(
        site.post(address, {"file.files": upload("b.pdf", OTHER), "attach": "syllabi.files"}, follow=True)
    )
    assert "Attached: b.pdf" in page and "Saved." not in page
    page = flat(
        site.post(
            address,
            {f"replace.{stored.pk}": upload("c.pdf", OTHER + b"%"), "attach": "syllabi.files"},
            follow=True,
        )
    )
    assert "Attached: c.pdf" in page and names(proposal) == ["b.pdf", "c.pdf"]
    page = flat(site.post(address, {"detach": str(stored.pk)}, follow=True))
    assert "not on the document any more" in page
    page = flat(site.post(address, {"detach": str(StoredFile.objects.get(name="c.pdf").pk)}, follow=True))
    assert "Taken off: c.pdf" in page and names(proposal) == ["b.pdf"]
    assert site.post(address, {"detach": "nonsense"}).status_code == 404
    offering = reverse("proposal_edit", args=[proposal.pk, "offering"])
    answer = site.post(offering, {"seen.title": "x", "title": "Typed beside", "file.title": upload()})
    assert answer.status_code == 409 and "Choose the field that the file belongs to." in flat(answer)
    assert "Typed beside" in flat(answer)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\plans\\plan.pdf", "plan.pdf"),
        ("caf\udce9.pdf", "caf.pdf"),  # a byte that is no UTF-8
        ("caf\ufffd.pdf", "caf\ufffd.pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("\u202egnp.pdf", "gnp.pdf"),
        ("plan.exe", "plan.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("...", "file.pdf"),
    ],
)
def test_odd_names_become_harmless_labels(sent, kept):
    assert stored_files.label(sent, "application/pdf") == kept


def test_the_api_replaces_and_takes_off(at, draft):
    old = attach(draft, at.proposer, field=FIELD, name="plan.pdf")
    replace = reverse("api-proposal-file-replace", args=[draft.pk, old.pk])
    api = api_for(at.proposer)
    found = api.post(replace, {"file": SimpleUploadedFile("new.pdf", OTHER)}, format="multipart")
    assert (found.status_code, found.json()["name"], names(draft)) == (201, "new.pdf", ["new.pdf"])
    assert api.post(replace, {}, format="multipart").status_code == 400
    assert (
        api.post(replace, {"file": SimpleUploadedFile("x.pdf", b"x")}, format="multipart").status_code == 409
    )
    remove = reverse("api-proposal-file-remove", args=[draft.pk, found.json()["id"]])
    assert api_for(at.programme_manager).post(remove).status_code == 403
    assert api_for(at.stranger).post(remove).status_code == 404
    assert api.post(remove).status_code == 204
    assert api.post(remove).status_code == 409
    assert names(draft) == []

"""What a proposal's documents hold: the one being worked on, its files, and what it still lacks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rfc8785

from journal.models import StoredFile
from policies import engine
from policies.engine import Answers, Facts, Finding, applies, value_at
from policies.reasons import Reason
from policies.schema import Column, Form, FormField
from proposals.states import FORM_IN, State

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Document, Proposal, Revision


@dataclass(frozen=True)
class Shown:
    """A document to read: the form it was asked by, its answers, its files (rows, or as a revision keeps them)."""

    form: Form
    answers: Answers
    files: list[Any]


def state_behind(proposal: Proposal) -> str:
    """The state on the route that an aside state stands for: where it was held, or who sent it back."""
    state = proposal.held_from or proposal.state
    if state == State.CHANGES_REQUESTED and proposal.returned_from:
        return proposal.returned_from.state
    return state


def current(proposal: Proposal) -> Document:
    """The document that is being written or reviewed; of a proposal that has ended, its last one."""
    documents = {document.form: document for document in proposal.documents.all()}
    wanted = FORM_IN.get(state_behind(proposal), "")
    order = (wanted, "full_proposal", "proposal", "intent")
    return next(documents[form] for form in order if form in documents)


def current_form(proposal: Proposal) -> Form:
    """The form of that document."""
    return proposal.policy.pack.form(current(proposal).form)


def shown_to(proposal: Proposal, person: Person) -> Shown:
    """The document as this person may read it: a proposer the draft, anybody else what was submitted last."""
    proposes = any(row.person_id == person.pk for row in proposal.proposers.all())
    last = None if proposes else max(proposal.revisions.all(), key=lambda r: r.number, default=None)
    if last is not None:
        return Shown(Form.model_validate(last.form), last.answers, list(last.files))
    document = current(proposal)
    form = proposal.policy.pack.form(document.form)
    return Shown(form, document.answers, list(files_of(proposal, form)))


def files_of(proposal: Proposal, form: Form) -> list[StoredFile]:
    """The files that belong to this form's fields, oldest first, without those that were removed."""
    paths = [path for path, field in form.fields_by_path().items() if field.kind == "files"]
    if not paths:
        return []
    rows = StoredFile.objects.filter(subject_kind="proposal", subject_id=proposal.pk, field__in=paths)
    return list(rows.filter(removed_at__isnull=True).order_by("uploaded_at", "pk"))


def listed(files: list[StoredFile]) -> list[dict[str, str]]:
    """Files as a revision keeps them."""
    return [
        {"id": str(file.pk), "name": file.name, "sha256": file.sha256, "field": file.field} for file in files
    ]


def facts(proposal: Proposal, form: Form) -> Facts:
    """What the engine must know besides the answers."""
    files: dict[str, list[str]] = {}
    for file in files_of(proposal, form):
        files.setdefault(file.field, []).append(file.sha256)
    return Facts(proposers=len(proposal.proposers.all()), type=proposal.type, files=files)


def checklist(proposal: Proposal) -> list[Finding]:
    """The live checklist of the present document."""
    pack, document = proposal.policy.pack, current(proposal)
    form = pack.form(document.form)
    return engine.checklist(pack, form.id, document.answers, facts(proposal, form))


def lacking(proposal: Proposal, document: Document) -> list[Reason]:
    """Everything that stops this document from being submitted."""
    pack = proposal.policy.pack
    form = pack.form(document.form)
    return engine.errors(pack, form.id, document.answers, facts(proposal, form))


def content(proposal: Proposal, document: Document) -> dict[str, Any]:
    """What would be submitted now: form, answers, files and proposers."""
    form = proposal.policy.pack.form(document.form)
    return {
        "form": document.form,
        "answers": document.answers,
        "files": listed(files_of(proposal, form)),
        "proposers": sorted(str(row.person_id) for row in proposal.proposers.all()),
    }


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 in hex over the canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def hash_of(revision: Revision) -> str:
    """The hash of a stored revision, computed anew; equal to `revision.hash` unless somebody tampered."""
    return content_hash(
        {
            "form": revision.form["id"],
            "answers": revision.answers,
            "files": revision.files,
            "proposers": revision.proposers,
        }
    )


def with_files(revision: Revision) -> Answers:
    """The answers of a revision with the hashes of its files in their fields, to compare two revisions."""
    whole: Answers = {section: dict(fields) for section, fields in revision.answers.items()}
    for file in revision.files:
        section, _, field = file["field"].partition(".")
        whole.setdefault(section, {}).setdefault(field, []).append(file["sha256"])
    return whole


# --- a document as one reads it ---------------------------------------------------------------------
def read_whole(form: Form, answers: Answers, files: list[Any], type: str) -> list[dict[str, Any]]:
    """The document as one reads it: sections of questions and answers, without questions that were not asked."""
    return [
        {
            "title": section.title,
            "items": [
                {"path": f"{section.id}.{asked.id}"}
                | read_item(
                    asked,
                    answers.get(section.id, {}).get(asked.id),
                    [f for f in files if _field_of(f) == f"{section.id}.{asked.id}"],
                )
                for asked in section.fields
                if value_at(answers, f"{section.id}.{asked.id}") is not None
                or applies(asked.when, answers, type)
            ],
        }
        for section in form.sections
    ]


def _field_of(file: Any) -> str:
    return str(file["field"] if isinstance(file, dict) else file.field)


def read_item(asked: FormField, value: Any, files: list[Any]) -> dict[str, Any]:
    """One question with its answer in people's words."""
    item: dict[str, Any] = {"label": asked.label, "kind": asked.kind, "files": files}
    if asked.kind == "rows":
        item["columns"] = [c.label for c in asked.columns]
        item["rows"] = [[_cell(c, row.get(c.id, "")) for c in asked.columns] for row in value or []]
    elif asked.kind == "choices":
        item["text"] = ", ".join(asked.label_of(v) for v in value or [])
    elif asked.kind == "choice":
        item["text"] = asked.label_of(value) if value else ""
    elif asked.kind == "boolean":
        item["text"] = {True: "Yes", False: "No"}.get(value, "")
    else:
        item["text"] = "" if value is None else str(value)
    return item


def _cell(column: Column, value: Any) -> Any:
    """One cell of a table; a choice by its label."""
    return next((choice.label for choice in column.choices if choice.value == value), value)

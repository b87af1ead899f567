"""Documents: saving a draft, and making the immutable revision that is submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from journal import clock
from policies import engine
from policies.reasons import Refused, refuse_if
from proposals import clashes, conditions, reading, routes
from proposals.actions.locking import lock, touch
from proposals.clashes import Clash
from proposals.models import Document, ProposalKind, Revision
from proposals.permissions import Standpoint
from proposals.reading import current

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from policies.engine import Answers
    from proposals.models import Proposal

__all__ = ["begin", "current", "require_writing", "revise", "save", "store"]
LONGEST_TITLE = 200


@transaction.atomic
def save(*, proposal: Proposal, answers: dict[str, Any], version: int, by: Person) -> Document:
    """Lay these answers over the draft's. `version` is the proposal's as it was read.

    Effects: the document and, where the answer that names the credential is among them, the proposal's title; both
    versions rise, unless nothing differs. What others changed since in other answers stays. Refused (`Clash`, with
    both texts) when somebody changed one of these answers since, when the proposal is not being written, and when an
    answer cannot be stored; nothing is stored then. PermissionDenied unless `by` is one of its proposers.
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    if version > proposal.version:
        raise Refused(conditions.STALE)
    document = current(proposal)
    pack = proposal.policy.pack
    kept, reasons = engine.clean(pack, document.form, engine.merged(document.answers, answers))
    refuse_if(reasons)
    clashing = [path for path in paths(answers) if _is_newer(document, path, version)]
    if found := clashes.between(proposal, document, {path: engine.value_at(kept, path) for path in clashing}):
        raise Clash(found)
    store(proposal, document, kept, by)
    return document


def paths(answers: Answers) -> list[str]:
    """The "section.field" of each answer given."""
    return [f"{section}.{name}" for section, fields in answers.items() for name in fields]


def _is_newer(document: Document, path: str, version: int) -> bool:
    """Whether the answer was changed after this version of the proposal."""
    return int(document.changed.get(path, {}).get("version", 0)) > version


def store(
    proposal: Proposal,
    document: Document,
    answers: Answers,
    by: Person,
    page: Mapping[str, object] | None = None,
) -> list[str]:
    """Make these, clean and whole, the answers of the document, both locked. Returns the paths that changed.

    `page` says from which sitting and turn they came, where there was a page.
    """
    changed = engine.changed_fields(proposal.policy.pack, document.form, document.answers, answers)
    if changed:
        now = clock.now()
        entry = {"version": proposal.version + 1, "by": str(by.pk), "at": now.isoformat(), **(page or {})}
        document.changed = {**document.changed, **dict.fromkeys(changed, entry)}
        document.answers, document.version = answers, document.version + 1
        document.updated_at, document.updated_by = now, by
        document.save()
        proposal.title = title_of(proposal, document)
        touch(proposal, "title")
    return changed


def require_writing(proposal: Proposal, by: Person) -> None:
    """PermissionDenied unless `by` proposes it; refused unless it is being written now."""
    if not Standpoint(proposal, by).proposes:
        raise PermissionDenied("Only its proposers change a proposal.")
    refuse_if(conditions.not_writable(proposal))


def title_of(proposal: Proposal, document: Document) -> str:
    """The answer that names the credential; the title as it is where this form does not ask for it."""
    pack = proposal.policy.pack
    path = pack.mapping.title
    if pack.form(document.form).field(path) is None:
        return proposal.title
    return str(engine.value_at(document.answers, path) or "")[:LONGEST_TITLE]


def begin(*, proposal: Proposal, form: str, by: Person, answers: Answers | None = None) -> Document:
    """Make the document of this form, if it is not there yet, with what earlier documents answered already, and before
    them what was approved of the credential that it is about."""
    pack = proposal.policy.pack
    earlier = routes.answers_so_far(proposal.revisions.all())
    known = engine.merged(_approved(proposal, form), engine.prefill(pack, form, earlier))
    document, _made = Document.objects.get_or_create(
        proposal=proposal,
        form=form,
        defaults={
            "answers": engine.merged(known, answers or {}),
            "updated_at": clock.now(),
            "updated_by": by,
        },
    )
    return document


def _approved(proposal: Proposal, form: str) -> Answers:
    """What was approved of the credential that a change, a move or a retirement is about, as far as this form asks it."""
    definition, pack = proposal.definition, proposal.policy.pack
    if proposal.kind == ProposalKind.NEW or definition is None or definition.current is None:
        return {}
    known: Answers = {}
    for path in pack.form(form).fields_by_path():
        section, _, name = path.partition(".")
        if (value := engine.value_at(definition.current.answers, path)) is not None:
            known = engine.merged(known, {section: {name: value}})
    return known


def last_author(proposal: Proposal) -> Person:
    """Who submitted the last document: what a further one is filled in with beforehand are their answers."""
    last = proposal.revisions.select_related("submitted_by").order_by("-number").first()
    return last.submitted_by if last else proposal.created_by


def revise(*, proposal: Proposal, document: Document, by: Person) -> Revision:
    """The document as it is now, for good: answers, form, files and proposers under one hash."""
    content = reading.content(proposal, document)
    last = proposal.revisions.aggregate(last=Max("number"))["last"] or 0
    return Revision.objects.create(
        proposal=proposal,
        document=document,
        number=last + 1,
        answers=content["answers"],
        form=proposal.policy.pack.form(document.form).model_dump(mode="json"),
        files=content["files"],
        proposers=content["proposers"],
        hash=reading.content_hash(content),
        submitted_at=clock.now(),
        submitted_by=by,
    )

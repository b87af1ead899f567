"""Writing together: what is saved while one types, and choosing between two texts for one answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from journal.actions import notices, record
from policies import engine
from policies.reasons import Reason, Refused, refuse_if
from proposals import clashes, merging, reading
from proposals.actions import documents
from proposals.actions.locking import lock
from proposals.models import Document, KeptAnswer, Taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from policies.engine import Answers
    from proposals.clashes import Found
    from proposals.models import Proposal
    from proposals.models.kept import KeptAnswerQuerySet

PAST = Reason("What you wrote it for is not being written any more. Your text stays here.")
CHANGED_AGAIN = Reason(
    "It was changed again while you were choosing. Look at both texts once more, then choose."
)


@dataclass(frozen=True)
class Page:
    """Where something was written: `sitting` names the page, `turn` rises with each message that it sends."""

    sitting: str = ""
    turn: int = 0


NO_PAGE = Page()


@dataclass
class Written:
    """What became of the answers that were sent: `document` as it is now; those `kept` beside it; those `unfit`.

    `seen`: for each that was fit, the digest that the page carries from now on; that of an answer which the page does
    not show stays as it was.
    """

    document: Document
    seen: dict[str, str] = field(default_factory=dict)
    kept: list[KeptAnswer] = field(default_factory=list)
    unfit: list[Reason] = field(default_factory=list)


@transaction.atomic
def write(
    *, proposal: Proposal, answers: Answers, seen: Mapping[str, str], by: Person, page: Page = NO_PAGE
) -> Written:
    """Save what was written on a page, answer by answer.

    `seen` holds for each "section.field" the digest of the answer that the page had shown (`merging.digest`). What the
    same `page` has sent before is no other's change, and what it sent earlier never takes the place of what it sent
    later, in whatever order they arrive. Effects: answers that nobody else changed meanwhile go into the document (and its title
    with them); one that others changed too is kept beside it, with a notice to its author, until `choose`. Answers
    that cannot be stored are returned as reasons and stop none of the others. Nothing is written where nothing
    differs. Drafts leave no entry in the record: what is submitted does.
    PermissionDenied unless `by` proposes it. Refused unless it is being written, and for a document that becomes too large.
    """
    proposal = lock(proposal.pk)
    documents.require_writing(proposal, by)
    document, pack = reading.current(proposal), proposal.policy.pack
    clean, unfit = engine.clean(pack, document.form, answers)
    bad = {reason.field for reason in unfit}
    fit = {path: engine.value_at(clean, path) for path in documents.paths(answers) if path not in bad}
    fates = {path: _fate(document, path, written, seen, page, by) for path, written in fit.items()}
    taken = [path for path in fit if fates[path] == merging.TAKE]
    met = {path: fit[path] for path in fit if fates[path] == merging.BOTH}
    whole, too_much = engine.clean(pack, document.form, engine.merged(document.answers, _only(clean, taken)))
    refuse_if(too_much)
    documents.store(proposal, document, whole, by, asdict(page))
    settled = [path for path in fit if path not in met]
    _of_page(document, page, by).filter(field__in=settled, turn__lte=page.turn).delete()
    kept = [_keep(proposal, document, one, page, by) for one in clashes.between(proposal, document, met)]
    return Written(document, _seen_now(document, fit, seen), kept, unfit)


def _seen_now(document: Document, fit: Mapping[str, Any], seen: Mapping[str, str]) -> dict[str, str]:
    now = {path: merging.digest(engine.value_at(document.answers, path)) for path in fit}
    return {
        path: now[path] if merging.digest(written) == now[path] else seen.get(path, "")
        for path, written in fit.items()
    }


def _fate(
    document: Document, path: str, written: Any, seen: Mapping[str, str], page: Page, by: Person
) -> str:
    now, said = engine.value_at(document.answers, path), document.changed.get(path, {})
    if page.sitting and (said.get("sitting"), said.get("by")) == (page.sitting, str(by.pk)):
        return (
            merging.NOTHING if page.turn < said["turn"] else merging.fate(merging.digest(now), now, written)
        )
    return merging.fate(seen.get(path, ""), now, written)


def _of_page(document: Document, page: Page, by: Person) -> KeptAnswerQuerySet:
    """The texts of this page for which a choice is open."""
    return KeptAnswer.objects.open().filter(document=document, written_by=by, sitting=page.sitting)


def _only(answers: Answers, paths: list[str]) -> Answers:
    """These answers alone; an emptied one is None."""
    found: Answers = {}
    for path in paths:
        section, name = path.split(".")
        found.setdefault(section, {})[name] = engine.value_at(answers, path)
    return found


def _keep(proposal: Proposal, document: Document, one: Found, page: Page, by: Person) -> KeptAnswer:
    """Beside the document; as its author goes on writing on the same page, the same row follows."""
    kept = _of_page(document, page, by).filter(field=one.path).first()
    if kept is not None and kept.turn > page.turn:
        return kept
    made = kept is None
    kept = kept or KeptAnswer(document=document, field=one.path, written_by=by, sitting=page.sitting)
    kept.answer, kept.written_at, kept.turn = one.mine, clock.now(), page.turn
    kept.other, kept.other_by, kept.other_at = one.theirs, one.by, one.at
    kept.save()
    if made:
        text = f"{proposal}: “{one.label}” was changed while you were writing it. Both texts are kept: compare and choose."
        notices.tell(people=[by], kind="proposal_moved", text=text, path=kept.get_absolute_url())
    return kept


@transaction.atomic
def choose(*, kept: KeptAnswer, take: str, seen: str, by: Person, answer: Any = None) -> KeptAnswer:
    """Settle two texts for one answer: THEIRS stays, MINE takes its place, or `answer` does (TOGETHER).

    `seen` is the digest of the document's answer as the page showed it. Effects: the document, an entry in the
    record, a notice to whose text was replaced; both texts stay in the row, for all proposers to read.
    PermissionDenied unless `by` wrote it and still proposes. Refused: chosen already; not being written now; the
    answer was changed again meanwhile; a question that the form does not ask any more; what cannot be stored.
    """
    proposal = lock(Document.objects.values_list("proposal", flat=True).get(pk=kept.document_id))
    if kept.written_by_id != by.pk:
        raise PermissionDenied("Only who wrote a text chooses what becomes of it.")
    documents.require_writing(proposal, by)
    kept = KeptAnswer.objects.select_for_update(of=("self",)).select_related("document").get(pk=kept.pk)
    asked = proposal.policy.pack.form(kept.document.form).field(kept.field)
    if asked is None or kept.document_id != reading.current(proposal).pk:
        raise Refused(PAST)
    refuse_if(_not_choosable(kept, take, seen))
    met = clashes.between(proposal, kept.document, {kept.field: kept.answer})
    for one in met:
        kept.other, kept.other_by, kept.other_at = one.theirs, one.by, one.at
    if take != Taken.THEIRS:
        _replace(proposal, kept, kept.answer if take == Taken.MINE else answer, by)
        _tell(proposal, kept, met, by)
    kept.taken, kept.settled_at = take, clock.now()
    kept.save()
    _write_down(proposal, kept, asked.label, by)
    return kept


def _not_choosable(kept: KeptAnswer, take: str, seen: str) -> list[Reason]:
    if kept.settled_at:
        return [Reason("This has been chosen already.")]
    if take not in Taken.values:
        return [Reason("Choose one of the texts.", field="take")]
    now = engine.value_at(kept.document.answers, kept.field)
    return [CHANGED_AGAIN] if merging.digest(now) != seen else []


def _replace(proposal: Proposal, kept: KeptAnswer, answer: Any, by: Person) -> None:
    section, name = kept.field.split(".")
    laid = engine.merged(kept.document.answers, {section: {name: answer}})
    whole, reasons = engine.clean(proposal.policy.pack, kept.document.form, laid)
    refuse_if(reasons)
    documents.store(proposal, kept.document, whole, by)


def _tell(proposal: Proposal, kept: KeptAnswer, met: list[Found], by: Person) -> None:
    """Whose text was replaced hears where it is kept."""
    for one in met:
        if one.by is not None and one.by.pk != by.pk:
            text = f"{proposal}: {by} wrote “{one.label}” anew. Your text is kept."
            notices.tell(people=[one.by], kind="proposal_moved", text=text, path=kept.get_absolute_url())


def _write_down(proposal: Proposal, kept: KeptAnswer, label: str, by: Person) -> None:
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="choose_text",
        by=by,
        detail={
            "name": label,
            "field": kept.field,
            "taken": kept.taken,
            "beside": kept.other_by_id,
        },
    )

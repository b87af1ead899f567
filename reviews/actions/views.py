"""Ask an affected unit for its view; answer; withdraw the request. Every act locks the proposal first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import authority
from journal import clock
from journal.actions import record
from policies.reasons import Reason, refuse_if
from proposals.actions.locking import lock
from proposals.models import Proposal
from reviews import discussion
from reviews.actions import discussing
from reviews.models import AskedView

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person, Unit


@transaction.atomic
def ask(
    *, proposal: Proposal, unit: Unit, by: Person, question: str = "", required: bool = False
) -> AskedView:
    """Ask a unit of the campus for its view on the latest revision; with `required` no step closes without it.

    Effects: AskedView, record, mail and notices to the heads of the unit. Refused: a proposal not submitted or ended,
    a unit of another campus, without a head or asked already, too long a question.
    PermissionDenied: anyone but the programme manager and the chair of a body that votes on it.
    """
    proposal = lock(proposal.pk)
    seen = Proposal.objects.visible_to(by).filter(pk=proposal.pk).exists()
    if not seen or not discussion.may_ask(proposal, by):
        raise PermissionDenied("The programme manager or the chair asks units for their views.")
    refuse_if(discussion.not_now(proposal))
    refuse_if(_ask_reasons(proposal, unit, question))
    made = AskedView.objects.create(
        proposal=proposal,
        revision=proposal.revisions.latest("number"),
        unit=unit,
        required=required,
        question=question.strip(),
        asked_by=by,
        asked_at=clock.now(),
    )
    _note(made, "view_asked", by)
    discussing.view_asked(made)
    return made


def _ask_reasons(proposal: Proposal, unit: Unit, question: str) -> list[Reason]:
    if unit.institution_id != proposal.institution_id:
        return [Reason("Choose a unit of this campus.", "", "unit")]
    wrong = discussion.text_reasons(question, "A question", "question") if question.strip() else []
    if not discussing.heads(unit, proposal):
        wrong.append(Reason(f"Nobody heads {unit} who could answer. Name its head first.", "", "unit"))
    if AskedView.objects.filter(proposal=proposal, unit=unit).waiting().exists():
        wrong.append(Reason(f"{unit} has been asked already and has not answered yet.", "", "unit"))
    return wrong


@transaction.atomic
def answer(*, view: AskedView, text: str, by: Person) -> AskedView:
    """Say what the unit thinks; everyone who may see the proposal reads it, and it is not changed afterwards.

    Effects: the answer with who gave it (and for whom), record, mail and a notice to who asked.
    Refused: an answer given already, a request withdrawn, an ended proposal, no text or too much of it.
    PermissionDenied: anyone but the head of the unit (or of one above it) and their designees; a proposer.
    """
    view = _locked(view)
    acting = head(view, by)
    if acting is None:
        raise PermissionDenied(f"The head of {view.unit} says what the unit thinks.")
    refuse_if(answer_reasons(view))
    refuse_if(discussion.text_reasons(text, "An answer"))
    view.answer, view.answered_by, view.answered_at = text.strip(), by, clock.now()
    view.on_behalf_of = acting.on_behalf_of
    view.save(update_fields=["answer", "answered_by", "answered_at", "on_behalf_of"])
    _note(view, "view_given", by, on_behalf_of=acting.on_behalf_of)
    discussing.view_given(view)
    return view


def head(view: AskedView, person: Person) -> Authority | None:
    """In which right the person answers for the unit; None without it, and for a proposer and who acts for one."""
    acting = authority.authority(person, discussion.HEAD, view.proposal.institution, view.unit)
    people = [person, acting.on_behalf_of] if acting and acting.on_behalf_of else [person]
    return None if any(discussion.proposes(view.proposal, one) for one in people) else acting


@transaction.atomic
def withdraw(*, view: AskedView, reason: str, by: Person) -> AskedView:
    """Take back a request that was not answered, with a reason; nothing waits for it any more.

    Effects: who, when and why; record; notices to the heads of the unit. Refused: without a reason, an answer given
    already, a second time, an ended proposal. PermissionDenied: who may not ask.
    """
    view = _locked(view)
    if not discussion.may_ask(view.proposal, by):
        raise PermissionDenied("The programme manager or the chair withdraws such a request.")
    refuse_if(answer_reasons(view))
    refuse_if(discussion.text_reasons(reason, "A reason", "reason"))
    view.withdrawn_at, view.withdrawn_by, view.withdrawn_reason = clock.now(), by, reason.strip()
    view.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _note(view, "view_withdrawn", by)
    discussing.view_withdrawn(view)
    return view


def answer_reasons(view: AskedView) -> list[Reason]:
    """Why it can neither be answered nor withdrawn any more."""
    if view.answered_at:
        return [Reason(f"Someone was faster: {view.answered_by} has answered for {view.unit} already.")]
    if view.withdrawn_at:
        return [Reason("This request was withdrawn, so no answer is needed.")]
    return discussion.not_now(view.proposal)


def _locked(view: AskedView) -> AskedView:
    """The request as it now is, under the lock of its proposal."""
    proposal = lock(view.proposal_id)
    related = ("unit", "revision", "asked_by", "answered_by", "withdrawn_by")
    found = AskedView.objects.select_related(*related).get(pk=view.pk)
    found.proposal = proposal
    return found


def _note(view: AskedView, act: str, by: Person, on_behalf_of: Person | None = None) -> None:
    detail = {
        "view": view.pk,
        "unit": view.unit_id,
        "name": view.unit.name,
        "required": view.required,
        "revision": view.revision.number,
        "hash": view.revision.hash,
    }
    record.write(
        subject_kind="proposal",
        subject_id=view.proposal_id,
        institution=view.proposal.institution,
        act=act,
        by=by,
        on_behalf_of=on_behalf_of,
        detail=detail,
    )

"""Under which revision of the policy a proposal runs: drafts follow the one in force, others are moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Role
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if
from proposals import conditions, drafts, following, reading
from proposals.actions import progress, telling, transitions
from proposals.actions.locking import lock, touch
from proposals.models import Proposal, Step, StepStatus
from proposals.permissions import Standpoint
from proposals.states import DECIDING, ENDED

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person

ACT = "change_policy"


@transaction.atomic
def change(
    *, proposal: Proposal, revision: str, by: Person, note: str, version: int | None = None
) -> Proposal:
    """Move an open proposal to a later revision of its campus's policy. `note` says why.

    Effects, all or none: the revision, the step rows that lie ahead and the answers of its documents as the new forms
    have them (what they do not ask any more stays in the record), an entry in the record, notices; the next step
    opens, or the proposal moves on when nothing is left to do. What was submitted and decided stays as it is.
    PermissionDenied unless `by` is its programme manager. Refused, with every reason: a proposal that is closed, on
    hold or one's own; a revision that the campus has not adopted or that is not a later one; a stop, form, type or
    step that the revision does not know; a step that it puts before what has begun; a vote under way; answers under
    review that do not meet it; a missing note; a page drawn from an older version.
    """
    proposal = lock(proposal.pk)
    standpoint = Standpoint(proposal, by)
    right = standpoint.authority(Role.PROGRAMME_MANAGER)
    if right is None:
        raise PermissionDenied(
            "Only the programme manager moves a proposal to another revision of the policy."
        )
    refuse_if(conditions.stale(proposal, version))
    policy = _adopted(proposal, revision)
    refuse_if(following.reasons(standpoint, policy))
    if not note.strip():
        raise Refused(Reason("Say why it is moved, so that the proposers know.", field="note"))
    before = proposal.policy
    left_out = _take_over(proposal, policy, by)
    hand = transitions.Hand(by, right.on_behalf_of, note.strip())
    _write(proposal, before, hand, left_out)
    telling.policy_changed(proposal, left_out)
    if proposal.state in DECIDING:
        progress.fit(proposal)
        transitions.settle(proposal, hand)
    return proposal


def _adopted(proposal: Proposal, revision: str) -> AdoptedPolicy:
    found = proposal.institution.policies.filter(revision=revision).first()
    if found is None:
        said = f"{proposal.institution} has not adopted a revision “{revision[:40]}”."
        raise Refused(Reason(said, field="revision"))
    return found


@transaction.atomic
def follow(adopted: AdoptedPolicy, by: Person | None) -> None:
    """Every draft of the campus moves to the revision that was put in force; what does not fit it stays behind.

    Effects: as `change`, without a note; a draft begins its route anew. Called in the transaction that puts the
    revision in force.
    """
    rows = Proposal.objects.filter(institution=adopted.institution_id, submitted_at=None)
    rows = rows.exclude(state__in=ENDED).exclude(policy=adopted).order_by("pk")
    for key in rows.values_list("pk", flat=True):
        proposal = lock(key)
        if proposal.submitted_at is None and not drafts.draft_misfits(proposal, adopted.pack):
            _follow(proposal, adopted, by)


def _follow(proposal: Proposal, adopted: AdoptedPolicy, by: Person | None) -> None:
    before = proposal.policy
    left_out = _take_over(proposal, adopted, by)
    Step.objects.filter(proposal=proposal).delete()
    progress.enter(proposal=proposal, by=proposal.created_by)
    _write(proposal, before, transitions.Hand(by), left_out)
    telling.policy_changed(proposal, left_out)


def _take_over(proposal: Proposal, policy: AdoptedPolicy, by: Person | None) -> list[dict[str, Any]]:
    """The revision, its step rows and its forms; says what was answered and is not asked any more."""
    proposal.policy = policy
    touch(proposal, "policy")
    _rename_rows(proposal)
    left_out = []
    for document in proposal.documents.all():
        form = policy.pack.form(document.form)
        kept, lost = following.refitted(form, policy.pack, document.answers)
        if lost:
            document.answers = kept
            document.version += 1
            document.save(update_fields=["answers", "version"])
        left_out += lost
    return left_out


def _rename_rows(proposal: Proposal) -> None:
    """Rows of the present state as the revision has their steps: all their place, those not complete everything."""
    state = reading.state_behind(proposal)
    places = {step.id: (place, step) for place, step in enumerate(proposal.policy.pack.stage(state).steps)}
    for row in Step.objects.filter(proposal=proposal, state=state).exclude(status=StepStatus.VOID):
        if row.key not in places:
            continue  # still ahead, and taken away when the rows are fitted
        row.position, step = places[row.key]
        row.group = step.group
        if row.status != StepStatus.COMPLETE:
            row.kind, row.title, row.clause = step.kind, step.title, step.clause
            row.actor, row.body = step.by or "", step.body or ""
        row.save()


def _write(
    proposal: Proposal, before: AdoptedPolicy, hand: transitions.Hand, left_out: list[dict[str, Any]]
) -> None:
    detail: dict[str, Any] = {
        "from_revision": before.revision,
        "to_revision": proposal.policy.revision,
        "policy": proposal.policy.hash,
    }
    if hand.note:
        detail["note"] = hand.note
    if left_out:
        detail["left_out"] = left_out
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=ACT,
        by=hand.by,
        on_behalf_of=hand.on_behalf_of,
        detail=detail,
    )

"""Correct or take back what was recorded of a learner; the reason and what stood there before are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.locking import locked
from credentials.models import Award
from journal import clock
from learning import entry as rules
from learning import hooks
from learning.actions import finishing
from learning.actions.completions import note, require_assessor, rules_of
from learning.entry import MAX_REASON, Entry, Met
from learning.models import Change, CompetencyMet, Completion
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

ISSUED = "The badge was issued already. Ask the certifying office to revoke it instead."
NO_REASON = "Say why; it is kept with what stood there before."
SAME = "Nothing is different from what is recorded."
GONE = "This was taken back already. Record it anew."


def change_reasons(completion: Completion) -> list[Reason]:
    """Why what was recorded cannot be changed now; empty when it can."""
    if completion.withdrawn_at:
        return [Reason(GONE)]
    definition = completion.offering.definition_id
    live = Award.objects.live().filter(definition=definition, holder=completion.learner_id)
    return [Reason(ISSUED)] if live.exists() else []


@transaction.atomic
def correct(
    *,
    completion: Completion,
    completed_on: dt.date | None,
    competencies: Sequence[str | Met],
    reason: str,
    by: Person,
    name: str | None = None,
    enrolled: bool | None = None,
    evidence: str = "",
    evidence_url: str = "",
) -> Completion:
    """Let the record say exactly this instead, under the version in force now.

    Effects: the row and its competencies; a Change with the reason and what stood there; an entry in the record.
    Refused like recording, without a reason, when nothing changes, and when the badge was issued on it. Only a named
    assessor, and never for themselves.
    """
    completion = _locked(completion, by)
    offering = completion.offering
    who = completion.learner_name if name is None else name
    said = Entry(
        who, completion.learner.email, completed_on, rules.named(competencies), enrolled,
        evidence.strip(), evidence_url.strip(),
    )  # fmt: skip
    limits = rules_of(offering, by)
    refuse_if([*change_reasons(completion), *rules.problems(said, limits), *_reason_problems(reason)])
    before = _values(completion)
    assert offering.definition.current is not None  # noqa: S101
    completion.version, completion.learner_name = offering.definition.current, " ".join(who.split())
    completion.completed_on, completion.enrolled = completed_on, enrolled
    completion.evidence, completion.evidence_url = said.evidence, said.evidence_url
    _replace_competencies(completion, rules.dated(said, limits), by)
    after = _values(completion)
    refuse_if([Reason(SAME)] if before == after else [])
    completion.save()
    _keep(completion, "corrected", reason, by, before, after)
    return completion


def _replace_competencies(completion: Completion, said: Entry, by: Person) -> None:
    """Exactly these, those that stay as they are keep who recorded them and when."""
    known = {one.competency: one for one in completion.competencies.all()}
    wanted = {one.name: one for one in said.competencies}
    completion.competencies.exclude(competency__in=wanted).delete()
    for name, one in wanted.items():
        row = known.get(name)
        shown = (one.on, one.evidence.strip(), one.level)
        if one.on is None or (row and (row.met_on, row.evidence, row.level) == shown):
            continue  # `dated` has given each its day
        CompetencyMet.objects.update_or_create(
            completion=completion,
            competency=name,
            defaults={
                "met_on": one.on,
                "evidence": one.evidence.strip(),
                "level": one.level,
                "recorded_by": by,
                "recorded_at": clock.now(),
            },
        )


@transaction.atomic
def withdraw(*, completion: Completion, reason: str, by: Person) -> Completion:
    """Take back what was recorded by mistake; it stays in the record. Only a named assessor.

    Refused without a reason, and when the learner holds the badge: then the badge must be revoked. Doing it twice is
    harmless.
    """
    completion = _locked(completion, by)
    if completion.withdrawn_at:
        return completion
    refuse_if([*change_reasons(completion), *_reason_problems(reason)])
    before = _values(completion)
    completion.withdrawn_at = clock.now()
    completion.save(update_fields=["withdrawn_at"])
    _keep(completion, "withdrawn", reason, by, before, {})
    return completion


def _locked(completion: Completion, by: Person) -> Completion:
    related = ("offering__institution", "offering__definition__current", "learner", "version")
    found = locked(Completion.objects.select_related(*related), completion.pk)
    require_assessor(by, found.offering)
    if found.learner_id == by.pk:
        raise Refused(Reason("Someone else must record your own completion.", field="email"))
    return found


def _reason_problems(reason: str) -> list[Reason]:
    if not reason.strip():
        return [Reason(NO_REASON, field="reason")]
    if len(reason.strip()) > MAX_REASON:
        return [Reason(f"The reason is longer than {MAX_REASON:,} characters.", field="reason")]
    return []


def _values(completion: Completion) -> dict[str, Any]:
    """What the record says, as plain values; competencies are read afresh."""
    day = completion.completed_on
    rows = CompetencyMet.objects.filter(completion=completion).order_by("competency")
    return {
        "name": completion.learner_name,
        "completed_on": day.isoformat() if day else None,
        "enrolled": completion.enrolled,
        "evidence": completion.evidence,
        "evidence_url": completion.evidence_url,
        "version": completion.version.number,
        "competencies": {row.competency: _said(row) for row in rows},
    }


def _said(row: CompetencyMet) -> list[str]:
    return [row.met_on.isoformat(), row.evidence, *filter(None, [row.level])]


def _keep(
    completion: Completion, act: str, reason: str, by: Person, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """The change with its words beside the completion, and its bare fact in the record."""
    change = Change.objects.create(
        completion=completion,
        act=act,
        reason=reason.strip(),
        before=before,
        after=after,
        by=by,
        at=clock.now(),
    )
    changed = sorted(key for key in after if before.get(key) != after[key])
    if act == "withdrawn":
        note(completion, by, "completion withdrawn", change=change.pk)
    else:
        note(completion, by, "completion corrected", change=change.pk, changed=changed)
    finishing.follow(completion.offering, [completion.learner_id])
    hooks.follower().changed(completion)

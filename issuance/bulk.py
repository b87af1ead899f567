"""Many awards at once: what stands against each, and the worker that carries the decision out, award by award.

Each award is done in a transaction of its own together with its line, so that a kill leaves nothing half done and
nothing is done twice. What cannot be done says why, and the others go on.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Role
from credentials.actions import awards, renewal
from credentials.looks import pack_of
from credentials.models import Award
from credentials.reach import grants_of, keeps_awards
from issuance.actions import deliveries, replacing
from issuance.checking.typed import Line, line_problems
from issuance.models import Bulk, BulkAct, BulkLine
from journal import clock
from learning.readiness import sentences
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from issuance.actions.bulk import Wanted

LEASE = dt.timedelta(minutes=2)
RENEWED_AFTER = 20  # awards
RELATED = ("institution", "definition__unit", "definition__institution", "version__policy", "holder")
TWICE = Reason("This award stands in the list more than once.")
NOT_YOURS = Reason("Only the certifying office or the programme manager changes this award.")
TAKEN = Reason("Whoever has this address holds the credential already.", field="email")
NOTHING = Reason("Nothing is changed. Correct what is wrong.")


def require_changer(person: Person) -> None:
    """PermissionDenied for people who may change no award anywhere."""
    if not changes_awards(person):
        raise PermissionDenied(NOT_YOURS.text)


def changes_awards(person: Person) -> bool:
    """Whether the person manages programmes or holds an office that certifies; each award is asked about by itself."""
    return person.is_superuser or any(
        grant.role == Role.PROGRAMME_MANAGER or (grant.role == Role.OFFICE_HOLDER and keeps_awards(grant))
        for grant in grants_of(person)
    )


def verdicts(act: str, wanted: Sequence[Wanted], by: Person) -> dict[int, list[Reason]]:
    """What stands against each award of the list, by its line; the rights are asked once a credential."""
    rights: dict[tuple[object, object], bool] = {}
    times = Counter(one.award.pk for one in wanted)
    taken = _taken(wanted) if act == BulkAct.CORRECT else set()
    found = {}
    for one in wanted:
        key = (one.award.definition_id, one.award.version.policy_id)
        if key not in rights:
            rights[key] = awards.may_revoke(by, one.award)
        reasons = [] if rights[key] else [NOT_YOURS]
        reasons += [TWICE] if times[one.award.pk] > 1 else []
        if reasons := reasons or _against(act, one, taken):
            found[one.number] = reasons
    return found


def _taken(wanted: Sequence[Wanted]) -> set[tuple[object, str]]:
    """Credentials with the addresses among these at which somebody holds them already."""
    addresses = {one.said["email"].strip().lower() for one in wanted if one.said.get("email")}
    definitions = {one.award.definition_id for one in wanted}
    live = Award.objects.live().filter(definition__in=definitions, holder__email__in=addresses)
    return set(live.values_list("definition_id", "holder__email"))


def _against(act: str, one: Wanted, taken: set[tuple[object, str]]) -> list[Reason]:
    if act == BulkAct.REVOKE:
        return awards.revocation_reasons(one.award) or awards.ended_reasons(one.award)
    if reasons := renewal.correction_reasons(one.award):
        return reasons
    before = renewal.said_by(one.award)
    said = replace(before, **one.said)
    typed = Line(one.number, said.name, said.email, said.evidence_url, said.narrative)
    if reasons := line_problems(typed, pack_of(one.award.version.policy_id).issuance):
        return reasons
    if {name: text.strip() for name, text in vars(said).items()} == vars(before):
        return [NOTHING]
    moved = typed.address != one.award.recipient_email.strip().lower()
    return [TAKEN] if moved and (one.award.definition_id, typed.address) in taken else []


def open_ones() -> list[uuid.UUID]:
    """Decisions that no worker carries out, oldest first: what the sweep wakes."""
    return list(_open().order_by("created_at").values_list("pk", flat=True))


def _open() -> QuerySet[Bulk]:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=clock.now())
    return Bulk.objects.filter(free, done_at__isnull=True)


def run(key: uuid.UUID, seconds: float = float("inf")) -> bool:
    """Carry one decision out, for at most so many seconds; whether something is left to do by whoever comes next.

    Nothing when it is done, or another worker has it.
    """
    token, until = uuid.uuid4(), time.monotonic() + seconds
    if not _open().filter(pk=key).update(claim_token=token, claimed_until=clock.now() + LEASE):
        return False
    mine = Bulk.objects.filter(pk=key, claim_token=token)
    lines = BulkLine.objects.filter(bulk=key, done_at__isnull=True).order_by("number")
    for count, line_id in enumerate(list(lines.values_list("pk", flat=True)), 1):
        if time.monotonic() > until:
            mine.update(claim_token=None, claimed_until=None)
            return True
        if count % RENEWED_AFTER == 0 and not mine.update(claimed_until=clock.now() + LEASE):
            return False  # the lease ran out and another worker goes on
        _do(line_id)
    mine.update(done_at=clock.now(), claim_token=None, claimed_until=None)
    return False


def _do(line_id: int) -> None:
    """One award, with its line."""
    try:
        with transaction.atomic():
            row = BulkLine.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                done_at__isnull=True
            )
            line = row.select_related("bulk__by").filter(pk=line_id).first()
            if line is not None:  # else it is done, or in another worker's hands
                _change(line)
                _close(line.pk)
    except Refused as error:
        _close(line_id, sentences(error.reasons))
    except PermissionDenied:
        _close(line_id, NOT_YOURS.text)


def _change(line: BulkLine) -> None:
    bulk, award = line.bulk, Award.objects.select_related(*RELATED).get(pk=line.award_id)
    if bulk.act == BulkAct.REVOKE:
        deliveries.revoke_award(award=award, reason=bulk.reason, by=bulk.by)
        return
    said = replace(renewal.said_by(award), **line.said)
    replacing.correct(award=award, said=said, reason=bulk.reason, by=bulk.by)


def _close(line_id: int, problem: str = "") -> None:
    """What it was to say is about a learner: it stands in the award now, or nowhere."""
    BulkLine.objects.filter(pk=line_id).update(done_at=clock.now(), problem=problem[:300], said={})

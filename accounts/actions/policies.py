"""Adopt a policy revision: from then on it is what the campus runs by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.authority import require_administrator
from accounts.hooks import journal, now
from accounts.models import AdoptedPolicy, Institution
from policies.loader import canonical_text, same_rules, text_hash
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack


@transaction.atomic
def adopt(*, institution: Institution, pack: Pack, by: Person | None) -> AdoptedPolicy:
    """Store the canonical text and hash of a revision as the one in force. Proposals under way keep theirs.

    Effects: an AdoptedPolicy row, the campus's time zone, an entry in its record. Only a campus administrator.
    Refused: a revision that was adopted before, and other rules under a number that was adopted before.
    """
    require_administrator(by, institution)
    locked = Institution.objects.select_for_update().get(pk=institution.pk)
    _refuse_known(locked, pack)
    text = canonical_text(pack)
    adopted = AdoptedPolicy.objects.create(
        institution=locked,
        number=pack.policy.number,
        revision=pack.policy.revision,
        text=text,
        hash=text_hash(text),
        adopted_at=now(),
        adopted_by=by,
    )
    locked.timezone = institution.timezone = pack.calendar.timezone
    locked.save(update_fields=["timezone"])
    journal().record(
        locked,
        "policy adopted",
        by,
        {"number": adopted.number, "revision": adopted.revision, "hash": adopted.hash},
    )
    return adopted


def _refuse_known(institution: Institution, pack: Pack) -> None:
    earlier = institution.policies.filter(revision=pack.policy.revision).first()
    if earlier is None:
        return
    if same_rules(earlier.text, pack):
        raise Refused(Reason(f"Revision {earlier.revision} is adopted already.", field="revision"))
    text = f"The rules differ from revision {earlier.revision} as it was adopted. Give them a new revision number."
    raise Refused(Reason(text, field="revision"))

"""Adopt a policy revision: from then on it is what the campus runs by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.authority import require_administrator
from accounts.hooks import journal, now, policy_put_in_force
from accounts.models import AdoptedPolicy, Institution, PolicyText
from policies.loader import canonical_text, same_rules, text_hash
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack


@transaction.atomic
def adopt(*, institution: Institution, pack: Pack, by: Person | None, note: str = "") -> AdoptedPolicy:
    """Store the canonical text and hash of a revision and put it in force.

    Effects: an AdoptedPolicy row, the one that the campus runs by, its time zone, an entry in its record with the
    note. What was submitted stays under the revision it has; drafts follow. Only a campus administrator. Refused: a
    revision that was adopted before, other rules under a number that was adopted before, and a revision that replaces
    another before the day on which it takes effect. (The first one counts at once: a campus is set up under it.)
    """
    require_administrator(by, institution)
    # Not FOR UPDATE: whoever writes rows of this campus meanwhile must not wait, only who begins a proposal.
    locked = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    refuse_if(not_adoptable(locked, pack))
    before = locked.in_force_id
    adopted = _stored(locked, pack, by)
    locked.timezone = institution.timezone = pack.calendar.timezone
    locked.in_force = institution.in_force = adopted
    locked.save(update_fields=["timezone", "in_force"])
    detail = {"number": adopted.number, "revision": adopted.revision, "hash": adopted.hash}
    journal().record(locked, "policy adopted", by, detail | ({"note": note.strip()} if note.strip() else {}))
    if before:
        policy_put_in_force(adopted, by)
    return adopted


def _stored(institution: Institution, pack: Pack, by: Person | None) -> AdoptedPolicy:
    text = canonical_text(pack)
    written = PolicyText(hash=text_hash(text), text=text)
    PolicyText.objects.bulk_create([written], ignore_conflicts=True)
    return AdoptedPolicy.objects.create(
        institution=institution,
        number=pack.policy.number,
        revision=pack.policy.revision,
        written=written,
        adopted_at=now(),
        adopted_by=by,
    )


def not_adoptable(institution: Institution, pack: Pack) -> list[Reason]:
    """Why this revision cannot be put in force at the campus now; empty when it can."""
    earlier = institution.policies.filter(revision=pack.policy.revision).first()
    if earlier is not None:
        same = same_rules(earlier.text, pack)
        known = f"Revision {earlier.revision} is adopted already."
        other = f"The rules differ from revision {earlier.revision} as it was adopted. Give them a new revision number."
        return [Reason(known if same else other, field="revision")]
    effective = pack.policy.effective_on
    if institution.in_force_id and effective > institution.today():
        text = f"Revision {pack.policy.revision} takes effect on {effective:%-d %B %Y}. Put it in force on that day or later."
        return [Reason(text, pack.policy.clause, "revision")]
    return []

"""The clock's answer where silence is consent: a step whose time to object is over ends by itself."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import AdoptedPolicy
from proposals.actions import steps
from proposals.models import Step
from proposals.states import State


def end_silent() -> int:
    """End every step whose time to object is over and to which nobody objected. Returns how many. Safe to repeat.

    Each in a transaction of its own, by the same way as a person completes it.
    """
    return sum(steps.complete_by_silence(step=step) for step in _candidates())


def _candidates() -> list[Step]:
    """Open steps that the policies let end by silence."""
    rules = Q(pk__in=[])
    for policy in AdoptedPolicy.objects.all():
        keys = [step.id for step in policy.pack.steps() if step.on_silence]
        if keys:
            rules |= Q(proposal__policy=policy, key__in=keys)
    opened = Step.objects.open().filter(rules).exclude(proposal__state=State.ON_HOLD)
    return list(opened.order_by("opened_at", "pk"))

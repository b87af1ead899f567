"""What the worker does for evaluation. Each task is repeatable; beat only wakes it, the rows say what is due."""

from __future__ import annotations

from celery import shared_task

from accounts.models import Institution
from evaluation import waits
from evaluation.actions import asking, forgetting, measuring, mixing, planning, templates
from evaluation.models import Survey


@shared_task(name="evaluation.ask")
def ask() -> int:
    """Ask, remind and close what is due; returns how many were asked or reminded."""
    asking.close_over()
    return asking.ask_due() + asking.remind_due()


@shared_task(name="evaluation.plan")
def plan() -> int:
    """Begin the surveys of campuses that have none yet, and plan for graduates whom a new survey concerns."""
    begun = Survey.objects.values("institution")
    for campus in Institution.objects.filter(in_force__isnull=False).exclude(pk__in=begun):
        templates.keep(campus)
    return planning.plan_missing()


@shared_task(name="evaluation.mix")
def mix() -> int:
    """Mix new answers with those of their group, and forget addresses that nobody needs; returns how many joined."""
    forgetting.forget_addresses()
    return mixing.mix()


@shared_task(name="evaluation.measure_goals")
def measure_goals() -> int:
    """Count what goals are measured by; returns how many measures."""
    return measuring.measure_all()


@shared_task(name="evaluation.add_up_waits")
def add_up_waits() -> int:
    """Add up how long proposals take and where they wait; returns how many campuses and units."""
    return waits.roll_up()

"""Mix answers, so that neither time nor order tells whose they are; only then do figures count them.

A group is what one survey asked of one cohort in one wave. New answers wait until they are as many as the smallest group
that may be told, or until nobody of the group can answer any more. Then all answers of the group are written anew, in
random order, with new ids, in one transaction: where they lie and which transaction wrote them says nothing after that.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

from django.db import transaction

from evaluation.models import Invitation, InvitationState, Response

GROUP = ("survey", "definition", "offering", "wave", "about", "year")
_shuffler = random.SystemRandom()


def mix() -> int:
    """Mix every group that is ready; returns how many answers joined. Repeatable; two at once do no harm."""
    waiting = Response.objects.filter(joined=False).order_by()
    return sum(_mix(dict(zip(GROUP, key, strict=True))) for key in waiting.values_list(*GROUP).distinct())


@transaction.atomic
def _mix(key: dict[str, Any]) -> int:
    group = Response.objects.filter(
        **{n if v is not None else f"{n}__isnull": v if v is not None else True for n, v in key.items()}
    )
    rows = list(group.select_for_update(of=("self",)).select_related("survey__institution__in_force"))
    new = [row for row in rows if not row.joined]
    if not new or not (len(new) >= smallest(new[0]) or _over(key)):
        return 0
    group.filter(pk__in=[row.pk for row in rows]).delete()
    _shuffler.shuffle(rows)
    for row in rows:
        row.pk, row.joined = uuid.uuid4(), True
    Response.objects.bulk_create(rows)
    return len(new)


def smallest(row: Response) -> int:
    """The smallest group that the campus's policy lets figures tell of."""
    campus = row.survey.institution
    policy = campus.in_force or campus.policy
    return policy.pack.evaluation.minimum_group


def _over(key: dict[str, Any]) -> bool:
    """Whether nobody of the group can answer any more."""
    same = {name: key[name] for name in ("survey", "definition", "wave", "about")}
    asked = Invitation.objects.filter(**same, state=InvitationState.ASKED)
    return not (asked.filter(offering=key["offering"]) if key["offering"] else asked).exists()

"""A badge's new picture goes to the platform too: wherever what we made there shows an older one."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q, QuerySet

from issuance.models import PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import PlatformError
from issuance.sending.outgoing import template_facts
from journal import clock

AGAIN = dt.timedelta(hours=1)


def behind() -> QuerySet[PlatformTemplate]:
    """What we made there and shows another picture than the badge has here. What is linked is kept there by hand."""
    rows = PlatformTemplate.objects.filter(linked=False, account__active=True)
    return rows.exclude(version__definition__image=F("image")).exclude(
        Q(version__definition__image="") | Q(version__definition__image=None)
    )


def catch_up() -> int:
    """Send new pictures; what a platform refuses is said on the badge's page and tried again after an hour. Returns how many
    arrived."""
    now = clock.now()
    due = behind().filter(Q(retry_at=None) | Q(retry_at__lte=now))
    return sum(_sent(template) for template in due.select_related("account", "version__definition"))


def _sent(template: PlatformTemplate) -> bool:
    name = template.version.definition.image.name or ""
    try:
        platform = registry.connect(template.account.platform, template.account.name)
        if not platform.takes_image:
            raise PlatformError(
                f"{platform.label} takes no picture. Change the design there, then say so here.", True
            )
        platform.update_template(template.remote_id, template_facts(template.version, template.design))
    except PlatformError as error:
        wait = max(AGAIN, dt.timedelta(seconds=error.retry_after or 0)) if error.permanent else AGAIN / 30
        PlatformTemplate.objects.filter(pk=template.pk).update(
            problem=error.message if error.permanent else template.problem, retry_at=clock.now() + wait
        )
        return False
    PlatformTemplate.objects.filter(pk=template.pk).update(image=name, problem="", retry_at=None)
    return True

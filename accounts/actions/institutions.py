"""Found a campus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from accounts.actions import policies
from accounts.hooks import journal
from accounts.models import Institution
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Pack


@transaction.atomic
def found(*, pack: Pack, name: str | None = None, by: Person | None = None) -> Institution:
    """A new campus under this policy; with a `name` of its own the pack serves as a template.

    Effects: an Institution, its adopted policy, two entries in its record. Only the system operator (or the system
    itself). Refused when there is a campus of that name already.
    """
    if by is not None and not by.is_superuser:
        raise PermissionDenied("Only the system operator founds a campus.")
    slug = slugify(name) if name else pack.policy.slug
    if Institution.objects.filter(slug=slug).exists():
        raise Refused(
            Reason(f"There is a campus called {name or pack.policy.institution} already.", field="name")
        )
    institution = Institution.objects.create(slug=slug, name=name or pack.policy.institution)
    journal().record(institution, "campus founded", by, {"name": institution.name})
    policies.adopt(institution=institution, pack=pack, by=by)
    return institution

"""The bodies and offices that approve on a campus, as the world knows them: the last part of their DID, and their name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.text import slugify

from credentials.facts import keys_of
from credentials.looks import pack_of
from credentials.models import Endorsement
from credentials.openbadges import did

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.schema import Pack

DECIDING = ("ballot", "signoff")
VOTES = (("yes", "yes"), ("no", "no"), ("abstain", "abstained"))


def slug_of(body: str, actor: str) -> str:
    """A body by its id in the policy, an office or a role by its own with its kind before it: no two are alike."""
    if body:
        return body
    return f"office-{actor.removeprefix('office:')}" if actor.startswith("office:") else f"role-{actor}"


def name_of(pack: Pack, body: str, actor: str) -> str:
    """What people call it, as the beginning of a line."""
    name = pack.body(body).name if body else pack.actor_name(actor)
    return name[:1].upper() + name[1:]


def in_pack(pack: Pack) -> dict[str, str]:
    """Who approves by these rules: slug -> name."""
    asked = [(step.body or "", step.by or "") for step in pack.steps() if step.kind in DECIDING]
    return {slug_of(body, by): name_of(pack, body, by) for body, by in asked if body or by}


def of_campus(institution: Institution) -> dict[str, str]:
    """Who approves, or once approved, by any revision that the campus adopted; named as in the newest."""
    adopted = institution.policies.order_by("adopted_at", "pk").values_list("pk", flat=True)
    found: dict[str, str] = {}
    for policy_id in adopted:
        found |= in_pack(pack_of(policy_id))
    return found


def found(institution: Institution, slug: str) -> str | None:
    """The name of the campus's body of that slug; None when it has and had none."""
    name = of_campus(institution).get(slug)
    if name is None and did.BODY.fullmatch(slug):
        name = Endorsement.objects.by_body(institution, slug).values_list("body_name", flat=True).first()
    return name


def did_document(institution: Institution, slug: str) -> dict[str, Any] | None:
    """The DID document of a body of the campus; None when there is no such body."""
    if found(institution, slug) is None:
        return None
    return did.body_document(settings.ISSUER_ORIGIN, keys_of(institution), slug)


def deciding(decision: dict[str, Any], pack: Pack) -> str:
    """The slug of who made this decision of a version's chain; by its name where an older chain holds nothing else."""
    if decision.get("slug"):
        return str(decision["slug"])
    named = {name: slug for slug, name in in_pack(pack).items()}
    return named.get(decision["body"]) or f"by-{slugify(decision['body'])[:90] or 'a-body'}"


def published_counts(decision: dict[str, Any], slug: str, pack: Pack) -> tuple[tuple[str, int], ...]:
    """How many said what, where the body publishes it: numbers alone, whatever else is kept of the vote."""
    body = next((one for one in pack.bodies if one.id == slug), None)
    kept = decision.get("counts")
    if body is None or not body.publishes_counts or not isinstance(kept, dict):
        return ()
    numbers = [(word, kept.get(name)) for name, word in VOTES]
    return tuple((word, number) for word, number in numbers if type(number) is int)

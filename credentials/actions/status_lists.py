"""Places on published status lists: given out in each list's own random order, rebuilt and signed when a bit changes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db.models import F

from accounts.models import Institution
from credentials.facts import keys_of
from credentials.models import Award, StatusList
from credentials.openbadges import did, proof, status_list
from credentials.openbadges.document import to_bytes
from credentials.openbadges.status_list import new_seed
from journal import clock


def url_of(places: StatusList) -> str:
    return did.status_list_url(settings.ISSUER_ORIGIN, places.institution.slug, places.number)


def take(institution: Institution, count: int) -> list[tuple[StatusList, int]]:
    """`count` free places, in the caller's transaction (the list's row stays locked until it ends)."""
    taken: list[tuple[StatusList, int]] = []
    while len(taken) < count:
        places = _open_list(institution)
        number = min(count - len(taken), places.size - places.used)
        positions = status_list.positions(places.order_seed, places.used, number, size=places.size)
        taken += [(places, position) for position in positions]
        places.used += number
        places.save(update_fields=["used"])
    return taken


def _open_list(institution: Institution) -> StatusList:
    """The institution's list that still has room, locked; a new one when there is none."""
    places = _with_room(institution)
    if places is None:
        Institution.objects.select_for_update().get(pk=institution.pk)  # of two who find none, one makes it
        places = _with_room(institution) or _new_list(institution)
    return places


def _with_room(institution: Institution) -> StatusList | None:
    lists = StatusList.objects.select_for_update(of=("self",)).filter(institution=institution)
    return lists.filter(used__lt=F("size")).order_by("number").select_related("institution").first()


def _new_list(institution: Institution) -> StatusList:
    last = StatusList.objects.filter(institution=institution).order_by("-number").first()
    places = StatusList.objects.create(
        institution=institution,
        number=last.number + 1 if last else 1,
        order_seed=new_seed(),
        updated_at=clock.now(),
    )
    publish(places)
    return places


def publish(places: StatusList) -> None:
    """Sign the list as it stands now; what is served is this stored document, never one made on request."""
    revoked = Award.objects.filter(status_list=places, revoked_at__isnull=False).values_list(
        "status_index", flat=True
    )
    now = clock.now()
    unsigned = status_list.build(
        url_of(places),
        did.issuer_did(settings.ISSUER_ORIGIN, places.institution.slug),
        [index for index in revoked if index is not None],
        now,
        size=places.size,
    )
    signed = proof.sign(unsigned, keys_of(places.institution).signing_key, now)
    places.document = to_bytes(signed).decode()
    places.updated_at = now
    places.save(update_fields=["document", "updated_at"])


def publish_by_id(list_id: uuid.UUID) -> None:
    """Lock the list, then publish it."""
    publish(StatusList.objects.select_for_update(of=("self",)).select_related("institution").get(pk=list_id))

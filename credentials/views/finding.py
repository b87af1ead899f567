"""The award behind an address, and what stands in the way of showing it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Person
from accounts.staff import person_of
from credentials.models import Award
from credentials.models.award import Item, Visibility

UNREAD = ("document", "version__answers", "version__approvals")
NOT_ACCEPTED = "The person whom it is for has not accepted it, so nobody else can see it."


class NoAward(Http404):
    """The address names no award; `malformed` when it cannot be one."""

    def __init__(self, malformed: bool) -> None:
        super().__init__("No such award")
        self.malformed = malformed

    @property
    def status(self) -> int:
        """400 for what cannot be the address of an award, 404 for one that we never gave out."""
        return 400 if self.malformed else 404


def find(key: str, read: Callable[[uuid.UUID], Award | None]) -> Award:
    """The award of that id, by one of the queries for single awards; raises NoAward."""
    try:
        award = read(uuid.UUID(key))
    except ValueError:
        raise NoAward(malformed=True) from None
    if award is None:
        raise NoAward(malformed=False)
    return award


def mine(request: HttpRequest, key: uuid.UUID) -> Award:
    """The award of this id in the visitor's own wallet; 404 for everybody else's."""
    rows = Award.objects.held_by(person_of(request)).defer(*UNREAD)
    return get_object_or_404(rows.select_related("institution", "definition", "version"), pk=key)


def hidden_from(request: HttpRequest, award: Award) -> bool:
    """Whether this visitor may not see it: it is not accepted and they do not keep awards, or the holder keeps it
    private and they came by no shared link."""
    if _holds(request, award):
        return False
    if award.accepted_at is None:
        return not _keeps(request, award)
    if award.visibility != Visibility.PRIVATE:
        return False
    token = request.GET.get("link", "").replace("\x00", "")
    return not (token and award.share_links.filter(token=token, withdrawn_at__isnull=True).exists())


def kept_from_strangers(award: Award) -> frozenset[str] | None:
    """Which items those do not see who come by no link of its holder's; None when they do not see the award."""
    if award.accepted_at is None or award.visibility == Visibility.PRIVATE:
        return None
    return frozenset(award.hidden)


def kept_from(request: HttpRequest, award: Award) -> frozenset[str]:
    """Which items (of `Item`) this visitor does not see: all of a private award, else those that its holder hid.

    A signed file cannot leave anything out, so it is given to those alone from whom nothing is kept.
    """
    if hidden_from(request, award):
        return frozenset(Item.values)
    return frozenset() if _holds(request, award) else frozenset(award.hidden)


def _holds(request: HttpRequest, award: Award) -> bool:
    return award.holder_id == request.user.pk and not previews(request, award)


def _keeps(request: HttpRequest, award: Award) -> bool:
    """Whether the visitor is one of the staff who see this award."""
    person = request.user
    return isinstance(person, Person) and Award.objects.visible_to(person).filter(pk=award.pk).exists()


def previews(request: HttpRequest, award: Award) -> bool:
    """Whether it is the visitor's own, and they asked to see it as others do (`?as=stranger`)."""
    return request.GET.get("as") == "stranger" and award.holder_id == request.user.pk

"""Who holds a credential already, or would get it twice: by address, by a further address, by another request, by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models.functions import Lower

from accounts.addresses import by_address, further_of
from credentials.models import Award
from issuance.models import RequestLine, RequestState

if TYPE_CHECKING:
    from credentials.models import Definition
    from issuance.checking.typed import Line
    from issuance.models import IssuanceRequest

HOLDS = "This person holds the badge already."
WAITS = "This person stands in another request for this badge, which has not been awarded yet."
TWICE = "The same person stands in this list under {others}; one of the lines is enough."


@dataclass(frozen=True)
class Whole:
    """What only a whole list shows: the addresses and names (in small letters) that stand in it more than once, and the
    addresses of which two are one person's, with what is said of them."""

    repeated: frozenset[str]
    names: frozenset[str]
    twice: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Whole:
        """One query."""
        addresses, names = Counter[str](), Counter[str]()
        for line in lines:
            addresses[line.address] += 1
            names[line.name.lower()] += 1
        return cls(_repeated(addresses), _repeated(names), twice(addresses, further_of(addresses)))


def _repeated(counted: Mapping[str, int]) -> frozenset[str]:
    return frozenset(text for text, number in counted.items() if number > 1)


def holding(
    definition: Definition, addresses: Collection[str], further: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Whose owner holds a live award of the definition; `further` leads from a further address to the person's own."""
    known = {*addresses, *further.values()}
    live = Award.objects.live().filter(definition=definition, holder__email__in=known)
    held = dict.fromkeys(live.values_list("holder__email", flat=True), ("holds", HOLDS))
    return by_address(addresses, further, held)


def waiting(
    definition: Definition, addresses: Collection[str], request: IssuanceRequest | None
) -> dict[str, tuple[str, str]]:
    """Who stands in another request that is with the certifier, or approved and not yet awarded."""
    lines = RequestLine.objects.to_award().filter(request__definition=definition, email__in=addresses)
    open_ones = lines.filter(request__state__in=(RequestState.SUBMITTED, RequestState.APPROVED))
    if request is not None:
        open_ones = open_ones.exclude(request=request)
    return dict.fromkeys(open_ones.order_by().values_list("email", flat=True), ("waits", WAITS))


def twice(addresses: Collection[str], further: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Who stands in one list, which has each address once, under two addresses of theirs."""
    owned: dict[str, list[str]] = defaultdict(list)
    mains = set(further.values())
    for address in addresses:
        if address in further or address in mains:
            owned[further.get(address, address)].append(address)
    return {
        address: ("twice", TWICE.format(others=" and ".join(one for one in several if one != address)))
        for several in owned.values()
        if len(several) > 1
        for address in several
    }


def namesakes(definition: Definition, names: Collection[str]) -> dict[str, set[str]]:
    """The addresses at which people of these names (in small letters) hold a live award; one query."""
    rows = Award.objects.live().filter(definition=definition).annotate(called=Lower("recipient_name"))
    found: dict[str, set[str]] = defaultdict(set)
    for name, address in rows.filter(called__in=set(names)).values_list("called", "recipient_email"):
        found[name].add(address.lower())
    return found

"""The people behind e-mail addresses that somebody typed or sent; an unknown address is a reason, never a new account."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Person
from policies.reasons import Reason, Refused


def nobody(address: str) -> str:
    """What is said of an address without a person."""
    return f"Nobody here has the address {address.strip().lower()}."


def people_at(addresses: Sequence[str], field: str) -> list[Person]:
    """One person for each address, in the order given. Refused, at `field`, with a reason for each unknown one."""
    wanted = [address.strip().lower() for address in addresses]
    known = {person.email: person for person in Person.objects.filter(email__in=wanted, is_active=True)}
    if unknown := [address for address in wanted if address not in known]:
        raise Refused([Reason(nobody(address), field=field) for address in unknown])
    return [known[address] for address in wanted]

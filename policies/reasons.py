"""A refusal is a list of reasons, each with the clause it comes from; buttons, forms, API and checklist read the same list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Reason:
    """Why something cannot be done now.

    `text` is a sentence for people that says what to do, `clause` the id of the policy clause it comes from
    ("" for a rule of the product itself), `field` the path "section.field" it is about ("" for none), `url` the page
    where it can be put right ("" where there is none of its own).
    """

    text: str
    clause: str = ""
    field: str = ""
    url: str = ""

    def as_dict(self) -> dict[str, str]:
        """As the API says it; `url` only where there is one."""
        return {name: value for name, value in asdict(self).items() if value or name != "url"}


class Refused(ValidationError):
    """ "Not now": carries the reasons. "Not you" is Django's own PermissionDenied.

    `also` holds what the API says beside them, where a kind of refusal has more to tell.
    """

    also: Mapping[str, object] = MappingProxyType({})

    def __init__(self, reasons: Iterable[Reason] | Reason | str) -> None:
        if isinstance(reasons, str):
            reasons = Reason(reasons)
        if isinstance(reasons, Reason):
            reasons = [reasons]
        self.reasons: list[Reason] = list(reasons)
        super().__init__([ValidationError(r.text, code=r.clause or "refused") for r in self.reasons])


def refuse_if(reasons: Iterable[Reason]) -> None:
    """Raise `Refused` when there is any reason; do nothing when there is none."""
    found = list(reasons)
    if found:
        raise Refused(found)

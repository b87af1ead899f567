"""One recipient as typed or read from a list, and what is wrong with it as typed. No queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from credentials.openbadges import rules as signing
from policies.reasons import Reason

if TYPE_CHECKING:
    from policies.schema import Issuance

FORMULA_START = ("=", "+", "-", "@", "\t")
MAX_NAME, MAX_ADDRESS, MAX_URL, MAX_NARRATIVE = 200, 254, 500, 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient as typed or read; `number` is the line in the list, from 1."""

    number: int
    name: str
    email: str
    evidence_url: str = ""
    narrative: str = ""

    @property
    def address(self) -> str:
        """The address as it is stored and compared."""
        return self.email.strip().lower()


def line_problems(line: Line, rules: Issuance, repeated: Collection[str] = ()) -> list[Reason]:
    """What is wrong with the line as typed."""
    clause = rules.recipient_clause
    texts = [("name", text) for text in _name_problems(line.name)]
    texts += [("email", text) for text in _address_problems(line, repeated)]
    texts += [("evidence_url", text) for text in _url_problems(line.evidence_url.strip())]
    if len(line.narrative) > MAX_NARRATIVE:
        texts.append(("narrative", f"The narrative is longer than {MAX_NARRATIVE:,} characters."))
    elif signing.UNSAFE.search(line.narrative):
        texts.append(("narrative", "There are control characters in the narrative. Write it anew."))
    return [Reason(text, clause if field in ("name", "email") else "", field) for field, text in texts]


def _name_problems(name: str) -> list[str]:
    name = name.strip()
    if not name:
        return ["Write the learner's name."]
    if len(name) > MAX_NAME:
        return [f"The name is longer than {MAX_NAME} characters."]
    if signing.UNSAFE.search(name):
        return ["There are control characters in the name. Write it anew."]
    if name.startswith(FORMULA_START):
        return ["The name begins like a spreadsheet formula; write it as plain text."]
    return []


def _address_problems(line: Line, repeated: Collection[str]) -> list[str]:
    if not line.address:
        return ["Write the learner's e-mail address."]
    if len(line.address) > MAX_ADDRESS or not _is_address(line.address):
        return [f"“{line.email.strip()[:80]}” is not an e-mail address."]
    if line.address in repeated:
        return [f"{line.address} stands in the list more than once."]
    return []


def _url_problems(url: str) -> list[str]:
    if not url:
        return []
    if len(url) > MAX_URL:
        return [f"The link to the evidence is longer than {MAX_URL} characters."]
    if not url.startswith(("https://", "http://")) or not signing.IRI.fullmatch(url):
        return ["The link to the evidence must be a web address that begins with https://."]
    return []


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True

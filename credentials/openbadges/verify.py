"""Is it genuine, is it in force, is it this person's: every check with one of three answers.

Takes what a stranger brings (JSON, JWT, a baked PNG or SVG) and never raises for bad input.
Source: Open Badges 3.0, "OpenBadgeCredential Verification"; Bitstring Status List 1.0, section 3.2.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from credentials.openbadges import jwt, structure
from credentials.openbadges.answers import Answer as Answer
from credentials.openbadges.answers import Check as Check
from credentials.openbadges.endorsement import carried, check_endorsements
from credentials.openbadges.proof import ProofUnknown, verify_proof
from credentials.openbadges.public_keys import PublicKey
from credentials.openbadges.reading import Reading, Unreadable, read
from credentials.openbadges.recipient import matches
from credentials.openbadges.resolving import NotTheIssuers, Resolver, host_of, method_key, token_key
from credentials.openbadges.revocation import StatusUnknown, standing
from credentials.openbadges.rules import UNSAFE

Json = dict[str, Any]

TOKENS = "it fits all but the endorsements that come as tokens, which verifiers read differently"


@dataclass(frozen=True)
class Report:
    """The checks in order; `credential` is what the document says (None when it cannot be read)."""

    checks: tuple[Check, ...]
    credential: Json | None = None
    form: str = ""

    def answer(self, key: str) -> Answer:
        return next((check.answer for check in self.checks if check.key == key), Answer.UNKNOWN)

    @property
    def proved(self) -> bool:
        """Whether its issuer signed it as it is."""
        return all(self.answer(key) is Answer.YES for key in ("document", "issuer", "signature"))

    @property
    def ok(self) -> bool:
        """Every answer is yes."""
        return all(check.answer is Answer.YES for check in self.checks)


def verify(
    source: bytes | str | Mapping[str, Any], resolver: Resolver, now: dt.datetime, recipient: str = ""
) -> Report:
    """Check a credential: document, issuer, signature, dates, status, endorsements if it carries
    any, and the recipient's address if given.

    A document that cannot be read leaves the other questions unanswered.
    """
    keys = ["issuer", "signature", "dates", "status"] + (["recipient"] if recipient else [])
    try:
        reading = read(source)
    except Unreadable as error:
        first = Check(
            "document", Answer.NO, f"This cannot be read as an Open Badges 3.0 credential: {error}."
        )
        return Report((first, *(unanswered(key) for key in keys)))
    document = check_document(reading.credential)
    if document.answer is not Answer.YES:
        return Report((document, *(unanswered(key) for key in keys)), reading.credential, reading.form)
    issuer, signature = check_signature(reading, resolver)
    checks = [document, issuer, signature, check_dates(reading.credential, now)]
    checks.append(check_status(reading.credential, resolver, now))
    if carried(reading.credential):
        checks.append(check_endorsements(reading.credential, resolver))
    if recipient:
        checks.append(check_recipient(reading.credential, recipient))
    return Report(tuple(checks), reading.credential, reading.form)


def unanswered(key: str) -> Check:
    return Check(key, Answer.UNKNOWN, "This could not be checked, since the document could not be read.")


def check_document(credential: Json) -> Check:
    answer = partial(Check, "document")
    try:
        structure.check(credential)
    except structure.UnknownVocabulary as error:
        return answer(Answer.UNKNOWN, f"This may be an Open Badges 3.0 credential, but {error}.")
    except ValueError as error:
        return answer(Answer.NO, f"This is not an Open Badges 3.0 credential: {error}.")
    return answer(Answer.YES, "This is an Open Badges 3.0 credential.")


class Proving:
    """Proving that the issuer signed it, and remembering whether the key that it names was the issuer's."""

    def __init__(self, reading: Reading, resolver: Resolver) -> None:
        self.reading = reading
        self.resolver = resolver
        self.issuer = structure.issuer_of(reading.credential)
        self.key_is_issuers = False

    def prove(self) -> None:
        """Return when the document is signed by its issuer; otherwise the error says what is wrong."""
        if self.reading.token:
            jwt.decode(self.reading.token, self.of_token)
            return
        if any_unsafe(self.reading.credential):
            raise ProofUnknown("it holds control characters, which verifiers read differently")
        try:
            verify_proof(self.reading.credential, self.of_method)
        except ProofUnknown:
            raise
        except ValueError:
            self.prove_all_but_tokens()
            raise

    def prove_all_but_tokens(self) -> None:
        """ProofUnknown when it is sound but for endorsements that are tokens.

        Two contents of the newest context are in use, and one of them does not know that member: who signs by it, signs
        all the rest. The tokens bear signatures of their own.
        """
        rest = without_tokens(self.reading.credential)
        if rest == self.reading.credential:
            return
        try:
            verify_proof(rest, self.of_method)
        except ValueError:
            return
        raise ProofUnknown(TOKENS)

    def of_token(self, kid: str, header: Json) -> PublicKey | None:
        key = token_key(self.issuer, kid, header, self.resolver)
        self.key_is_issuers = key is not None
        return key

    def of_method(self, method: str) -> PublicKey | None:
        key = method_key(self.issuer, method, self.resolver)
        self.key_is_issuers = key is not None
        return key


def check_signature(reading: Reading, resolver: Resolver) -> tuple[Check, Check]:
    """Whether the key belongs to the issuer, and whether the signature fits."""
    proving, signature = Proving(reading, resolver), partial(Check, "signature")
    try:
        proving.prove()
    except NotTheIssuers as error:
        not_theirs = Check("issuer", Answer.NO, str(error))
        return not_theirs, signature(Answer.NO, "It is not signed by the issuer that it names.")
    except (ProofUnknown, jwt.JwtUnknown) as error:
        unknown = signature(Answer.UNKNOWN, f"The signature could not be checked: {error}.")
        return check_issuer(proving), unknown
    except ValueError as error:
        changed = f"It was changed after it was signed, or never signed: {error}."
        return check_issuer(proving), signature(Answer.NO, changed)
    return check_issuer(proving), signature(Answer.YES, "Nothing in it has changed since it was signed.")


def check_issuer(proving: Proving) -> Check:
    """Who stands behind the key: a host does, for all to see; a key alone could be anybody's."""
    answer = partial(Check, "issuer")
    if not proving.key_is_issuers:
        return answer(Answer.UNKNOWN, f"We could not establish that it comes from {proving.issuer}.")
    host = host_of(proving.issuer)
    if host:
        return answer(Answer.YES, f"It is signed with a key that {host} publishes as its issuer’s.")
    return answer(
        Answer.UNKNOWN, "Its issuer is named by nothing but the key that signed it, which could be anybody’s."
    )


def without_tokens(value: Any) -> Any:
    """The same without any `endorsementJwt`."""
    if isinstance(value, dict):
        return {name: without_tokens(item) for name, item in value.items() if name != "endorsementJwt"}
    return [without_tokens(item) for item in value] if isinstance(value, list) else value


def any_unsafe(value: Any) -> bool:
    if isinstance(value, dict):
        return any(any_unsafe(item) for item in value.values())
    if isinstance(value, list):
        return any(any_unsafe(item) for item in value)
    return isinstance(value, str) and UNSAFE.search(value) is not None


def check_dates(credential: Json, now: dt.datetime) -> Check:
    """Days are told in the time zone of `now`."""
    answer = partial(Check, "dates")
    start, end = structure.moment(credential["validFrom"]), structure.moment(credential.get("validUntil"))
    if start and now < start:
        return answer(Answer.NO, f"It is not in force before {written(start, now)}.")
    if end and now >= end:
        return answer(Answer.NO, f"It was in force until {written(end, now)}.")
    until = f" until {written(end, now)}" if end else ""
    return answer(
        Answer.YES, f"It is in force since {written(start, now)}{until}." if start else "It is in force."
    )


def written(moment: dt.datetime, now: dt.datetime) -> str:
    local = moment.astimezone(now.tzinfo)
    return f"{local.day} {local:%B %Y}"


def check_status(credential: Json, resolver: Resolver, now: dt.datetime) -> Check:
    answer = partial(Check, "status")
    if credential.get("credentialStatus") is None:
        return answer(Answer.YES, "Its issuer keeps no list on which it could be revoked.")
    issuer = structure.issuer_of(credential)
    try:
        purpose = standing(credential, issuer, resolver, now)
    except StatusUnknown as error:
        return answer(Answer.UNKNOWN, f"Whether it was revoked could not be checked: {error}.")
    if purpose:
        word = {"revocation": "revoked", "suspension": "suspended"}[purpose]
        return answer(Answer.NO, f"The issuer has {word} it.")
    return answer(Answer.YES, "The issuer has not revoked it.")


def check_recipient(credential: Json, recipient: str) -> Check:
    answer = partial(Check, "recipient")
    found = matches(credential["credentialSubject"], recipient)
    if found is None:
        return answer(Answer.UNKNOWN, "It names nobody by an address that could be compared.")
    if found:
        return answer(Answer.YES, "It was issued to this address.")
    return answer(Answer.NO, "It was not issued to this address.")

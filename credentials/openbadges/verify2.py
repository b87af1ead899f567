"""Checking Open Badges 2.0: hosted (it holds while its issuer publishes it) and signed (by a key that the issuer publishes).

Source: Open Badges 2.0, "Verification": the ids of assertion, badge and issuer are the addresses where they stand; an
assertion stands at an origin that its issuer allows, its own if it names none; a signed one is checked with a key whose
owner is the issuer, and is revoked when the issuer's list names it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from credentials.openbadges import jwt, recipient
from credentials.openbadges.public_keys import PublicKey, from_pem
from credentials.openbadges.resolving import NotHad, Resolver, host_of, listed
from credentials.openbadges.structure import is_text, moment
from credentials.openbadges.verify import Answer, Check, Report, unanswered, written
from credentials.openbadges.version2 import OLDER, Found

Json = dict[str, Any]
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
GONE = (404, 410)
COMPARED = ("recipient", "issuedOn", "expires", "badge", "narrative", "evidence")


@dataclass(frozen=True)
class Behind:
    """What an assertion stands on, as its issuer publishes it."""

    badge: Json
    issuer: Json


def verify2(found: Found, resolver: Resolver, now: dt.datetime, address: str = "") -> Report:
    """The checks of an assertion of Open Badges 2.0; the same questions as of 3.0."""
    questions = ["issuer", "signature", "dates", "status"] + (["recipient"] if address else [])
    if OLDER in str(found.assertion.get("@context")):
        older = Check("document", UNKNOWN, "This is a badge of Open Badges 1, which we do not check.")
        return Report((older, *map(unanswered, questions)), found.assertion, found.form)
    signed = bool(found.token)
    try:
        assertion = found.assertion if signed else published(found.url, "its assertion", resolver)
    except NotHad as error:
        return _without(found, error, questions)
    document = check_document(assertion)
    if document.answer is not YES:
        return Report((document, *map(unanswered, questions)), assertion, found.form)
    behind: Behind | NotHad = _behind(assertion, resolver)
    proved = _signed(found, behind, resolver) if signed else _hosted(found, assertion, behind)
    checks = [document, *proved, check_dates(assertion, now)]
    checks.append(_on_list(assertion, behind, resolver) if signed else _revoked(assertion))
    if address:
        checks.append(check_recipient(assertion, address))
    return Report(tuple(checks), _as_credential(assertion, behind), found.form)


def published(url: str, what: str, resolver: Resolver) -> Json:
    """What stands at an address and says that this is its id. NotHad otherwise."""
    if not url.startswith(("https://", "http://")):
        raise NotHad(f"{what} has no address where its issuer publishes it")
    found = resolver.published(url)
    if found is None:
        raise NotHad(f"{what} cannot be had")
    if found.get("id") != url:
        raise NotHad(f"what stands at the address of {what} is something else")
    return dict(found)


def _without(found: Found, error: NotHad, questions: list[str]) -> Report:
    """The report on a hosted badge whose assertion cannot be had."""
    checks = [Check("document", UNKNOWN, f"It is checked by what its issuer publishes, and {error}.")]
    checks += [unanswered(key) for key in questions]
    if error.status in GONE or "something else" in str(error):
        said = "Its issuer does not publish it, or does so no longer."
        word = "signature" if error.status == 404 or not error.status else "status"
        checks = [Check(word, NO, said) if check.key == word else check for check in checks]
    return Report(tuple(checks), found.assertion or None, found.form)


def check_document(assertion: Json) -> Check:
    answer, person = partial(Check, "document"), assertion.get("recipient")
    if not isinstance(person, dict) or not is_text(person.get("identity")):
        return answer(NO, "This is not an Open Badges 2.0 assertion: it does not say whom it is for.")
    if not assertion.get("badge") or not is_text(assertion.get("id")):
        return answer(NO, "This is not an Open Badges 2.0 assertion: it lacks an id or a badge.")
    if _moment(assertion.get("issuedOn")) is None:
        return answer(NO, "This is not an Open Badges 2.0 assertion: it has no date that can be read.")
    return answer(YES, "This is an Open Badges 2.0 assertion.")


def _behind(assertion: Json, resolver: Resolver) -> Behind | NotHad:
    """Badge and issuer, each from where it stands; what is written out in the assertion is not believed."""
    try:
        badge = published(_id(assertion.get("badge")), "its badge class", resolver)
        return Behind(badge, published(_id(badge.get("issuer")), "its issuer’s profile", resolver))
    except NotHad as error:
        return error


def _id(value: Any) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _hosted(found: Found, assertion: Json, behind: Behind | NotHad) -> tuple[Check, Check]:
    """It is its issuer's when it stands where the issuer lets badges stand, and unchanged when it says what stands there."""
    signature = partial(Check, "signature")
    changed = [name for name in COMPARED if found.assertion and _differs(found.assertion, assertion, name)]
    if changed:
        same = signature(NO, f"It says something else than its issuer publishes ({', '.join(changed)}).")
    else:
        same = signature(YES, "It says what its issuer publishes today.")
    if isinstance(behind, NotHad):
        return Check("issuer", UNKNOWN, f"We could not establish whose it is: {behind}."), same
    places = (assertion["id"], behind.badge["id"])
    if all(_allowed(place, behind.issuer) for place in places):
        host = host_of(behind.issuer["id"])
        return Check(
            "issuer", YES, f"{host_of(assertion['id'])} publishes it for its issuer at {host}."
        ), same
    said = f"It stands at {host_of(assertion['id'])}, where its issuer at {host_of(behind.issuer['id'])} publishes nothing."
    return Check("issuer", NO, said), same


def _differs(brought: Json, assertion: Json, name: str) -> bool:
    """Whether a member was changed; a badge that is written out is the same as its address."""
    one, other = brought.get(name), assertion.get(name)
    return (_id(one) != _id(other)) if name == "badge" else one != other


def _allowed(place: str, issuer: Json) -> bool:
    rule = issuer.get("verification")
    rule = rule if isinstance(rule, dict) else {}
    starts = [start for start in listed(rule, "startsWith") if isinstance(start, str)]
    hosts = [str(host).lower() for host in listed(rule, "allowedOrigins")]
    if not starts and not hosts:
        return host_of(place) == host_of(issuer["id"])
    return any(place.startswith(start) for start in starts) or host_of(place) in [
        *hosts,
        *map(host_of, hosts),
    ]


def _signed(found: Found, behind: Behind | NotHad, resolver: Resolver) -> tuple[Check, Check]:
    issuer, signature = partial(Check, "issuer"), partial(Check, "signature")
    if isinstance(behind, NotHad):
        said = f"We could not establish whose it is: {behind}."
        return issuer(UNKNOWN, said), signature(UNKNOWN, f"The signature could not be checked: {behind}.")
    host = host_of(behind.issuer["id"])
    try:
        key = _key(found.assertion, behind.issuer, resolver)
        jwt.verified(found.token, lambda kid, header: key, ("JWT", "JWS"))
    except NotHad as error:
        return (
            issuer(UNKNOWN, f"We could not establish that it comes from {host}."),
            signature(UNKNOWN, f"The signature could not be checked: {error}."),
        )
    except jwt.JwtUnknown as error:
        return issuer(UNKNOWN, f"We could not establish that it comes from {host}."), signature(
            UNKNOWN, f"The signature could not be checked: {error}."
        )
    except jwt.JwtError:
        changed = "It was changed after it was signed, or signed by somebody else."
        return issuer(UNKNOWN, f"We could not establish that it comes from {host}."), signature(NO, changed)
    except ValueError as error:
        return issuer(NO, str(error)), signature(NO, "It is not signed by the issuer that it names.")
    yes = issuer(YES, f"It is signed with a key that {host} publishes as its issuer’s.")
    return yes, signature(YES, "Nothing in it has changed since it was signed.")


def _key(assertion: Json, issuer: Json, resolver: Resolver) -> PublicKey:
    """The key that it was signed with. ValueError, in words, when it is not its issuer's; NotHad."""
    rule = assertion.get("verification")
    named = rule.get("creator") if isinstance(rule, dict) else None
    own = listed(issuer, "publicKey")
    wanted = named if isinstance(named, str) else _id(own[0] if own else "")
    if wanted not in [_id(key) for key in own]:
        raise ValueError(f"The key that it names is not one of {host_of(issuer['id'])}.")
    found = next(
        (k for k in own if isinstance(k, dict) and k.get("id") == wanted and k.get("publicKeyPem")), None
    )
    key = found or published(wanted, "the key that signed it", resolver)
    if key.get("owner") != issuer["id"]:
        raise ValueError(f"The key that it names is not one of {host_of(issuer['id'])}.")
    try:
        return from_pem(str(key.get("publicKeyPem", "")))
    except ValueError as error:
        raise NotHad(f"the key that signed it is {error}") from error


def check_dates(assertion: Json, now: dt.datetime) -> Check:
    answer = partial(Check, "dates")
    start, end = _moment(assertion.get("issuedOn")), _moment(assertion.get("expires"))
    if "expires" in assertion and end is None:
        return answer(UNKNOWN, "Until when it holds cannot be read.")
    if start and now < start:
        return answer(NO, f"It is not in force before {written(start, now)}.")
    if end and now >= end:
        return answer(NO, f"It was in force until {written(end, now)}.")
    since = f" since {written(start, now)}" if start else ""
    return answer(YES, f"It is in force{since}{f' until {written(end, now)}' if end else ''}.")


def _moment(value: Any) -> dt.datetime | None:
    """A time; a day alone, or one without a zone, is taken as of Greenwich."""
    found = moment(value)
    if found is None and isinstance(value, str):
        found = moment(f"{value}T00:00:00+00:00") or moment(f"{value}+00:00")
    return found


def _revoked(assertion: Json) -> Check:
    if assertion.get("revoked") is True:
        return Check("status", NO, "The issuer has revoked it.")
    return Check("status", YES, "The issuer publishes it and has not revoked it.")


def _on_list(assertion: Json, behind: Behind | NotHad, resolver: Resolver) -> Check:
    answer = partial(Check, "status")
    if isinstance(behind, NotHad):
        return answer(UNKNOWN, f"Whether it was revoked could not be checked: {behind}.")
    url = _id(behind.issuer.get("revocationList"))
    if not url:
        return answer(YES, "Its issuer keeps no list on which it could be revoked.")
    try:
        found = published(url, "its issuer’s list", resolver)
    except NotHad as error:
        return answer(UNKNOWN, f"Whether it was revoked could not be checked: {error}.")
    if _id(found.get("issuer")) != behind.issuer["id"]:
        return answer(UNKNOWN, "Whether it was revoked could not be checked: its list is another issuer’s.")
    for one in listed(found, "revokedAssertions"):
        names = {one.get("id"), one.get("uid")} if isinstance(one, Mapping) else {one}
        if names & {assertion["id"], assertion.get("uid") or assertion["id"]}:
            return answer(NO, "The issuer has revoked it.")
    return answer(YES, "The issuer has not revoked it.")


def check_recipient(assertion: Json, address: str) -> Check:
    answer, person = partial(Check, "recipient"), assertion["recipient"]
    if person.get("type") not in ("email", "schema:email"):
        return answer(UNKNOWN, "It names nobody by an address that could be compared.")
    item = {
        "hashed": person.get("hashed"),
        "identityHash": person["identity"],
        "salt": person.get("salt") or "",
    }
    spellings = {address.strip(), address.strip().lower()}
    if any(recipient.same(item, spelling) for spelling in spellings):
        return answer(YES, "It was issued to this address.")
    return answer(NO, "It was not issued to this address.")


def _as_credential(assertion: Json, behind: Behind | NotHad) -> Json:
    """What it says, under the names that 3.0 has for it, for a page to show."""
    badge, issuer = (behind.badge, behind.issuer) if isinstance(behind, Behind) else ({}, {})
    achievement = {name: badge[name] for name in ("name", "description", "criteria") if name in badge}
    said = {"id": assertion["id"], "issuer": issuer, "credentialSubject": {"achievement": achievement}}
    dates = {"validFrom": assertion.get("issuedOn"), "validUntil": assertion.get("expires")}
    return said | {name: value for name, value in dates.items() if value}

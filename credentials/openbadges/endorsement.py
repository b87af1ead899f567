"""What bodies say of an achievement: each decision as an EndorsementCredential of its own, and checking those of anyone.

The specification has one free text for what an endorser says, so body, outcome, day, counts, clause and the hash of what
was approved stand there in words; body and day also as issuer and date. Nobody is named. One statement stands by itself
at its own address and travels inside every award, so it is kept short.
Source: Open Badges 3.0, appendix "Data Models": EndorsementCredential, EndorsementSubject, Profile.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.openbadges import did, jwt, rules, structure
from credentials.openbadges.answers import Answer, Check
from credentials.openbadges.contexts import CREDENTIALS_V2, OPEN_BADGES
from credentials.openbadges.facts import IssuerFacts
from credentials.openbadges.keys import IssuerKey
from credentials.openbadges.proof import ProofUnknown, attach, verify_proof
from credentials.openbadges.rdf import canonical
from credentials.openbadges.resolving import Resolver, method_key, token_key

Json = dict[str, Any]

TYPES = ["VerifiableCredential", "EndorsementCredential"]
NAMES = {"approve": "Approved", "approve_with_conditions": "Approved with conditions"}
OUTCOMES = {"approve": "approved", "approve_with_conditions": "approved with conditions"}
SILENT = "approved, since nobody objected in time"
MOST = 50  # endorsements looked at in one credential of a stranger


@dataclass(frozen=True, kw_only=True)
class BodyFacts:
    """A body, or an office, of an issuer. `slug` is its part of the DID; `name` is what people read."""

    campus: IssuerFacts
    slug: str
    name: str

    @property
    def did(self) -> str:
        return did.body_did(self.campus.origin, self.campus.slug, self.slug)

    @property
    def page(self) -> str:
        return did.body_url(self.campus.origin, self.campus.slug, self.slug)


@dataclass(frozen=True, kw_only=True)
class DecisionFacts:
    """One decision. `decided_at` is the first moment of its day on the campus, `day` that day.

    `counts` are (word, number) and empty where the body does not publish them.
    """

    uuid: uuid.UUID
    achievement_id: str
    title: str
    outcome: str
    day: dt.date
    decided_at: dt.datetime
    clause: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    policy: str = ""
    revision_hash: str = ""
    silent: bool = False

    @property
    def word(self) -> str:
        return SILENT if self.silent else OUTCOMES[self.outcome]


def profile(body: BodyFacts) -> Json:
    """Who endorses: the body, of the campus.

    The campus stands here by its page and not by its DID, which the badge describes already: of what is said of it twice,
    one could be removed without breaking the badge's signature.
    """
    parent = {"id": body.campus.page, "type": ["Profile"], "name": body.campus.name}
    return {"id": body.did, "type": ["Profile"], "name": body.name, "parentOrg": parent}


def comment(decision: DecisionFacts) -> str:
    """The decision in words, without anybody's name."""
    day = f"{decision.day.day} {decision.day:%B %Y}"
    counts = ", ".join(f"{number} {word}" for word, number in decision.counts)
    rests = ", ".join(
        part for part in (decision.clause and f"clause {decision.clause}", decision.policy) if part
    )
    sentences = (
        f"{decision.title}: {decision.word} on {day}",
        counts and f"Votes: {counts}",
        rests and f"By {rests}",
        decision.revision_hash and f"SHA-256 of what was approved: {decision.revision_hash}",
    )
    return "".join(f"{sentence}. " for sentence in sentences if sentence).strip()


def build(body: BodyFacts, decision: DecisionFacts) -> Json:
    """The unsigned statement. ValueError for what must not be signed."""
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": did.endorsement_url(body.campus.origin, decision.uuid),
        "type": TYPES,
        "name": NAMES[decision.outcome],
        "issuer": profile(body),
        "validFrom": rules.moment("decided_at", decision.decided_at),
        "credentialSubject": {
            "id": decision.achievement_id,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment(decision),
        },
    }
    rules.check(document)
    return document


def sign(body: BodyFacts, decision: DecisionFacts, key: IssuerKey, created: dt.datetime) -> Json:
    """The signed statement, by a key of the campus under the body's own DID."""
    document = build(body, decision)
    return attach(document, canonical(document), key, rules.moment("created", created))


# --- checking -----------------------------------------------------------------------------------------------------
class NotAnEndorsement(ValueError):
    """It is not a statement about this achievement: the sentence says why."""


def carried(credential: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Every endorsement in a credential with the id of what it should be about: of the award, achievement or issuer."""
    subject, issuer = credential.get("credentialSubject"), credential.get("issuer")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    found = []
    for endorsed in (credential, achievement, issuer):
        if isinstance(endorsed, Mapping):
            for name in ("endorsement", "endorsementJwt"):
                one = endorsed.get(name, [])
                found += [
                    (item, str(endorsed.get("id"))) for item in (one if isinstance(one, list) else [one])
                ]
    return found


def check_endorsements(credential: Mapping[str, Any], resolver: Resolver) -> Check:
    """Whether each body that the credential names as endorser really said so, of this achievement.

    No when one is about something else or its signature does not fit; unknown when a key cannot be had or the
    statement has a form that is not read here. One without endorsements leaves nothing to doubt.
    """
    found = carried(credential)
    if not found:
        return Check("endorsements", Answer.YES, "It carries no endorsement.")
    if len(found) > MOST:
        return Check("endorsements", Answer.UNKNOWN, f"It carries more than {MOST} endorsements.")
    answers = [check_one(document, about, resolver) for document, about in found]
    worst = next(
        (a for a in (Answer.NO, Answer.UNKNOWN) if any(said is a for said, _ in answers)), Answer.YES
    )
    if worst is Answer.YES:
        return Check("endorsements", worst, f"{_counted(len(found))} its endorser’s own, and unchanged.")
    return Check(
        "endorsements", worst, " ".join(dict.fromkeys(text for said, text in answers if said is worst))
    )


def _counted(number: int) -> str:
    return "Its endorsement is" if number == 1 else f"Each of its {number} endorsements is"


def check_one(document: Any, about: str, resolver: Resolver) -> tuple[Answer, str]:
    """One endorsement of the thing with the id `about`: the answer and its sentence."""
    said = said_by(document)
    name = name_of(said)
    try:
        check_form(said, about)
        prove(document, structure.issuer_of(said), resolver)
    except (ProofUnknown, jwt.JwtUnknown, structure.UnknownVocabulary) as error:
        return Answer.UNKNOWN, f"The endorsement of {name} could not be checked: {error}."
    except ValueError as error:
        return Answer.NO, f"The endorsement of {name} does not hold: {str(error).rstrip('.')}."
    return Answer.YES, f"It is signed for {name}, and nothing in it has changed since."


def said_by(document: Any) -> Any:
    """The statement itself, which may come as a token; what is neither stays what it is."""
    try:
        return jwt.credential(jwt.parts(document)[1]) if isinstance(document, str) else document
    except ValueError:
        return document


def prove(document: Any, issuer: str, resolver: Resolver) -> None:
    """Return when the endorser signed it; otherwise the error says what is wrong."""
    if isinstance(document, str):
        jwt.decode(document, lambda kid, header: token_key(issuer, kid, header, resolver))
    else:
        verify_proof(document, lambda method: method_key(issuer, method, resolver))


def name_of(document: Any) -> str:
    """What the endorser calls itself; its id where it has no name."""
    issuer = document.get("issuer") if isinstance(document, dict) else None
    name = issuer.get("name") if isinstance(issuer, dict) else None
    text = name if isinstance(name, str) and name.strip() else structure.issuer_of({"issuer": issuer})
    return text[:200] or "an unnamed body"


def check_form(document: Any, about: str) -> None:
    """ValueError unless it is an EndorsementCredential about the thing with that id."""
    if not isinstance(document, dict):
        raise NotAnEndorsement("it is not a document")
    structure.check_contexts(document.get("@context"))
    for sentence in faults(document, about):
        raise NotAnEndorsement(sentence)


def faults(document: Json, about: str) -> Iterator[str]:
    """What is wrong with it, in words."""
    subject = document.get("credentialSubject")
    if not structure.has_type(document, "EndorsementCredential"):
        yield "it is not an endorsement"
    if not structure.issuer_of(document):
        yield "it does not say who endorses"
    if structure.moment(document.get("validFrom")) is None:
        yield "its date cannot be read"
    if not isinstance(subject, dict) or not structure.has_type(subject, "EndorsementSubject"):
        yield "it does not say what is endorsed"
    elif subject.get("id") != about:
        yield "it is about something else"

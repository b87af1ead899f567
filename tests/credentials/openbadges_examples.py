"""Issuer, achievement and awards that the Open Badges tests share, and the documents an issuer publishes."""

import dataclasses
import datetime as dt
import json
import random
import struct
import threading
import uuid
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from credentials.openbadges import did, document, proof, status_list
from credentials.openbadges.facts import (
    AchievementFacts,
    Alignment,
    AwardFacts,
    Evidence,
    IssuerFacts,
    Result,
    ResultDescription,
    RubricLevel,
)
from credentials.openbadges.verify import Resolver

ORIGIN = "https://badges.example.org"
SLUG = "model"
DID = "did:web:badges.example.org:issuers:model"
ACHIEVEMENT_ID = f"{ORIGIN}/achievements/fire-data"
LIST_URL = f"{ORIGIN}/issuers/model/status/1.json"
NOW = dt.datetime(2026, 3, 2, 9, 30, 15, tzinfo=dt.UTC)

ISSUER = IssuerFacts(
    origin=ORIGIN,
    slug=SLUG,
    name="Model University",
    url="https://model.example",
    description="A university that exists on paper.",
    image_url=f"{ORIGIN}/static/model.png",
    email="badges@model.example",
)
PLAIN = AchievementFacts(
    id=ACHIEVEMENT_ID,
    name="Reading fire data",
    description="Reads and explains data of wildland fires.",
    criteria_narrative="Explain three data sets.",
)
GRADE = f"{ACHIEVEMENT_ID}#grade"
MAPPING = f"{ACHIEVEMENT_ID}#mapping"
MAPPED_WELL = f"{ACHIEVEMENT_ID}#mapping-good"
RICH = AchievementFacts(
    id=ACHIEVEMENT_ID,
    name="Reading fire data",
    description="Reads and explains data of wildland fires.",
    criteria_narrative="Explain *three* data sets.\n\nDraw one map.",
    criteria_id=f"{ORIGIN}/catalogue/fire-data/#criteria",
    achievement_type="MicroCredential",
    image_url=f"{ORIGIN}/media/fire-data.png",
    image_caption="A flame over a grid",
    alignments=(
        Alignment(
            name="geographic information systems",
            url="http://data.europa.eu/esco/skill/1",
            framework="ESCO",
            code="S5.5.1",
            description="Work with spatial data.",
            target_type="ceasn:Competency",
        ),
        Alignment(name="statistics", url="http://data.europa.eu/esco/skill/2"),
    ),
    tags=("fire", "données", "🔥"),
    language="en-US",
    version="2",
    credits_available=3,
    human_code="FIRE 191",
    field_of_study="Forestry",
    specialization="Wildland fire",
    related_ids=(f"{ORIGIN}/achievements/fire-data-1",),
    result_descriptions=(
        ResultDescription(
            id=GRADE,
            name="Grade",
            result_type="LetterGrade",
            required_value="B",
            allowed_values=("C", "B", "A"),
        ),
        ResultDescription(
            id=MAPPING,
            name="Mapping",
            result_type="RubricCriterionLevel",
            required_level=MAPPED_WELL,
            rubric_levels=(
                RubricLevel(id=f"{ACHIEVEMENT_ID}#mapping-fair", name="Fair", level="1", points="1"),
                RubricLevel(id=MAPPED_WELL, name="Good", description="Reads a map.", level="2", points="2"),
            ),
            alignments=(Alignment(name="cartography", url="http://data.europa.eu/esco/skill/3"),),
        ),
    ),
    policy_url=f"{ORIGIN}/policies/model/2/",
    policy_name="Micro-credential policy MC-1, revision 2",
)


def minimal_award(number=1, **changes):
    """An award with nothing but what it must have."""
    facts = {
        "uuid": uuid.UUID(int=number),
        "valid_from": dt.datetime(2026, 1, 5, 12, 0, 0, tzinfo=dt.UTC),
        "status_list_url": LIST_URL,
        "status_index": 94_567 + number,
    }
    return AwardFacts(**(facts | changes))


def full_award(number=2, **changes):
    """An award with every fact an award can have."""
    facts = {
        "valid_until": dt.datetime(2029, 1, 5, 12, 0, 0, tzinfo=dt.UTC),
        "awarded_at": dt.datetime(2026, 1, 4, 8, 0, 0, tzinfo=dt.UTC),
        "recipient_email": f"learner{number}@model.example",
        "recipient_salt": f"salt-{number}",
        "recipient_name": f"Demo learner {number}",
        "narrative": 'Explained "all" of them:\n\t1 \\ 2 – 🔥',
        "evidence": (
            Evidence(name="Map", narrative=f"Drew map {number}.", genre="Map", audience="Crews"),
            Evidence(name="Report", description="Ten pages", url=f"https://work.example/{number}?a=1&b=2"),
        ),
        "results": (
            Result(description_id=GRADE, value="A", status="Completed"),
            Result(
                description_id=MAPPING,
                achieved_level_id=MAPPED_WELL,
                alignments=(Alignment(name="cartography", url="http://data.europa.eu/esco/skill/3"),),
            ),
        ),
        "activity_start": dt.date(2025, 9, 1),
        "activity_end": dt.date(2025, 12, 12),
        "credits_earned": 1.25,
        "role": "Participant",
        "term": "Autumn 2025",
        "licence_number": f"L-{number}",
    }
    return minimal_award(number, **(facts | changes))


ALPHABET = [*'aZ9 "\\\n\r\t%{}<>&_:@', "é", "ß", "–", "漢", "🔥", "\u2028", "\ufeff", "\u00a0", "%s", "_:b0"]


def random_award(seed):
    """An award with any choice of facts and any texts in them; the choice is one of twelve, the texts are not."""
    choice, dice = random.Random(seed % 12), random.Random(seed)

    def text():
        return "x" + "".join(dice.choices(ALPHABET, k=dice.randint(0, 12)))

    whole = full_award(seed + 10)
    changes = {
        "narrative": text(),
        "recipient_name": text(),
        "recipient_salt": text(),
        "role": text(),
        "credits_earned": choice.choice([0, 1, 2.5, 11, 0.25]),
        "evidence": tuple(
            Evidence(
                name=text(), narrative=text(), url=choice.choice(["", f"https://a.example/{seed}/../{n}?%20"])
            )
            for n in range(choice.randint(0, 3))
        ),
        "results": whole.results[: choice.randint(0, 2)],
    }
    left_out = {
        name: getattr(minimal_award(), name)
        for name in ("valid_until", "awarded_at", "activity_start", "term", "recipient_email", "narrative")
        if choice.random() < 0.3
    }
    return full_award(seed + 10, **(changes | left_out))


def endorsed(keys):
    """The rich achievement with one signed endorsement of a body in it."""
    endorsement = {
        "@context": document.CONTEXTS,
        "id": f"{ORIGIN}/endorsements/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Approved by the committee",
        "issuer": DID,
        "validFrom": "2025-05-02T00:00:00Z",
        "credentialSubject": {
            "id": ACHIEVEMENT_ID,
            "type": ["EndorsementSubject"],
            "endorsementComment": "Approved on 2 May 2025, six of seven votes.",
        },
    }
    return dataclasses.replace(RICH, endorsements=(proof.sign(endorsement, keys.signing_key, NOW),))


def did_documents(keys):
    """The issuer's and those of its two bodies, by their DID."""
    found = [did.did_document(ORIGIN, keys)]
    found += [did.body_document(ORIGIN, keys, body) for body in ("committee", "role-section_head")]
    return {document["id"]: document for document in found}


def signed_list(keys, revoked=()):
    """The issuer's signed status list."""
    return proof.sign(status_list.build(LIST_URL, DID, revoked, NOW), keys.signing_key, NOW)


def resolver(keys, revoked=()):
    """What the issuer's own origin answers, without the network."""
    return Resolver(
        did_document=did_documents(keys).get,
        jwk=lambda url: did.jwk(ORIGIN, keys, url.removeprefix(f"{ORIGIN}/issuers/model/keys/")[:-5]),
        status_list={LIST_URL: signed_list(keys, revoked)}.get,
    )


def published(keys, revoked=()):
    """A loopback server with what the issuer publishes; gives its address."""
    answers = {
        "/issuers/model/jwks.json": did.jwks(ORIGIN, keys),
        "/issuers/model/status/1.json": signed_list(keys, revoked),
    }
    answers |= {did.did_web_url(name).removeprefix(ORIGIN): one for name, one in did_documents(keys).items()}
    answers |= {f"/issuers/model/keys/{key.kid}.json": did.jwk(ORIGIN, keys, key.kid) for key in keys.keys}
    return serving(answers)


@contextmanager
def serving(answers):
    """A loopback server with these values as JSON, by path; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = answers.get(self.path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*extra, width=2, height=2):
    """A red PNG of 8-bit RGB, with `extra` chunks before its pixels."""
    rows = (b"\0" + b"\xc0\x20\x20" * 2) * 2
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + chunk(b"IEND", b"")


SVG = b'<?xml version="1.0"?>\n<!-- a badge -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>'

ALL_YES = {"document": "yes", "issuer": "yes", "signature": "yes", "dates": "yes", "status": "yes"}


def answers(report):
    """The answers of our verifier by question."""
    return {check.key: str(check.answer) for check in report.checks}


def sentence(report, key):
    """What our verifier says to one question."""
    return next(check.sentence for check in report.checks if check.key == key)

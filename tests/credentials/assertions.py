"""An assertion of Open Badges 2.0, hosted and signed, with all that it stands on, and images that carry it."""

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.credentials.openbadges_examples import chunk, png
from tests.credentials.others import one_of, token_of

HOST = "https://old.example"
A, B, OWNER, K, R = (f"{HOST}/{name}" for name in ("assertion/1", "badge/1", "issuer", "key", "revoked"))
CONTEXT = "https://w3id.org/openbadges/v2"
PERSON = {"type": "email", "hashed": False, "identity": "learner@model.example"}
# sha256 of "learner@model.example" + "salt", by `printf %s learner@model.examplesalt | sha256sum`
HASHED = {
    "type": "email",
    "hashed": True,
    "salt": "salt",
    "identity": "sha256$96815a5a98e35e8b8aa89593ccf98853b9625f8b44ce03659f3b4e66dd3c6015",
}
ASSERTION = {
    "@context": CONTEXT,
    "type": "Assertion",
    "id": A,
    "recipient": PERSON,
    "badge": B,
    "issuedOn": "2025-06-01T00:00:00Z",
    "verification": {"type": "HostedBadge"},
}
BADGE = {
    "@context": CONTEXT,
    "type": "BadgeClass",
    "id": B,
    "name": "Knots",
    "description": "Ties knots.",
    "image": f"{HOST}/knots.png",
    "criteria": {"narrative": "Tie ten knots."},
    "issuer": OWNER,
}
ISSUER = {
    "@context": CONTEXT,
    "type": "Issuer",
    "id": OWNER,
    "name": "Old university",
    "url": HOST,
    "email": "x@old.example",
}
PAGES = {A: ASSERTION, B: BADGE, OWNER: ISSUER}


def signing():
    pem = one_of("RS256").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return {"@context": CONTEXT, "type": "CryptographicKey", "id": K, "owner": OWNER, "publicKeyPem": pem}


SIGNED = ASSERTION | {"id": "urn:uuid:1", "verification": {"type": "SignedBadge", "creator": K}}


def signed_pages(**issuer):
    return {B: BADGE, OWNER: ISSUER | {"publicKey": K, **issuer}, K: signing()}


def token(assertion=SIGNED, key=None, **header):
    return token_of(assertion, key or one_of("RS256"), {"alg": "RS256", **header})


def in_png(text, kind=b"iTXt", times=1):
    body = b"openbadges\0" + (b"\0\0\0\0" if kind == b"iTXt" else b"") + text.encode()
    return png(*[chunk(kind, body)] * times)


def in_svg(text="", verify=""):
    attribute = f' verify="{verify}"' if verify else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"><g/>'
        f"<openbadges:assertion{attribute}><![CDATA[{text}]]></openbadges:assertion></svg>"
    ).encode()

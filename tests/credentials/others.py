"""Another issuer and its badges, for tests: documents, tokens, keys, and a web that is a dictionary."""

import datetime as dt
import functools
import json

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from credentials.checking.anyone import check_any
from credentials.checking.fetching import Fetcher, NotFetched
from credentials.openbadges.facts import AchievementFacts, AwardFacts, IssuerFacts
from credentials.openbadges.multibase import base64url_encode
from tests.credentials.openbadges_examples import NOW, minimal_award

ORIGIN = "https://other.example"
SLUG = "other"
DID = "did:web:other.example:issuers:other"
LIST = f"{ORIGIN}/issuers/other/status/1.json"
ISSUER = IssuerFacts(origin=ORIGIN, slug=SLUG, name="Another university", url=ORIGIN)
KNOTS = AchievementFacts(id=f"{ORIGIN}/a/1", name="Knots", description="Knots.", criteria_narrative="Tie.")
AWARD = AwardFacts(
    uuid=minimal_award().uuid,
    valid_from=dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
    status_list_url=LIST,
    status_index=3,
)


class Web(Fetcher):
    """A fetcher for whom the web is a dictionary: bodies, or errors to raise. It remembers what was asked."""

    def __init__(self, pages):
        super().__init__()
        self.pages, self.asked = pages, []

    def get(self, url, accept="", largest=0):
        self.asked.append(url)
        found = self.pages.get(url, NotFetched("other.example has nothing there", 404))
        if isinstance(found, NotFetched):
            raise found
        url, found = found if isinstance(found, tuple) else (url, found)
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return type("Answer", (), {"url": url, "body": body, "text": body.decode, "content_type": ""})()


def check(source, web, email=""):
    return check_any(source, NOW, email, fetcher=Web(web))


# --- tokens of other kinds ------------------------------------------------------------------------------------------
def token_of(payload, key, header):
    data = ".".join(base64url_encode(json.dumps(part).encode()) for part in (header, payload))
    if isinstance(key, rsa.RSAPrivateKey):
        made = key.sign(data.encode(), PKCS1v15(), SHA256())
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        made = key.sign(data.encode())
    else:
        r, s = decode_dss_signature(key.sign(data.encode(), ec.ECDSA(SHA256())))
        made = r.to_bytes(32) + s.to_bytes(32)
    return f"{data}.{base64url_encode(made)}"


def jwk_of(key):
    public = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        n = public.public_numbers().n
        return {"kty": "RSA", "e": "AQAB", "n": base64url_encode(n.to_bytes((n.bit_length() + 7) // 8))}
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url_encode(public.public_bytes_raw())}
    numbers = public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": base64url_encode(numbers.x.to_bytes(32)),
        "y": base64url_encode(numbers.y.to_bytes(32)),
    }


KINDS = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


@functools.cache
def one_of(algorithm, _nth=0):
    return KINDS[algorithm]()

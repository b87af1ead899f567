"""A badge that a learner of the demo earned at another place and keeps beside the others.

Its issuer is named by its key alone, so that nobody need be asked for it: it could not be checked from whom it is, and the
page says so. The key is the same in every demo and signs nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.actions import importing
from credentials.actions.importing import Brought
from credentials.checking.anyone import check_any
from credentials.openbadges import document, keys, proof
from credentials.openbadges.facts import AchievementFacts, AwardFacts, IssuerFacts
from credentials.views.reports import told
from journal import clock

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import ImportedBadge

ORIGIN, NAME, TITLE = "https://harbour-school.example", "Harbour School", "First Aid at Sea"
SAID = AchievementFacts(
    id=f"{ORIGIN}/badges/first-aid",
    name=TITLE,
    description="Helps on board until a doctor is reached.",
    criteria_narrative="Two days of practice and an exercise on the water.",
)


def _signed(email: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(ORIGIN.encode()).digest())
    name = keys.public_multibase(key.public_key())
    issued = AwardFacts(
        uuid=uuid.uuid5(uuid.NAMESPACE_URL, f"{ORIGIN}/{email}"),
        valid_from=dt.datetime(2025, 7, 12, tzinfo=dt.UTC),
        status_list_url=ORIGIN,
        status_index=0,
        recipient_email=email,
        recipient_salt="of the demo",
    )
    made = document.build(IssuerFacts(origin=ORIGIN, slug="harbour", name=NAME, url=ORIGIN), SAID, issued)
    del made["credentialStatus"]  # they revoke nothing
    made["issuer"]["id"] = f"did:key:{name}"
    return json.dumps(proof.sign(made, keys.IssuerKey(name, key), issued.valid_from))


def bring(learner: Person) -> ImportedBadge:
    """Checked and kept as the wallet's page does it."""
    source = _signed(learner.email)
    report = check_any(source, clock.now(), learner.email)
    brought = Brought(source.encode(), report, told(report.checks), TITLE, NAME)
    return importing.keep(brought=brought, address=learner.email, by=learner)

"""Two bodies of the issuer of `openbadges_examples`, what they decided, and the achievement with both inside."""

import dataclasses
import datetime as dt
import uuid

from credentials.openbadges import endorsement
from credentials.openbadges.endorsement import BodyFacts, DecisionFacts
from tests.credentials.openbadges_examples import ACHIEVEMENT_ID, ISSUER, NOW, RICH

COMMITTEE = BodyFacts(campus=ISSUER, slug="committee", name="Micro-credential Committee")
DEAN = BodyFacts(campus=ISSUER, slug="role-section_head", name="Dean")
VOTED = DecisionFacts(
    uuid=uuid.UUID(int=11),
    achievement_id=ACHIEVEMENT_ID,
    title="The committee decides",
    outcome="approve",
    day=dt.date(2026, 2, 10),
    decided_at=dt.datetime(2026, 2, 10, 6, 0, 0, tzinfo=dt.UTC),
    clause="MU-5",
    counts=(("yes", 5), ("no", 1), ("abstained", 0)),
    policy="policy MU 4.12, revision 2026-01",
    revision_hash="ab" * 32,
)
ADOPTED = DecisionFacts(
    uuid=uuid.UUID(int=12),
    achievement_id=ACHIEVEMENT_ID,
    title="The dean approves the pilot",
    outcome="approve_with_conditions",
    day=dt.date(2026, 2, 20),
    decided_at=dt.datetime(2026, 2, 20, 6, 0, 0, tzinfo=dt.UTC),
)


def approved(keys):
    """The rich achievement with the decisions of two bodies in it."""
    key = keys.signing_key
    chain = (endorsement.sign(COMMITTEE, VOTED, key, NOW), endorsement.sign(DEAN, ADOPTED, key, NOW))
    return dataclasses.replace(RICH, endorsements=chain)

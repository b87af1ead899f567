"""Awards made in great number for measuring: each is its own, and the lists count those that were revoked."""

import hashlib
import json

import pytest

from credentials.actions import status_lists
from credentials.models import Award, StatusList
from credentials.openbadges.status_list import decode, is_set
from desk.bench import verify
from desk.bench.cloning import clone
from desk.bench.world import build

pytestmark = pytest.mark.django_db


def test_each_clone_has_what_no_other_award_has():
    world, said = build("model"), []
    models = verify.awards(world, 2)
    clone(world, models, 6, every=3, say=said.append)
    rows = list(Award.objects.filter(institution=world.definition.institution))
    clones = [row for row in rows if row.pk not in models]
    assert (len(rows), len(clones), said) == (8, 6, ["6 of 6 awards"])
    for own in ("holder_id", "code", "status_index", "document_hash"):
        assert len({getattr(row, own) for row in rows}) == 8
    assert all(str(row.pk) in row.credential["id"] for row in clones)
    assert all(row.document_hash == hashlib.sha256(row.document.encode()).hexdigest() for row in clones)
    assert {row.holder.email for row in clones} == {row.recipient_email for row in clones}
    ended = [row for row in clones if row.revoked_at]
    assert len(ended) == 2
    places = StatusList.objects.get(institution=world.definition.institution)
    status_lists.publish(places.pk)
    places.refresh_from_db()
    assert places.used >= 8
    assert bits_of(places) == {row.status_index for row in ended}


def bits_of(places):
    """The places whose bits are set in the published list."""
    bitstring = decode(json.loads(places.document)["credentialSubject"]["encodedList"])
    return {index for index in range(places.size) if is_set(bitstring, index)}

"""Badges from elsewhere in a learner's collection: what others see of them, and when they see nothing."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from credentials.actions import collections
from credentials.models import ImportedBadge
from policies.reasons import Refused
from tests.credentials import test_collections
from tests.credentials.support import texts
from tests.credentials.test_collections import titles
from tests.factories import PersonFactory
from tests.support import site_for

model, me, held, made = (getattr(test_collections, name) for name in ("model", "me", "held", "made"))


@pytest.fixture
def brought(me):
    """A badge that was brought and checked on 3 May 2026."""
    day = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)
    return ImportedBadge.objects.create(
        holder=me, source=b"{}", digest="0" * 64, address=me.email, title="Knots", issuer="Another university",
        checks=[{"check": "signature", "answer": "yes", "meaning": "Unchanged."}], added_at=day, checked_at=day,
    )  # fmt: skip


def test_badge_from_elsewhere_stands_among_the_others_in_its_place(me, held, made, brought):
    site, act = site_for(me), f"/wallet/collections/{made.pk}/badge/"
    key = f"elsewhere:{brought.pk}"
    assert "Knots, from elsewhere, Another university" in texts(site.get(f"/wallet/collections/{made.pk}/"))
    for _ in range(2):  # twice is once
        site.post(act, {"act": "add", "award": key})
    assert made.placed.count() == 4
    for _ in range(3):
        site.post(act, {"act": "up", "award": key})
    page = Client().get(f"/collections/{made.pk}/")
    assert titles(page) == ["Knots", "Badge one", "Badge two"]
    said = texts(page)
    assert "Another university Earned elsewhere; checked here on 3 May 2026" in said
    assert me.email not in page.content.decode()
    assert Client().get(f"/wallet/elsewhere/{brought.pk}/file/").status_code == 302  # it stays theirs alone
    site.post(act, {"act": "out", "award": key})
    assert titles(Client().get(f"/collections/{made.pk}/")) == ["Badge one", "Badge two"]


def test_badge_from_elsewhere_that_failed_a_check_is_not_shown(me, made, brought):
    collections.add(collection=made, badge=brought, by=me)
    brought.checks = [{"check": "status", "answer": "no", "meaning": "The issuer has revoked it."}]
    brought.save()
    assert "Knots" not in titles(Client().get(f"/collections/{made.pk}/"))
    said = texts(site_for(me).get(f"/wallet/collections/{made.pk}/"))
    assert "It failed a check, so others do not see it here." in said
    collections.take_out(collection=made, badge=brought, by=me)
    with pytest.raises(Refused, match="It failed a check"):
        collections.add(collection=made, badge=brought, by=me)


def test_badge_from_elsewhere_is_put_in_by_its_holder_alone_and_goes_with_it(me, made, brought):
    other = PersonFactory()
    theirs = collections.make(title="Mine", words="", visibility="link", by=other)
    with pytest.raises(PermissionDenied):
        collections.add(collection=theirs, badge=brought, by=other)
    sent_by = {
        f"elsewhere:{brought.pk}": 404, f"elsewhere:{uuid.uuid4()}": 404, "elsewhere:": 302, "elsewhere:x": 302,
        "elsewhere:\0": 302,
    }  # fmt: skip
    site, act = site_for(other), f"/wallet/collections/{theirs.pk}/badge/"
    assert {name: site.post(act, {"act": "add", "award": name}).status_code for name in sent_by} == sent_by
    collections.add(collection=made, badge=brought, by=me)
    brought.delete()
    assert made.placed.count() == 3

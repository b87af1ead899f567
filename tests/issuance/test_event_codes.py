"""Where the approval of an Academic Event Code stands written."""

import pytest
from django.urls import reverse

from credentials.models import EventCode
from tests.issuance.support import credential
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
CREDIT = {"offering": {"credit": "credit"}}
MINUTES = "Meeting of May, item 4"


@pytest.mark.clause("UM-5")
def test_where_the_approval_stands_written_is_kept_with_the_code(campus):
    place = campus("montana")
    definition = credential(place, type="badge_and_notation", notation=True, answers=CREDIT)
    page, site = reverse("event_code", args=[definition.pk]), site_for(place.registrar)
    sent = {"code": "AE-7", "body": "Graduate Council", "approved_on": "2026-01-15", "minutes": MINUTES}
    assert site.post(page, sent | {"minutes": "x" * 201}).status_code == 409
    assert site.post(page, sent).status_code == 302
    assert MINUTES in site.get(page).content.decode()
    path = f"/api/v1/definitions/{definition.pk}/event-code/"
    later = api_for(place.registrar).post(path, sent | {"code": "AE-8", "minutes": ""}).json()
    assert (later["code"], later["minutes"]) == ("AE-8", "")
    assert api_for(place.registrar).post(path, sent | {"minutes": "x" * 201}).status_code in (400, 409)
    assert EventCode.objects.count() == 2

"""The dashboard's lists of requests, deliveries and accounts: to look at, within one's own campus."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from issuance.models import Delivery, PlatformAccount
from tests.issuance.support import awarded
from tests.support import site_for

pytestmark = pytest.mark.django_db
MODELS = ("issuancerequest", "delivery", "platformaccount")


def rows_of(request):
    """One row of each kind."""
    return {
        "issuancerequest": request,
        "delivery": Delivery.objects.filter(request=request)[0],
        "platformaccount": PlatformAccount.objects.get(),
    }


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "who, seen",
    [
        ("programme_manager", {"issuancerequest", "delivery", "platformaccount"}),
        ("administrator", {"issuancerequest", "delivery", "platformaccount"}),
        ("registrar", {"issuancerequest", "delivery"}),
        ("issuer", {"issuancerequest", "delivery"}),
        ("supervisor", set()),
        ("stranger", set()),
    ],
)
def test_lists_show_what_one_may_see(campus, model, who, seen):
    place = campus("cu_boulder")
    row = rows_of(awarded(place, 1))[model]
    client = site_for(getattr(place, who))
    listed = client.get(reverse(f"admin:issuance_{model}_changelist"))
    assert listed.status_code == 200
    assert (str(row.pk) in listed.content.decode()) is (model in seen)
    page = reverse(f"admin:issuance_{model}_change", args=[row.pk])
    assert client.get(page).status_code == (200 if model in seen else 404)
    for name in ("add", "delete"):
        url = reverse(f"admin:issuance_{model}_{name}", args=[] if name == "add" else [row.pk])
        assert client.post(url, {"post": "yes"}).status_code in (403, 404)


@pytest.mark.parametrize("model", MODELS)
def test_lists_take_the_same_queries_for_one_and_three(campus, model):
    place, taken = campus("cu_boulder"), []
    client = site_for(place.programme_manager)
    for count in (1, 2):
        awarded(place, count)
        url = reverse(f"admin:issuance_{model}_changelist")
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        taken.append(len(queries))
    assert taken[0] == taken[1]

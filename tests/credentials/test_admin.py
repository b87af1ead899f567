"""The dashboard's read-only pages of credentials and awards, scoped by campus and role."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials.models import Standing
from tests.credentials.support import award, definition, texts
from tests.support import site_for

PAGES = ["definition", "definitionversion", "award"]


@pytest.fixture
def model(campus):
    return campus("model")


def path(name, row=None):
    return f"/admin/credentials/{name}/" + (f"{row.pk}/change/" if row else "")


@pytest.fixture
def rows(model):
    made = definition(model, Standing.DRAFT, title="Unapproved")
    established = definition(model, title="Established")
    return {
        "definition": made,
        "definitionversion": made.current,
        "award": award(established),
    }


@pytest.mark.parametrize("name", PAGES)
def test_manager_reads_and_changes_nothing(model, rows, name):
    site = site_for(model.programme_manager)
    for address in (path(name), path(name, rows[name])):
        page = site.get(address)
        assert page.status_code == 200, address
    assert site.get(f"{path(name)}add/").status_code == 403
    assert site.post(path(name, rows[name]), {"title": "Changed"}).status_code == 403
    assert site.post(f"{path(name)}{rows[name].pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_another_campus_sees_none_of_it(model, rows, name):
    site = site_for(model.stranger)
    assert site.get(path(name, rows[name])).status_code == 404
    assert "Unapproved" not in texts(site.get(path(name)))
    assert rows["award"].recipient_name not in texts(site.get(path(name)))


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("programme_manager", True),
        ("administrator", True),
        ("registrar", True),
        ("issuer", True),
        ("proposer", False),
        ("assessor", False),
        ("supervisor", False),
    ],
)
def test_awards_are_seen_by_those_who_manage_issue_or_certify(model, rows, who, sees):
    site = site_for(getattr(model, who))
    assert site.get(path("award", rows["award"])).status_code == (200 if sees else 404)
    assert (rows["award"].recipient_name in texts(site.get(path("award")))) is sees


def test_signed_document_and_salt_are_never_shown(model, rows):
    page = site_for(model.programme_manager).get(path("award", rows["award"])).content.decode()
    assert "proofValue" not in page
    assert rows["award"].credential["credentialSubject"]["identifier"][0]["salt"] not in page


@pytest.mark.parametrize("name", PAGES)
def test_lists_take_as_many_queries_for_three_rows_as_for_one(model, name):
    site, counts = site_for(model.programme_manager), []
    award(definition(model, title="First"))
    for more in (0, 2):
        for number in range(more):
            award(definition(model, title=f"More {number}"))
        site.get(path(name))
        with CaptureQueriesContext(connection) as queries:
            site.get(path(name))
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""The real door: an award made by the worker's maker, served by a web server, checked by others' verifiers over HTTP."""

import json
import urllib.request
from urllib.error import HTTPError

import pytest
from django.test import Client

from credentials.actions import awards
from credentials.openbadges.did import did_web_url
from credentials.openbadges.verify import Resolver, verify
from journal import clock
from tests.credentials.kinds import rich
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.openbadges_node import install, verdicts

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "https://badges.example.org"
EMAIL = "fires@learner.example"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return rich(model, EMAIL)


class Door:
    """What a stranger can fetch: our permanent addresses, led to the server of this test."""

    def __init__(self, url):
        self.url = url

    def get(self, address):
        assert address.startswith(ORIGIN), address
        request = urllib.request.Request(address.replace(ORIGIN, self.url), headers={"Accept": "*/*"})
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.read()

    def status(self, address):
        try:
            self.get(address)
        except HTTPError as error:
            return error.code
        return 200

    def resolver(self):
        return Resolver(
            did_document=lambda name: json.loads(self.get(did_web_url(name))),
            jwk=lambda address: json.loads(self.get(address)),
            status_list=self.get,
        )

    def answers(self, source, recipient=""):
        report = verify(source, self.resolver(), clock.now(), recipient)
        return {check.key: str(check.answer) for check in report.checks}


@pytest.fixture
def door(live_server):
    return Door(live_server.url.replace("localhost", "127.0.0.1"))


def files(door, held):
    """Every form that holds the whole credential; pixels only where the badge has an image."""
    forms = ("json", "jwt", "svg", "png") if held.definition.image else ("json", "jwt", "svg")
    return {form: door.get(f"{held.credential['id']}.{form}") for form in forms}


def test_every_form_is_verified_with_nothing_but_what_is_published(door, held):
    for source in files(door, held).values():
        answers = door.answers(source, EMAIL)
        assert answers.pop("recipient") == "yes"
        assert set(answers.values()) == {"yes"}
        assert door.answers(source, "other@learner.example")["recipient"] == "no"


def test_address_in_the_credential_is_where_it_is(door, held):
    assert json.loads(door.get(held.credential["id"])) == held.credential


def test_revoked_award_is_refused_everywhere(door, held, model):
    before = files(door, held)
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    for source in before.values():
        answers = door.answers(source)
        assert answers.pop("status") == "no"
        assert set(answers.values()) == {"yes"}
    for form in before:
        assert door.status(f"{held.credential['id']}.{form}") == 410
    assert door.status(f"{ORIGIN}/verify/{held.pk}/") == 410


def test_others_verifiers_are_told_of_a_revocation(door, held, model, tmp_path):
    node, paths = install(), []
    for form, content in files(door, held).items():
        paths.append(tmp_path / f"badge.{form}")
        paths[-1].write_bytes(content)
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    found = verdicts(node, door.url, paths)
    assert found.pop("badge.jwt") == {"jws": "pass"}  # its status is no part of a JWS
    for checks in found.values():
        assert (checks["proof"], checks["status"]) == ("pass", "revoked")
        assert checks["verifierCore"] != "pass"


def test_every_member_of_a_real_badge_changed_or_removed_is_rejected_by_others_and_by_our_page(
    door, held, tmp_path
):
    node = install()
    named = [(name, other) for name, other in changed_documents(held.credential) if not inside(name)]
    assert len(named) > 200
    paths = []
    for number, (_name, other) in enumerate(named):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(other))
    found = verdicts(node, door.url, paths, proof_only=True, until_no=True)
    sound = {"proof": "pass", "endorsements": "pass"}
    whole = [named[n][0] for n, path in enumerate(paths) if found[path.name].items() <= sound.items()]
    assert whole == []
    for name, other in named[:: len(named) // 12]:
        page = Client().post("/verify/", {"text": json.dumps(other)}, HTTP_ACCEPT="text/html")
        assert (name, page.status_code, "no" in told(page)) == (name, 200, True)


def inside(path):
    """Whether it stands within a statement of a body, which is signed by itself and has mutations of its own."""
    return "/endorsement/" in path and path.count("/") > 5


def told(page):
    """The three answers of a page, as the component shows them."""
    return {answer["answer"] for answer in page.context["answers"]}

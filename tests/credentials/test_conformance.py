"""The real door: an award made by the worker's maker, served by a web server, checked by others' verifiers over HTTP."""

import json
import urllib.request
from urllib.error import HTTPError

import pytest

from credentials.actions import awards
from credentials.learned import Mastered
from credentials.openbadges.did import did_web_url
from credentials.openbadges.verify import Resolver, verify
from journal import clock
from tests.credentials.openbadges_node import install, verdicts
from tests.credentials.support import award, definition, with_image
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "https://badges.example.org"
EMAIL = "fires@learner.example"
SOUND = {"proof": "pass", "endorsements": "pass", "status": "pass", "verifierCore": "pass"}


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    made = with_image(definition(model, for_credit=True, credits=3), model)
    evidence = {
        "mastered": WORK,
        "evidence": "A map of “1910” & its smoke",
        "evidence_url": "https://work.example/map?a=1&b=2",
    }
    return award(made, PersonFactory(email=EMAIL), **evidence)


WORK = (
    Mastered("Read a fire weather table", "https://work.example/table?a=1"),
    Mastered("Map the perimeter of a fire", "Drawn alone, judged by two."),
)


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
    return {form: door.get(f"{held.credential['id']}.{form}") for form in ("json", "jwt", "png")}


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


def test_others_verifiers_agree_before_and_after_revocation(door, held, model, tmp_path):
    node = install()
    paths = []
    for form, content in files(door, held).items():
        paths.append(tmp_path / f"badge.{form}")
        paths[-1].write_bytes(content)
    sound = {"badge.json": SOUND, "badge.png": SOUND, "badge.jwt": {"jws": "pass"}}
    assert verdicts(node, door.url, paths) == sound
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    found = verdicts(node, door.url, paths)
    assert found.pop("badge.jwt") == {"jws": "pass"}  # its status is no part of a JWS
    for checks in found.values():
        assert (checks["proof"], checks["status"]) == ("pass", "revoked")
        assert checks["verifierCore"] != "pass"

"""The chain of approvals as signed statements: made as a version is frozen, published, inside every award."""

import datetime as dt
import json

import pytest
from django.db import InternalError, transaction
from django.test import Client

from credentials import bodies, facts, tasks
from credentials.actions import endorsements
from credentials.checking.ours import resolver
from credentials.models import DefinitionVersion, Endorsement
from credentials.openbadges.endorsement import check_endorsements
from credentials.openbadges.keys import KeyFileError
from journal.models import Entry
from policies.schema import Pack
from tests.credentials.support import award, definition

NAMES = ("A person who voted", "chair@model.example", "Another member")
# As proposals freeze it, and beside it what a careless record could hold of a vote.
CHAIN = [
    {
        "body": "Micro-credential Committee", "slug": "committee", "title": "The committee decides",
        "outcome": "approve", "on": "2026-02-10", "clause": "MU-5", "by": NAMES[0],
        "counts": {
            "yes": 5, "no": 1, "abstain": 0, "votes": {NAMES[1]: "approve"}, "sentence": f"{NAMES[2]} moved it.",
            "counts": {"approve": 5}, "recused": 1,
        },
    },
    {"body": "Dean", "slug": "role-section_head", "title": "The dean approves the pilot", "outcome": "approve",
     "on": "2026-02-20", "clause": "", "silent": True},
]  # fmt: skip
COUNTED = (
    "The committee decides: approved on 10 February 2026. Votes: 5 yes, 1 no, 0 abstained. "
    "By clause MU-5, policy MU 4.12, revision 2026-01. SHA-256 of what was approved: " + "0" * 64 + "."
)
DID = "did:web:badges.example.org:issuers:model"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def quiet(model, monkeypatch):
    """The model campus, but its committee does not publish its counts."""
    said = model.institution.policy.pack.model_dump()
    next(body for body in said["bodies"] if body["id"] == "committee")["publishes_counts"] = False
    pack = Pack.model_validate(said, context={"adopted": True})
    for module in (bodies, endorsements):
        monkeypatch.setattr(module, "pack_of", lambda policy_id: pack)
    return model


def unsigned(model, **changes):
    """A credential that was frozen before decisions were signed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("credentials.actions.definitions.sign_when_frozen", lambda version: None)
        return definition(model, approvals=CHAIN, **changes)


def get(path, accept="*/*"):
    return Client().get(path, headers={"accept": accept})


def said(row):
    return json.loads(row.text)["credentialSubject"]["endorsementComment"]


# --- as the version is frozen ---------------------------------------------------------------------------------------
def test_each_decision_is_signed_as_the_version_is_frozen(model):
    made = definition(model, approvals=CHAIN)
    first, second = made.current.endorsements.all()
    assert (first.body, first.body_name, first.decided_on) == (
        "committee", "Micro-credential Committee", dt.date(2026, 2, 10),
    )  # fmt: skip
    assert said(first) == COUNTED
    assert said(second) == (
        "The dean approves the pilot: approved, since nobody objected in time on 20 February 2026. "
        "By policy MU 4.12, revision 2026-01. SHA-256 of what was approved: " + "0" * 64 + "."
    )
    document = json.loads(first.text)
    assert document["id"] == f"https://badges.example.org/endorsements/{first.pk}"
    assert document["issuer"]["id"] == f"{DID}:bodies:committee"
    assert document["validFrom"] == "2026-02-10T06:00:00Z"  # midnight in Chicago
    entry = Entry.objects.get(subject_id=made.pk, act="decisions signed")
    assert entry.detail == {"version": 1, "endorsements": [str(first.pk), str(second.pk)]}


def test_nobody_is_named_by_any_door(model):
    made = definition(model, approvals=CHAIN)
    held = award(made)
    found = [row.text for row in Endorsement.objects.all()] + [held.document]
    for row in Endorsement.objects.all():
        found += [
            get(f"/endorsements/{row.pk}", "text/html").content.decode(),
            get(f"/endorsements/{row.pk}.json").content.decode(),
            get(f"/issuers/model/bodies/{row.body}", "text/html").content.decode(),
        ]
    for text in found:
        assert not [name for name in NAMES if name in text]


def test_counts_stay_out_unless_the_body_publishes_them(quiet):
    first = definition(quiet, approvals=CHAIN).current.endorsements.first()
    assert "Votes" not in said(first)


@pytest.mark.parametrize("counts", [None, 5, [], {"yes": "5", "no": NAMES[0], "abstain": True}])
def test_counts_are_numbers_or_nothing(model, counts):
    chain = [CHAIN[0] | {"counts": counts}]
    assert "Votes" not in said(definition(model, approvals=chain).current.endorsements.get())


def test_a_statement_is_final(model):
    made = definition(model)
    rows = Endorsement.objects.filter(version=made.current)
    for change in (lambda: rows.update(text="{}"), rows.delete):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_an_approval_stands_when_the_keys_cannot_be_read(model, monkeypatch):
    def unreadable(institution):
        raise KeyFileError("The key cannot be read.")

    with monkeypatch.context() as patch:
        patch.setattr(endorsements, "keys_of", unreadable)
        made = definition(model)
    assert made.current.endorsements.count() == 0
    assert len(json.loads(award(made).document)["credentialSubject"]["achievement"]["endorsement"]) == 2


# --- what was frozen before -----------------------------------------------------------------------------------------
def test_earlier_versions_are_signed_once_and_awards_keep_what_they_have(model):
    made = unsigned(model)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(endorsements, "ensure", lambda version: None)
        held = award(made)
    assert [version.pk for version in DefinitionVersion.objects.unsigned()] == [made.current_id]
    assert (tasks.sign_decisions(), tasks.sign_decisions()) == (2, 0)
    assert not DefinitionVersion.objects.unsigned()
    before = held.document
    held.refresh_from_db()
    assert held.document == before
    assert "endorsement" not in json.loads(before)["credentialSubject"]["achievement"]


def test_the_next_batch_signs_what_is_missing(model):
    made = unsigned(model)
    chain = json.loads(award(made).document)["credentialSubject"]["achievement"]["endorsement"]
    assert [one["issuer"]["name"] for one in chain] == ["Micro-credential Committee", "Dean"]
    assert chain == [json.loads(row.text) for row in made.current.endorsements.all()]


def test_an_older_chain_names_its_bodies_only(model):
    older = [{name: value for name, value in one.items() if name != "slug"} for one in CHAIN]
    older[1] = older[1] | {"body": "A body that no rule knows"}
    made = definition(model, approvals=older)
    slugs = [row.body for row in made.current.endorsements.all()]
    assert slugs == ["committee", "by-a-body-that-no-rule-knows"]
    assert get(f"/issuers/model/bodies/{slugs[1]}/did.json").json()["id"] == f"{DID}:bodies:{slugs[1]}"


# --- in the award ---------------------------------------------------------------------------------------------------
def test_the_chain_travels_in_the_award_and_each_link_is_proved(model):
    made = definition(model, approvals=CHAIN)
    document = json.loads(award(made).document)
    assert document["credentialSubject"]["achievement"]["endorsement"] == list(
        facts.endorsements_of(made.current)
    )
    assert str(check_endorsements(document, resolver()).answer) == "yes"

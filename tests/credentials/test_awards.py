"""Awards are made signed with a final place on a list, and revoked for good."""

import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from credentials import facts
from credentials.actions import awards, status_lists
from credentials.actions.awards import Maker, Recipient
from credentials.checking.anyone import check_any
from credentials.models import Award, StatusList
from credentials.openbadges import status_list
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.credentials.support import award, definition
from tests.factories import DelegationFactory, PersonFactory

NOON = dt.datetime(2026, 3, 2, 17, 30, 15, 999, tzinfo=dt.UTC)


@pytest.fixture
def model(campus):
    return campus("model")


def recipients(number, **changes):
    people = [PersonFactory() for _ in range(number)]
    return [Recipient(holder=p, name=p.name, email=p.email, **changes) for p in people]


def make(made, several):
    with transaction.atomic():
        return Maker(made.current, None).make(several)


def answers(document):
    return {check.key: str(check.answer) for check in check_any(document, clock.now()).checks}


def test_award_is_signed_and_verifies(model):
    made = definition(model, for_credit=True, credits=3)
    with clock.at(NOON):
        held = award(made, evidence="A map", evidence_url="https://work.example/map", narrative="Well done.")
    assert answers(held.credential) == dict.fromkeys(
        ["document", "issuer", "signature", "dates", "status", "endorsements"], "yes"
    )
    assert held.credential["validFrom"] == "2026-03-02T17:30:15Z"
    subject = held.credential["credentialSubject"]
    assert subject["activityEndDate"] == "2026-03-02T12:00:00Z"
    assert subject["narrative"] == "Well done."
    assert subject["achievement"]["creditsAvailable"] == 3
    assert [alignment["targetName"] for alignment in subject["achievement"]["alignment"]] == [
        "Read a fire weather table",
        "Map the perimeter of a fire",
    ]
    assert held.credential["evidence"] == [
        {"id": "https://work.example/map", "type": ["Evidence"], "name": "Evidence", "narrative": "A map"}
    ]
    assert held.credential["termsOfUse"][0]["name"] == "Micro-credentials, MU 4.12, revision 2026-01"


def test_address_stands_in_the_document_only_as_a_hash(model):
    held = award(definition(model))
    assert held.recipient_email not in str(held.credential)
    assert held.recipient_name in str(held.credential)


@pytest.mark.parametrize("change", [{"document": "{}"}, {"document_hash": "0" * 64}])
def test_signed_bytes_are_never_rewritten(model, change):
    held = award(definition(model))
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Award.objects.filter(pk=held.pk).update(**change)


def test_erased_bytes_stay_erased_and_their_hash_stays(model):
    held = award(definition(model))
    Award.objects.filter(pk=held.pk).update(document="")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Award.objects.filter(pk=held.pk).update(document=held.document)
    found = Award.objects.get(pk=held.pk)
    assert (found.document, found.credential) == ("", {})
    assert found.document_hash == hashlib.sha256(held.document.encode()).hexdigest()


def test_day_of_the_award_is_the_campuss(model, campus):
    montana = campus("montana")
    with clock.at(dt.datetime(2026, 3, 3, 4, 0, tzinfo=dt.UTC)):  # the evening before, in the Rocky Mountains
        held = award(definition(montana))
    assert held.awarded_on == dt.date(2026, 3, 2)


def test_notation_has_neither_file_nor_place(model):
    held = award(definition(model, badge=False))
    assert (held.document, held.status_list, held.status_index) == ("", None, None)
    assert not StatusList.objects.exists()


def test_what_cannot_be_signed_says_why_and_the_others_are_awarded(model):
    several = recipients(3)
    several[1] = Recipient(holder=several[1].holder, name="Ding\x07", email=several[1].email)
    made = make(definition(model), several)
    assert isinstance(made[1], str)
    assert "cannot be signed" in made[1]
    assert [award.recipient_name for award in made if not isinstance(award, str)] == [
        several[0].name,
        several[2].name,
    ]
    assert Award.objects.count() == 2


@pytest.mark.parametrize("slug", ["model", "cu_boulder", "montana"])
def test_every_campus_can_sign(campus, slug):
    held = award(definition(campus(slug)))
    assert set(answers(held.credential).values()) == {"yes"}


def test_places_follow_the_lists_own_shuffled_order_and_never_repeat(model):
    made = definition(model)
    first, second = make(made, recipients(20)), make(made, recipients(20))
    found = [award.status_index for award in first + second]
    (places,) = StatusList.objects.all()
    assert sorted(found) == sorted(status_list.places(places.order[:160]))
    assert len(set(found)) == 40
    assert found != sorted(found)
    assert places.used == 40


def test_a_full_list_is_followed_by_another(model):
    made = definition(model)
    award(made)
    StatusList.objects.update(used=131072 - 1)
    held = make(made, recipients(3))
    assert [row.status_list.number for row in held] == [1, 2, 2]
    assert set(answers(held[2].credential).values()) == {"yes"}


def test_lists_of_campuses_are_their_own(model, campus):
    award(definition(model))
    award(definition(campus("montana")))
    assert sorted(StatusList.objects.values_list("institution__slug", "number")) == [
        ("model", 1),
        ("montana", 1),
    ]


def test_one_live_award_a_person_and_credential(model):
    made, person = definition(model), PersonFactory()
    first = award(made, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        award(made, person)
    awards.revoke(award=first, reason="A mistake.", by=model.programme_manager)
    award(made, person)


def test_awards_keep_the_version_they_were_made_under(model):
    made = definition(model)
    held = award(made)
    assert held.version == made.current
    assert held.credential["credentialSubject"]["achievement"]["version"] == "1"


@pytest.mark.parametrize("who", ["programme_manager", "registrar"])
def test_revocation_is_kept_listed_recorded_and_mailed(model, who):
    held, by = award(definition(model)), getattr(model, who)
    awards.revoke(award=held, reason="  Recorded for the wrong person. ", by=by)
    held.refresh_from_db()
    assert (held.revoked_by, held.revocation_reason) == (by, "Recorded for the wrong person.")
    assert held.revoked_at is not None
    assert answers(held.credential)["status"] == "no"
    mail = Mail.objects.get(kind="award_revoked")
    assert mail.recipient == held.holder
    entry = Entry.objects.filter(subject_id=held.definition_id).latest("number")
    assert (entry.act, entry.by, entry.detail) == ("award revoked", by, {"award": str(held.pk)})


def test_revocation_by_a_designee_names_both(model):
    held = award(definition(model))
    grant = model.registrar.grants.get()
    designee = DelegationFactory(grant=grant, delegate=model.nobody).delegate
    awards.revoke(award=held, reason="A mistake.", by=designee)
    entry = Entry.objects.filter(subject_id=held.definition_id).latest("number")
    assert (entry.by, entry.on_behalf_of) == (designee, model.registrar)


@pytest.mark.parametrize("who", ["proposer", "issuer", "administrator", "learner", "stranger", "assessor"])
def test_others_cannot_revoke(model, who):
    held = award(definition(model))
    with pytest.raises(PermissionDenied):
        awards.revoke(award=held, reason="Because.", by=getattr(model, who))
    held.refresh_from_db()
    assert held.revoked_at is None


def test_revocation_needs_a_reason_and_happens_once(model):
    held, by = award(definition(model)), model.programme_manager
    with pytest.raises(Refused) as refused:
        awards.revoke(award=held, reason="  ", by=by)
    assert [(r.field, r.text) for r in refused.value.reasons] == [
        ("reason", "Give a reason; the learner is told it.")
    ]
    awards.revoke(award=held, reason="A mistake.", by=by)
    with pytest.raises(Refused) as refused:
        awards.revoke(award=held, reason="Another.", by=by)
    assert refused.value.reasons[0].text == "This award has been revoked already."
    held.refresh_from_db()
    assert held.revocation_reason == "A mistake."


def test_list_says_the_same_as_the_rows(model):
    made = definition(model)
    held = make(made, recipients(6))
    for row in held[::2]:
        awards.revoke(award=row, reason="A mistake.", by=model.programme_manager)
    published = json.loads(StatusList.objects.get().document)
    bits = status_list.decode(published["credentialSubject"]["encodedList"])
    set_bits = {row.status_index for row in held if status_list.is_set(bits, row.status_index)}
    assert set_bits == {row.status_index for row in held[::2]}
    assert published["validFrom"] >= held[0].credential["validFrom"]


def test_publishing_again_changes_nothing_but_the_time(model):
    held = award(definition(model))
    before = json.loads(StatusList.objects.get().document)["credentialSubject"]
    status_lists.publish(held.status_list_id)
    assert json.loads(StatusList.objects.get().document)["credentialSubject"] == before


def test_private_keys_lie_outside_the_database(model, settings):
    award(definition(model))
    folder = Path(settings.KEYS_DIR, "model")
    assert sorted(path.name for path in folder.iterdir()) == ["ed-1.pem", "rsa-1.pem"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert facts.keys_of(model.institution).signing_key.kid == "ed-1"


def test_unknown_award_is_found_by_nobody(db):
    assert Award.objects.shown(uuid.UUID(int=1)) is None
    assert Award.objects.stored(uuid.UUID(int=1)) is None


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, ""),
        ({"for_credit": True, "credits": Decimal("1.30")}, ""),
        ({"description": "Ding\x07"}, "description"),
        ({"description": ""}, "description"),
    ],
)
def test_version_that_could_not_be_signed_is_found_before(model, changes, part):
    found = facts.unsignable(definition(model, **changes).current)
    assert part in found
    assert bool(found) is bool(part)

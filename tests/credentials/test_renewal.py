"""A renewed or corrected award is a new one in the place of the old, which ends and points to it."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from credentials.actions import awards, renewal, suspension, wallet
from credentials.checking.anyone import check_any
from credentials.learned import Mastered
from credentials.models import Award, StatusList
from credentials.openbadges import status_list
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.credentials.support import award, definition, set_standing, texts
from tests.factories import PersonFactory

MADE = dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)
SHOWN = (
    Mastered("Read a fire weather table", "Passed on the second day"),
    Mastered("Map the perimeter of a fire", "https://work.example/perimeter"),
)
WORK = {
    "mastered": SHOWN,
    "started_on": dt.date(2026, 1, 5),
    "evidence_url": "https://work.example/map",
    "evidence": "A map",
    "narrative": "Well done.",
}
WHY = "The name was written wrongly."


@pytest.fixture
def denver(campus):
    return campus("cu_denver")


@pytest.fixture
def held(denver):
    """Made on 2 March 2026, valid for twelve months."""
    with clock.at(MADE):
        return award(definition(denver, answers={"learning": {"valid_months": 12}}), **WORK)


@pytest.fixture
def by(denver):
    return denver.programme_manager


def refused(act, **how):
    with pytest.raises(Refused) as error:
        act(**how)
    return [reason.text for reason in error.value.reasons]


def published_bits():
    document = json.loads(StatusList.objects.get().document)
    return status_list.decode(document["credentialSubject"]["encodedList"])


def answers(held):
    return {check.key: str(check.answer) for check in check_any(held.document, clock.now()).checks}


@pytest.mark.parametrize(
    ("today", "last"),
    [
        ((2027, 1, 15), (2028, 3, 2)),  # before the end: the new term is added to the old one
        ((2027, 3, 2), (2028, 3, 2)),
        ((2027, 6, 10), (2028, 6, 10)),  # after it: from the day of renewing
    ],
)
def test_renewal_says_the_same_with_a_new_term(held, by, today, last):
    wallet.show(award=held, visibility="public", by=held.holder)
    with clock.at(dt.datetime(*today, 18, tzinfo=dt.UTC)):
        newer = renewal.renew(award=held, by=by)
        newer.refresh_from_db()
        assert (newer.awarded_on, newer.expires_on) == (dt.date(*today), dt.date(*last))
        assert set(answers(newer).values()) == {"yes"}
    held.refresh_from_db()
    assert (held.superseded_by, held.superseded_why) == (newer, "renewal")
    assert (newer.holder, newer.version, newer.visibility) == (held.holder, held.version, "public")
    old, new = (one.credential["credentialSubject"] for one in (held, newer))
    assert new["narrative"] == old["narrative"] == "Well done."
    assert new["activityEndDate"] == old["activityEndDate"]
    assert newer.credential["evidence"] == held.credential["evidence"]
    assert [new[m] for m in ("activityStartDate", "result")] == [
        old[m] for m in ("activityStartDate", "result")
    ]
    assert len(new["result"]) == 2
    assert new["id"] != old["id"]
    assert newer.status_index != held.status_index
    assert Mail.objects.get(kind="award_renewed").recipient == held.holder
    entry = Entry.objects.filter(subject_id=held.definition_id).latest("number")
    assert (entry.act, entry.by) == ("award renewed", by)
    assert entry.detail == {"award": str(held.pk), "newer": str(newer.pk)}


def test_replaced_award_verifies_nowhere_and_leads_to_the_newer(held, by):
    with clock.at(dt.datetime(2027, 2, 1, 18, tzinfo=dt.UTC)):
        newer = renewal.renew(award=held, by=by)
        bits = published_bits()
        assert status_list.is_set(bits, held.status_index)
        assert not status_list.is_set(bits, newer.status_index)
        assert answers(held)["status"] == "no"
        assert Client().get(f"/awards/{held.pk}.json").json()["status"] == "superseded"
        page = Client().get(f"/verify/{held.pk}/")
        assert page.status_code == 410
        assert "It was renewed" in texts(page)
        assert f"/verify/{newer.pk}/" in page.content.decode()
        assert Client().get(f"/verify/{newer.pk}/").status_code == 200


def test_what_cannot_be_renewed_says_why(held, by, denver):
    with clock.at(dt.datetime(2026, 8, 30, 18, tzinfo=dt.UTC)):  # half of 365 days before the last day
        assert refused(renewal.renew, award=held, by=by) == ["It can be renewed from 1 September 2026 on."]
    lasting = award(definition(denver, title="Without a term"))
    assert refused(renewal.renew, award=lasting, by=by) == [
        "This award does not run out, so there is nothing to renew."
    ]
    with clock.at(dt.datetime(2027, 3, 1, 18, tzinfo=dt.UTC)):
        suspension.suspend(award=held, reason="Why.", by=by)
        assert refused(renewal.renew, award=held, by=by) == [renewal.SUSPENDED.text]
        suspension.reinstate(award=held, by=by)
        set_standing(held.definition, "retired")
        assert refused(renewal.renew, award=held, by=by) == ["This credential is not awarded any more."]
        set_standing(held.definition, "established")
        newer = renewal.renew(award=held, by=by)
        assert (
            refused(renewal.renew, award=held, by=by)[0] == "A newer award has taken the place of this one."
        )
        awards.revoke(award=newer, reason="A mistake.", by=by)
        assert refused(renewal.renew, award=newer, by=by)[0] == "This award was revoked, for good."


def test_correction_keeps_the_dates_and_says_what_is_right(held, by):
    said = replace(renewal.said_by(held), name="  Right   Name ", evidence_url="https://work.example/right")
    newer = renewal.correct(award=held, said=said, reason=WHY, by=by)
    newer.refresh_from_db()
    held.refresh_from_db()
    assert newer.recipient_name == "Right Name"
    assert newer.credential["evidence"][0]["id"] == "https://work.example/right"
    assert [newer.credential[m] for m in ("validFrom", "validUntil")] == [
        held.credential[m] for m in ("validFrom", "validUntil")
    ]
    assert (newer.awarded_on, newer.expires_on) == (held.awarded_on, held.expires_on)
    assert set(answers(newer).values()) == {"yes"}
    assert (held.superseded_by, held.superseded_why, held.superseded_reason) == (newer, "correction", WHY)
    mail = Mail.objects.get(kind="award_corrected")
    assert mail.recipient == held.holder
    assert WHY not in mail.text
    assert not Mail.objects.filter(kind="badge_awarded").exists()
    assert "It was corrected." in texts(Client().get(f"/verify/{held.pk}/"))


def test_correction_of_the_address_gives_the_badge_to_whoever_has_it(held, by):
    said = replace(renewal.said_by(held), email="Right@learner.example")
    newer = renewal.correct(award=held, said=said, reason="The wrong person.", by=by)
    assert newer.holder.email == newer.recipient_email == "right@learner.example"
    assert newer.visibility == "private"
    assert list(Award.objects.live()) == [newer]
    assert Mail.objects.get(kind="badge_awarded").recipient == newer.holder
    assert Mail.objects.get(kind="award_corrected").recipient == held.holder


def test_what_cannot_be_corrected_says_why_and_nothing_is_left_behind(held, by):
    said, other = renewal.said_by(held), award(held.definition)
    for change, reason, expected in (
        ({"name": "X"}, " ", "Give a reason; the learner is told it."),
        ({}, WHY, "Nothing is changed. Correct what is wrong."),
        ({"name": "   "}, WHY, "Write the learner's name, in at most 200 characters."),
        ({"name": "x" * 201}, WHY, "Write the learner's name, in at most 200 characters."),
        ({"evidence_url": "javascript:alert(1)"}, WHY, "This is not a web address."),
        ({"email": "nobody"}, WHY, "“nobody” is not an e-mail address."),
        ({"email": other.recipient_email}, WHY, "Whoever has this address holds the credential already."),
    ):
        assert refused(renewal.correct, award=held, said=replace(said, **change), reason=reason, by=by) == [
            expected
        ]
    (unsignable,) = refused(
        renewal.correct, award=held, said=replace(said, name="Di\x07ng"), reason=WHY, by=by
    )
    assert "cannot be signed" in unsignable
    Award.objects.filter(pk=held.pk).update(document="")
    assert refused(renewal.correct, award=held, said=replace(said, name="X"), reason=WHY, by=by) == [
        renewal.ERASED.text
    ]
    held.refresh_from_db()
    assert held.superseded_by is None
    assert Award.objects.count() == 2


def test_erased_award_is_not_renewed_either(held, by):
    Award.objects.filter(pk=held.pk).update(document="")
    with clock.at(dt.datetime(2027, 3, 1, 18, tzinfo=dt.UTC)):
        assert refused(renewal.renew, award=held, by=by) == [renewal.ERASED.text]


@pytest.mark.parametrize("who", ["proposer", "issuer", "administrator", "learner", "stranger", "assessor"])
def test_others_neither_renew_nor_correct(denver, held, who):
    person = getattr(denver, who)
    with pytest.raises(PermissionDenied):
        renewal.renew(award=held, by=person)
    with pytest.raises(PermissionDenied):
        renewal.correct(award=held, said=replace(renewal.said_by(held), name="X"), reason=WHY, by=person)


def test_award_without_a_badge_is_corrected_too(campus):
    model = campus("model")
    held = award(definition(model, badge=False))
    said = replace(renewal.said_by(held), name="Right Name")
    newer = renewal.correct(award=held, said=said, reason=WHY, by=model.programme_manager)
    assert (newer.recipient_name, newer.document, newer.status_list) == ("Right Name", "", None)


def test_of_two_live_awards_the_older_takes_the_place_of_the_younger(denver, held):
    younger = award(held.definition, PersonFactory())
    awards.supersede(older=younger, by_award=held, why="merge")
    Award.objects.filter(pk=younger.pk).update(holder=held.holder)  # now both are one person's
    younger.refresh_from_db()
    assert list(Award.objects.live()) == [held]
    assert status_list.is_set(published_bits(), younger.status_index)
    assert "held this credential twice" in texts(Client().get(f"/verify/{younger.pk}/"))
    elsewhere = award(definition(denver, title="Another"), PersonFactory())
    for older, newer, text in (
        (held, held, "An award is not replaced by itself."),
        (younger, held, "A newer award has taken the place of this one."),
        (held, elsewhere, "An award is replaced only by one of the same credential."),
    ):
        assert refused(awards.supersede, older=older, by_award=newer, why="merge") == [text]

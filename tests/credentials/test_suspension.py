"""An award is suspended for now: told by our pages and API at once, never by its signed status."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from credentials.actions import awards, suspension
from credentials.checking.anyone import check_any
from credentials.models import Award, StatusList
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.credentials.support import award, definition, texts
from tests.support import site_for

WHY = "The second observation is looked into."


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(definition(model))


def answer(held, key="status"):
    report = check_any(held.document, clock.now())
    return next((str(check.answer), check.sentence) for check in report.checks if check.key == key)


@pytest.mark.parametrize("who", ["programme_manager", "registrar"])
def test_suspension_is_kept_recorded_and_mailed_and_ends_without_a_trace_on_the_award(model, held, who):
    by, signed = getattr(model, who), StatusList.objects.get().document
    suspension.suspend(award=held, reason=f"  {WHY} ", by=by)
    held.refresh_from_db()
    assert (held.suspended_by, held.suspension_reason) == (by, WHY)
    assert held.status_on(held.awarded_on) == "suspended"
    assert StatusList.objects.get().document == signed  # the signed status says only what is final
    assert Award.objects.live().get() == held
    assert not Award.objects.in_force().exists()
    suspension.reinstate(award=held, by=by)
    held.refresh_from_db()
    assert (held.suspended_at, held.suspended_by, held.suspension_reason) == (None, None, "")
    assert held.status_on(held.awarded_on) == "valid"
    assert [
        mail.recipient for mail in Mail.objects.filter(kind__in=["award_suspended", "award_reinstated"])
    ] == [held.holder] * 2
    assert not Mail.objects.filter(text__contains=WHY).exists()
    acts = (
        Entry.objects.filter(subject_id=held.definition_id)
        .order_by("number")
        .values_list("act", "by", "detail")
    )
    assert list(acts)[-2:] == [
        ("award suspended", by.pk, {"award": str(held.pk)}),
        ("award reinstated", by.pk, {"award": str(held.pk)}),
    ]


def test_twice_suspended_is_told_twice(model, held):
    for _ in range(2):
        suspension.suspend(award=held, reason=WHY, by=model.registrar)
        suspension.reinstate(award=held, by=model.registrar)
    assert Mail.objects.filter(kind="award_suspended").count() == 2


def test_suspended_award_is_told_everywhere_at_once(model, held):
    client, path = Client(), f"/awards/{held.pk}"
    assert client.get(f"{path}.json").status_code == 200
    assert answer(held)[0] == "yes"
    suspension.suspend(award=held, reason=WHY, by=model.registrar)
    for ending in (".json", ".jwt", ".png"):
        found = client.get(path + ending)
        assert (found.status_code, found.json()["status"]) == (403, "suspended")
        assert found["Cache-Control"] == "private, no-store"
        assert WHY not in found.content.decode()
    page = client.get(f"/verify/{held.pk}/")
    assert page.status_code == 403
    assert "This badge has been suspended since" in texts(page)
    assert held.recipient_name not in texts(page)
    assert WHY not in texts(page)
    assert answer(held) == ("no", "Its issuer has suspended it for now. Ask them, or check again later.")
    wallet = site_for(held.holder).get(f"/wallet/{held.pk}/")
    assert WHY in texts(wallet)
    suspension.reinstate(award=held, by=model.registrar)
    assert client.get(f"{path}.json").content.decode() == held.document
    assert "in force" in texts(client.get(f"/verify/{held.pk}/"))
    assert answer(held)[0] == "yes"


def test_what_is_not_ours_or_not_genuine_is_answered_without_the_row(model, held):
    suspension.suspend(award=held, reason=WHY, by=model.registrar)
    document = held.credential
    document["name"] = "Another"
    report = check_any(json.dumps(document), clock.now())
    assert [str(check.answer) for check in report.checks if check.key == "signature"] == ["no"]
    assert "suspended" not in " ".join(check.sentence for check in report.checks)


@pytest.mark.parametrize("who", ["proposer", "issuer", "administrator", "learner", "stranger", "assessor"])
def test_others_neither_suspend_nor_reinstate(model, held, who):
    with pytest.raises(PermissionDenied):
        suspension.suspend(award=held, reason=WHY, by=getattr(model, who))
    with pytest.raises(PermissionDenied):
        suspension.reinstate(award=held, by=getattr(model, who))


def test_what_cannot_be_suspended_or_reinstated_says_why(model, held):
    by = model.registrar

    def said(act, **how):
        with pytest.raises(Refused) as refused:
            act(award=held, by=by, **how)
        return [reason.text for reason in refused.value.reasons]

    assert said(suspension.suspend, reason=" ") == ["Give a reason; the learner is told it."]
    assert said(suspension.reinstate) == ["This award is not suspended."]
    suspension.suspend(award=held, reason=WHY, by=by)
    assert said(suspension.suspend, reason=WHY) == ["This award is suspended already."]
    awards.revoke(award=held, reason="Confirmed.", by=by)
    assert said(suspension.reinstate) == ["This award was revoked, for good."]
    held.refresh_from_db()
    assert held.status_on(held.awarded_on) == "revoked"

"""Both sides compared, on the sandbox: what is adopted by itself, what differs, and what each act does about it."""

import datetime as dt
from dataclasses import replace

import pytest

from credentials.actions import renewal
from credentials.models import Award
from issuance import tasks
from issuance.actions import deliveries, replacing
from issuance.actions import reconciling as acts
from issuance.models import Comparison, Delivery, Difference, PlatformAccount
from issuance.sending import withdrawing
from journal.models import Entry
from policies.reasons import Refused
from tests.issuance import comparisons, platform_fixtures
from tests.issuance.comparisons import LONG_AGO, drop, in_force, known, there
from tests.issuance.platform_fixtures import break_next, outgoing
from tests.issuance.support import awarded, run_lane, states

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
compared = comparisons.compared

PACKS = pytest.mark.parametrize("pack", ["cu_boulder", "model", "model@canvas"])


@PACKS
def test_both_sides_agree(campus, platforms, compared, pack):
    awarded(campus(pack), 3)
    run_lane()
    assert compared() == []
    found = Comparison.objects.get()
    assert (found.theirs, found.ours, found.adopted, found.problem) == (3, 3, 0, "")


@PACKS
def test_badge_deleted_there_is_sent_again(campus, platforms, compared, pack):
    place = campus(pack)
    request = awarded(place, 2)
    run_lane()
    row = request.deliveries.order_by("pk").first()
    drop(platforms, row.remote_id)
    assert compared() == ["missing"]
    assert compared() == ["missing"]  # the same one, not another
    difference = Difference.objects.get()
    acts.send_again(difference=difference, by=place.registrar)
    run_lane()
    run_lane()
    assert states(request) == {"delivered": 2}
    assert in_force(platforms) == 2
    assert compared() == []
    assert Entry.objects.filter(act="badge sent again").get().detail["difference"] == "missing"


@PACKS
def test_badge_made_there_by_hand_is_withdrawn_with_a_reason(campus, platforms, compared, pack):
    place = campus(pack)
    awarded(place, 1)
    run_lane()
    client, template = there()
    client.send(outgoing(template, 7))
    assert compared() == ["unknown"]
    difference = Difference.objects.get()
    assert difference.email == "learner7@montana.example"
    with pytest.raises(Refused):
        acts.withdraw(difference=difference, reason=" ", by=place.registrar)
    break_next(platforms, "503", method="DELETE" if client.kind == "canvas" else "PUT")
    acts.withdraw(difference=difference, reason="Made by hand.", by=place.registrar)
    account = PlatformAccount.objects.get()
    assert withdrawing.carry_out(account, client) == 0  # the platform had a fault; tried again later
    Difference.objects.update(due_at=LONG_AGO)
    tasks.compare(str(account.pk))
    difference.refresh_from_db()
    assert (difference.state, difference.settled_by) == ("settled", place.registrar)
    assert in_force(platforms) == 1
    assert compared() == []


def test_withdrawal_that_the_platform_refuses_comes_back_to_the_person(campus, platforms, compared):
    place = campus("cu_boulder")
    awarded(place, 1)
    run_lane()
    client, template = there()
    made = client.send(outgoing(template, 7))
    compared()
    acts.withdraw(difference=Difference.objects.get(), reason="Made by hand.", by=place.registrar)
    drop(platforms, made.remote_id)
    withdrawing.carry_out(PlatformAccount.objects.get(), client)
    difference = Difference.objects.get()
    assert (difference.state, difference.settled_by) == ("open", None)
    assert "Badge not found" in difference.message
    assert compared() == []  # it is not there any more
    difference.refresh_from_db()
    assert difference.state == "gone"


@PACKS
def test_badge_revoked_there_while_the_award_stands(campus, platforms, compared, pack):
    place = campus(pack)
    request = awarded(place, 1)
    run_lane()
    client, _template = there()
    row = request.deliveries.get()
    client.revoke(
        replace(known(row.award), issued_at=known(row.award).issued_at - dt.timedelta(days=3)),
        row.remote_id,
        "x",
    )
    assert compared() == ["ended_there"]
    if (
        pack == "cu_boulder"
    ):  # Accredible refuses a second credential in one group: a person settles that there
        acts.send_again(difference=Difference.objects.get(), by=place.registrar)
        run_lane()
        run_lane()
        assert (states(request), in_force(platforms)) == ({"delivered": 1}, 1)
    else:
        deliveries.revoke_award(award=row.award, reason="Revoked there.", by=place.registrar)
        run_lane()
    assert compared() == []


@PACKS
def test_award_revoked_here_whose_badge_stands_there(campus, platforms, compared, pack):
    place = campus(pack)
    request = awarded(place, 1)
    run_lane()
    deliveries.revoke_award(award=Award.objects.get(), reason="By mistake.", by=place.registrar)
    assert compared() == []  # its withdrawal is on the way
    request.deliveries.filter(act="revoke").update(state="cancelled")
    assert compared() == ["ended_here"]
    acts.withdraw(difference=Difference.objects.get(), reason="By mistake.", by=place.registrar)
    run_lane()
    assert request.deliveries.get(act="revoke").state == "delivered"
    if pack == "cu_boulder":
        assert in_force(platforms) == 0


def test_second_badge_for_one_award(campus, platforms, compared):
    place = campus("cu_boulder")
    awarded(place, 1)
    run_lane()
    client, template = there()
    account, body = platforms.state.template("credly", template)
    platforms.state.save_template("credly", account, template, body | {"allow_duplicate_badges": True})
    client.send(known(Award.objects.get()))
    assert compared() == ["twice"]
    acts.withdraw(difference=Difference.objects.get(), reason="Twice.", by=place.registrar)
    withdrawing.carry_out(PlatformAccount.objects.get(), client)
    assert in_force(platforms) == 1
    assert compared() == []


@PACKS
def test_cancelled_delivery_that_had_arrived_is_taken_as_ours(campus, platforms, compared, pack):
    place = campus(pack)
    request = awarded(place, 2)
    run_lane()
    row = request.deliveries.order_by("pk").first()
    remote_id = row.remote_id
    Delivery.objects.filter(pk=row.pk).update(state="cancelled", remote_id="", remote_url="")
    assert compared() == ["given_up"]
    acts.adopt(difference=Difference.objects.get(), by=place.registrar)
    row.refresh_from_db()
    assert (row.state, row.remote_id) == ("delivered", remote_id)
    assert compared() == []


@PACKS
def test_what_waits_for_a_person_and_is_there_already_is_adopted(campus, platforms, compared, pack):
    request = awarded(campus(pack), 2)
    run_lane()
    Delivery.objects.update(state="needs_person", remote_id="", cause="timeout", ask_first=True)
    assert compared() == []
    assert states(request) == {"delivered": 2}
    assert Comparison.objects.get().adopted == 2


def test_adopted_for_an_award_revoked_meanwhile_is_withdrawn(campus, platforms, compared):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    run_lane()
    Delivery.objects.update(state="needs_person", remote_id="", ask_first=True)
    deliveries.revoke_award(award=Award.objects.get(), reason="By mistake.", by=place.registrar)
    compared()
    run_lane()
    assert set(request.deliveries.values_list("act", "state")) == {
        ("issue", "delivered"),
        ("revoke", "delivered"),
    }
    assert in_force(platforms) == 0


def test_unknown_badge_is_taken_for_an_award_without_a_delivery_and_refused_without_one(
    campus, platforms, compared
):
    place = campus("cu_boulder")
    awarded(place, 2)
    run_lane()
    first, second = Delivery.objects.order_by("pk")
    for row in (first, second):
        row.attempts.all().delete()
        row.delete()
    Award.objects.filter(pk=second.award_id).update(recipient_email="elsewhere@learners.example")
    Award.objects.filter(pk=second.award_id).update(holder=place.registrar)
    assert compared() == ["unknown", "unknown"]
    mine = Difference.objects.get(email=first.award.recipient_email)
    acts.adopt(difference=mine, by=place.registrar)
    assert Delivery.objects.get(award=first.award).remote_id == mine.remote_id
    other = Difference.objects.open().get()
    with pytest.raises(Refused) as refused:
        acts.adopt(difference=other, by=place.registrar)
    assert refused.value.reasons == [acts.NOBODY]


def test_what_a_person_left_stays_left(campus, platforms, compared):
    place = campus("cu_boulder")
    awarded(place, 1)
    run_lane()
    client, template = there()
    client.send(outgoing(template, 7))
    compared()
    acts.ignore(difference=Difference.objects.get(), reason="A trial.", by=place.registrar)
    assert compared() == []
    assert Difference.objects.get().state == "ignored"
    with pytest.raises(Refused) as refused:
        acts.ignore(difference=Difference.objects.get(), reason="Again.", by=place.registrar)
    assert refused.value.reasons == [acts.OVER]


def test_what_is_under_way_is_left_alone(campus, platforms, compared):
    request = awarded(campus("cu_boulder"), 1)
    run_lane()
    soon = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    Delivery.objects.update(
        state="sending", remote_id="", claim_token="00000000-0000-4000-8000-000000000000", claimed_until=soon
    )
    assert compared() == []
    assert states(request) == {"sending": 1}


@PACKS
def test_corrected_award_whose_badge_was_put_right_there_is_no_difference(campus, platforms, compared, pack):
    place = campus(pack)
    request = awarded(place, 1)
    run_lane()
    award = Award.objects.get()
    said = replace(renewal.said_by(award), name="Corrected name")
    replacing.correct(award=award, said=said, reason="Misspelt.", by=place.registrar)
    assert compared() == []
    for _ in range(3):
        run_lane()
        Delivery.objects.filter(state="queued").update(due_at=LONG_AGO)
    assert not request.deliveries.under_way().exists()
    assert compared() == []

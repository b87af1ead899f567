"""Two workers make the awards of one large request at once, each lines of its own; nothing twice, nothing left."""

import threading

import pytest
from django.db import connection

from credentials.models import Award, ClaimLink
from issuance import awarding
from issuance.models import Delivery, Job, RequestLine
from journal.models import Entry, Mail
from tests.issuance.support import approved


@pytest.mark.django_db(transaction=True)
def test_two_hands_award_each_line_once(campus, monkeypatch):
    monkeypatch.setattr(awarding, "CHUNK", 3)
    request = approved(campus("cu_boulder"), 20)
    job, made, begun, real = request.job.pk, {}, threading.Event(), awarding._chunk

    def noted(work):
        count = real(work)
        who = "holder" if work.token else "hand"
        made[who] = made.get(who, 0) + (count or 0)
        begun.set()
        if work.token and not made.get("hand"):
            helped.wait(10)  # until the other hand has had something too
        return count

    helped = threading.Event()
    monkeypatch.setattr(awarding, "_chunk", noted)

    def help_out():
        try:
            begun.wait(10)
            awarding.lend_hand(job)
        finally:
            helped.set()
            connection.close()

    hand = threading.Thread(target=help_out)
    hand.start()
    awarding.run(job)
    hand.join(20)
    assert made["holder"] + made["hand"] == 20
    assert made["hand"] >= 3
    for model in (Award, ClaimLink, Delivery):
        assert model.objects.count() == 20
    assert Mail.objects.filter(kind="badge_awarded").count() == 20
    assert RequestLine.objects.filter(award=None).count() == 0
    assert Job.objects.get(pk=job).done_at is not None
    numbers = [entry.detail for entry in Entry.objects.filter(subject_id=request.pk, act="awarded")]
    assert sum(detail["awards"] for detail in numbers) == 20


@pytest.mark.django_db(transaction=True)
def test_holder_waits_for_lines_in_another_hand_and_takes_them_when_it_dies(campus, monkeypatch):
    monkeypatch.setattr(awarding, "PAUSE_SECONDS", 0.05)
    request = approved(campus("cu_boulder"), 4)
    taken, die = threading.Event(), threading.Event()

    def dying_hand():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM issuance_requestline ORDER BY id LIMIT 2 FOR UPDATE")
            taken.set()
            die.wait(10)
        connection.close()

    hand = threading.Thread(target=dying_hand)
    hand.start()
    taken.wait(10)
    threading.Timer(0.5, die.set).start()
    assert awarding.run(request.job.pk) == 4
    hand.join(10)
    assert Award.objects.filter(request_id=request.pk).count() == 4


def test_a_hand_helps_only_while_somebody_holds_the_job(campus):
    request = approved(campus("cu_boulder"), 2)
    assert awarding.lend_hand(request.job.pk) is False
    awarding.run(request.job.pk)
    assert awarding.lend_hand(request.job.pk) is False
    assert Award.objects.count() == 2


def test_only_a_large_request_asks_for_a_hand(campus, monkeypatch):
    asked = []
    monkeypatch.setattr(awarding.wake, "hand", asked.append)
    small = approved(campus("cu_boulder"), 2)
    awarding.run(small.job.pk)
    assert asked == []
    monkeypatch.setattr(awarding, "CHUNK", 1)
    large = approved(campus("model"), 2)
    awarding.run(large.job.pk)
    assert asked == [large.job.pk]

"""Sending: by a real server, once each, again where it may help, failures in words."""

import datetime as dt
import smtplib
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction

from journal import clock, sending
from journal.actions import mail
from journal.models import Mail, MailState
from journal.tasks import send_due_mail
from policies.reasons import Refused
from tests.factories import PersonFactory
from tests.journal import mail_support
from tests.journal.mail_support import MOMENT, queued

server = mail_support.server


@pytest.mark.django_db
def test_mail_that_is_not_due_waits(server):
    queued(due_at=MOMENT + dt.timedelta(hours=1))
    with clock.at(MOMENT):
        assert send_due_mail() == 0
    with clock.at(MOMENT + dt.timedelta(hours=1)):
        assert send_due_mail() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(server):
    queued(40)
    sent, start = [], threading.Barrier(3)

    def worker():
        start.wait()
        sent.append(sending.send_due())
        connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert sum(sent) == 40
    assert server.recipients == sorted(f"person{n}@test.example" for n in range(40))
    assert set(Mail.objects.values_list("state", "tries")) == {(MailState.SENT, 1)}


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_during_smtp(server, monkeypatch):
    states = []
    real = sending.message_of

    def watched(row, connection):
        states.append(transaction.get_connection().in_atomic_block)
        return real(row, connection)

    monkeypatch.setattr(sending, "message_of", watched)
    queued(2)
    sending.send_due()
    assert states == [False, False]


@pytest.mark.django_db
def test_a_worker_killed_after_its_claim_leaves_a_lease_that_runs_out(server):
    queued()
    with clock.at(MOMENT):
        assert sending.claim() is not None  # and the worker is gone
    with clock.at(MOMENT + sending.LEASE - dt.timedelta(seconds=1)):
        assert send_due_mail() == 0
    with clock.at(MOMENT + sending.LEASE):
        assert send_due_mail() == 1
    assert len(server.received) == 1
    assert Mail.objects.get().tries == 2


@pytest.mark.django_db
def test_a_sender_whose_lease_ran_out_writes_nothing(server):
    queued()
    with clock.at(MOMENT):
        slow = sending.claim()
    with clock.at(MOMENT + sending.LEASE):
        send_due_mail()
    sending._settle(slow, {"state": MailState.FAILED, "error": "late"})
    row = Mail.objects.get()
    assert (row.state, row.error) == (MailState.SENT, "")


@pytest.mark.django_db
def test_a_temporary_refusal_is_tried_again_later(server):
    queued()
    server.refuses = "451 greylisted, come back"
    with clock.at(MOMENT):
        assert send_due_mail() == 0
    row = Mail.objects.get()
    assert (row.state, row.tries) == (MailState.QUEUED, 1)
    assert row.error == "The mail server does not accept this address: 451 greylisted, come back"
    assert dt.timedelta(seconds=54) <= row.due_at - MOMENT <= dt.timedelta(seconds=66)
    server.refuses = None
    with clock.at(row.due_at):
        assert send_due_mail() == 1
    row.refresh_from_db()
    assert (row.state, row.tries, row.error) == (MailState.SENT, 2, "")


@pytest.mark.django_db
def test_a_permanent_refusal_waits_for_a_person_and_does_not_stop_the_others(server):
    queued(kind="bad")
    queued(kind="good", due_at=MOMENT + dt.timedelta(seconds=1))
    server.says = "554 looks like spam"
    with clock.at(MOMENT):
        send_due_mail()
    server.says = None
    assert send_due_mail() == 1
    bad = Mail.objects.get(kind="bad")
    assert (bad.state, bad.error) == (
        MailState.FAILED,
        "The mail server refused the message: 554 looks like spam",
    )


@pytest.mark.django_db
def test_a_server_that_is_away_is_tried_eight_times(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (row,) = queued()
    tries = 0
    while True:
        with clock.at(row.due_at):
            send_due_mail()
        tries += 1
        row.refresh_from_db()
        if row.state != MailState.QUEUED:
            break
    assert (tries, row.tries, row.state) == (8, 8, MailState.FAILED)
    assert row.error == "The mail server could not be reached. Check EMAIL_URL, or wait until it is back."


@pytest.mark.django_db
def test_a_server_that_is_away_ends_the_round_and_spares_the_others(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queued(3)
    send_due_mail()
    assert sorted(Mail.objects.values_list("tries", flat=True)) == [0, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_at_most_two_send_at_a_time():
    entered, leave = threading.Barrier(3), threading.Event()

    def sender():
        with sending._turn() as ours:
            assert ours
            entered.wait(timeout=10)
            leave.wait(timeout=10)
        connections.close_all()

    senders = [threading.Thread(target=sender) for _ in range(2)]
    for thread in senders:
        thread.start()
    entered.wait(timeout=10)
    queued()
    assert sending.send_due() == 0
    leave.set()
    for thread in senders:
        thread.join()
    assert sending.send_due() == 1


@pytest.mark.django_db
def test_a_line_that_breaks_after_the_first_message_is_opened_anew(server):
    """The connection is closed after a failure, and the next message opens another."""
    queued(2)
    server.refuses = "421 too many, good-bye"
    with clock.at(MOMENT):
        send_due_mail()
    server.refuses = None
    with clock.at(MOMENT + dt.timedelta(minutes=2)):
        assert send_due_mail() == 2


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), ("unreachable", "The mail server refused our sign-in. Check the user and password in EMAIL_URL.")),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such\r\nuser")}), ("permanent", "The mail server does not accept this address: 550 no such user")),
        (smtplib.SMTPSenderRefused(452, b"full", "a"), ("temporary", "The mail server refused the message: 452 full")),
        (TimeoutError(), ("unreachable", "The mail server could not be reached. Check EMAIL_URL, or wait until it is back.")),
        (smtplib.SMTPServerDisconnected("x"), ("unreachable", "The mail server could not be reached. Check EMAIL_URL, or wait until it is back.")),
        (UnicodeError("x"), ("permanent", "This message cannot be sent as it is (UnicodeError).")),
    ],
)  # fmt: skip
def test_failures_in_words(error, expected):
    assert sending.explain(error) == expected


def test_failed_mail_is_sent_again_by_those_who_manage_the_campus(campus, server):
    made = campus()
    (row,) = queued(institution=made.institution, state=MailState.FAILED, error="no", tries=8)
    for person in (made.proposer, made.stranger, made.registrar):
        with pytest.raises(PermissionDenied):
            mail.retry(mail=row, by=person)
    mail.retry(mail=row, by=made.administrator)
    assert send_due_mail() == 1
    with pytest.raises(Refused, match="has not failed"):
        mail.retry(mail=row, by=made.programme_manager)


def test_retry_keeps_a_new_person_s_mail_apart(campus):
    made = campus()
    queued(institution=made.elsewhere)
    assert not Mail.objects.visible_to(made.administrator).exists()
    assert Mail.objects.visible_to(made.stranger).count() == 1
    assert not Mail.objects.visible_to(PersonFactory()).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_away")
def test_posting_with_redis_really_away():
    with transaction.atomic():
        mail.post(kind="welcome", key="k", to="a@test.example", institution=None, context={"url": "/"})
    assert Mail.objects.get().state == MailState.QUEUED

"""The outbox: rows first, then SMTP by a real server, once each, with every failure in words."""

import datetime as dt
import smtplib
import socket
import threading
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.template import TemplateDoesNotExist
from kombu.exceptions import OperationalError

from accounts.hooks import Message
from journal import clock, sending
from journal.actions import mail
from journal.models import Mail, MailState
from journal.tasks import send_due_mail
from policies.reasons import Refused
from tests.factories import PersonFactory

MOMENT = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


class Server:
    """Collects what it is sent; answers with `says` where that is set; `on_data` may interfere."""

    def __init__(self):
        self.received, self.says, self.refuses, self.on_data = [], None, None, None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.says:
            return self.says
        self.received.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default)))
        return "250 OK"

    @property
    def recipients(self):
        return sorted(to for tos, _message in self.received for to in tos)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def server(settings):
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.DEFAULT_FROM_EMAIL = "Imprimatur <noreply@campus.example>"
    yield handler
    controller.stop()


def queued(n=1, **facts):
    """Mail rows without a template."""
    row = {
        "kind": "test",
        "subject": "Hello",
        "text": "Text\n",
        "due_at": MOMENT,
        "created_at": MOMENT,
        **facts,
    }
    return Mail.objects.bulk_create(
        Mail(key=f"{facts.get('kind', 'test')}:{i}", to=f"person{i}@test.example", **row) for i in range(n)
    )


def test_post_writes_a_row_from_the_templates(campus, settings):
    made = campus()
    row = mail.post(
        kind="invitation",
        key="invitation:1",
        to=made.proposer,
        institution=made.institution,
        context={"url": "http://testserver/x?a=1&b=2", "days": 3},
    )
    assert (row.state, row.to, row.recipient) == (MailState.QUEUED, made.proposer.email, made.proposer)
    assert row.subject == "Your account at Model University"
    assert row.text.startswith(f"Hello {made.proposer.name},\n")
    assert "http://testserver/x?a=1&b=2" in row.text  # plain text is not escaped
    assert (row.html, row.error, row.tries) == ("", "", 0)


def test_post_a_second_time_under_the_same_key_changes_nothing(campus):
    made = campus()
    facts = {"kind": "welcome", "key": "welcome:1", "institution": made.institution, "context": {"url": "/"}}
    first = mail.post(to=made.proposer, **facts)
    again = mail.post(to=made.issuer, **facts)
    assert again == first
    assert Mail.objects.get().recipient == made.proposer


def test_post_many_is_a_few_statements(campus, django_assert_num_queries):
    made = campus()
    messages = [Message("welcome", f"welcome:{n}", made.proposer, {"url": "/"}) for n in range(500)]
    with django_assert_num_queries(1):
        mail.post_many(messages=messages, institution=made.institution)
    assert Mail.objects.count() == 500


def test_post_to_a_bare_address_in_lower_case(campus):
    row = mail.post(
        kind="welcome", key="k", to=" Someone@Test.EXAMPLE ", institution=None, context={"url": "/"}
    )
    assert (row.to, row.recipient, row.institution) == ("someone@test.example", None, None)


def test_post_without_a_template_is_an_error_at_once(campus):
    with pytest.raises(TemplateDoesNotExist):
        mail.post(kind="no_such_mail", key="k", to="a@test.example", institution=None, context={})


def test_a_subject_is_one_line(campus):
    made = campus()
    made.institution.name = "Two\nlines"
    row = mail.post(
        kind="welcome", key="k", to=made.proposer, institution=made.institution, context={"url": "/"}
    )
    assert row.subject == "You are now at Two lines"


@pytest.mark.django_db(transaction=True)
def test_posting_wakes_the_sender_once_and_only_after_the_commit(monkeypatch):
    woken = []
    monkeypatch.setattr(send_due_mail, "apply_async", lambda **options: woken.append(options["retry"]))
    with transaction.atomic():
        for n in range(3):
            mail.post(
                kind="welcome", key=f"k{n}", to="a@test.example", institution=None, context={"url": "/"}
            )
        assert woken == []
    assert woken == [False]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_stop_the_act(monkeypatch):
    def away(**options):
        raise OperationalError("away")

    monkeypatch.setattr(send_due_mail, "apply_async", away)
    with transaction.atomic():
        mail.post(kind="welcome", key="k", to="a@test.example", institution=None, context={"url": "/"})
    assert Mail.objects.get().state == MailState.QUEUED


@pytest.mark.django_db
def test_due_mail_goes_out_by_smtp_and_is_marked(server):
    queued(3)
    assert send_due_mail() == 3
    assert server.recipients == [f"person{n}@test.example" for n in range(3)]
    row = Mail.objects.get(key="test:0")
    assert (row.state, row.tries, row.error, row.claim_token) == (MailState.SENT, 1, "", None)
    assert row.sent_at is not None
    _to, message = server.received[0]
    assert message["Subject"] == "Hello"
    assert message["From"] == "Imprimatur <noreply@campus.example>"
    assert message.get_content().splitlines() == ["Text"]
    assert send_due_mail() == 0
    assert len(server.received) == 3


@pytest.mark.django_db
def test_the_message_id_follows_from_the_row(server):
    (row,) = queued()
    send_due_mail()
    assert server.received[0][1]["Message-ID"] == f"<{row.pk}@campus.example>"


@pytest.mark.django_db
def test_html_goes_beside_the_text(server):
    queued(html="<p>Text</p>")
    send_due_mail()
    message = server.received[0][1]
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("html",)).get_content().strip() == "<p>Text</p>"


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

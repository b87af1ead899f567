"""The outbox: rows first, then SMTP by a real server, once each, with every failure in words."""

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist
from kombu.exceptions import OperationalError

from accounts.hooks import Message
from journal.actions import mail
from journal.models import Mail, MailState
from journal.tasks import send_due_mail
from tests.journal import mail_support
from tests.journal.mail_support import queued

server = mail_support.server


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

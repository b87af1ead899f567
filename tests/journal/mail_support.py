"""A mail server that collects, and mail rows, for tests of the outbox."""

import datetime as dt
import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from journal.models import Mail

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

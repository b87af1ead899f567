"""A sender killed by the system in the middle of a message: nothing lost, and the same Message-ID if sent anew."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from journal import clock, sending
from journal.models import Mail, MailState

PROGRAM = "import django; django.setup(); from journal.tasks import send_due_mail; send_due_mail()"


class Slow:
    """Takes the whole message and lets the sender wait for the answer, until told to hurry."""

    def __init__(self):
        self.seen, self.hurry = [], False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.seen.append(message_from_bytes(envelope.content)["Message-ID"])
        while not self.hurry:
            await asyncio.sleep(0.02)
        return "250 OK"


@pytest.fixture
def slow_server():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    handler = Slow()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    handler.hurry = True
    controller.stop()


def wait_for(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("It did not happen within a minute.")


def test_a_sender_killed_in_the_middle_of_a_message(process_environment, slow_server, settings):
    handler, port = slow_server
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    row = Mail.objects.create(
        kind="test", key="k", to="a@test.example", subject="S", text="T", due_at=moment, created_at=moment
    )
    environment = {
        **process_environment,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    sender = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)  # noqa: S603
    wait_for(lambda: handler.seen)
    row.refresh_from_db()  # claimed before, and not under a lock: another transaction can read and write it
    assert (row.state, row.tries) == (MailState.SENDING, 1)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait(timeout=10)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    handler.hurry = True
    assert sending.send_due() == 0  # the lease still runs
    with clock.at(row.claimed_until):
        assert sending.send_due() == 1
    row.refresh_from_db()
    assert (row.state, row.tries) == (MailState.SENT, 2)
    assert len(handler.seen) == 2
    assert len(set(handler.seen)) == 1

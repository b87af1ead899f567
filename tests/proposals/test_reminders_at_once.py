"""Reminders by two clocks at once, and by one that is killed: each goes out once, with its mail or not at all."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from journal.models import Mail, Notice
from proposals import deadlines
from proposals.actions.reminding import remind_due
from proposals.models import Proposal, Reminder
from tests.proposals import walking
from tests.proposals.test_concurrency import together
from tests.proposals.test_reminders import before, forget, montana_pilot, on
from tests.support import make_campus


# --- two clocks, and a clock that is killed ---------------------------------------------------------
@pytest.fixture
def three(transactional_db):
    """Three pilots whose first review is due in a week."""
    at = make_campus("montana")
    with on(dt.date(2026, 10, 5)):
        found = [walking.montana_pilot(at) for _ in range(3)]
    forget()
    return at, sorted(proposal.pk for proposal in found)


def in_a_week():
    with before(7):
        return remind_due()


@pytest.mark.clause("UM-15")
def test_two_clocks_at_once_remind_once(three):
    _at, found = three
    counted = []
    together(*[lambda: counted.append(in_a_week())] * 2)
    assert sum(counted) == 3
    assert Counter(Reminder.objects.values_list("proposal", flat=True)) == dict.fromkeys(found, 1)
    assert Mail.objects.filter(kind="deadline").count() == Notice.objects.count() == 6


PROGRAM = """
import datetime as dt, sys, django
django.setup()
from journal import clock
from proposals.actions.reminding import remind_due
with clock.at(dt.datetime(2027, 8, 3, 18, tzinfo=dt.UTC)):
    remind_due()
"""


@pytest.mark.clause("UM-15")
def test_a_clock_killed_between_two_proposals_leaves_the_rest_to_the_next(three, process_environment):
    """The second proposal is held under lock, so that the clock has done the first and stands in the second."""
    _at, found = three
    environment = {**process_environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with transaction.atomic():
        Proposal.objects.select_for_update().get(pk=found[1])
        beat = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)  # noqa: S603
        wait_until(lambda: list(Reminder.objects.values_list("proposal", flat=True)) == [found[0]])
        os.kill(beat.pid, signal.SIGKILL)
        beat.wait(timeout=10)
        assert Mail.objects.filter(kind="deadline").count() == 2
    assert in_a_week() == 2
    assert Counter(Reminder.objects.values_list("proposal", flat=True)) == dict.fromkeys(found, 1)
    assert Mail.objects.filter(kind="deadline").count() == Notice.objects.count() == 6


def wait_until(condition):
    for _ in range(1500):
        if condition():
            return
        time.sleep(0.04)
    pytest.fail("It did not happen within a minute.")


@pytest.mark.clause("UM-15")
def test_a_reminder_and_its_mail_are_written_together_or_not_at_all(campus, monkeypatch):
    montana_pilot(campus)
    monkeypatch.setattr("proposals.actions.reminding.mail.post_many", lambda **kwargs: 1 / 0)
    with before(7), pytest.raises(ZeroDivisionError), transaction.atomic():
        remind_due()
    assert not Reminder.objects.exists()
    assert not Notice.objects.exists()


def test_a_quiet_hour_costs_the_same_for_one_and_three(campus):
    at, _proposal = montana_pilot(campus)

    def cost():
        with before(100), CaptureQueriesContext(connection) as found:
            assert remind_due() == 0
        return len(found)

    one = cost()
    with on(dt.date(2026, 10, 5)):
        walking.montana_pilot(at)
        walking.montana_pilot(at)
    assert cost() == one
    assert len(deadlines.of_all(Proposal.objects.all())) == 15

"""The clock that everyone asks."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from accounts import hooks
from journal import clock

NEW_YEAR = dt.datetime(2026, 1, 1, 3, 30, tzinfo=dt.UTC)


@time_machine.travel(NEW_YEAR, tick=False)
def test_now_is_the_machine_s_time_in_utc():
    assert clock.now() == NEW_YEAR
    assert hooks.now() == NEW_YEAR


def test_today_is_another_day_in_another_zone():
    with clock.at(NEW_YEAR):
        assert clock.today() == dt.date(2026, 1, 1)
        assert clock.today("America/Denver") == dt.date(2025, 12, 31)


def test_at_nests_and_ends():
    later = NEW_YEAR + dt.timedelta(days=1)
    with clock.at(NEW_YEAR):
        with clock.at(later):
            assert clock.now() == later
        assert clock.now() == NEW_YEAR
    assert clock.now() > later


def test_at_holds_for_its_own_thread_only():
    with clock.at(NEW_YEAR), ThreadPoolExecutor(1) as pool:
        assert pool.submit(clock.now).result() > NEW_YEAR


def test_at_refuses_a_moment_without_a_zone():
    with pytest.raises(ValueError, match="time zone"), clock.at(dt.datetime(2026, 1, 1)):
        pass

"""The clock: what is told holds inside its block, in its thread, and nowhere else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal import clock
from portal.refusals import Refusal

NOON = datetime.fromisoformat("2026-03-01T12:00+08:00")
HOUR = timedelta(hours=1)


def is_the_present(moment: datetime) -> bool:
    return abs(timezone.now() - moment) < HOUR


def test_without_a_told_moment_it_is_the_present_in_utc() -> None:
    assert is_the_present(clock.now())
    assert clock.now().tzinfo == UTC


def test_a_told_moment_stands_still_and_is_in_utc() -> None:
    with clock.at(NOON):
        assert [clock.now(), clock.now()] == [NOON, NOON]
        assert clock.now().tzinfo == UTC


def test_told_moments_nest_and_each_ends_with_its_block() -> None:
    with clock.at(NOON):
        with clock.at(NOON - HOUR):
            assert clock.now() == NOON - HOUR
        assert clock.now() == NOON
    assert is_the_present(clock.now())


def test_an_error_ends_a_told_moment_too() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(NOON):
        _ = 1 / 0
    assert is_the_present(clock.now())


def test_other_threads_keep_their_own_time() -> None:
    with clock.at(NOON), ThreadPoolExecutor(1) as pool:
        assert is_the_present(pool.submit(clock.now).result())


def test_two_tasks_of_one_thread_keep_each_their_own_time() -> None:
    async def look(moment: datetime) -> datetime:
        with clock.at(moment):
            await asyncio.sleep(0)  # The other task is inside its block by now.
            return clock.now()

    async def both() -> list[datetime]:
        return list(await asyncio.gather(look(NOON), look(NOON + HOUR)))

    # In a thread of its own: the browser's tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, both()).result() == [NOON, NOON + HOUR]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-01T15:59:59.999999+00:00", date(2026, 3, 1)),
        ("2026-03-01T16:00:00+00:00", date(2026, 3, 2)),
    ],
)
def test_the_business_day_begins_at_midnight_in_shanghai(moment: str, day: date) -> None:
    with clock.at(datetime.fromisoformat(moment)), timezone.override("America/New_York"):
        assert clock.today() == day


def test_the_next_edge_is_the_present_unless_the_last_one_lies_ahead() -> None:
    with clock.at(NOON):
        assert clock.no_earlier_than(None) == NOON
        assert clock.no_earlier_than(NOON - HOUR) == NOON
        assert clock.no_earlier_than(NOON + HOUR) == NOON + HOUR


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="zone"), clock.at(datetime(2026, 3, 1, 12)):  # noqa: DTZ001
        pass


def test_nothing_is_backdated_on_a_site_with_https(settings: Any) -> None:
    with clock.at(NOON):
        assert clock.now() == NOON
    settings.HTTPS = True
    with pytest.raises(Refusal, match="HTTPS"), clock.at(NOON):
        pass
    assert is_the_present(clock.now())

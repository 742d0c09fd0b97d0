"""What fails holds up no other, and is told of at the end by its key."""

import pytest

from portal import apart


def halved(number: int) -> int:
    if number % 2:
        raise ValueError(number)
    return number // 2


def test_each_gives_what_it_gave_in_order() -> None:
    assert apart.each([4, 2], halved, called="number", failed="Odd") == [2, 1]


def test_those_after_one_that_fails_are_done_and_all_that_failed_are_named() -> None:
    seen: list[int] = []

    def act(number: int) -> int:
        seen.append(number)
        return halved(number)

    with pytest.raises(ExceptionGroup, match="Odd") as raised:
        apart.each([2, 3, 4, 5, 6], act, called="number", failed="Odd")
    assert seen == [2, 3, 4, 5, 6]
    assert [one.__notes__ for one in raised.value.exceptions] == [["number 3"], ["number 5"]]

"""What is open or missing of one stream within the windows of days, by running sums."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from reports.sources.slices import Known

# What has come of the days before a stream owed anything.
OWES_NOTHING = Known(is_closed=True)


class Window:
    """Of what is `found` of consecutive days from `first_on` on. The window of a day reaches
    `before` days back and `after` days on, all of which are among them."""

    def __init__(self, found: Sequence[Known], first_on: date, *, before: int, after: int) -> None:
        self._first_on, self._before, self._after = first_on, before, after
        self._open = [0, *accumulate(not one.is_closed for one in found)]
        self._lacking = [one for one in found if one.missing]
        self._lacks = [0, *accumulate(one.missing > 0 for one in found)]
        come = (one.has_something and one is not OWES_NOTHING for one in found)
        self._there = [0, *accumulate(come)]

    def open_at(self, on: date) -> int:
        """How many slices of the window of a day are open."""
        return self._sum(self._open, on)

    def there_at(self, on: date) -> int:
        """Of how many something has come."""
        return self._sum(self._there, on)

    def lacking_at(self, on: date) -> list[Known]:
        """Those that lack rows."""
        first, end = self._ends(on)
        return self._lacking[self._lacks[first] : self._lacks[end]]

    def _sum(self, sums: list[int], on: date) -> int:
        first, end = self._ends(on)
        return sums[end] - sums[first]

    def _ends(self, on: date) -> tuple[int, int]:
        place = (on - self._first_on).days
        return place - self._before, place + self._after + 1

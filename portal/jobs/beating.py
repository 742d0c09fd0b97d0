"""When beat sends what it sends, by a clock that people and machines set."""

from typing import Any

from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware


class Scheduler(PersistentScheduler):
    """Celery's, which would send nothing until a clock that was set back is where it had been.

    Beat's file keeps the moments, too, so a start would not help.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; seconds until it is worth looking again."""
        self._forget_what_lies_ahead()
        return float(super().tick(*args, **kwargs))

    def _forget_what_lies_ahead(self) -> None:
        """Nothing was sent in the future: whatever says so was sent by now at the latest."""
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at and maybe_make_aware(entry.last_run_at) > maybe_make_aware(now):
                entry.last_run_at = now
                # The order in which entries come is kept in moments as well: it is made anew.
                self._heap = None

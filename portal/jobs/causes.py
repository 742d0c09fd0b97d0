"""Why work was put back: what belongs to the machines, and what to the work itself.

The one home of that question. What a disk, a database, a broker, the memory or a killed process
did says nothing about the job: it never uses up one of its attempts, and is tried until it works.
"""

import errno
import signal

from django.db import InterfaceError, OperationalError, models
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError


class Cause(models.TextChoices):
    """What made a job wait for its next try."""

    DISK = "disk", _("The disk is full or does not answer.")
    DATABASE = "database", _("The database was away.")
    MEMORY = "memory", _("There was too little memory.")
    BROKER = "broker", _("The message broker was away.")
    STOPPED = "stopped", _("The worker was stopped.")
    BROKEN = "broken", _("The work broke. The log says where.")
    OVER_TIME = "over_time", _("It took longer than work of its kind may.")


# What the operators do about it while the work is still to be done.
ADVICE = {
    Cause.DISK: _("Make room on the disk. The work then goes on by itself."),
    Cause.DATABASE: _("See that PostgreSQL answers. The work then goes on by itself."),
    Cause.MEMORY: _("Give the worker more memory or fewer places. The work goes on by itself."),
    Cause.BROKER: _("See that the broker answers. The work then goes on by itself."),
    Cause.STOPPED: _("Nothing. If it comes again and again, see what stops the worker."),
    Cause.BROKEN: _("Find the job in the log of the worker, mend what is wrong, then try again."),
    Cause.OVER_TIME: _("Nothing. Whoever asked was told to try again with less at once."),
}
# And once it has ended without a result: nobody tries it again.
_GIVEN_UP = _("Nothing. It was given up: whoever asked for it was told why.")
ADVICE_AFTERWARDS = {
    **dict.fromkeys(Cause, _GIVEN_UP),
    Cause.BROKEN: _(
        "Find the job in the log of the worker and mend what is wrong, if it is not"
        " yet: then the work can be asked for again."
    ),
    Cause.OVER_TIME: ADVICE[Cause.OVER_TIME],
}


class Killed(Exception):
    """A process of ours was killed from outside: by the kernel for its memory, or by somebody."""


class PutBack(Exception):
    """Another job, which this work waits for, was put back; `cause` says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(f"A job that this one waits for was put back ({cause.value}).")
        self.cause = cause


_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE}
# Libraries say it in words alone: DuckDB, which calls it memory when it may fill no more of the
# disk, and Delta Lake.
_DISK_WORDS = (
    "no space left on device", "disk quota exceeded", "os error 28", "max_temp_directory_size",
)  # fmt: skip
_MEMORY_WORDS = ("out of memory error", "bad allocation")


def of(error: BaseException) -> Cause:
    """The cause of an error, asked of all that led to it; BROKEN where it is the work's own."""
    seen: BaseException | None = error
    while seen is not None:
        if (cause := _alone(seen)) is not Cause.BROKEN:
            return cause
        seen = seen.__cause__ or seen.__context__
    return Cause.BROKEN


def _alone(error: BaseException) -> Cause:
    if isinstance(error, PutBack):
        return error.cause
    if isinstance(error, Killed | MemoryError):
        return Cause.MEMORY
    if isinstance(error, OperationalError | InterfaceError):
        return Cause.DATABASE
    if isinstance(error, BrokerError):
        return Cause.BROKER
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return Cause.MEMORY
    if isinstance(error, OSError) and error.errno in _DISK:
        return Cause.DISK
    told = str(error).lower()
    if any(words in told for words in _DISK_WORDS):
        return Cause.DISK
    if any(words in told for words in _MEMORY_WORDS):
        return Cause.MEMORY
    return Cause.BROKEN


def was_killed(exit_code: int) -> bool:
    """Whether a process that ended so was killed from outside, and not by its own fault."""
    return exit_code in (-signal.SIGKILL, -signal.SIGTERM)

"""Which function does the work of which kind of job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.jobs.claims import Claim

Work = Callable[..., None]


def _nothing(error: str, **args: Any) -> None:
    """For kinds whose failure concerns the job's own row alone."""


@dataclass(frozen=True)
class Kind:
    """`work(claim, **args)` does the job; `failed(error, refused=..., **args)` tells its subject.

    `refused` is False when only the attempts were used up: the same job may work later. `failed`
    runs in the transaction that marks the job failed.
    """

    work: Work
    failed: Work


KINDS: dict[str, Kind] = {}


def job(kind: str, *, failed: Work = _nothing) -> Callable[[Work], Work]:
    """Register the decorated `work(claim: Claim, **args)` under `kind`.

    Put it in the `tasks.py` of an app: those modules are imported at start. Work may be started
    again after a crash, so it looks first at what is there already and writes its results inside
    `claim.writing()`.
    """

    def register(work: Work) -> Work:
        if kind in KINDS:
            raise ValueError(f"The kind of job {kind!r} is registered twice.")
        KINDS[kind] = Kind(work, failed)
        return work

    return register


__all__ = ["KINDS", "Claim", "Kind", "Work", "job"]

"""Who this process takes jobs for: a worker with slots, or itself."""

from portal.jobs.taking import Worker, this_process

_worker: list[Worker] = []


def are(name: str, slots: int) -> None:
    """Told to a Celery worker before its pool is forked. `name` differs from start to start."""
    _worker[:] = [Worker(name, slots)]


def worker() -> Worker:
    return _worker[0] if _worker else this_process()

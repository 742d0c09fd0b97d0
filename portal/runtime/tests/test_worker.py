"""The real worker process that run-and-kill tests use."""

from collections.abc import Callable

from portal.runtime.testing import Worker


def test_a_worker_process_starts_is_killed_and_starts_again(
    celery_worker: Callable[[], Worker],
) -> None:
    worker = celery_worker()
    worker.kill()
    worker.start()
    assert b" ready." in worker.log.read_bytes()

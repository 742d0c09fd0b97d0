"""Settings of gunicorn, here and in production: gunicorn -c python:portal.runtime.web."""

import signal
from typing import Any

from portal.confined import die_with_parent
from portal.logs import logging_config
from portal.runtime.environment import Environment

_env = Environment()

wsgi_app = "portal.wsgi:application"
worker_class = "portal.runtime.steady.SteadyWorker"
workers = _env.number("WEB_WORKERS", 2, least=1, most=256)
threads = _env.number("WEB_THREADS", 4, least=1, most=256)
# The proxy in front is on this machine, unless somebody says otherwise.
bind = _env.bind("WEB_BIND", f"127.0.0.1:{_env.number('PORT', 8000, least=1, most=65535)}")
# A search for a whole paragraph stands in the address, nine bytes a Chinese character: this is as
# much as gunicorn and nginx read.
limit_request_line = 8190
# Loaded once for all workers; a bad environment is refused once, a worker would be tried for ever.
preload_app = True
graceful_timeout = 5
# One way of writing for all lines, those of gunicorn too.
logger_class = "portal.runtime.access_log.Logger"
logconfig_dict = logging_config(_env.log_level())
# Its control socket has one place per user, so a second site of that user would fight for it.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """All is loaded, and no worker is there yet."""
    from portal.runtime import garbage

    garbage.look_seldom()


def post_fork(server: Any, worker: Any) -> None:
    """A killed gunicorn leaves no workers."""
    die_with_parent(signal.SIGKILL, server.pid)


def post_worker_init(worker: Any) -> None:
    """The site is loaded: what it does beside answering begins."""
    from portal.runtime import beside

    beside.begin()

"""The embedded servers of this checkout, shared by `make run` and by single commands.

One process owns the running PostgreSQL (it holds `postgres.owner`); commands that join it hold
`postgres.users` together, and an owning command waits for them before it stops the server.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from typing import IO

from portal.runtime import environment, places
from portal.runtime.postgres import Cluster, is_running
from portal.runtime.valkey import Valkey

_LOOK_SECONDS = 0.1
# Commands that never look into the database; they must work where none can run.
_WITHOUT_DATABASE = {
    "attribute_files",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "translations",
    "version",
}


def cluster() -> Cluster:
    """This checkout's PostgreSQL, running or not."""
    return Cluster(places.var() / "postgres", log=places.var() / "log" / "postgres.log")


def valkey() -> Valkey:
    """This checkout's Valkey, running or not."""
    return Valkey(places.var() / "valkey", log=places.var() / "log" / "valkey.log")


@contextlib.contextmanager
def servers_for(arguments: Sequence[str]) -> Iterator[None]:
    """The environment for one `manage.py` command: `arguments` as in sys.argv.

    With DATABASE_URL set, the environment is taken as it is. Without it, the command gets this
    checkout's secrets and PostgreSQL, which is started for it where it does not run yet.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    environment.fill_for_this_machine()
    broker = valkey()
    # Without a broker a message is lost, the job's row is not: the next `make run` finds it.
    os.environ.setdefault("CELERY_BROKER_URL", broker.url if broker.is_running() else "memory://")
    postgres = cluster()
    os.environ["DATABASE_URL"] = postgres.url
    if _needs_database(arguments):
        with _running(postgres):
            yield
    else:
        yield


def ownership() -> IO[str]:
    """The right to run this checkout's PostgreSQL, held until closed; waits for who has it."""
    return _lock("postgres.owner", fcntl.LOCK_EX)


@contextlib.contextmanager
def _running(postgres: Cluster) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        users = stack.enter_context(_lock("postgres.users", fcntl.LOCK_SH))
        if owned := _owned_unless_running(postgres):
            stack.enter_context(owned)
            stack.callback(postgres.stop)
            postgres.start()
            # Others may have joined by the time this command ends: they finish first.
            stack.callback(fcntl.flock, users, fcntl.LOCK_EX)
        yield


def _owned_unless_running(postgres: Cluster) -> IO[str] | None:
    """The right to start the server, or None as soon as somebody else's runs.

    Who has it may wait already for all users to end, of whom we are one: so we never wait for it.
    """
    while not is_running(postgres):
        with contextlib.suppress(BlockingIOError):
            return _lock("postgres.owner", fcntl.LOCK_EX | fcntl.LOCK_NB)
        time.sleep(_LOOK_SECONDS)
    return None


def _lock(name: str, kind: int) -> IO[str]:
    with contextlib.ExitStack() as opened:
        handle = opened.enter_context((places.writable(places.var()) / name).open("w"))
        fcntl.flock(handle, kind)
        opened.pop_all()
        return handle


def _needs_database(arguments: Sequence[str]) -> bool:
    asked = [word for word in arguments[1:] if not word.startswith("-")]
    wants_help = not asked or {"-h", "--help"} & set(arguments)
    return not (wants_help or asked[0] in _WITHOUT_DATABASE)

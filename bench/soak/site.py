"""A site of its own for the soak: the runtime of `make run`, without a demo world."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from portal.runtime import embedded, environment, places

DISK_BYTES = 192 << 20
# What grows with what is sent stands on the small disk; the database has the machine's.
ON_DISK = ("work", "inbox", "quarantine", "lake", "clicks")
READY_SECONDS = 180


@contextmanager
def running(folder: Path) -> Iterator[tuple[int, Path | None]]:
    """The process that runs the site below `folder`, and its small disk where one can be had."""
    disk = _small_disk(folder)
    # `make soak` has collected them for the checkout.
    (folder / "static").symlink_to(places.var() / "static")
    port = _free_port()
    os.environ.update(PORTAL_VAR=str(folder), PORT=str(port))
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "LAKE_URL"):
        os.environ.pop(name, None)
    # The runtime makes no demo world where it has made one.
    (folder / "demo.json").write_text(json.dumps({"logins": {}, "password": ""}))
    with (folder / "run.log").open("wb") as log:
        site = subprocess.Popen(
            [sys.executable, "-m", "portal.runtime.run"], stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        _await_ready(site, port, folder / "run.log")
        yield site.pid, disk
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait()
        if disk:
            subprocess.run(["umount", "-l", disk], check=False)


def speak_to_it() -> None:
    """Set Django up on the running site's own database and broker."""
    environment.fill_for_this_machine()
    os.environ["DATABASE_URL"] = embedded.cluster().url
    os.environ["CELERY_BROKER_URL"] = embedded.valkey().url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()


def with_own_mounts(module: str, arguments: list[str]) -> None:
    """Become the same program where it may mount a small disk; nothing where it may not."""
    if os.environ.get("SOAK_MOUNTS") or not shutil.which("unshare"):
        return
    unshare = ["unshare", "-m" if os.geteuid() == 0 else "-rm"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        os.environ["SOAK_MOUNTS"] = "1"
        os.execvp(unshare[0], [*unshare, sys.executable, "-m", module, *arguments])


def _small_disk(folder: Path) -> Path | None:
    disk = folder / "disk"
    disk.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "soak", str(disk)]
    is_mounted = (
        bool(os.environ.get("SOAK_MOUNTS"))
        and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    for name in ON_DISK:
        (disk / name).mkdir()
        (folder / name).symlink_to(disk / name)
    return disk if is_mounted else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(site: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and site.poll() is None:
        if "Ctrl-C stops it" in log.read_text():
            with urllib.request.urlopen(f"http://localhost:{port}/", timeout=30):
                return
        time.sleep(0.5)
    raise RuntimeError(f"The site did not start:\n{log.read_text()}")

"""Child processes that never outlive their parent, under a user the server in them accepts."""

import ctypes
import enum
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from portal.confined import die_with_parent

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER = 0x10000000
_NOBODY = pwd.getpwnam("nobody")


class RunAs(enum.Enum):
    """Who a child runs as. PostgreSQL refuses root and users without a passwd entry."""

    SELF = "self"
    # A user namespace in which this user is called nobody: files stay ours, no rights are needed.
    MASKED = "masked"
    # Where namespaces are forbidden (Docker's seccomp) root becomes the real nobody.
    NOBODY = "nobody"

    def apply(self) -> None:
        """Turn the calling process, a fresh fork, into this user."""
        if self is RunAs.MASKED:
            _enter_user_namespace()
        elif self is RunAs.NOBODY:
            os.setgroups([])
            os.setgid(_NOBODY.pw_gid)
            os.setuid(_NOBODY.pw_uid)

    @property
    def uid(self) -> int:
        """The owner that files of such a child have on disk."""
        return _NOBODY.pw_uid if self is RunAs.NOBODY else os.geteuid()

    def can(self, mode: int, path: Path) -> bool:
        """Whether such a child may use `path` (an `os.access` mode)."""
        flags = "".join(
            flag for bit, flag in ((os.R_OK, "r"), (os.W_OK, "w"), (os.X_OK, "x")) if mode & bit
        )
        checks = [part for flag in flags for part in ("-a", f"-{flag}", str(path))][1:]
        return subprocess.run(["test", *checks], preexec_fn=self.apply, cwd="/").returncode == 0


def who_may_run_postgres() -> RunAs:
    """The mildest change of user that PostgreSQL accepts on this machine."""
    uid = os.geteuid()
    if uid and _has_passwd_entry(uid):
        return RunAs.SELF
    try:
        subprocess.run(["true"], preexec_fn=RunAs.MASKED.apply, check=True)
    except (OSError, subprocess.SubprocessError):
        return RunAs.NOBODY
    return RunAs.MASKED


def spawn(
    command: Sequence[str | Path],
    *,
    on_parent_death: signal.Signals,
    run_as: RunAs = RunAs.SELF,
    output: IO[bytes] | None = None,
    answer: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | str = "/",
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in its own session. Call it from the main thread.

    The kernel ties the child to the thread that started it; a change of user clears that tie, so
    it is made after the change. `output` takes everything the child prints, `answer` only its
    standard output; without them it prints where this process does.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output or answer,
        stderr=subprocess.STDOUT if output else None,
        env=env,
        cwd=cwd,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=_before_exec(run_as, on_parent_death),
    )


def _before_exec(run_as: RunAs, on_parent_death: signal.Signals) -> Callable[[], None]:
    starter = os.getpid()

    def prepare() -> None:
        run_as.apply()
        die_with_parent(on_parent_death, starter)

    return prepare


def _enter_user_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "this machine forbids user namespaces")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_NOBODY.pw_uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_NOBODY.pw_gid} {gid} 1")


def _has_passwd_entry(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True

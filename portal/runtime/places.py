"""Where the embedded servers keep their files. Everything is under `var/` unless it cannot be."""

import hashlib
import os
import tempfile
from pathlib import Path

from portal.runtime.refusal import refuse

# Not the TMPDIR of the moment: every process of a checkout has to find the same sockets.
_TMP = Path("/tmp")  # noqa: S108 (made private before use)
_MISREAD = "%[\\"
CHECKOUT = Path(__file__).resolve().parents[2]


def var() -> Path:
    """The folder of everything this checkout makes: `var/`, or PORTAL_VAR."""
    return usable(Path(os.environ.get("PORTAL_VAR") or CHECKOUT / "var").resolve())


def usable(folder: Path) -> Path:
    """`folder`, unless its path has what the lake's libraries take for something else."""
    if bad := sorted(set(_MISREAD) & set(str(folder))):
        refuse(
            f"The folder {folder} has {' and '.join(bad)} in its path, which the event lake cannot"
            " tell from an address or a pattern: move the checkout, or point PORTAL_VAR and"
            " LAKE_URL at folders without it."
        )
    return folder


def writable(folder: Path) -> Path:
    """`folder`, made if needed; refuses the start when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        refuse(
            f"The folder {folder} cannot be written ({error.strerror}): "
            "make it writable, or point PORTAL_VAR at one that is."
        )
    return folder


def in_apps(pattern: str) -> list[Path]:
    """The checkout's files that match `pattern` inside an app: merchants/..., portal/jobs/..."""
    return sorted([*CHECKOUT.glob(f"*/{pattern}"), *CHECKOUT.glob(f"*/*/{pattern}")])


def print_of(*files: Path) -> str:
    """A fingerprint of the checkout's `files`, of names and contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(CHECKOUT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def short(data: Path, kind: str, *, under: Path = _TMP) -> Path:
    """A short folder name for the files of `data`: socket paths must stay below 107 bytes."""
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    return under / f"notelink-{os.geteuid()}-{digest}-{kind}"


def private(folder: Path, owner: int) -> Path:
    """`folder`, made if needed, closed to everyone but `owner` (a uid); refuses somebody else's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holder = folder.stat().st_uid
        if holder not in (owner, os.geteuid()):
            refuse(f"The folder {folder} belongs to another user: remove it and start again.")
        folder.chmod(0o700)
        if holder != owner:
            os.chown(folder, owner, -1)
    except OSError as error:
        refuse(f"The folder {folder} cannot be used: {error.strerror}.")
    return folder

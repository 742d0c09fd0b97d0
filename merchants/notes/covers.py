"""Covers of notes: pictures that the community hands over as files; none is fetched."""

import hashlib
from dataclasses import dataclass

from django.core.files import File
from django.core.files.storage import default_storage

from merchants.notes.models import COVERS, Note
from portal.uploads.keeping import LEFT_SECONDS, age_of, keep
from portal.uploads.kinds import PICTURES, Kind
from portal.uploads.reading import read_picture

# Twice as wide as any page shows it.
MOST_SIDE = 960
# What is younger may be shown by a feed that goes on as long, long before it would be swept.
FRESH_SECONDS = LEFT_SECONDS / 3


@dataclass(frozen=True)
class Cover:
    """A picture by the SHA-256 (hex) of what was sent, and the name under which it is kept.

    Without a name it is the one that the note has; without a digest the note has no cover.
    """

    digest: str = ""
    name: str = ""


NONE = Cover()


def take_in(sent: "File[bytes]", *, known: str | None = None) -> Cover:
    """Open the picture and keep it, before any row owns it: what no note takes is swept.

    One whose digest is `known`, that of the note's cover, is not opened again, nor one that was
    kept a short while ago: it has its name from its digest. Raises Refusal for what is no picture,
    or too large a one.
    """
    sent.seek(0)
    digest = hashlib.file_digest(sent, "sha256").hexdigest()
    if digest == known:
        return Cover(digest)
    for kind in sorted(PICTURES):
        if _is_there(name := f"{COVERS}/{digest}{kind}", kind):
            return Cover(digest, name)
    opened = read_picture(sent, most_side=MOST_SIDE, field="cover")
    # Beside an old one that has its name, which may be swept meanwhile, it gets another.
    return Cover(digest, default_storage.save(f"{COVERS}/{digest}{opened.kind}", opened.file()))


def _is_there(name: str, kind: Kind) -> bool:
    """Whether it was kept a short while ago, to its end: whoever wrote it may have been killed."""
    age = age_of(default_storage, name)
    if age is None or age > FRESH_SECONDS:
        return False
    with default_storage.open(name) as kept:
        content = kept.read()
    if kind == Kind.WEBP:
        return int.from_bytes(content[4:8], "little") + 8 == len(content)
    return bool(content.endswith((b"\xff\xd9", b"IEND\xaeB`\x82")))


def announce() -> None:
    keep("covers", lambda: default_storage, _shown, below=COVERS)


def _shown(names: list[str]) -> set[str]:
    return set(Note.objects.filter(cover__in=names).values_list("cover", flat=True))

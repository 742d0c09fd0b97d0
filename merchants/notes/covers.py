"""Covers of notes: pictures that the community hands over as files; none is fetched."""

import hashlib
from dataclasses import dataclass

from django.core.files import File
from django.core.files.storage import default_storage

from merchants.notes.models import COVERS, Note, cover_path
from portal.uploads.keeping import keep
from portal.uploads.reading import read_picture

# Twice as wide as any page shows it.
MOST_SIDE = 960


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

    One whose digest is `known`, that of the note's cover, is not opened again. Raises Refusal for
    what is no picture, or too large a one.
    """
    sent.seek(0)
    digest = hashlib.file_digest(sent, "sha256").hexdigest()
    if digest == known:
        return Cover(digest)
    kept = read_picture(sent, most_side=MOST_SIDE, field="cover").file()
    return Cover(digest, default_storage.save(cover_path(None, str(kept.name)), kept))


def announce() -> None:
    keep("covers", lambda: default_storage, _shown, below=COVERS)


def _shown(names: list[str]) -> set[str]:
    return set(Note.objects.filter(cover__in=names).values_list("cover", flat=True))

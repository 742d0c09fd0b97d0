"""The kinds of files that are taken, each with the type and suffix that we give it."""

from enum import StrEnum
from pathlib import PurePath


class Kind(StrEnum):
    """A kind of file; its value is its suffix."""

    PDF = ".pdf"
    JPEG = ".jpg"
    PNG = ".png"
    WEBP = ".webp"

    @property
    def content_type(self) -> str:
        return _TYPES[self]


_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
}


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})


def kind_of(stored_name: str) -> Kind | None:
    """The kind of a file that we named; None for what was stored under another suffix."""
    suffix = PurePath(stored_name).suffix
    return Kind(suffix) if suffix in set(Kind) else None


def shown_name(file_name: str) -> str:
    """A file's own name as text for a page: no folders, nothing invisible, at most 200 letters.

    The end is kept, with the suffix. It names no file of ours, neither on disk nor in an answer.
    """
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "?"

"""Documents people hand in: what they really are, told by their first bytes."""

from django.core.files import File
from django.utils.translation import gettext as _

from portal.refusals import Refusal

MAX_BYTES = 10 * 1024 * 1024
_MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


def content_type(stream: "File[bytes]") -> str:
    """The type of a PDF, PNG or JPEG file by its first bytes, "" for anything else."""
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")


def check(document: "File[bytes]") -> None:
    """Raises Refusal unless `document` is a PDF, PNG or JPEG of at most 10 MB."""
    if not document.size:
        raise Refusal(_("The file is empty."), field="document")
    if document.size > MAX_BYTES:
        raise Refusal(_("The file is larger than 10 MB."), field="document")
    if not content_type(document):
        raise Refusal(_("Hand in a PDF, PNG or JPEG file."), field="document")

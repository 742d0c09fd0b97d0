"""PDF files, opened by a real parser. Runs in the child process only."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import pikepdf

from portal.uploads.faults import MOST_OBJECTS, MOST_PAGES, BadUpload, Fault

# What a reader would run, send or fetch. Plain links (/URI) and jumps inside (/GoTo) are left.
_ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToR", "/GoToE",
    "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView",
})  # fmt: skip
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent"})
_FILE_KEYS = frozenset({"/EF", "/EmbeddedFiles"})
# How a PDF ends. What stands behind that is another file, a web page or an archive, stuck to it.
_END = re.compile(rb"startxref\s+\d+\s+%%EOF[\s\0]*\Z")
_END_BYTES = 2048
# An object that holds others without naming them; the parser itself allows 500.
_MOST_DEPTH = 500


def check(content: bytes) -> None:
    """Raises BadUpload unless the PDF opens as it is, is only to be read, and is not too long."""
    if not _END.search(content[-_END_BYTES:]):
        raise BadUpload(Fault.DAMAGED)
    try:
        # No repair: what is handed in is what another reader opens.
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            _check(pdf)
    except pikepdf.PasswordError as error:
        raise BadUpload(Fault.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, KeyError) as error:
        raise BadUpload(Fault.DAMAGED) from error


def _check(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise BadUpload(Fault.ENCRYPTED)
    if len(pdf.objects) > MOST_OBJECTS:
        raise BadUpload(Fault.TOO_MUCH_WORK)
    for held in _everything(pdf):
        keys = set(held.keys())
        if keys & _ACTIVE_KEYS or (_is_action(held) and str(held.get("/S")) in _ACTIONS):
            raise BadUpload(Fault.ACTIVE)
        if keys & _FILE_KEYS or held.get("/Type") == pikepdf.Name.EmbeddedFile:
            raise BadUpload(Fault.ATTACHMENTS)
    if not len(pdf.pages):
        raise BadUpload(Fault.NO_PAGE)
    if len(pdf.pages) > MOST_PAGES:
        raise BadUpload(Fault.TOO_LONG)
    for page in pdf.pages:
        if not isinstance(page.obj, pikepdf.Dictionary) or page.mediabox is None:
            raise BadUpload(Fault.DAMAGED)


def _is_action(held: pikepdf.Object) -> bool:
    return isinstance(held.get("/S"), pikepdf.Name)


def _everything(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, also those that no page leads to and those within others."""
    roots = [pdf.trailer, *islice(iter(pdf.objects), MOST_OBJECTS)]
    waiting = [(root, 0) for root in reversed(roots)]
    seen = 0
    while waiting:
        held, depth = waiting.pop()
        seen += 1
        if depth > _MOST_DEPTH or seen > 10 * MOST_OBJECTS:
            raise BadUpload(Fault.TOO_MUCH_WORK)
        if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
            yield held
            parts = [held.get(key) for key in held.keys()]  # noqa: SIM118  (not a Python dict)
        elif isinstance(held, pikepdf.Array):
            parts = list(held)
        else:
            continue
        # What is an object of its own is among the roots.
        waiting += [
            (part, depth + 1)
            for part in parts
            if isinstance(part, pikepdf.Object) and not part.is_indirect
        ]

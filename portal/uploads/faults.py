"""Why a file is not taken, as codes that a child process can say and sentences for people."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

MOST_BYTES = 10 << 20
MOST_PIXELS = 40_000_000
MOST_PAGES = 500
MOST_OBJECTS = 100_000


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    ATTACHMENTS = "attachments"
    NO_PAGE = "no_page"
    TOO_LONG = "too_long"
    TOO_MANY_PIXELS = "too_many_pixels"
    MOVING = "moving"
    TOO_MUCH_WORK = "too_much_work"
    BUSY = "busy"
    NO_PICTURE = "no_picture"


SENTENCES = {
    Fault.EMPTY: _("The file is empty."),
    Fault.TOO_LARGE: _("The file is larger than 10 MB."),
    Fault.UNKNOWN: _("Hand in a PDF, PNG, JPEG or WebP file."),
    Fault.DAMAGED: _("The file is damaged or cut off. Save it again and hand it in once more."),
    Fault.ENCRYPTED: _("The PDF is encrypted. Save it without a password and without protection."),
    Fault.ACTIVE: _(
        "The PDF holds a script, a form or an action. Print it to a new PDF and hand that in."
    ),
    Fault.ATTACHMENTS: _(
        "The PDF holds other files. Hand in each document by itself, without attachments."
    ),
    Fault.NO_PAGE: _("The PDF has no page."),
    Fault.TOO_LONG: _("The PDF has more than 500 pages. Hand in only those that matter."),
    Fault.TOO_MANY_PIXELS: _("The picture has more than 40 million pixels. Save a smaller one."),
    Fault.MOVING: _("The picture moves. Save it as a single picture."),
    Fault.TOO_MUCH_WORK: _(
        "Reading the file takes more time or memory than a file may have. Save a simpler one."
    ),
    Fault.BUSY: _("Other files are being read just now. Hand yours in again in a minute."),
    Fault.NO_PICTURE: _("This is no picture: PNG, JPEG or WebP."),
}


class BadUpload(Exception):
    """The file cannot be taken, for one of the faults."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

"""Pictures, decoded and written anew. Runs in the child process only."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from portal.uploads.faults import MOST_BYTES, MOST_PIXELS, BadUpload, Fault
from portal.uploads.kinds import Kind

# Pillow's own names; MPO is what telephones write: a JPEG with a second one behind it.
_KINDS = {"JPEG": Kind.JPEG, "MPO": Kind.JPEG, "PNG": Kind.PNG, "WEBP": Kind.WEBP}
_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}
_OPTIONS: dict[Kind, dict[str, Any]] = {
    Kind.JPEG: {"quality": 92, "optimize": True},
    Kind.PNG: {},
    Kind.WEBP: {"quality": 92},
}
# Our own bound is asked of the header, before a pixel is read.
Image.MAX_IMAGE_PIXELS = None


def rewritten(content: bytes, most_side: int | None = None) -> tuple[Kind, bytes]:
    """The picture upright, with nothing in it but its pixels, made smaller where a side has more
    than `most_side`. Raises BadUpload."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            kind = _KINDS[str(opened.format)]
            if opened.width * opened.height > MOST_PIXELS:
                raise BadUpload(Fault.TOO_MANY_PIXELS)
            if kind is not Kind.JPEG and getattr(opened, "n_frames", 1) > 1:
                raise BadUpload(Fault.MOVING)
            # A copy, so all of it is read here.
            picture = ImageOps.exif_transpose(opened)
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, EOFError) as error:
        raise BadUpload(Fault.DAMAGED) from error
    plain = picture.convert(_mode(picture, kind))
    # Comments, places, cameras, profiles: a writer would copy some of it.
    plain.info = {}
    if most_side is not None:
        plain.thumbnail((most_side, most_side))
    written = BytesIO()
    plain.save(written, _FORMATS[kind], **_OPTIONS[kind])
    if written.tell() > 2 * MOST_BYTES:
        raise BadUpload(Fault.TOO_LARGE)
    return kind, written.getvalue()


def _mode(picture: Image.Image, kind: Kind) -> str:
    """Grey stays grey; what lets light through keeps that where the kind can."""
    if picture.mode in ("1", "L"):
        return "L"
    return "RGBA" if kind is not Kind.JPEG and picture.has_transparency_data else "RGB"

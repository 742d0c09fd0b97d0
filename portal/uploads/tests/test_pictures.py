"""Pictures are decoded and written anew: what is not seen is not kept."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from portal.uploads.faults import MOST_PIXELS, Fault
from portal.uploads.kinds import Kind
from portal.uploads.reading import Upload, UploadRefused, read
from tests.papers import picture

SECRET = b"N31.2304,E121.4737"


def taken(content: bytes, name: str = "a.png") -> Upload:
    return read(SimpleUploadedFile(name, content), field="document")


def fault(content: bytes) -> Fault:
    with pytest.raises(UploadRefused) as refused:
        taken(content)
    return refused.value.fault


@pytest.mark.parametrize("kind", list(Kind)[1:])
def test_a_picture_keeps_its_kind_and_its_pixels_whatever_it_is_called(kind: Kind) -> None:
    upload = taken(picture(kind.name), "evil.html")
    assert upload.kind is kind
    assert upload.file().name == f"file{kind}"
    with Image.open(BytesIO(upload.content)) as kept:
        assert (kept.format, kept.size) == (kind.name, (40, 30))
        red, _green, blue = kept.convert("RGB").getpixel((5, 15))  # type: ignore[misc]
        assert red > 200 > 50 > blue


@pytest.mark.parametrize("kind", list(Kind)[1:])
def test_places_cameras_and_comments_are_not_kept(kind: Kind) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Where", SECRET.decode())
    more: Any = {"exif": exif, "comment": SECRET, "xmp": SECRET, "icc_profile": SECRET}
    content = picture(kind.name, pnginfo=text, **more) + SECRET
    assert content.count(SECRET) > 2
    assert SECRET not in taken(content).content


def test_a_picture_taken_upside_down_is_kept_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(BytesIO(taken(picture("JPEG", exif=exif)).content)) as kept:
        assert kept.size == (30, 40)
        assert not kept.getexif()


def test_what_lets_light_through_still_does() -> None:
    written = BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 40)).save(written, "PNG")
    with Image.open(BytesIO(taken(written.getvalue()).content)) as kept:
        assert kept.getpixel((0, 0)) == (1, 2, 3, 40)


def test_more_pixels_than_a_picture_may_have_are_not_decoded() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    assert fault(bomb) is Fault.TOO_MANY_PIXELS
    just = Image.new("1", (MOST_PIXELS // 8000 + 1, 8000))
    written = BytesIO()
    just.save(written, "PNG")
    assert fault(written.getvalue()) is Fault.TOO_MANY_PIXELS


def test_a_picture_that_moves_is_refused() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    for kind in ("PNG", "WEBP"):
        written = BytesIO()
        frames[0].save(written, kind, save_all=True, append_images=frames[1:])
        assert fault(written.getvalue()) is Fault.MOVING


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff and anything",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"RIFF\x00\x00\x00\x00WEBP",
        picture("PNG", (300, 300))[:300],
        picture("JPEG", (300, 300))[:900],
    ],
)
def test_a_broken_one_is_refused(content: bytes) -> None:
    assert fault(content) is Fault.DAMAGED


@pytest.mark.parametrize(
    "content", [picture("GIF"), picture("BMP"), b"<svg/>", b"PK\x03\x04", b"MZ"]
)
def test_other_kinds_are_refused(content: bytes) -> None:
    assert fault(content) is Fault.UNKNOWN

"""PDF files are opened by a parser, and what is more than pages is refused with its reason."""

import zlib
from collections.abc import Callable

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Encryption, Name, Stream, String

from portal.uploads.faults import MOST_BYTES, Fault
from portal.uploads.kinds import Kind
from portal.uploads.reading import UploadRefused, read
from tests.papers import PDF, action, pdf

Prepare = Callable[[pikepdf.Pdf], object]


def fault(content: bytes) -> Fault:
    """Why the file is refused."""
    with pytest.raises(UploadRefused) as refused:
        read(SimpleUploadedFile("a.pdf", content), field="document")
    assert refused.value.field == "document"
    return refused.value.fault


def test_a_pdf_is_kept_as_it_is() -> None:
    upload = read(SimpleUploadedFile("我的 licence.html", PDF), field="document")
    assert (upload.kind, upload.content) == (Kind.PDF, PDF)
    assert (upload.name, upload.file().name) == ("我的 licence.html", "file.pdf")


def test_links_and_forms_without_scripts_are_taken() -> None:
    def prepare(made: pikepdf.Pdf) -> None:
        link = Dictionary(Subtype=Name.Link, A=action("URI", URI=String("https://example.com")))
        made.pages[0].Annots = Array([link])
        made.Root.OpenAction = action("GoTo", D=Array([made.pages[0].obj, Name.Fit]))

    assert read(SimpleUploadedFile("a.pdf", pdf(prepare)), field="document").kind is Kind.PDF


def on_opening(kind: str) -> Prepare:
    def prepare(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = action(kind, JS=String("app.alert(1)")) if kind else Dictionary()

    return prepare


def behind_a_chain(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = action("URI", Next=Array([action("URI", Next=action("Launch"))]))


def of_a_page(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.AA = Dictionary(O=action("URI"))


def in_no_page(made: pikepdf.Pdf) -> None:
    made.Root.Spare = made.make_indirect(action("SubmitForm"))


def of_a_form(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(XFA=String("<xdp/>"))


@pytest.mark.parametrize(
    "prepare",
    [
        on_opening("JavaScript"),
        on_opening("Launch"),
        behind_a_chain,
        of_a_page,
        in_no_page,
        of_a_form,
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_what_a_reader_would_run_is_refused_wherever_it_stands(
    prepare: Prepare, packed: bool
) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    content = pdf(prepare, object_stream_mode=mode)
    assert fault(content) is Fault.ACTIVE


def test_a_name_in_other_letters_is_the_same_name() -> None:
    content = pdf(on_opening("JavaScript__"), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    content = content.replace(b"/JavaScript__", b"/Jav#61Script").replace(b"/JS", b"/JT")
    assert content.count(b"/Jav#61Script") == 1
    assert fault(content) is Fault.ACTIVE


def test_files_inside_are_refused() -> None:
    def prepare(made: pikepdf.Pdf) -> None:
        made.attachments["virus.exe"] = b"MZ"

    assert fault(pdf(prepare)) is Fault.ATTACHMENTS

    def hidden(made: pikepdf.Pdf) -> None:
        made.Root.Spare = made.make_indirect(Stream(made, b"MZ", Type=Name.EmbeddedFile))

    assert fault(pdf(hidden)) is Fault.ATTACHMENTS


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_one_is_refused_with_and_without_a_password_to_read(user: str) -> None:
    content = pdf(encryption=Encryption(owner="owner", user=user))
    assert fault(content) is Fault.ENCRYPTED


@pytest.mark.parametrize(
    "content", [b"%PDF-", b"%PDF-1.7 and anything", PDF[: len(PDF) // 2], PDF[:-40]]
)
def test_a_broken_one_is_not_repaired(content: bytes) -> None:
    assert fault(content) is Fault.DAMAGED


@pytest.mark.parametrize(
    "behind", [b"<html><script>alert(1)</script>", b"PK\x03\x04", b"x\n%%EOF", b"<b>" * 2000]
)
def test_nothing_stands_behind_its_end(behind: bytes) -> None:
    assert fault(PDF + behind) is Fault.DAMAGED
    ended = SimpleUploadedFile("a.pdf", PDF + b"\r\n\0\n")
    assert read(ended, field="document").kind is Kind.PDF


def test_one_without_pages_and_one_with_too_many_are_refused() -> None:
    assert fault(pdf(lambda made: made.pages.remove(p=1))) is Fault.NO_PAGE
    many = pdf(lambda made: [made.add_blank_page() for _ in range(500)])
    assert fault(many) is Fault.TOO_LONG


def test_one_that_unpacks_to_gigabytes_is_refused() -> None:
    """Its objects stand in a stream that the parser has to unpack to know them."""
    content = pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate)
    begin = content.index(b"stream", content.index(b"/ObjStm")) + len(b"stream\n")
    packer = zlib.compressobj(1)
    first, again = [
        packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    ]
    bomb = first + again * 2000 + packer.flush()
    swollen = content[:begin] + bomb + content[content.index(b"endstream", begin) :]
    assert len(swollen) < MOST_BYTES
    assert fault(swollen) in (Fault.TOO_MUCH_WORK, Fault.DAMAGED)

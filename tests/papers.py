"""Files that people hand in: real ones, and real ones with something in them that is not taken."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image


def pdf(prepare: Callable[[pikepdf.Pdf], object] = lambda pdf: None, **how: Any) -> bytes:
    """A PDF of one empty page, after `prepare` has put something into it."""
    made, written = pikepdf.new(), BytesIO()
    made.add_blank_page()
    prepare(made)
    made.save(written, **how)
    return written.getvalue()


def picture(format_name: str, size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    """A picture that is red at its left and blue at its right."""
    made, written = Image.new("RGB", size, "blue"), BytesIO()
    made.paste("red", (0, 0, size[0] // 2, size[1]))
    made.save(written, format_name, **how)
    return written.getvalue()


def action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **more)


PDF, PNG = pdf(deterministic_id=True), picture("PNG")

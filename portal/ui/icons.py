"""Icons of @tabler/icons, inlined into pages as SVG."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = settings.BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"


@cache
def svg(name: str, css: str = "") -> SafeString:
    """The icon `name` as an inline SVG with the extra classes `css`.

    Raises FileNotFoundError for a name the package does not have.
    """
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"'
        ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
        ' stroke-linejoin="round" class="icon {}" aria-hidden="true" focusable="false">{}</svg>',
        css,
        _shapes(name),
    )


@cache
def _shapes(name: str) -> SafeString:
    """What is inside the package's <svg> element, without the invisible background square."""
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    inner = text[text.index(">", text.index("<svg")) + 1 : text.index("</svg>")]
    shapes = re.sub(r'<path stroke="none"[^>]*/>', "", inner)
    return mark_safe(" ".join(shapes.split()))  # noqa: S308 - files of our own package

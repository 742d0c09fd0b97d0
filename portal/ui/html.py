"""HTML made of parts, for what a page has hundreds of."""

from html import escape
from typing import Any


def escaped(text: Any) -> str:
    """`text` for HTML; what is HTML already stays. Django's own asks first whether it is to be
    translated later, which takes longer than the rest."""
    return text.__html__() if hasattr(text, "__html__") else escape(str(text))

"""Texts that people type and paste, as they mean them: one cleaning for forms, files, search, keys.

What cannot be seen goes (zero width, marks of direction, soft hyphens, byte order marks), every
white space is a blank, and letters and digits have one width. ADR 0083.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# As one writes them in Chinese; others would read a changed text.
_CHINESE_MARKS = frozenset("，！？：；（）～…")
# “5²”, “™” and “①” say something else without their form.
_KEPT_FORMS = ("<super>", "<sub>", "<circle>")
# What is seen as nothing, though it is no mark of format: fillers, selectors of a form, joiners.
_FILLERS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef"
)
_UNSEEN = re.compile(f"[{_FILLERS}]")
# For engines that know classes of characters: what is seen as nothing, marks of format among it.
UNSEEN = rf"[\p{{Cf}}{_FILLERS}]"
_PICTURE = "[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
# Two of them shape pictures: ❤️ is a heart and a selector, a family is joined of people. A text that
# is split by it has what shapes at the odd places, everything between at the even ones.
_SHAPING = re.compile(
    f"((?<={_PICTURE})\ufe0f(?:\u200d(?={_PICTURE}))?|(?<={_PICTURE})\u200d(?={_PICTURE}))"
)
DASHES = "[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_DASHES = re.compile(DASHES)
# Where a search ends one word and begins the next; what ids hold (-._:/) is no end.
_BETWEEN_WORDS = re.compile(
    r"[\s，、。！？：；（）“”‘’《》〈〉「」『』【】〔〕…～,;!?()\[\]{}\"'|]+"
)


def line(text: str) -> str:
    """`text` on one line, as it is kept and shown: a name, a title, a reference."""
    return " ".join(_seen(text).split())


def prose(text: str) -> str:
    """`text` of several lines, as it is kept and shown: a reason, an answer."""
    return _lines(_seen(text))


def published(text: str) -> str:
    """`text` of several lines that is published elsewhere already: each letter in its own form, as
    its readers see it. It is never longer than `text`."""
    kept = _with_shapes(text, _in_its_form)
    return _lines(min(unicodedata.normalize("NFC", kept), kept, key=len))


def _lines(text: str) -> str:
    return "\n".join(" ".join(each.split()) for each in text.splitlines()).strip()


def identifier(text: str) -> str:
    """An id that somebody typed: without blanks, its dashes hyphens, its case as it was."""
    bare = "".join(unicodedata.normalize("NFKC", _seen(text)).split())
    return _DASHES.sub("-", unicodedata.normalize("NFKC", bare))


def key(text: str) -> str:
    """What two writings of the same typed id have in common: the identifier, case folded."""
    return unicodedata.normalize("NFKC", _without_shapes(identifier(text), _one_width).casefold())


def words(text: str) -> list[str]:
    """The words of a search, each to be found wherever it stands; none for marks alone."""
    return [word for word in _BETWEEN_WORDS.split(line(text)) if word]


def _seen(text: str) -> str:
    """`text` without what nobody sees, in one width."""
    return unicodedata.normalize("NFC", _with_shapes(text, _one_width))


def _with_shapes(text: str, each: Callable[[str], str]) -> str:
    return "".join(
        part if at % 2 else _without_shapes(part, each)
        for at, part in enumerate(_SHAPING.split(text))
    )


def _without_shapes(text: str, each: Callable[[str], str]) -> str:
    return "".join(map(each, _UNSEEN.sub("", text)))


def _in_its_form(character: str) -> str:
    """Nothing for marks of format, controls, and halves of characters that no database keeps."""
    is_seen = unicodedata.category(character) not in ("Cf", "Cc", "Cs")
    return character if is_seen or character.isspace() else ""


@lru_cache(maxsize=4096)
def _one_width(character: str) -> str:
    if character.isspace():
        return character
    if not _in_its_form(character):
        return ""
    form = unicodedata.decomposition(character)
    if not form.startswith("<") or character in _CHINESE_MARKS or form.startswith(_KEPT_FORMS):
        return character
    folded = unicodedata.normalize("NFKC", character)
    # Accents that stand alone would become a blank and an accent on it.
    return character if folded.startswith(" ") else folded

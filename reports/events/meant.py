"""Values of files as people mean them, whole columns at once. ADR 0083.

An id is the one that `portal.meaning.identifier` makes of it in forms, so that the same id is the
same in a file and in the portal, in any container. Three things differ: a blank inside stays, a
control character inside stays, for which the row is quarantined, and what a spreadsheet puts around
a value so that it stays text goes (a tab, `'123`, `="123"`). Rows of the lake that came before
files were cleaned have their ids as they were sent, and are not recognised by a clean one.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from portal import meaning
from reports.events.contract import MAX_TEXT_BYTES

# Printable ASCII without a blank means itself, unless a guard may begin with it.
_ODD = "[^!-~]|^['=]"
_LEAST, _MOST = ord("!"), ord("~")
_GUARDS = b"'="
_FORMULA = r'^="([^"]*)"$'
_APOSTROPHE = r"^'+"


def meant(text: pa.Array) -> pa.Array:
    """A column of strings, cleaned; what is too long for any rule stays as it is."""
    if not _may_be_odd(text):
        return text
    odd = pc.and_(
        pc.match_substring_regex(text, _ODD),
        pc.less_equal(pc.binary_length(text), MAX_TEXT_BYTES),
    )
    odd = pc.fill_null(odd, False)
    if not pc.any(odd).as_py():
        return text
    found = text.filter(odd).dictionary_encode()
    return pc.replace_with_mask(text, odd, _clean(found.dictionary).take(found.indices))


def letters(text: pa.Array) -> npt.NDArray[np.uint8]:
    """Every byte that the strings hold, and perhaps more: to see quickly what none of them has."""
    values = text.buffers()[2]
    return np.frombuffer(b"" if values is None else values, np.uint8)


def _clean(values: pa.Array) -> pa.Array:
    one_width = pc.utf8_normalize(values, "NFKC")
    seen = pc.replace_substring_regex(one_width, meaning.UNSEEN, "")
    hyphened = pc.replace_substring_regex(seen, meaning.DASHES, "-")
    # What stood between a letter and its accent is gone.
    bare = pc.utf8_trim_whitespace(pc.utf8_normalize(hyphened, "NFKC"))
    unwrapped = pc.replace_substring_regex(bare, _FORMULA, r"\1")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(unwrapped, _APOSTROPHE, ""))


def _may_be_odd(text: pa.Array) -> bool:
    found = letters(text)
    outside = (found < _LEAST) | (found > _MOST)
    return bool(outside.any() or any((found == guard).any() for guard in _GUARDS))

"""Values of files as people mean them, whole columns at once. ADR 0083.

An id is the one that `portal.meaning.identifier` makes of it in forms, so that the same id is the
same in a file and in the portal, in any container. Two things differ: a blank inside stays, and a
control character inside stays, for which the row is quarantined. Rows of the lake that came before
files were cleaned have their ids as they were sent, and are not recognised by a clean one.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portal import meaning
from reports.events.contract import MAX_TEXT_BYTES

# Printable ASCII without a blank means itself.
_ODD = "[^!-~]"
_LEAST, _MOST = ord("!"), ord("~")


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


def _clean(values: pa.Array) -> pa.Array:
    one_width = pc.utf8_normalize(values, "NFKC")
    seen = pc.replace_substring_regex(one_width, meaning.UNSEEN, "")
    hyphened = pc.replace_substring_regex(seen, meaning.DASHES, "-")
    # What stood between a letter and its accent is gone.
    return pc.utf8_trim_whitespace(pc.utf8_normalize(hyphened, "NFKC"))


def _may_be_odd(text: pa.Array) -> bool:
    values = text.buffers()[2]
    if values is None:
        return False
    numbers = np.frombuffer(values, np.uint8)
    return bool(((numbers < _LEAST) | (numbers > _MOST)).any())

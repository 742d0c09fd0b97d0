"""Click ids that we signed: one is one click, whichever way it came (ADR 0114).

`signed` marks such a row in the lake: 1 where our own links brought it, 2 where somebody else did,
who was handed the id by our link. Readers count a row marked 2 where there is no other.
"""

import pyarrow as pa
import pyarrow.compute as pc

from merchants.links.signatures import value_of

BY_US, BY_OTHERS = 1, 2
SIGNED = pa.int8()
_KINDS = pa.array(["click", "repeated_click", "machine_click"])
# `merchants.links.click_ids` makes no other.
_FORM = r"^[0-9a-f]{32}\.[0-9a-f]{32}$"


def marks(table: pa.Table, *, key: bytes, is_ours: bool) -> pa.Array:
    """The marks of accepted touchpoints; null for what is no click of ours."""
    maybe = pc.is_in(table["kind"], _KINDS)
    if pc.any(maybe).as_py():
        maybe = pc.and_(maybe, pc.match_substring_regex(table["event_id"], _FORM))
    rows = pc.indices_nonzero(maybe)
    ids = table["event_id"].take(rows).to_pylist()
    mark = BY_US if is_ours else BY_OTHERS
    found = [mark if value_of(key, "click", each) else None for each in ids]
    marked = pa.nulls(len(table), SIGNED)
    if not ids:
        return marked
    return pc.replace_with_mask(marked, maybe.combine_chunks(), pa.array(found, SIGNED))

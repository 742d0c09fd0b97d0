"""Click ids that we signed: one is one click, whichever way it came (ADR 0114).

`signed` marks such a row in the lake: 1 where our own links brought it, 2 where somebody else did,
who was handed the id by our link. Readers count a row marked 2 where there is no other.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from merchants.links.signatures import value_of

BY_US, BY_OTHERS = 1, 2
SIGNED = pa.int8()
_KINDS = pa.array(["click", "repeated_click", "machine_click"])
# `merchants.links.click_ids` makes no other.
_FORM = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{32}$")
_BYTES = 65


def marks(table: pa.Table, *, key: bytes, is_ours: bool) -> pa.Array:
    """The marks of accepted touchpoints; null for what is no click of ours."""
    # Almost no other event has an id of this length, and only such ids are looked at.
    maybe = pc.fill_null(pc.equal(pc.binary_length(table["event_id"]), _BYTES), False)
    if not pc.any(maybe).as_py():
        return pa.nulls(len(table), SIGNED)
    maybe = pc.and_(maybe, pc.is_in(table["kind"], _KINDS))
    rows = pc.indices_nonzero(maybe)
    ids = table["event_id"].take(rows).to_pylist()
    mark = BY_US if is_ours else BY_OTHERS
    found = [mark if _FORM.match(each) and value_of(key, "click", each) else None for each in ids]
    marked = pa.nulls(len(table), SIGNED)
    if not ids:
        return marked
    return pc.replace_with_mask(marked, maybe.combine_chunks(), pa.array(found, SIGNED))

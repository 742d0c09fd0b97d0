"""The values of any column as the text a sender would write of them, whatever the container.

Text is what all containers can say, so the forms of text are the forms of every value: a JSON
number and a Parquet integer are the digits they are written with. Only what needs no reading
(instants, flags, numbers of Parquet) is taken as it is, by the rule of its column.
"""

import pyarrow as pa
import pyarrow.compute as pc

from reports.events.meant import meant

# What stands for a number with a fraction where an id is asked: a tool has made a number of the id,
# and nobody knows which digits it had.
DAMAGED_ID = "0E+0"


def decoded(sent: pa.Array) -> pa.Array:
    """The values themselves where a dictionary holds them."""
    return sent.dictionary_decode() if pa.types.is_dictionary(sent.type) else sent


def text_of(sent: pa.Array) -> pa.Array:
    """The values as text, as they are meant; empty text is nothing."""
    sent = meant(_written(sent))
    empty = pc.equal(pc.binary_length(sent), 0)
    if not pc.any(empty).as_py():
        return sent
    return pc.if_else(empty, pa.scalar(None, pa.string()), sent)


def id_of(sent: pa.Array) -> pa.Array:
    """The same of a column of ids: a whole number is its digits, any other is damaged."""
    if pa.types.is_floating(sent.type):
        return pc.if_else(pc.is_valid(sent), DAMAGED_ID, pa.scalar(None, pa.string()))
    if pa.types.is_decimal(sent.type):
        digits = pc.replace_substring_regex(_written(sent), r"\.0*$", "")
        return pc.if_else(pc.match_substring(digits, "."), DAMAGED_ID, digits)
    return text_of(sent)


def _written(sent: pa.Array) -> pa.Array:
    if sent.type == pa.string():
        return sent
    text = sent.cast(pa.string())
    if not pa.types.is_decimal(sent.type):
        return text
    # Arrow writes a decimal that is small for its digits in powers of ten: 0E-10.
    powers = pc.fill_null(pc.match_substring(text, "E"), False)
    if not pc.any(powers).as_py():
        return text
    plain = pa.array([f"{value:f}" for value in sent.filter(powers).to_pylist()], pa.string())
    return pc.replace_with_mask(text, powers, plain)

"""A chunk: some consecutive rows of a file, as they were sent."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reports.events.contract import Reason
from reports.events.unknown import Tally

# A quarantined row is shown up to this many characters.
MAX_RAW = 2000

Lines = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rejected:
    """A record that was not taken. `line` counts from 1; in Parquet it is the row."""

    line: int
    field: str
    reason: Reason
    raw: str


@dataclass
class Chunk:
    """`columns` are those of the contract that the file has, of one length with `lines`.

    `raw(i)` is what may be shown of the i-th row (`reports.events.privacy.shown`). `broken`
    records could not be cut into columns. `others` tells of the columns that are not ours.
    """

    lines: Lines
    columns: dict[str, pa.Array]
    raw: Callable[[int], str]
    broken: list[Rejected] = field(default_factory=list)
    others: dict[str, Tally] = field(default_factory=dict)

"""Which rows of a column something is true of."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]


def known(mask: pa.Array) -> Mask:
    """The mask as numpy; unknown is no."""
    certain: Mask = pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
    return certain


def spread(mask: Mask, over: Mask) -> Mask:
    """The mask of some rows as one of all: `over` says which rows these are."""
    whole = np.zeros(len(over), bool)
    whole[np.flatnonzero(over)[mask]] = True
    return whole

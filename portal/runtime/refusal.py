"""How a start is refused: one clear sentence on stderr and exit code 2, never a traceback."""

import sys
from typing import NoReturn

REFUSED = 2


def refuse(sentence: str) -> NoReturn:
    """End this process with `sentence`, which names what is wrong and what to do about it."""
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    raise SystemExit(REFUSED)

"""One more of everything: rows for lists that grow, made past the verbs and with all they name.

Each function takes the world of `tests/conftest.py` together with the cast, and a number that no
other row of its kind has. Whatever a row may point at, it points at, and at one of its own: a list
that looks these up row by row shows it in its queries.
"""

from datetime import timedelta
from typing import Any

World = dict[str, Any]
DAY = timedelta(days=1)
# What searches and filters find the new rows by.
WORD = "Grown"

"""What rooms above hear of a boost's money, inside the transaction that moved it."""

from django.dispatch import Signal

# The total that delivery cost is about to fall. Sent before counts and accounts are locked, so that
# a listener may lock what goes before them. Arguments: `sender`, Boost; `boost`, locked.
correcting = Signal()

# The total that delivery cost has changed. Arguments: `sender`, Boost; `boost`, locked, saved;
# `on`, the day it was told for, None when it is told for several; `before` and `after`, the totals
# (fen). A listener that raises fails the move.
captured = Signal()

# What a boost had left is back where it came from. Arguments: `sender`, Boost; `boost`, locked,
# saved.
settled = Signal()

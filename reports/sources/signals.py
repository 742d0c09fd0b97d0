"""What sources announce; rooms above subscribe in `AppConfig.ready`."""

from django.dispatch import Signal

# A batch is in the lake. Sent with `batch` and the business `days` of its rows, inside the
# transaction that says so: a listener that fails keeps the batch from being called committed, and
# its job tries again.
batch_committed = Signal()

# What is told of days is about to change otherwise than by facts: a source will send other kinds of
# events, or its data are suspended. Sent before the moment of the change is taken, inside its
# transaction: a listener that waits keeps an answer that was given out as of a moment from standing
# on either side of it.
knowledge_changes = Signal()

# Another ratio rules on some days of a source. Sent with `source`, `changes` (see regimes.Change)
# and the `act` that made them, inside its transaction.
regimes_changed = Signal()

# A source is about to close days: sent with `source`, `stores` (their ids; empty: all of its
# stores), `days` and the `batch` that says so, if any, inside the transaction that closes them.
days_close = Signal()

"""What sources announce; rooms above subscribe in `AppConfig.ready`."""

from django.dispatch import Signal

# A batch is in the lake. Sent with `batch` and the business `days` of its rows, inside the
# transaction that says so: a listener that fails keeps the batch from being called committed, and
# its job tries again.
batch_committed = Signal()

# A source is about to send other kinds of events than before. Sent with `source` before the moment
# is taken, inside the transaction that changes it: a listener that waits keeps an answer that was
# given out from standing on either side of that moment.
capability_changes = Signal()

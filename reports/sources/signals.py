"""What sources announce; rooms above subscribe in `AppConfig.ready`."""

from django.dispatch import Signal

# A batch is in the lake. Sent with `batch` and the business `days` of its rows, inside the
# transaction that says so: a listener that fails keeps the batch from being called committed, and
# its job tries again.
batch_committed = Signal()

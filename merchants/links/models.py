"""What links depend on has changed: a log that triggers of the database write."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models.functions import Now

KEPT = timedelta(days=1)
# Another text after each change of policy that is committed. Commits come in another order than
# numbers are given, so the highest number would not do.
STAMP = """
    SELECT concat(count(*), ' ', sum(transaction_id)) FROM merchants_linkchange
    WHERE listing_id IS NULL AND product_id IS NULL AND merchant_id IS NULL
"""


_OF_POLICY = models.Q(listing_id=None, product_id=None, merchant_id=None)


class ChangeQuerySet(models.QuerySet["Change"]):
    def forget(self) -> None:
        """Delete what is older than any copy that still follows the log.

        In place of changes of policy a new one is written: whoever has not asked since before them
        would meet the stamp that he knows, and go on by policy as it was.
        """
        old = self.filter(written_at__lt=Now() - KEPT)
        with transaction.atomic():
            _count, gone = old.filter(_OF_POLICY).delete()
            if gone:
                self.create(transaction_id=_ThisTransaction())
            old.delete()


class _ThisTransaction(models.Func):
    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class Change(models.Model):
    """A listing, a product or a merchant (its data, stores or applications) has changed, or policy.

    Written by triggers, so that no door is forgotten, in the transaction that changes:
    `transaction_id` is its number, which tells a reader what he could not see yet. Rows are kept
    for a day.
    """

    listing_id = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    merchant_id = models.BigIntegerField(null=True)
    transaction_id = models.BigIntegerField(db_index=True)
    written_at = models.DateTimeField(db_default=Now())

    objects = ChangeQuerySet.as_manager()

    class Meta:
        db_table = "merchants_linkchange"
        indexes = [
            models.Index(
                fields=["transaction_id"],
                condition=_OF_POLICY,
                name="linkchange_of_policy",
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.product_id} {self.merchant_id}"

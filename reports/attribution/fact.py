"""What every table of facts has."""

from django.db import models
from django.db.models import Q

from reports.attribution.groups import USER_GROUPS


class Fact(models.Model):
    """`on` is the business day (Asia/Shanghai) of the event that is counted.

    `row` numbers the facts of one report day. On sampled days they stand apart by `user_group`, a
    hash of the user, and count what was observed of `sampling_ratio` of the users; both are null
    where all users are there.
    """

    pk = models.CompositePrimaryKey("on", "report_day_id", "row")
    on = models.DateField()
    report_day_id = models.BigIntegerField()
    row = models.IntegerField()
    merchant_id = models.BigIntegerField()
    user_group = models.SmallIntegerField(null=True)
    sampling_ratio = models.DecimalField(max_digits=7, decimal_places=6, null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.on} #{self.report_day_id}.{self.row}"


def sampled(name: str) -> models.CheckConstraint:
    """The constraint of a table of facts: group and ratio stand together or not at all."""
    group = Q(user_group__isnull=False, user_group__gte=0, user_group__lt=USER_GROUPS)
    ratio = Q(sampling_ratio__isnull=False, sampling_ratio__gt=0, sampling_ratio__lt=1)
    return models.CheckConstraint(
        condition=Q(user_group=None, sampling_ratio=None) | (group & ratio), name=name
    )

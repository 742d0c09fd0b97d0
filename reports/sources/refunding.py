"""What may be done about refund periods: set one."""

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category
from portal import clock
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason
from portal.saving import save_or_refuse
from reports.sources.refunds import MOST_REFUND_DAYS, RefundPeriod
from reports.sources.signals import knowledge_changes


@transaction.atomic
def set_days(
    category: Category, *, days: int, reason: str, version: str | None = None, by: User
) -> RefundPeriod:
    """From now on orders of `category`, and of what lies in it, may be sent back for `days` days,
    0 to 180. What was answered before stays as of then.

    Raises Refusal for other days or without a reason, Outdated unless `version` is newest.
    """
    category = Category.objects.select_for_update(no_key=True).get(pk=category.pk)
    permissions.require(by, "source.manage")
    versions.require(category, version)
    if not 0 <= days <= MOST_REFUND_DAYS:
        raise Refusal(_("From 0 to %(most)s days.") % {"most": MOST_REFUND_DAYS}, field="days")
    last = RefundPeriod.objects.filter(category=category).newest_first().first()
    knowledge_changes.send(RefundPeriod)
    period = RefundPeriod(
        category=category,
        days=days,
        valid_from=clock.no_earlier_than(last.valid_from if last else None),
        set_by=by,
        reason=given_reason(reason),
    )
    save_or_refuse(period, field="days")
    audit.record(
        "category.refund_period_set",
        category,
        by=by,
        team=None,
        old={"refund_days": last.days if last else None},
        new={"refund_days": days},
        reason=period.reason,
    )
    return period

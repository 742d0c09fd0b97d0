"""Costs of a file: looked at first, then added; the same file twice adds nothing. ADR 0143."""

import hashlib

from django.db import transaction

from campaigns.costs import files
from campaigns.costs.judging import Verdict, judge
from campaigns.costs.models import Cost, CostFile
from campaigns.costs.verbs import entered
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.uploads.kinds import shown_name


def check(merchant: Merchant, data: bytes, *, by: User) -> Verdict:
    """What the file would add now; nothing is changed. Raises FileRefusal."""
    permissions.require(by, "cost.edit", merchant.team)
    return judge(files.read(data), merchant, by=by, moment=clock.now())


@transaction.atomic
def add(merchant: Merchant, data: bytes, *, file_name: str, by: User) -> Verdict:
    """Add the lines that are right and new; the others are told in the verdict. Raises FileRefusal.

    Judged is under the lock of the merchant: what somebody else has added meanwhile is there.
    """
    file = files.read(data)
    merchant = entered(merchant, by)
    moment = clock.now()
    verdict = judge(file, merchant, by=by, moment=moment)
    if not verdict.new:
        return verdict
    kept = CostFile.objects.create(
        merchant=merchant,
        name=shown_name(file_name),
        sha256=hashlib.sha256(data).hexdigest(),
        costs=len(verdict.new),
        amount_fen=verdict.new_fen,
        added_by=by,
        added_at=moment,
    )
    for cost in verdict.new:
        cost.file = kept
    Cost.objects.bulk_create(verdict.new, batch_size=1000)
    told = {
        "name": kept.name,
        "sha256": kept.sha256,
        "costs": kept.costs,
        "amount_fen": kept.amount_fen,
    }
    audit.record("costfile.added", kept, by=by, team=merchant.team, new=told)
    return verdict

"""What beat wakes: thin, the verbs do the work."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from campaigns.boosts import awarding, schedule
from campaigns.delivery import messages, settling
from campaigns.reconciling import proving
from campaigns.reconciling.models import Reconciliation
from campaigns.statements import closing
from portal.jobs.registry import Claim, job, scheduled


@scheduled("campaigns.tick", every=timedelta(minutes=1))
def tick() -> None:
    """Let the clock move the boosts. Those that cannot start keep no other from completing."""
    try:
        schedule.start_due()
    finally:
        schedule.complete_due()


@scheduled("campaigns.rounds", every=timedelta(minutes=5))
def rounds() -> None:
    """Divide funds whose round is over, and carry out what was divided."""
    awarding.look()


@scheduled("campaigns.settle", every=timedelta(minutes=1))
def settle() -> None:
    """Finish what ad servers sent and nobody answered, then settle boosts whose last hours are
    told. A message that cannot be carried out keeps no boost from being settled."""
    try:
        messages.finish_cut_off()
    finally:
        settling.settle_due()


@scheduled("campaigns.close_months", every=timedelta(minutes=10))
def close_months() -> None:
    """Close the months of merchants that are over."""
    closing.close_due()


@scheduled("campaigns.ask_to_reconcile", every=timedelta(hours=1))
def ask_to_reconcile() -> None:
    """Have the books proven once a business day."""
    proving.ask_daily()


@job(proving.KIND, label=_("Proving the books"), within=timedelta(hours=1))
def reconcile(claim: Claim, *, reconciliation_id: int) -> None:
    """Prove the books; again when it was cut off."""
    proving.prove(claim, Reconciliation.objects.get(pk=reconciliation_id))

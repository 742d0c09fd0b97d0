"""What beat wakes: thin, the verbs do the work."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from campaigns.boosts import awarding, schedule
from campaigns.closings import finding, nowhere
from campaigns.closings import verbs as closings
from campaigns.closings.models import Closing
from campaigns.delivery import announcing, messages, refusing, settling
from campaigns.delivery import idle as idling
from campaigns.fairness import turning
from campaigns.reconciling import proving
from campaigns.reconciling.models import Reconciliation
from campaigns.statements import closing
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.registry import Claim, job, scheduled

CLOSE = "campaigns.close"


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


@scheduled("campaigns.give", every=timedelta(minutes=1))
def give() -> None:
    """Give boosts that no ad server has to the one that is active."""
    announcing.give_waiting()


@scheduled("campaigns.idle", every=timedelta(minutes=10))
def idle() -> None:
    """Tell merchants of running boosts that spend nothing."""
    idling.tell_due()


@scheduled("campaigns.tell_refused", every=timedelta(minutes=10))
def tell_refused() -> None:
    """Tell both sides of refused spend that rose on a day that is over."""
    refusing.tell_rest()


@scheduled("campaigns.settle", every=timedelta(minutes=1))
def settle() -> None:
    """Finish what ad servers sent and nobody answered, then settle boosts whose last hours are
    told. A message that cannot be carried out keeps no boost from being settled."""
    try:
        messages.finish_cut_off()
    finally:
        settling.settle_due()


@scheduled("campaigns.let_go", every=timedelta(minutes=10))
def let_go() -> None:
    """Let go of old answers to ad servers."""
    messages.let_go()


@scheduled("campaigns.fairness", every=timedelta(hours=1))
def fairness() -> None:
    """Tell admins of funds whose small companies fall behind."""
    turning.look()


@scheduled("campaigns.close_months", every=timedelta(minutes=10))
def close_months() -> None:
    """Close the months of merchants that are over."""
    closing.close_due()


@scheduled("campaigns.ask_to_reconcile", every=timedelta(hours=1))
def ask_to_reconcile() -> None:
    """Have the books proven once a business day, and again when that failed."""
    proving.ask_daily()


@job(
    proving.KIND,
    label=_("Proving the books"),
    within=timedelta(hours=1),
    failed=proving.tell_failed,
)
def reconcile(claim: Claim, *, reconciliation_id: int) -> None:
    """Prove the books; again when it was cut off."""
    proving.prove(claim, Reconciliation.objects.get(pk=reconciliation_id))


@scheduled("campaigns.close_due", every=timedelta(minutes=1))
def close_due() -> None:
    """List the boosts of rules that closed, then ask for a job for each list that is not done,
    unless there is one. A rule that cannot be listed keeps no list from being worked on."""
    try:
        finding.find_due()
    finally:
        _ask_to_close()


@scheduled("campaigns.take_off", every=timedelta(minutes=5))
def take_off() -> None:
    """End boosts whose note leads nowhere any more. What a rule has closed is listed first."""
    try:
        close_due()
    finally:
        nowhere.look()


def _ask_to_close() -> None:
    asked = Job.objects.open().filter(kind=CLOSE).values_list("args__closing", flat=True)
    left = Closing.objects.filter(finished_at=None).exclude(pk__in=list(asked))
    for one in left.order_by("found_at"):
        queue.enqueue(CLOSE, args={"closing": one.pk}, keeps_trying=True)


@job(CLOSE, label=_("Ending the boosts of a closed category"), within=timedelta(hours=1))
def close(claim: Claim, *, closing: int) -> None:
    closings.carry_out(claim, Closing.objects.select_related("opening").get(pk=closing))

"""Boosts that wait for a round: collected at its cut-off, and carried out one by one. ADR 0147.

A boost with a part of a fund that grants in rounds is approved and waits, its own part set aside.
At the cut-off the fund is divided among all that wait; then each award is carried out in its own
transaction, so that a worker that dies in the middle leaves each whole, and the next look goes on.
Run as often as you like: what is done is left alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from campaigns.boosts import funding, lines, plans
from campaigns.boosts.asked import MIN_DAILY_BUDGET_FEN
from campaigns.boosts.awards import Award, AwardStatus, Cause, Why
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds import rounds
from campaigns.funds.companies import company_of
from campaigns.funds.models import Fund, FundWay, Round, RoundStatus
from campaigns.funds.takers import CapReached
from campaigns.ledger.transfers import NotEnough
from portal import clock
from portal.accounts import audit


def waits(boost: Boost) -> bool:
    """Whether a part of what `boost` asks for is granted in rounds."""
    return lines.of(boost).filter(fund__grants_by=FundWay.ROUNDS).exists()


def award_of(boost: Boost, asked: Iterable[FundingLine]) -> Award | None:
    """The newest of what rounds gave to `boost` as it was handed in last, whose lines are `asked`;
    None where it asks no fund that grants in rounds."""
    if not any(line.fund and line.fund.grants_by == FundWay.ROUNDS for line in asked):
        return None
    its = boost.awards.filter(submission=boost.submission)
    return its.select_related("round__fund").order_by("-pk").first()


def round_of(boost: Boost) -> Round | None:
    """The round that the approved `boost` waits for; None when it waits for none, or none is
    open."""
    if boost.status != BoostStatus.APPROVED:
        return None
    asked = Fund.objects.filter(pk__in=lines.of(boost).values("fund"))
    found = Round.objects.filter(fund__in=asked, status=RoundStatus.COLLECTING)
    return found.select_related("fund").order_by("pk").first()


def look() -> None:
    """Divide what is due, carry out what is divided, and send back what waited in vain."""
    # What is divided or called off already goes first: who waits on after that takes part at once.
    open_ = Award.objects.filter(status=AwardStatus.WAITING).order_by("pk")
    before = list(open_.values_list("pk", flat=True))
    failures = _each(before, apply)
    due = Round.objects.filter(status=RoundStatus.COLLECTING, cut_at__lte=clock.now())
    failures += _each(due.order_by("pk").values_list("pk", flat=True), allocate)
    failures += _each(open_.exclude(pk__in=before).values_list("pk", flat=True), apply)
    divided = Round.objects.filter(status=RoundStatus.ALLOCATED)
    failures += _each(divided.values_list("pk", flat=True), _finish)
    late = Boost.objects.filter(status=BoostStatus.APPROVED, ends_at__lte=clock.now())
    failures += _each(late.values_list("pk", flat=True), _send_back_late)
    if failures:
        raise ExceptionGroup("What rounds could not do", failures)


@transaction.atomic
def allocate(pk: int) -> None:
    """Divide the fund of round `pk` among the boosts that wait for it, if its moment has come."""
    round_ = Round.locked(pk)
    moment = clock.now()
    if round_.status != RoundStatus.COLLECTING or round_.cut_at > moment:
        return
    # What is approved but not committed yet waits for the next round. Nothing is locked: what a
    # boost gets is carried out under its own lock, and lapses where it does not wait any more.
    asked = list(waiting_for(round_.fund))
    given = rounds.close(
        round_,
        [rounds.Asked(line.pk, line.boost.merchant, line.amount_fen) for line in asked],
        at=moment,
    )
    reasons = _reasons(round_, asked, given)
    for line in asked:
        Award.objects.create(
            round=round_,
            boost=line.boost,
            submission=line.submission,
            asked_fen=line.amount_fen,
            awarded_fen=given[line.pk],
            why=reasons[line.pk],
        )


@transaction.atomic
def apply(pk: int) -> None:
    """Carry award `pk` out: its boost is scheduled with what it got, or comes back.

    One that does not wait any more, or whose money went away meanwhile, lapses: nothing moves.
    """
    boost = Boost.locked(Award.objects.values_list("boost_id", flat=True).get(pk=pk))
    award = Award.locked(pk)
    if award.status != AwardStatus.WAITING:
        return
    line = lines.of(boost).filter(fund=award.round.fund_id, account=None).first()
    is_waiting = boost.status == BoostStatus.APPROVED and boost.asking == award.submission
    if not is_waiting or line is None:
        award.come_to_nothing(Cause.GONE)
    elif cause := _comes_back(boost, award):
        award.come_to_nothing(cause)
        _send_back(boost)
    else:
        _grant(boost, award, line)


def _grant(boost: Boost, award: Award, line: FundingLine) -> None:
    """The budget shrinks by what the round did not give; then the boost goes its way."""
    try:
        with transaction.atomic():
            award.round.fund.hold_still()
            line.amount_fen = award.awarded_fen
            line.save(update_fields=["amount_fen"])
            boost.budget_fen -= award.asked_fen - award.awarded_fen
            boost.save(update_fields=["budget_fen"])
            funding.draw(boost)
    except (NotEnough, CapReached) as short:
        # Only when the fund's terms or money were changed after the cut-off: the boost waits on.
        boost.refresh_from_db()
        award.come_to_nothing(Cause.CAP if isinstance(short, CapReached) else Cause.SHORT)
        return
    award.move_to(AwardStatus.GRANTED, by=None)
    boost.schedule(by=None)


def _comes_back(boost: Boost, award: Award) -> Cause | None:
    """Why nobody would call it the boost that was asked for; None where it goes its way.

    Its round was called off, its days are over, it gets nothing of the fund, or less than a day's
    budget each day.
    """
    if award.why == Why.CALLED_OFF:
        return Cause.CALLED_OFF
    if boost.ends_at <= clock.now():
        return Cause.OVER
    left_fen = boost.budget_fen - (award.asked_fen - award.awarded_fen)
    least_fen = MIN_DAILY_BUDGET_FEN * boost.days
    return Cause.TOO_LITTLE if not award.awarded_fen or left_fen < least_fen else None


def _send_back(boost: Boost) -> None:
    boost.move_to(BoostStatus.RETURNED, by=None)
    funding.release(boost)
    plans.ask_again(boost)


@transaction.atomic
def _send_back_late(pk: int) -> None:
    boost = Boost.locked(pk)
    if boost.status != BoostStatus.APPROVED or boost.ends_at > clock.now():
        return
    if not boost.awards.filter(status=AwardStatus.WAITING).exists():
        # An act of its own says why: nobody's language is spoken here.
        audit.record("boost.late", boost, by=None, team=boost.audit_team())
        _send_back(boost)


@transaction.atomic
def _finish(pk: int) -> None:
    round_ = Round.locked(pk)
    if round_.status != RoundStatus.ALLOCATED:
        return
    if not round_.awards.filter(status=AwardStatus.WAITING).exists():
        round_.move_to(RoundStatus.APPLIED, by=None)


def waiting_for(fund: Fund) -> Iterable[FundingLine]:
    """The lines of approved boosts that ask `fund`, hold nothing of it yet, and have no award that
    is still to be carried out: those are of a round before."""
    decided = Award.objects.filter(boost=OuterRef("boost"), status=AwardStatus.WAITING)
    asked = FundingLine.objects.filter(
        ~Exists(decided), fund=fund, account=None, boost__status=BoostStatus.APPROVED
    ).select_related("boost__merchant")
    return [line for line in asked.order_by("pk") if line.submission == line.boost.asking]


def _reasons(round_: Round, asked: list[FundingLine], given: dict[int, int]) -> dict[int, Why]:
    """Why each line gets what it gets: all of it, all that its cap leaves, or a share."""
    by_merchant: dict[int, int] = defaultdict(int)
    by_company: dict[str, int] = defaultdict(int)
    for line in asked:
        by_merchant[line.boost.merchant_id] += given[line.pk]
        by_company[company_of(line.boost.merchant)] += given[line.pk]
    merchants = round_.inputs["merchants_left_fen"]
    companies = round_.inputs["companies_left_fen"]

    def reason(line: FundingLine) -> Why:
        merchant, company = line.boost.merchant_id, company_of(line.boost.merchant)
        if given[line.pk] == line.amount_fen:
            return Why.FULL
        of_merchant = merchants.get(str(merchant)) == by_merchant[merchant]
        is_capped = of_merchant or companies.get(company) == by_company[company]
        return Why.CAP if is_capped else Why.SHARED

    return {line.pk: reason(line) for line in asked}


def _each(keys: Iterable[int], act: Callable[[int], None]) -> list[Exception]:
    """Do `act` for each of `keys`; one that fails holds up no other."""
    failures: list[Exception] = []
    for pk in keys:
        try:
            act(pk)
        except Exception as failure:
            failure.add_note(f"{act.__name__} {pk}")
            failures.append(failure)
    return failures

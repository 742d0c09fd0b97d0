"""The money of a boost on its way: set aside, spent, given back, each line on its own accounts.

What the merchant pays himself is set aside when he submits; what a fund pays is asked for then, and
drawn at approval. Delivery captures from what is set aside, and settling gives back the rest. The
boost is locked by the caller; `ledger.move` locks the accounts after it, together. ADR 0135.
"""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Case, F, Q, Sum, Value, When, Window
from django.utils.translation import gettext as _

from campaigns.boosts import lines
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost
from campaigns.boosts.signals import captured, correcting, settled
from campaigns.funds import takers
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, Transfer, TransferQuerySet, TransferReason
from campaigns.ledger.transfers import Move
from portal.accounts import audit
from portal.words import yuan

# What boosts promise about money; `manage.py ledger verify` proves it with the ledger's own.
PROMISES = Path(__file__).parent / "promises.sql"
COUNTS = Path(__file__).parent / "counts.sql"


@transaction.atomic
def hold(boost: Boost) -> None:
    """Set aside what the merchant of the locked `boost` pays himself of the current submission.

    Raises NotEnough, naming the missing amount and the field, when the wallet falls short.
    """
    own = [line for line in lines.of(boost) if line.fund is None]
    try:
        ledger.move([_put(boost, line, "hold") for line in own])
    except ledger.NotEnough as short:
        raise ledger.NotEnough(
            _("Your wallet lacks %(missing)s for this budget. Pay in or lower the budget.")
            % {"missing": yuan(short.missing_fen)},
            missing_fen=short.missing_fen,
            field="budget",
        ) from short
    _hold_more(boost, own)


@transaction.atomic
def draw(boost: Boost) -> None:
    """Fix the order in which the lines of the locked `boost` pay, and set aside what funds pay.

    Raises NotEnough, naming the fund, when it cannot pay its part now, and takers.CapReached when
    the merchant would have too much of it. The funds are held still.
    """
    ordered = lines.order(lines.of(boost))
    for place, line in enumerate(ordered, start=1):
        line.place = place
        line.save(update_fields=["place"])
    granted = [line for line in ordered if line.fund]
    _count(boost, {line: line.amount_fen for line in granted})
    try:
        ledger.move([_put(boost, line, "draw") for line in granted])
    except ledger.NotEnough as short:
        line = granted[short.place]
        raise ledger.NotEnough(
            _("“%(fund)s” cannot grant %(amount)s now. It lacks %(missing)s.")
            % {
                "fund": line.fund,
                "amount": yuan(line.amount_fen),
                "missing": yuan(short.missing_fen),
            },
            missing_fen=short.missing_fen,
            field="grant",
        ) from short
    _hold_more(boost, granted)


@transaction.atomic
def capture_to(boost: Boost, total_fen: int, *, on: date | None = None) -> None:
    """Let delivery have cost the locked `boost` `total_fen` in all, more or less than until now.

    Told again, nothing moves. What it has cost less goes back to the line that paid last, and from
    there, once the boost is settled, to where it came from. Raises ValueError for more than is set
    aside: who counts delivery refuses that part before. `on`: see `signals.captured`.
    """
    if not 0 <= total_fen <= boost.held_fen:
        raise ValueError(f"boost {boost.pk}: {total_fen} fen of {boost.held_fen} fen")
    before_fen = boost.captured_fen
    if total_fen == before_fen:
        return
    if total_fen < before_fen:
        correcting.send(Boost, boost=boost)
    boost.captures += 1
    ordered = list(lines.of(boost))
    was, now = lines.paid(ordered, before_fen), lines.paid(ordered, total_fen)
    # The last that paid is the first that gets back: the reverse order keeps the list of moves so.
    turns = ordered if total_fen > before_fen else reversed(ordered)
    if boost.settled_at:
        # Only now it goes back to the fund; before, it stays set aside.
        _count(boost, {line: now[line] - was[line] for line in ordered})
    ledger.move(
        [_cost(boost, line, now[line] - was[line]) for line in turns if now[line] != was[line]]
    )
    boost.captured_fen = total_fen
    if boost.settled_at:
        boost.held_fen = total_fen
    boost.save(update_fields=["captured_fen", "held_fen", "captures"])
    captured.send(Boost, boost=boost, on=on, before=before_fen, after=total_fen)


@transaction.atomic
def release(boost: Boost) -> int:
    """Give all that is set aside for the locked `boost` back to where it came from; how much."""
    left_fen = boost.held_fen - boost.captured_fen
    if not left_fen:
        return 0
    # A line pays what is captured; the rest of it is still there. One that was never set aside, a
    # request to a fund, has no account.
    ordered = list(lines.of(boost))
    shares = lines.paid(ordered, boost.captured_fen)
    rests = [(line, line.amount_fen - shares[line]) for line in ordered if line.account]
    _count(boost, {line: -rest_fen for line, rest_fen in rests})
    ledger.move([_take(boost, line, rest_fen) for line, rest_fen in rests if rest_fen])
    boost.held_fen = boost.captured_fen
    boost.save(update_fields=["held_fen"])
    return left_fen


@transaction.atomic
def settle(boost: Boost, *, at: datetime) -> None:
    """Close the account of the locked `boost`, which has ended: what is left goes back, and
    nothing more is captured. Once; again it does nothing."""
    if boost.settled_at:
        return
    was_funded = boost.held_fen > 0
    released_fen = release(boost)
    boost.settled_at = at
    boost.save(update_fields=["settled_at"])
    if was_funded:
        audit.record(
            "boost.settled",
            boost,
            by=None,
            team=boost.audit_team(),
            new={"captured_fen": boost.captured_fen, "released_fen": released_fen},
        )
    settled.send(Boost, boost=boost)


def held_fen(boost: Boost) -> int:
    """What is set aside for `boost` now and not spent (fen); 0 before its first submission."""
    stored = Boost.objects.filter(pk=boost.pk).values_list(F("held_fen") - F("captured_fen"))
    return int(stored.get()[0])


def history_of(account: Account | None) -> TransferQuerySet:
    """The transfers of a wallet, each with the boost and fund it concerns at hand."""
    owners = ("held_for__boost", "spent_for__boost", "boost")
    return Transfer.objects.history_of(account).select_related(
        "source__fund",
        "target__fund",
        *(f"source__{owner}__{of}" for owner in owners for of in ("note", "merchant")),
        *(f"target__{owner}__{of}" for owner in owners for of in ("note", "merchant")),
    )


def moves_of(boost: Boost) -> TransferQuerySet:
    """The transfers of a boost's money, the newest first, each with `change_fen`, what it did to
    what is set aside (fen, signed), and `after_fen`, what was set aside then."""
    ours = Account.objects.filter(
        Q(held_for__boost=boost) | Q(boost=boost) | Q(spent_for__boost=boost)
    )
    kinds = dict(ours.values_list("pk", "kind"))
    every = set(kinds)
    held = {pk for pk in every if kinds[pk] == AccountKind.HOLD}
    change = Case(When(target__in=held, then=F("amount_fen")), default=Value(0)) - Case(
        When(source__in=held, then=F("amount_fen")), default=Value(0)
    )
    moved = Transfer.objects.filter(Q(source__in=every) | Q(target__in=every))
    return (
        moved.annotate(change_fen=change, after_fen=Window(Sum(change), order_by=F("pk").asc()))
        .select_related("source__fund", "target__fund")
        .order_by("-pk")
    )


def boost_of(transfer: Transfer) -> Boost | None:
    """The boost whose money `transfer` moved; None for a payment."""
    for account in (transfer.source, transfer.target):
        line = getattr(account, "held_for", None) or getattr(account, "spent_for", None)
        found: Boost | None = line.boost if line else getattr(account, "boost", None)
        if found:
            return found
    return None


def _count(boost: Boost, changes: dict[FundingLine, int]) -> None:
    """Let the funds of the lines count what the merchant has of them more, or less, by now (fen).

    Before any account is locked, and in the order of the funds.
    """
    by_fund = [(line.fund, fen) for line, fen in changes.items() if line.fund is not None and fen]
    for fund, fen in sorted(by_fund, key=lambda each: each[0].pk):
        if fen > 0:
            takers.draw(fund, boost.merchant, fen)
        else:
            takers.give_back(fund, boost.merchant, -fen)


def _put(boost: Boost, line: FundingLine, act: str) -> Move:
    """Setting `line` aside on its own account, which is opened by its first and only time."""
    if line.account is None:
        line.account = ledger.account_of(AccountKind.HOLD, f"line:{line.pk}")
        line.save(update_fields=["account"])
    return Move(
        source=_source_of(boost, line),
        target=line.account,
        amount_fen=line.amount_fen,
        key=f"boost:{boost.pk}:{act}:{boost.submission}:{line.pk}",
        reason=TransferReason.HOLD,
    )


def _cost(boost: Boost, line: FundingLine, change_fen: int) -> Move:
    """What `line` pays more, or gets back when `change_fen` is below 0."""
    if line.account is None:
        raise ValueError(f"line {line.pk} of boost {boost.pk} pays before it is set aside")
    if line.spent is None:
        line.spent = ledger.account_of(AccountKind.SPENT, f"line:{line.pk}")
        line.save(update_fields=["spent"])
    if change_fen > 0:
        return Move(
            source=line.account,
            target=line.spent,
            amount_fen=change_fen,
            key=f"boost:{boost.pk}:capture:{boost.captures}:{line.pk}",
            reason=TransferReason.CAPTURE,
        )
    return Move(
        source=line.spent,
        target=_source_of(boost, line) if boost.settled_at else line.account,
        amount_fen=-change_fen,
        key=f"boost:{boost.pk}:back:{boost.captures}:{line.pk}",
        reason=TransferReason.GIVE_BACK,
    )


def _take(boost: Boost, line: FundingLine, rest_fen: int) -> Move:
    """Giving what is left of `line` back."""
    if line.account is None:
        raise ValueError(f"line {line.pk} of boost {boost.pk} was never set aside")
    return Move(
        source=line.account,
        target=_source_of(boost, line),
        amount_fen=rest_fen,
        key=f"boost:{boost.pk}:release:{boost.submission}:{line.pk}",
        reason=TransferReason.RELEASE,
    )


def _source_of(boost: Boost, line: FundingLine) -> Account:
    return line.fund.account if line.fund else ledger.wallet_of(boost.merchant)


def _hold_more(boost: Boost, held: Iterable[FundingLine]) -> None:
    boost.held_fen += sum(line.amount_fen for line in held)
    boost.save(update_fields=["held_fen"])

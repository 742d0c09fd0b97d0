"""Boosts, funds and what moves between accounts."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from campaigns.boosts.awards import Award, AwardStatus, Why
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.boosts.reviews import BoostReview, ReviewDecision
from campaigns.campaigns.models import Campaign, CampaignListing, CampaignNote
from campaigns.fairness.models import Parity
from campaigns.funds.models import Fund, FundingSource, Round, RoundStatus
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import (
    Account,
    AccountKind,
    Announcement,
    Payment,
    Transfer,
    TransferReason,
)
from campaigns.ledger.refunds import BalanceRefund, RefundStatus
from campaigns.reconciling.models import Discrepancy
from campaigns.sharing.models import FundGuest, FundReading, Read
from campaigns.statements.invoices import InvoiceRequest
from campaigns.statements.models import Statement
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from tests.rows import WORD, World
from tests.rows.people import person
from tests.rows.shops import company, listing, note


def fund(world: World, number: int) -> Fund:
    code = f"grown-{number}"
    account = ledger.account_of(AccountKind.FUND, code)
    return Fund.objects.create(code=code, name_zh=WORD, name_en=WORD, account=account)


def parity(world: World, number: int) -> Parity:
    """A fund that small companies get less often."""
    return Parity.objects.create(fund=fund(world, 200 + number), is_below=True)


def fund_guest(world: World, number: int) -> FundGuest:
    """Another code for the page of the world's fund."""
    return FundGuest.objects.create(
        fund=world["fund"], email="partner@example.com", code_hash=f"grown-{number}",
        sent_by=person(world, number), expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip


def fund_reading(world: World, number: int) -> FundReading:
    return FundReading.objects.create(
        guest=fund_guest(world, 50 + number), what=Read.PAGE, month="2026-03"
    )


def boost(world: World, number: int, merchant: Merchant | None = None) -> Boost:
    """One in review, which the wallet and a fund pay."""
    merchant, key = merchant or world["merchant"], uuid4()
    made = Boost.objects.create(
        merchant=merchant,
        note=note(world, number, merchant),
        external_id=f"b{key.hex}",
        objective=Objective.READS,
        budget_fen=20_000,
        starts_on=clock.today(),
        ends_on=clock.today(),
        status=BoostStatus.SUBMITTED,
        request_key=key,
        created_by=person(world, number),
        submission=1,
        submitted_at=clock.now(),
    )
    cash = FundingSource.MERCHANT_CASH
    FundingLine.objects.create(boost=made, source=cash, amount_fen=10_000)
    _grant(made, fund(world, number))
    return made


def boost_of_a_company(world: World, number: int) -> Boost:
    return boost(world, number, company(world, number))


def campaign(world: World, number: int) -> Campaign:
    """One that a boost has cost something."""
    made = Campaign.objects.create(
        merchant=world["merchant"],
        name=f"{WORD} {number}",
        starts_on=clock.today(),
        ends_on=clock.today(),
        request_key=uuid4(),
        created_by=person(world, number),
    )
    costing = boost(world, number)
    Boost.objects.filter(pk=costing.pk).update(campaign=made, held_fen=9, captured_fen=5)
    return made


def boost_of_the_campaign(world: World, number: int) -> Boost:
    made = boost(world, number)
    Boost.objects.filter(pk=made.pk).update(campaign=world["campaign"])
    return made


def note_of_the_campaign(world: World, number: int) -> CampaignNote:
    """One that sells two things in it."""
    sells = [listing(world, 2 * number), listing(world, 2 * number + 1)]
    Listing.objects.filter(pk=sells[1].pk).update(note=sells[0].note)
    for sold in sells:
        CampaignListing.objects.create(campaign=world["campaign"], listing=sold)
    return CampaignNote.objects.create(campaign=world["campaign"], note=sells[0].note)


def returned_boost(world: World, number: int) -> Boost:
    made = boost(world, number)
    Boost.objects.filter(pk=made.pk).update(status=BoostStatus.RETURNED)
    return made


def ended_boost(world: World, number: int) -> Boost:
    """One that is over and has cost something."""
    made = boost(world, number)
    spent = {"held_fen": 9, "captured_fen": 5, "ended_at": clock.now()}
    Boost.objects.filter(pk=made.pk).update(status=BoostStatus.COMPLETED, **spent)
    return made


def review_of_the_note(world: World, number: int) -> BoostReview:
    """A decision about another boost of the note that the boost of the world is of."""
    other = boost(world, number)
    Boost.objects.filter(pk=other.pk).update(note=world["boost"].note)
    return BoostReview.objects.create(
        boost=other, submission=1, decision=ReviewDecision.RETURNED, reason="Because.",
        reviewer=person(world, number),
    )  # fmt: skip


def a_round(world: World, number: int, of: Fund | None = None) -> Round:
    """A round that is over, of the world's fund or another."""
    moment = clock.now()
    return Round.objects.create(
        fund=of or world["fund"], cut_at=moment, status=RoundStatus.APPLIED,
        opened_by=person(world, number), allocated_at=moment,
    )  # fmt: skip


def award(world: World, number: int) -> Award:
    """What a round of a fund of its own gave to a boost of its own."""
    return _award(world, number, a_round(world, number, fund(world, 100 + number)))


def award_of_one_round(world: World, number: int) -> Award:
    return _award(world, number, world["award"].round)


def _award(world: World, number: int, of: Round) -> Award:
    return Award.objects.create(
        round=of, boost=boost(world, number), submission=1, asked_fen=2, awarded_fen=1,
        why=Why.SHARED, status=AwardStatus.GRANTED,
    )  # fmt: skip


def grant(world: World, number: int) -> FundingLine:
    return _grant(world["boost"], fund(world, number))


def _grant(to: Boost, source: Fund) -> FundingLine:
    kind = FundingSource.PLATFORM_GRANT
    return FundingLine.objects.create(boost=to, source=kind, fund=source, amount_fen=10_000)


def boost_review(world: World, number: int) -> BoostReview:
    return BoostReview.objects.create(
        boost=world["boost"],
        submission=number + 1,
        decision=ReviewDecision.RETURNED,
        reason="Because.",
        reviewer=person(world, number),
    )


def hold_from_the_wallet(world: World, number: int) -> Transfer:
    """Money that went from Alice's wallet to a boost."""
    wallet, held = ledger.wallet_of(world["merchant"]), _hold_of(boost(world, number))
    _move(ledger.bank_of(wallet), wallet, TransferReason.DEPOSIT)
    return _move(wallet, held, TransferReason.HOLD)


def hold_from_a_fund(world: World, number: int) -> Transfer:
    """Money that went from a fund to the boost of the world."""
    account = fund(world, number).account
    _move(ledger.bank_of(account), account, TransferReason.DEPOSIT)
    return _move(account, _hold_of(world["boost"]), TransferReason.HOLD)


def release_to_the_wallet(world: World, number: int) -> Transfer:
    """Money that came back from a boost to Alice's wallet."""
    wallet, held = ledger.wallet_of(world["merchant"]), _hold_of(boost(world, number))
    _move(ledger.bank_of(held), held, TransferReason.HOLD)
    return _move(held, wallet, TransferReason.RELEASE)


def release_to_a_fund(world: World, number: int) -> Transfer:
    """Money that the boost of the world gave back to a fund."""
    held, account = _hold_of(world["boost"]), fund(world, number).account
    _move(ledger.bank_of(held), held, TransferReason.HOLD)
    return _move(held, account, TransferReason.RELEASE)


def deposit(world: World, number: int) -> Transfer:
    """A small payment to the wallet of the world's merchant."""
    wallet = ledger.wallet_of(world["merchant"])
    return _move(ledger.bank_of(wallet), wallet, TransferReason.DEPOSIT)


def own_hold(world: World, number: int) -> Transfer:
    """Money of Alice's wallet that a boost of hers holds."""
    wallet, held = ledger.wallet_of(world["merchant"]), _hold_of(boost(world, number))
    line = FundingLine.objects.get(boost=held.boost, fund=None)
    line.account = ledger.account_of(AccountKind.HOLD, f"line:{line.pk}")
    line.save()
    _move(ledger.bank_of(wallet), wallet, TransferReason.DEPOSIT)
    return _move(wallet, line.account, TransferReason.HOLD)


def statement(world: World, number: int) -> Statement:
    """A closed month of Alice's."""
    return Statement.objects.create(
        merchant=world["merchant"], first_on=date(2020 + number, 1, 1), opening_fen=0,
        lines_fen=0, free_fen=0, held_fen=0, through=0, content=b"{}", sha256="0" * 64,
    )  # fmt: skip


def balance_refund(world: World, number: int) -> BalanceRefund:
    """What Alice was refused to be paid back."""
    return BalanceRefund.objects.create(
        merchant=world["merchant"], amount_fen=100 + number, holder=WORD, bank=WORD,
        bank_account="6222000011112222", asked_by=person(world, number),
        status=RefundStatus.REJECTED,
    )  # fmt: skip


def paid_refund(world: World, number: int) -> BalanceRefund:
    made = balance_refund(world, number)
    paid = {"status": RefundStatus.PAID, "reference_key": f"bank:{number}"}
    BalanceRefund.objects.filter(pk=made.pk).update(**paid, approved_by=made.asked_by)
    return made


def discrepancy(world: World, number: int) -> Discrepancy:
    """A place where the books do not agree."""
    return Discrepancy.objects.create(
        rule="balance_is_the_sum_of_transfers", subject=f"account:{number}", expected_fen=1,
        found_fen=2, first_at=clock.now(), last_at=clock.now(),
    )  # fmt: skip


def invoice(world: World, number: int) -> InvoiceRequest:
    """An invoice that Alice asks for."""
    return InvoiceRequest.objects.create(
        merchant=world["merchant"], amount_fen=100 + number, title=WORD,
        tax_number="123456789012345", asked_by=person(world, number),
    )  # fmt: skip


def payment_to_sign(world: World, number: int) -> Payment:
    """A large payment that nobody has signed."""
    return Payment.objects.create(
        account=ledger.wallet_of(world["merchant"]),
        amount_fen=10_000_000,
        reference=f"L{number}",
        key=f"l{number}",
    )


def announcement(world: World, number: int) -> Announcement:
    """A payment that Alice says she has made."""
    wallet = ledger.wallet_of(world["merchant"])
    return Announcement.objects.create(
        account=wallet, amount_fen=1_000 + number, paid_on=clock.today()
    )


def merchant_of_the_manager(world: World, number: int) -> Merchant:
    """A company that the account manager of the cast looks after, with money and a boost."""
    made = company(world, number)
    Merchant.objects.filter(pk=made.pk).update(account_manager=world["account_manager"])
    wallet = ledger.wallet_of(made)
    _move(ledger.bank_of(wallet), wallet, TransferReason.DEPOSIT)
    boost(world, number, made)
    return made


def _move(source: Any, target: Any, reason: TransferReason) -> Transfer:
    return ledger.transfer(
        source=source, target=target, amount_fen=1, key=uuid4().hex, reason=reason
    )


def _hold_of(boost: Boost) -> Account:
    """The account on which the budget of `boost` is set aside; opened if there is none yet."""
    boost.hold = ledger.account_of(AccountKind.HOLD, f"boost:{boost.pk}")
    boost.save(update_fields=["hold"])
    return boost.hold

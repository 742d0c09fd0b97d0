"""Wallets, funds, boosts and payments of the large world; money moves by transfers alone."""

from bench.large.filling import fill
from bench.large.size import NOTES, Size
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost
from campaigns.funds.models import Fund
from campaigns.ledger.models import Account, Payment, Transfer

# Of each merchant but the busy one, which has 2,000; every fifth of theirs waits for its review.
BOOSTS = 2
BUDGET_FEN = 700_000
_DAYS = {"starts_on": "current_date - 10", "ends_on": "current_date - 4"}


def make(size: Size) -> None:
    """Accounts first, then who owns them, then what moves between them."""
    _accounts(size)
    _boosts(size)
    _transfers(size)
    _payments()


def _accounts(size: Size) -> None:
    every = f"generate_series(1, {size.merchants}) n"
    fill(Account, every, kind="'wallet'", key="'wallet:' || n", merchant="n")
    for code in ("spring", "autumn"):
        fill(Account, "(VALUES (1)) v", kind="'fund'", key=f"'fund:{code}'")
        fill(
            Fund,
            f"campaigns_account a WHERE key = 'fund:{code}'",
            code=f"'{code}'",
            name_zh="'扶持金'",
            name_en=f"'Fund of {code}'",
            account="a.id",
        )
    payees = "campaigns_account a WHERE kind IN ('wallet', 'fund')"
    fill(Account, payees, kind="'bank'", key="'bank:' || a.key")


def _boosts(size: Size) -> None:
    others, last = BOOSTS * size.merchants, BOOSTS * size.merchants + 2000
    holds = f"generate_series(1, {last}) b WHERE b > {others} OR b % 10 = 1"
    fill(Account, holds, kind="'hold'", key="'hold:line:' || b")
    common = {
        "external_id": "'b' || b",
        "objective": "'reads'",
        "budget_fen": str(BUDGET_FEN),
        "request_key": "gen_random_uuid()",
        "submission": "CASE WHEN a.id IS NULL THEN 0 ELSE 1 END",
        "submitted_at": "CASE WHEN a.id IS NULL THEN NULL ELSE now() - interval '5 hours' END",
        **_DAYS,
    }
    # The line of a boost has its number.
    held = "LEFT JOIN campaigns_account a ON a.key = 'hold:line:' || b"
    fill(
        Boost,
        f"generate_series({BOOSTS + 1}, {others}) b {held}",
        id="b",
        merchant=f"(b - 1) / {BOOSTS} + 1",
        created_by=f"(b - 1) / {BOOSTS} + 1",
        note=f"(b - 1) / {BOOSTS} * {NOTES} + b % {NOTES} + 1",
        status="CASE WHEN a.id IS NULL THEN 'draft' ELSE 'submitted' END",
        held_fen=f"CASE WHEN a.id IS NULL THEN 0 ELSE {BUDGET_FEN} END",
        **common,
    )
    fill(
        Boost,
        f"generate_series({others + 1}, {last}) b {held}",
        id="b",
        merchant="1",
        created_by="1",
        note=f"{NOTES * size.merchants} + b - {others}",
        status="(ARRAY['completed', 'stopped', 'returned', 'rejected'])[1 + b % 4]",
        ended_at="CASE WHEN b % 4 < 2 THEN now() - interval '3 days' END",
        settled_at="CASE WHEN b % 4 < 2 THEN now() - interval '1 day' END",
        **common,
    )
    own = {"source": "'merchant_cash'", "amount_fen": str(BUDGET_FEN)}
    lines = "campaigns_boost b LEFT JOIN campaigns_account a ON a.key = 'hold:line:' || b.id"
    fill(FundingLine, lines, id="b.id", boost="b.id", account="a.id", **own)


def _transfers(size: Size) -> None:
    wallet = "campaigns_account w ON w.key = 'wallet:' || "
    held = (
        "campaigns_boost b"
        " JOIN campaigns_fundingline l ON l.boost_id = b.id AND l.account_id IS NOT NULL"
    )
    fill(
        Transfer,
        "campaigns_account bank JOIN campaigns_account t ON bank.key = 'bank:' || t.key",
        key="'bank:' || t.key",
        source="bank.id",
        target="t.id",
        amount_fen="CASE WHEN t.key = 'wallet:1' THEN 4000000000 ELSE 100000000 END",
        reason="'deposit'",
    )
    fill(
        Transfer,
        f"{held} JOIN {wallet} b.merchant_id",
        key="'boost:' || b.id || ':hold:1:' || b.id",
        source="w.id",
        target="l.account_id",
        amount_fen=str(BUDGET_FEN),
        reason="'hold'",
    )
    fill(
        Transfer,
        f"{held} JOIN {wallet} b.merchant_id WHERE b.status <> 'submitted'",
        key="'boost:' || b.id || ':release:1:' || b.id",
        source="l.account_id",
        target="w.id",
        amount_fen=str(BUDGET_FEN),
        reason="'release'",
    )


def _payments() -> None:
    large = {"amount_fen": "200000000", "submitted_at": "now() - n * interval '1 hour'"}
    for kind in ("wallet", "fund"):
        some = (
            "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM campaigns_account"
            f" WHERE kind = '{kind}' ORDER BY id LIMIT 100) a"
        )
        told = f"'{kind}-' || n"
        fill(Payment, some, account="a.id", reference=told, key=told, **large)

from campaigns.models.boost import (
    MAX_DAYS,
    MIN_DAILY_BUDGET_FEN,
    Boost,
    BoostReview,
    BoostStatus,
    FundingLine,
    Objective,
    ReviewDecision,
)
from campaigns.models.fund import Fund, FundingSource
from campaigns.models.ledger import (
    TRANSFER_LIMIT_FEN,
    Account,
    AccountKind,
    Transfer,
    TransferReason,
)

__all__ = [
    "MAX_DAYS",
    "MIN_DAILY_BUDGET_FEN",
    "TRANSFER_LIMIT_FEN",
    "Account",
    "AccountKind",
    "Boost",
    "BoostReview",
    "BoostStatus",
    "Fund",
    "FundingLine",
    "FundingSource",
    "Objective",
    "ReviewDecision",
    "Transfer",
    "TransferReason",
]

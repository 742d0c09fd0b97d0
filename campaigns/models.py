"""All models of the app, for Django to find. Rooms import each other's models directly."""

from campaigns.boosts.models import (
    MAX_DAYS,
    MIN_DAILY_BUDGET_FEN,
    Boost,
    BoostReview,
    BoostStatus,
    FundingLine,
    Objective,
    ReviewDecision,
)
from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger.models import (
    TRANSFER_LIMIT_FEN,
    Account,
    AccountKind,
    Payment,
    PaymentStatus,
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
    "Payment",
    "PaymentStatus",
    "ReviewDecision",
    "Transfer",
    "TransferReason",
]

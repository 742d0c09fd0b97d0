"""All models of the app, for Django to find. Rooms import each other's models directly."""

from campaigns.boosts.models import Boost, BoostReview, FundingLine
from campaigns.funds.models import Fund
from campaigns.ledger.models import Account, Announcement, Payment, Transfer

__all__ = [
    "Account",
    "Announcement",
    "Boost",
    "BoostReview",
    "Fund",
    "FundingLine",
    "Payment",
    "Transfer",
]

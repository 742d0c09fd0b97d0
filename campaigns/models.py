"""All models of the app, for Django to find. Rooms import each other's models directly."""

from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost, BoostReview
from campaigns.boosts.spans import BoostSpan
from campaigns.funds.models import Fund
from campaigns.ledger.models import Account, Announcement, Payment, Transfer

__all__ = [
    "Account",
    "Announcement",
    "Boost",
    "BoostReview",
    "BoostSpan",
    "Fund",
    "FundingLine",
    "Payment",
    "Transfer",
]

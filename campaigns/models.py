"""All models of the app, for Django to find. Rooms import each other's models directly."""

from campaigns.boosts.awards import Award
from campaigns.boosts.belonging import BoostBelonging
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost
from campaigns.boosts.reviews import BoostReview
from campaigns.boosts.spans import BoostSpan
from campaigns.campaigns.belonging import NoteBelonging
from campaigns.campaigns.models import Campaign, CampaignListing, CampaignNote
from campaigns.closings.models import Closing, ClosingBoost, ClosingMerchant, LostBoost
from campaigns.costs.economics import Assumption
from campaigns.costs.models import Cost, CostFile
from campaigns.delivery.models import (
    AdServer,
    DeliveryHour,
    DeliveryMessage,
    DeliveryRow,
    HourChange,
    Idle,
    QuarantinedDelivery,
    Serving,
    SpendDay,
)
from campaigns.delivery.rates import MessageCount
from campaigns.fairness.models import Parity
from campaigns.funds.models import Fund, FundTaker, Round
from campaigns.ledger.models import Account, Announcement, Payment, Transfer
from campaigns.ledger.refunds import BalanceRefund
from campaigns.reconciling.models import Discrepancy, Reconciliation
from campaigns.sharing.models import FundAlias, FundGuest, FundPartner, FundReading
from campaigns.statements.invoices import InvoiceRequest
from campaigns.statements.models import Statement

__all__ = [
    "Account",
    "AdServer",
    "Announcement",
    "Assumption",
    "Award",
    "BalanceRefund",
    "Boost",
    "BoostBelonging",
    "BoostReview",
    "BoostSpan",
    "Campaign",
    "CampaignListing",
    "CampaignNote",
    "Closing",
    "ClosingBoost",
    "ClosingMerchant",
    "Cost",
    "CostFile",
    "DeliveryHour",
    "DeliveryMessage",
    "DeliveryRow",
    "Discrepancy",
    "Fund",
    "FundAlias",
    "FundGuest",
    "FundPartner",
    "FundReading",
    "FundTaker",
    "FundingLine",
    "HourChange",
    "Idle",
    "InvoiceRequest",
    "LostBoost",
    "MessageCount",
    "NoteBelonging",
    "Parity",
    "Payment",
    "QuarantinedDelivery",
    "Reconciliation",
    "Round",
    "Serving",
    "SpendDay",
    "Statement",
    "Transfer",
]

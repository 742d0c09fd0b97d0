from campaigns.models.boost import Boost, BoostReview, FundingLine
from campaigns.models.ledger import Account, Fund, Transfer

__all__ = ["Account", "Boost", "BoostReview", "Fund", "FundingLine", "Transfer"]

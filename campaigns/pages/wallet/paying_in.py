"""How a merchant pays in: to which account, with which reference, and what happens then."""

from dataclasses import dataclass

from django.conf import settings

from campaigns.ledger.payments import TWO_PERSON_FEN
from merchants.companies.models import Merchant
from portal.accounts.models import User


@dataclass(frozen=True)
class PayingIn:
    """The details of the bank, or none of them while the operator has not named all."""

    payee: str
    bank: str
    account: str
    reference: str
    booked_by: User | None
    signed_above_fen: int = TWO_PERSON_FEN

    @property
    def is_known(self) -> bool:
        return all((self.payee, self.bank, self.account))


def of(merchant: Merchant) -> PayingIn:
    """How `merchant` pays in; its account manager, who books what arrives, may be missing."""
    return PayingIn(
        payee=settings.PAY_IN_TO,
        bank=settings.PAY_IN_BANK,
        account=settings.PAY_IN_ACCOUNT,
        reference=merchant.reference,
        booked_by=merchant.attended_by,
    )

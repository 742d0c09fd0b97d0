"""Which merchants are one company."""

from collections.abc import Collection

from django.db.models import CharField
from django.db.models.functions import Substr

from merchants.companies.models import Merchant

# Of a credit code: the organisation itself, whatever office registered it as what.
_FIRST, _LETTERS = 9, 9
COMPANY = Substr("credit_code", _FIRST, _LETTERS, output_field=CharField())


def company_of(merchant: Merchant) -> str:
    """What is the same for all merchants of one company."""
    return merchant.credit_code[_FIRST - 1 : _FIRST - 1 + _LETTERS]


def merchants_of(companies: Collection[str]) -> list[Merchant]:
    """All merchants of each of `companies`, whoever of them asks."""
    return list(
        Merchant.objects.alias(company=COMPANY).filter(company__in=companies).order_by("pk")
    )

"""Merchants whose names are taken for another: their letters look alike, or one holds the other."""

import re

from merchants.companies.models import Merchant
from portal import meaning

# How many a reviewer is shown.
MOST = 10
# What many names have, which makes none of them alike.
_COMMON = re.compile(
    r"有限责任公司|股份有限公司|有限公司|集团|公司|官方|旗舰店|专营店|专卖店|企业店|店铺|"
    r"\b(?:company|co|ltd|limited|inc|group|official|flagship|store|shop)\b"
)
# Letters of other scripts, and digits, that are read as a Latin letter.
_LOOKS_LIKE = str.maketrans("аеорсухіѕԁһјοαν01|i", "aeopcyxlsdhjoavolll")
_MARKS = re.compile(r"[\W_]+")


def skeleton(name: str) -> str:
    """What is left of `name` when everything is gone that the eye passes over."""
    own = _COMMON.sub(" ", meaning.line(name).casefold())
    return _MARKS.sub("", meaning.key(own).translate(_LOOKS_LIKE))


def of(name: str, *, but: Merchant) -> list[Merchant]:
    """Other merchants than `but` whose name is like `name`, holds it or is held by it; the oldest
    first, at most MOST."""
    wanted = skeleton(name)
    if len(wanted) < 2:
        return []
    others = Merchant.objects.exclude(pk=but.pk).order_by("pk").values_list("pk", "name")
    alike = [pk for pk, other in others.iterator() if _is_alike(wanted, skeleton(other))]
    return list(Merchant.objects.filter(pk__in=alike[:MOST]).order_by("pk"))


def _is_alike(one: str, other: str) -> bool:
    return len(other) >= 2 and (one in other or other in one)

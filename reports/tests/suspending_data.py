"""Suspending data of a category, for tests."""

from typing import Any

from merchants.catalogue.models import Category
from portal.accounts.models import User
from reports.sources import suspending
from reports.sources.models import Source
from reports.sources.suspensions import DataSuspension
from reports.tests.factory import day

REASON = "回传数据缺失"


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def suspend(by: User, **given: Any) -> DataSuspension:
    asked: dict[str, Any] = {
        "category": category("beauty"), "first_on": day(20), "last_on": day(11), "reason": REASON,
    }  # fmt: skip
    source = Source.objects.get(code=given.pop("source", "taobao_tmall"))
    return suspending.suspend(source, **(asked | given), by=by)


FORM = {"category": "", "first_on": "", "last_on": "", "reason": REASON, "seen": ""}

"""What the benchmark of pages opens: every page of the permission table, and the turns of lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

LEFT_OUT = ("account_", "mfa_", "socialaccount_")
STREAMS = {
    "exports:export-file",
    "merchants:application-document",
    "reports:batch-quarantine",
    "reports:data-quarantine",
}
OPENED_BY = ("owner", "admin", "account_manager")
# What a page takes, and a report by its days. A report opens by note over 30 days, whether its
# address says so or not.
PAGE_MS = 150
REPORT_MS = {30: 300, 400: 1500}
REPORTS = {"reports:report-detail", "reports:report-models"}
# Words that a title may hold, and that none holds.
FOUND, MISSED = "面霜", "找不到"


@dataclass(frozen=True)
class Address:
    """A page with its query; `limit_ms` is what 95 of 100 answers take at most.

    `persona` is the first of those who may open it.
    """

    url_name: str
    url: str
    persona: str
    turn: str = ""
    limit_ms: int = PAGE_MS

    def __str__(self) -> str:
        return f"{self.url_name} {self.turn}".strip()


def of(world: dict[str, Any]) -> Iterator[Address]:
    """Every page of the table whose objects `world` has; sign-in and streams apart."""
    from tests.permission_table import ROWS, address

    for row in ROWS:
        if _is_a_page(row) and _is_there(row, world) and (persona := _who_may(row)):
            url = address(row, world) + row.query
            limit_ms = REPORT_MS[30] if row.url_name in REPORTS else PAGE_MS
            yield Address(row.url_name, url, persona, _kind(row.args), limit_ms)
    yield from _reports(world)


def turns(page: Address, context: Any) -> Iterator[Address]:
    """The last page of a list, each order it offers both ways, and each of its filters."""
    table, filterset = context.get("table"), context.get("filterset")
    if table is None or page.turn:
        return
    asked = [("page", "1000000")]
    for column in table.columns:
        if column.orderable:
            asked += [("sort", column.name), ("sort", f"-{column.name}")]
    for name, field in filterset.form.fields.items() if filterset else ():
        asked += [(name, value) for value in _values(field)]
    for name, value in asked:
        query = urlencode({name: value})
        turn = f"?{name}={value}"
        url = f"{page.url}?{query}"
        yield Address(page.url_name, url, page.persona, turn, page.limit_ms)


def _values(field: Any) -> list[str]:
    """One value of each kind that a filter takes."""
    from django import forms

    choices: Any = getattr(field, "choices", None)
    queryset: Any = getattr(field, "queryset", None)
    if isinstance(field, forms.DateField):
        return ["2026-11-01"]
    if isinstance(field, forms.ModelChoiceField):
        return [str(pk) for pk in queryset.values_list("pk", flat=True)[:1]]
    if isinstance(field, forms.ChoiceField):
        return [str(list(choices)[-1][0])]
    return [FOUND, f"{FOUND} 开箱", MISSED]


def _reports(world: dict[str, Any]) -> Iterator[Address]:
    from django.urls import reverse

    from portal import clock
    from reports.answers.question import By

    last_on = clock.today() - timedelta(days=1)
    for days, limit_ms in REPORT_MS.items():
        first_on = last_on - timedelta(days=days - 1)
        for url_name, bys in (("reports:report-detail", By.values),
                              ("reports:report-models", ["note", "listing"])):  # fmt: skip
            for by in bys:
                asked = {"first_on": first_on, "last_on": last_on, "by": by}
                for more in ({}, {"q": FOUND}, {"page": "1000000"}, {"sort": "name"}):
                    if more and by not in {"note", "listing"}:
                        continue
                    query = urlencode({**asked, **more})
                    url = f"{reverse(url_name, args=[world['merchant'].code])}?{query}"
                    turn = " ".join([f"{days} days by {by}", *map("=".join, more.items())])
                    yield Address(url_name, url, "owner", turn, limit_ms)


def _is_a_page(row: Any) -> bool:
    if row.method != "GET" or row.url_name in STREAMS:
        return False
    return not row.url_name.startswith(LEFT_OUT)


def _is_there(row: Any, world: dict[str, Any]) -> bool:
    return all(world.get(path.partition(".")[0]) is not None for path in row.args.split())


def _who_may(row: Any) -> str:
    from tests.permission_table import PERSONAS

    may = {persona for persona, status in zip(PERSONAS, row.statuses, strict=True) if status == 200}
    return next((persona for persona in OPENED_BY if persona in may), "")


def _kind(args: str) -> str:
    return args.partition("_kind")[0] if "_kind" in args else ""

"""What people type where something is agreed with a source is refused at its field, or meant so."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category
from portal import clock
from portal.accounts.models import AuditEntry, User
from reports.sources import refunding, sampling, suspending
from reports.sources.models import Source
from reports.sources.refunds import RefundPeriod
from reports.sources.regimes import Regime
from reports.sources.suspensions import DataSuspension

pytestmark = pytest.mark.django_db
TODAY = clock.today()
NO_DAYS = ["", "0001-01-01", "9999-12-31", "2023-02-29", "2024-13-01", "-1", "soon", "1" * 5000]
# Nothing that is seen, what turns the direction of what follows, too long a text.
NO_REASONS = ["", " \u3000\u200b", "\u202e\u2066", "原" * 1001]


@pytest.fixture
def client(admin: User, client_of: Any) -> Client:
    browser: Client = client_of(admin)
    return browser


@pytest.fixture
def jd() -> Source:
    return Source.objects.get(code="jd")


@pytest.fixture
def forms(jd: Source, admin: User) -> dict[str, tuple[str, dict[str, str]]]:
    """Each form by name, with its address and what it takes."""
    regime = sampling.open_regime(
        jd,
        category=None,
        valid_from=TODAY,
        valid_to=None,
        ratio=Decimal("0.5"),
        by=admin,
    )
    suspension = suspending.suspend(
        jd, category=Category.objects.get(code="pets"), first_on=TODAY, last_on=None,
        reason="Broken", by=admin,
    )  # fmt: skip
    day, later = str(TODAY), str(TODAY + timedelta(days=9))
    taken = {
        "regime-new": (jd.pk, {
            "category": str(Category.objects.get(code="beauty").pk), "ratio": "50",
            "valid_from": day, "valid_to": later,
        }),
        "regime-edit": (regime.pk, {"ratio": "50", "valid_from": day, "valid_to": later}),
        "regime-close": (regime.pk, {"valid_to": later}),
        "suspension-new": (jd.pk, {
            "category": str(Category.objects.get(code="beauty").pk), "first_on": day,
            "last_on": later, "reason": "Broken",
        }),
        "suspension-edit": (suspension.pk, {"last_on": later}),
        "suspension-lift": (suspension.pk, {"reason": "Back"}),
        "refund-edit": (Category.objects.get(code="beauty").pk, {"days": "20", "reason": "Law"}),
    }  # fmt: skip
    return {
        name: (reverse(f"reports:{name}", args=[pk]), sent) for name, (pk, sent) in taken.items()
    }


def hostile(sent: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The fields of a form, each with what it does not take."""
    # Left empty it has no end yet.
    for name in sent.keys() & {"valid_from", "valid_to", "first_on", "last_on"}:
        yield from ((name, typed) for typed in NO_DAYS if typed or name.startswith("first"))
    if "reason" in sent:
        yield from (("reason", typed) for typed in NO_REASONS)
    if "days" in sent:
        yield from (("days", typed) for typed in ("", "-1", "181", "1.5", "1e2", "9" * 400))


@pytest.mark.parametrize(
    "name",
    ["regime-new", "regime-edit", "regime-close", "suspension-new", "suspension-edit",
     "suspension-lift", "refund-edit"],
)  # fmt: skip
def test_what_is_no_answer_is_refused_at_its_field_and_changes_nothing(
    name: str, client: Client, forms: dict[str, tuple[str, dict[str, str]]]
) -> None:
    address, sent = forms[name]
    form = client.get(address).context["form"]
    version = {"version": form["version"].value()} if "version" in form.fields else {}
    acts = AuditEntry.objects.count()
    for field, typed in hostile(sent):
        answer = client.post(address, {**version, **sent, field: typed})
        assert answer.status_code == 422, (field, typed[:20])
        assert list(answer.context["form"].errors) == [field], typed[:20]
    assert AuditEntry.objects.count() == acts
    taken = client.post(address, {**version, **sent})
    assert taken.status_code == (200 if name == "suspension-new" else 302)


def test_a_reason_is_kept_as_it_is_meant_and_shown_as_text(
    client: Client, forms: dict[str, tuple[str, dict[str, str]]]
) -> None:
    address, sent = forms["suspension-new"]
    typed = {**sent, "reason": "\u202e<script>回\u200b传\x00缺失</script>\r\n\r\n=1+1"}
    seen = client.post(address, typed).context["form"]["seen"].value()
    client.post(address, {**typed, "seen": seen})
    made = DataSuspension.objects.latest("pk")
    assert made.reason == "<script>回传缺失</script>\n\n=1+1"
    page = client.get(made.get_absolute_url()).content.decode()
    assert "<script>回" not in page
    assert "&lt;script&gt;回传缺失" in page


def test_far_days_of_a_program_are_refused_or_taken_and_break_nothing(
    jd: Source, admin: User
) -> None:
    """Forms refuse them before; a verb that takes them counts on from no calendar's end."""
    regime = sampling.open_regime(
        jd, category=None, valid_from=date.min, valid_to=date.max, ratio=Decimal("0.5"), by=admin
    )
    sampling.change(
        regime, valid_from=date(2024, 2, 29), valid_to=None, ratio=Decimal("0.5"), by=admin
    )
    assert Regime.objects.get().valid_from == date(2024, 2, 29)
    refunding.set_days(Category.objects.get(code="beauty"), days=0, reason="Law.", by=admin)
    assert RefundPeriod.objects.get().days == 0


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-02-29T00:00:00Z"]
)
def test_a_moment_beyond_all_calendars_is_refused_in_words(
    moment: str, shop: Any, alice: User, client_of: Any
) -> None:
    answer = client_of(alice).get(f"/m/{shop.code}/reports/", {"as_of": moment})
    assert answer.status_code == 422

"""Invoices: of what own money has paid and no invoice has yet; asked for, issued, fetched."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, endings, funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, EndCause
from campaigns.ledger.proof import verify
from campaigns.statements import covering, invoicing
from campaigns.statements.invoices import InvoiceRequest, InvoiceStatus
from campaigns.tests.conftest import NOON, RequestBoost, execute
from merchants.companies.models import Merchant
from portal.accounts.models import User
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.states import TransitionError
from tests.papers import PDF
from tests.racing import SECONDS, alone, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
ClientOf = Callable[[User], Client]
TO = {"title": "Alice Beauty", "tax_number": "91440300MA5G00CH1J"}


@pytest.fixture
def spent(running: Boost, shop: Merchant) -> Merchant:
    """¥500 are spent, of which a fund has paid ¥300."""
    funding.capture_to(running, 50_000)
    return shop


def test_own_money_that_was_spent_is_invoiced_once(spent: Merchant, alice: User) -> None:
    assert invoicing.open_fen(spent) == 20_000
    with pytest.raises(Refusal, match=r"¥200\.00 may be invoiced") as refused:
        invoicing.request(spent, amount_fen=20_001, **TO, by=alice)
    assert refused.value.field == "amount_fen"
    invoicing.request(spent, amount_fen=15_000, **TO, by=alice)
    assert invoicing.open_fen(spent) == 5_000
    with pytest.raises(Refusal, match=r"¥50\.00 may be invoiced"):
        invoicing.request(spent, amount_fen=5_001, **TO, by=alice)


def test_the_very_same_is_asked_for_once(spent: Merchant, alice: User) -> None:
    invoicing.request(spent, amount_fen=1, **TO, by=alice)
    with pytest.raises(Refusal, match="on its way"):
        invoicing.request(spent, amount_fen=1, **TO, by=alice)


def test_equal_ones_from_before_that_was_refused_leave_the_oldest(
    spent: Merchant, alice: User
) -> None:
    migration: Any = import_module("campaigns.migrations.0041_invoices_asked_for_once")
    constraint = next(one for one in InvoiceRequest._meta.constraints if "asked" in one.name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(InvoiceRequest, constraint)
    first = invoicing.request(spent, amount_fen=1, **TO, by=alice)
    other = invoicing.request(spent, amount_fen=2, **TO, by=alice)
    again = invoicing.request(spent, amount_fen=3, **TO, by=alice)
    InvoiceRequest.objects.filter(pk=again.pk).update(amount_fen=1)
    execute(migration.OLDEST_STANDS)
    states = dict(InvoiceRequest.objects.values_list("pk", "status"))
    assert states == {first.pk: "requested", other.pk: "requested", again.pk: "withdrawn"}
    with connection.schema_editor() as editor:
        editor.add_constraint(InvoiceRequest, constraint)


def test_withdrawn_or_returned_it_may_be_asked_for_again(
    spent: Merchant, alice: User, admin: User
) -> None:
    first = invoicing.request(spent, amount_fen=20_000, **TO, by=alice)
    invoicing.withdraw(first, by=alice)
    second = invoicing.request(spent, amount_fen=20_000, **TO, by=alice)
    second = invoicing.send_back(second, reason="Another title.", by=admin)
    assert second.decision_reason == "Another title."
    assert invoicing.open_fen(spent) == 20_000
    with pytest.raises(TransitionError):
        invoicing.withdraw(second, by=alice)


def test_what_is_given_back_later_is_no_money_to_invoice(
    spent: Merchant, running: Boost, alice: User
) -> None:
    invoicing.request(spent, amount_fen=20_000, **TO, by=alice)
    rule = "an_invoice_has_its_money"
    assert rule not in {row.rule for row in verify().broken}
    running.refresh_from_db()
    funding.capture_to(running, 40_000)
    assert invoicing.open_fen(spent) == 0
    [broken] = [row for row in verify().broken if row.rule == rule]
    assert broken.subject == f"merchant:{spent.pk}"
    assert (broken.expected_fen, broken.found_fen) == (20_000, 10_000)


@pytest.mark.parametrize(
    ("number", "is_taken"),
    [
        ("91440300MA5G00CH1J", True),
        (" 91440300ma5g00ch1j ", True),
        ("91440300MA5G00CH1K", False),
        ("123456789012345", True),
        ("12345678901234", False),
        ("12345678901234567890", True),
        ("税号", False),
    ],
)
def test_a_tax_number_has_its_check_digit(
    spent: Merchant, alice: User, number: str, is_taken: bool
) -> None:
    asked = {"amount_fen": 1, "title": "Alice", "tax_number": number}
    if is_taken:
        made = invoicing.request(spent, **asked, by=alice)  # type: ignore[arg-type]
        assert made.tax_number == number.strip().upper()
        return
    with pytest.raises(Refusal) as refused:
        invoicing.request(spent, **asked, by=alice)  # type: ignore[arg-type]
    assert refused.value.field == "tax_number"


@pytest.mark.parametrize("who", ["bob", "ana", "charlie", "manager", "admin"])
def test_owner_and_finance_alone_ask(
    spent: Merchant, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        invoicing.request(spent, amount_fen=1, **TO, by=request.getfixturevalue(who))


def test_the_way_of_an_invoice_by_pages(
    spent: Merchant, alice: User, admin: User, client_of: ClientOf
) -> None:
    listed = reverse("campaigns:invoice-list", args=[spent.code])
    asked = client_of(alice).post(
        reverse("campaigns:invoice-new", args=[spent.code]), {"amount_fen": "200", **TO}
    )
    assert asked["Location"] == listed
    page = client_of(alice).get(listed).content.decode()
    assert "¥0.00 may be invoiced" in page
    assert "Requested" in page
    invoice = InvoiceRequest.objects.get()
    url, desk = reverse("campaigns:invoice-issue", args=[invoice.pk]), client_of(admin)
    assert "91440300MA5G00CH1J" in desk.get(url).content.decode()
    hostile = SimpleUploadedFile("a.pdf", b"<script>")
    assert desk.post(url, {"number": "25312", "document": hostile}).status_code == 422
    form: dict[str, Any] = {"number": "25312", "document": SimpleUploadedFile("a.pdf", PDF)}
    assert desk.post(url, form).status_code == 302
    invoice.refresh_from_db()
    assert (invoice.status, invoice.number) == (InvoiceStatus.ISSUED, "25312")
    file = reverse("campaigns:invoice-document", args=[invoice.pk])
    page = client_of(alice).get(listed).content.decode()
    assert file in page
    assert "Withdraw" not in page
    answer: Any = client_of(alice).get(file)
    assert b"".join(answer).startswith(b"%PDF-")
    assert Notice.objects.filter(user=alice, text__contains="is issued").exists()


def test_a_number_stands_on_one_invoice(spent: Merchant, alice: User, admin: User) -> None:
    first, second = (invoicing.request(spent, amount_fen=fen, **TO, by=alice) for fen in (1, 2))
    invoicing.issue(first, number="1", document=SimpleUploadedFile("a.pdf", PDF), by=admin)
    with pytest.raises(Refusal, match="another invoice") as refused:
        invoicing.issue(second, number=" 1", document=SimpleUploadedFile("a.pdf", PDF), by=admin)
    assert refused.value.field == "number"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_ask_for_no_more_than_there_is(spent: Merchant, alice: User) -> None:
    ask = partial(invoicing.request, spent, amount_fen=3_000, by=alice)
    asks = [partial(ask, **{**TO, "title": f"Alice {number}"}) for number in range(20)]
    made, refused = at_once(*asks)
    assert (len(made), len(refused)) == (6, 14)
    assert invoicing.open_fen(spent) == 2_000


@pytest.fixture
def issued(spent: Merchant, alice: User, admin: User) -> list[InvoiceRequest]:
    """Two invoices over all that own money has paid: ¥120, then ¥80."""
    made = [invoicing.request(spent, amount_fen=fen, **TO, by=alice) for fen in (12_000, 8_000)]
    return [
        invoicing.issue(each, number=str(each.amount_fen), document=a_file(), by=admin)
        for each in made
    ]


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.pdf", PDF)


def correct(running: Boost, total_fen: int) -> None:
    """The ad server says that the boost has cost less, or more."""
    running.refresh_from_db()
    funding.capture_to(running, total_fen)


def told(who: User) -> list[str]:
    found = Notice.objects.filter(user=who, text__contains="went back").order_by("pk")
    return list(map(str, found))


def test_the_newest_invoice_is_told_that_its_money_went_back_once_an_amount(
    issued: list[InvoiceRequest], spent: Merchant, running: Boost, alice: User, bob: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    page = reverse("campaigns:invoice-list", args=[spent.code])
    assert "went back" not in client_of(alice).get(page).content.decode()
    correct(running, 45_000)
    correct(running, 48_000)
    correct(running, 45_000)
    (once,) = told(alice)
    assert "¥50.00 of your invoice of ¥80.00" in once
    assert told(bob) == [], "who may not see the wallet"
    shown = client_of(alice).get(page).content.decode()
    assert "¥50.00 of ¥80.00 to “Alice Beauty” went back" in shown
    assert "Ask for the red-letter invoice" in shown
    correct(running, 40_000)
    assert covering.short_of(spent) == {issued[1]: 8_000, issued[0]: 2_000}
    assert len(told(alice)) == 3, "more of one, and now the other"
    correct(running, 50_000)
    assert "went back" not in client_of(alice).get(page).content.decode()


def test_a_red_letter_invoice_takes_it_back_and_what_is_still_spent_is_invoiced_anew(
    issued: list[InvoiceRequest], spent: Merchant, running: Boost, alice: User, admin: User,
    charlie: User, client_of: ClientOf,
) -> None:  # fmt: skip
    with pytest.raises(Refusal, match="stays as it is"):
        invoicing.ask_back(issued[1], by=alice)
    correct(running, 45_000)
    listed = reverse("campaigns:invoice-list", args=[spent.code])
    ask = reverse("campaigns:invoice-ask-back", args=[spent.code, issued[1].pk])
    assert client_of(alice).post(ask)["Location"] == listed
    assert "is asked for; you are told" in client_of(alice).get(listed).content.decode()
    assert invoicing.open_fen(spent) == 0, "it is on paper until it is taken back"
    url = reverse("campaigns:invoice-take-back", args=[issued[1].pk])
    desk = client_of(admin)
    assert url in desk.get(reverse("campaigns:issuing-list")).content.decode()
    assert desk.post(url, {"number": " ", "document": a_file()}).status_code == 422
    assert desk.post(url, {"number": "R-1", "document": a_file()}).status_code == 302
    issued[1].refresh_from_db()
    assert (issued[1].status, issued[1].red_number) == (InvoiceStatus.CREDITED, "R-1")
    assert invoicing.open_fen(spent) == 3_000
    page = client_of(alice).get(listed).content.decode()
    assert "went back" not in page
    file = reverse("campaigns:red-document", args=[issued[1].pk])
    assert file in page
    answer: Any = client_of(alice).get(file)
    assert b"".join(answer).startswith(b"%PDF-")
    assert client_of(charlie).get(file).status_code == 404
    assert "an_invoice_has_its_money" not in {row.rule for row in verify().broken}
    with pytest.raises(TransitionError):
        invoicing.ask_back(issued[1], by=alice)


def test_one_that_is_being_taken_back_gives_up_its_money_before_a_newer_one(
    issued: list[InvoiceRequest], spent: Merchant, running: Boost, alice: User, admin: User
) -> None:
    correct(running, 45_000)
    invoicing.ask_back(issued[1], by=alice)
    correct(running, 54_000)
    newer = invoicing.request(spent, amount_fen=2_000, **TO, by=alice)
    newer = invoicing.issue(newer, number="3", document=a_file(), by=admin)
    correct(running, 48_000)
    assert covering.short_of(spent) == {issued[1]: 4_000}
    correct(running, 43_000)
    assert covering.short_of(spent) == {issued[1]: 8_000, newer: 1_000}
    invoicing.take_back(issued[1], number="R-1", document=a_file(), by=admin)
    assert covering.short_of(spent) == {newer: 1_000}


def test_a_merchant_gives_up_a_red_letter_invoice_while_it_is_not_there(
    issued: list[InvoiceRequest], spent: Merchant, running: Boost, alice: User, bob: User,
    admin: User, client_of: ClientOf,
) -> None:  # fmt: skip
    correct(running, 45_000)
    listed = reverse("campaigns:invoice-list", args=[spent.code])
    keep = reverse("campaigns:invoice-keep", args=[spent.code, issued[1].pk])
    assert keep not in client_of(alice).get(listed).content.decode()
    invoicing.ask_back(issued[1], by=alice)
    correct(running, 50_000)
    assert keep in client_of(alice).get(listed).content.decode(), "though nothing is short"
    with pytest.raises(PermissionDenied):
        invoicing.keep(issued[1], by=bob)
    assert client_of(alice).post(keep)["Location"] == listed
    issued[1].refresh_from_db()
    assert issued[1].status == InvoiceStatus.ISSUED
    with pytest.raises(TransitionError):
        invoicing.take_back(issued[1], number="R-1", document=a_file(), by=admin)


def test_a_declined_red_letter_invoice_says_why_and_the_shortage_falls_on_the_newest_again(
    issued: list[InvoiceRequest], spent: Merchant, running: Boost, alice: User, admin: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    correct(running, 45_000)
    invoicing.ask_back(issued[1], by=alice)
    correct(running, 54_000)
    newer = invoicing.request(spent, amount_fen=2_000, **TO, by=alice)
    newer = invoicing.issue(newer, number="3", document=a_file(), by=admin)
    correct(running, 49_000)
    url = reverse("campaigns:invoice-decline", args=[issued[1].pk])
    desk = client_of(admin)
    assert url in desk.get(reverse("campaigns:issuing-list")).content.decode()
    assert desk.post(url, {"reason": " "}).status_code == 422
    assert desk.post(url, {"reason": "Its month is closed."}).status_code == 302
    texts = list(Notice.objects.filter(user=alice).order_by("pk").values_list("text", flat=True))
    assert sum("no red-letter invoice takes it back" in text for text in texts) == 1
    assert sum("is issued" in text for text in texts) == 3, "once each, and not again"
    assert covering.short_of(spent) == {newer: 2_000, issued[1]: 1_000}
    assert "¥20.00 of your invoice of ¥20.00 went back" in told(alice)[-1]
    page = client_of(alice).get(reverse("campaigns:invoice-list", args=[spent.code]))
    assert "It was declined: Its month is closed." in page.content.decode()
    with pytest.raises(Refusal, match="No red-letter invoice to it"):
        invoicing.decline(issued[1], reason="Twice.", by=admin)
    invoicing.ask_back(issued[1], by=alice)
    issued[1].refresh_from_db()
    assert issued[1].decision_reason == ""


@pytest.mark.parametrize("act", ["keep", "decline"])
def test_what_is_only_asked_for_is_not_issued_by_a_way_back(
    spent: Merchant, alice: User, admin: User, act: str
) -> None:
    asked = invoicing.request(spent, amount_fen=1, **TO, by=alice)
    acts: dict[str, Callable[[], object]] = {
        "keep": partial(invoicing.keep, asked, by=alice),
        "decline": partial(invoicing.decline, asked, reason="No.", by=admin),
    }
    with pytest.raises(Refusal, match="No red-letter invoice to it"):
        acts[act]()


def test_another_shortage_of_an_invoice_that_was_covered_again_is_told_anew(
    issued: list[InvoiceRequest], running: Boost, alice: User
) -> None:
    correct(running, 45_000)
    correct(running, 50_000)
    correct(running, 46_000)
    first, second = told(alice)
    assert "¥50.00 of your invoice of ¥80.00" in first
    assert "¥40.00 of your invoice of ¥80.00" in second


def test_what_is_no_longer_spent_is_not_issued(
    spent: Merchant, running: Boost, alice: User, admin: User
) -> None:
    first, second = (
        invoicing.request(spent, amount_fen=fen, **TO, by=alice) for fen in (12_000, 8_000)
    )
    correct(running, 45_000)
    assert "¥50.00 of your invoice of ¥80.00" in told(alice)[0]
    invoicing.issue(first, number="1", document=a_file(), by=admin)
    with pytest.raises(Refusal, match=r"¥30\.00 of it are still spent"):
        invoicing.issue(second, number="2", document=a_file(), by=admin)
    correct(running, 50_000)
    assert invoicing.issue(second, number="2", document=a_file(), by=admin).number == "2"


@pytest.mark.django_db(transaction=True)
def test_an_invoice_is_issued_or_its_money_goes_back_at_once(
    spent: Merchant, running: Boost, alice: User, admin: User
) -> None:
    """One after the other, whichever comes first; neither waits for the other for ever."""
    asked = invoicing.request(spent, amount_fen=20_000, **TO, by=alice)
    made, refused = at_once(
        partial(invoicing.issue, asked, number="1", document=a_file(), by=admin),
        partial(correct_alone, running),
    )
    asked.refresh_from_db()
    is_issued = asked.status == InvoiceStatus.ISSUED
    assert (len(made), len(refused)) == ((2, 0) if is_issued else (1, 1))
    assert sum(covering.short_of(spent).values()) == 10_000
    assert len(told(alice)) == 1


def correct_alone(boost: Boost, total_fen: int = 40_000) -> None:
    with transaction.atomic():
        funding.capture_to(Boost.locked(boost.pk), total_fen)


@pytest.fixture
def settled(a_boost: RequestBoost, spent: Merchant, alice: User, manager: User) -> Boost:
    """¥200 of own money are spent on another boost, which is settled."""
    made = boosts.submit(a_boost(budget_fen=70_000), by=alice)
    boost = decisions.approve(made, version=made.version, by=manager)
    with transaction.atomic():
        boost = Boost.locked(boost.pk)
        funding.capture_to(boost, 20_000)
        endings.end(boost, cause=EndCause.PLATFORM, at=NOON, by=None)
    return boost


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["correction", "request"])
def test_a_correction_that_settles_and_whatever_comes_at_once_do_not_wait_in_a_circle(
    running: Boost, spent: Merchant, settled: Boost, alice: User, other: str
) -> None:
    """The first locks spent money, and the wallet when another has begun: a correction of what is
    settled, which gives back to the wallet, or an invoice over all that is spent."""
    acts: dict[str, Callable[[], object]] = {
        "correction": partial(correct_alone, settled, 10_000),
        "request": partial(invoicing.request, spent, amount_fen=1, **TO, by=alice),
    }
    invoicing.request(spent, amount_fen=2, **TO, by=alice)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            boost = Boost.locked(running.pk)
            funding.capture_to(boost, 40_000)
            ended = pool.submit(copy_context().run, alone, acts[other])
            assert not wait([ended], timeout=SECONDS).done
            endings.end(boost, cause=EndCause.PLATFORM, at=NOON, by=None)
        ended.result()
    assert funding.held_fen(running) == 0

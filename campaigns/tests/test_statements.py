"""A month of a merchant's money: what came and went sums to what is there, and stays as given."""

import csv
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from campaigns.boosts import decisions, endings, funding, lines, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, EndCause
from campaigns.funds.models import Fund
from campaigns.ledger import payments, refunding
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, TransferReason
from campaigns.ledger.proof import verify
from campaigns.statements import closing, drawing, giving, months
from campaigns.statements.models import Statement
from campaigns.tests.conftest import RequestBoost, balance_of, execute
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import User
from tests.racing import at_once

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
JANUARY, FEBRUARY, MARCH = (months.Month(date(2026, month, 1)) for month in (1, 2, 3))


def at(written: str) -> Any:
    """A moment of Shanghai."""
    return clock.at(datetime.fromisoformat(f"{written}+08:00"))


@pytest.fixture
def told(
    shop: Merchant,
    note: Note,
    fund: Fund,
    a_boost: RequestBoost,
    alice: User,
    manager: User,
    admin: User,
) -> Boost:
    """¥5,000 are paid in on January 30. A boost of ¥700, of which a fund pays ¥300, costs ¥400 in
    the last minute of January and ¥150 in the first of February, a correction on February 2 takes
    ¥50 back; it ends on February 3, and on the 4th a last correction of ¥20 comes."""
    Note.objects.update(published_at=datetime.fromisoformat("2025-06-01T00:00+08:00"))
    note.refresh_from_db()
    with at("2026-01-30T09:00:00"):
        payments.record(shop, amount_fen=500_000, reference="IN-1", by=manager)
        week = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=6)}
        boost = boosts.submit(a_boost(fund=fund, grant_fen=30_000, **week), by=alice)
        boost = decisions.approve(boost, version=boost.version, by=manager)
        schedule.start_due()
        boost.refresh_from_db()
    for moment, total_fen in [
        ("2026-01-31T23:59:59.999999", 40_000),
        ("2026-02-01T00:00:00", 55_000),
        ("2026-02-02T12:00:00", 50_000),
    ]:
        with at(moment):
            funding.capture_to(boost, total_fen)
    with at("2026-02-03T10:00:00"):
        endings.end(boost, cause=EndCause.PLATFORM, at=clock.now(), by=None)
    with at("2026-02-04T10:00:00"):
        funding.capture_to(boost, 48_000)
    return boost


def close_all(written: str = "2026-03-05T09:00:00") -> list[Statement]:
    with at(written):
        closing.close_due()
    return list(Statement.objects.order_by("first_on"))


def test_lines_go_from_the_opening_to_what_is_free_and_held(told: Boost, shop: Merchant) -> None:
    january, february = map(drawing.kept, close_all())
    assert [(line.on, line.reason, line.amount_fen) for line in january.lines] == [
        ("2026-01-30", "deposit", 500_000),
        ("2026-01-31", "capture", -10_000),
    ]
    assert (january.opening_fen, january.closing_fen) == (0, 490_000)
    assert (january.free_fen, january.held_fen) == (460_000, 30_000)
    assert january.granted_fen == 30_000
    assert [(line.on, line.reason, line.amount_fen) for line in february.lines] == [
        ("2026-02-01", "capture", -15_000),
        ("2026-02-02", "give_back", 5_000),
        ("2026-02-04", "give_back", 2_000),
    ]
    assert (february.opening_fen, february.closing_fen) == (490_000, 482_000)
    assert (february.free_fen, february.held_fen) == (482_000, 0)
    assert february.free_fen == balance_of(ledger.wallet_of(shop))


def test_wallet_statements_and_captures_agree_to_the_fen(told: Boost, shop: Merchant) -> None:
    """What all statements took for boosts is what the boosts' own lines have paid."""
    drawn = [drawing.kept(statement) for statement in close_all()]
    told.refresh_from_db()
    cash = lines.of(told).get(fund=None)
    assert cash.spent is not None
    spent_fen = -sum(
        line.amount_fen for each in drawn for line in each.lines if line.reason != "deposit"
    )
    paid = lines.paid(list(lines.of(told)), told.captured_fen)
    assert spent_fen == balance_of(cash.spent) == paid[cash] == 18_000
    assert sum(each.granted_fen for each in drawn) == told.captured_fen - spent_fen
    paid_in = ledger.wallet_of(shop).transfers_in.filter(reason="deposit")
    paid_fen = paid_in.aggregate(all=Sum("amount_fen"))["all"]
    assert drawn[-1].closing_fen == paid_fen - spent_fen == balance_of(ledger.wallet_of(shop))


def test_a_line_names_note_boost_and_document(told: Boost) -> None:
    paid, spent = drawing.kept(close_all()[0]).lines
    assert (paid.document, paid.note, paid.boost) == ("IN-1", "", None)
    assert (spent.document, spent.note) == (told.external_id, told.note.title)
    assert (spent.note_id, spent.boost) == (told.note.external_id, told.pk)
    assert spent.ledger.startswith("T")


def test_holding_and_releasing_stand_beside_the_lines(told: Boost) -> None:
    january, february = map(drawing.kept, close_all())
    assert [(line.reason, line.amount_fen) for line in january.aside] == [("hold", 40_000)]
    assert [(line.reason, line.amount_fen) for line in february.aside] == [("release", -20_000)]


def test_a_month_is_closed_an_hour_after_its_end_and_once(told: Boost, shop: Merchant) -> None:
    assert close_all("2026-02-01T00:59:59") == []
    with at("2026-02-01T00:59:59"), pytest.raises(ValueError, match="not over"):
        closing.close(shop, JANUARY)
    [january] = close_all("2026-02-01T01:00:00")
    assert january.month == JANUARY
    assert close_all("2026-02-01T01:00:00") == [january]


def test_a_month_in_which_nothing_moved_is_closed_too(told: Boost) -> None:
    [*_, march] = close_all("2026-04-02T00:00:00")
    assert march.month == MARCH
    assert (march.opening_fen, march.lines_fen, march.closing_fen) == (482_000, 0, 482_000)


def test_what_a_late_clock_dates_into_a_closed_month_corrects_the_next(
    told: Boost, shop: Merchant, manager: User, alice: User, client_of: ClientOf
) -> None:
    [january] = close_all("2026-02-01T01:00:00")
    before = bytes(january.content)
    with at("2026-01-31T23:00:00"):
        payments.record(shop, amount_fen=7_700, reference="LATE", by=manager)
    january, february = close_all()
    assert bytes(january.content) == before
    drawn = drawing.kept(february)
    [late] = [line for line in drawn.lines if line.document == "LATE"]
    assert (late.on, late.amount_fen) == ("2026-01-31", 7_700)
    assert drawn.corrects(late)
    assert not any(drawn.corrects(line) for line in drawn.lines if line is not late)
    assert drawn.closing_fen == balance_of(ledger.wallet_of(shop))


def test_what_happens_before_a_month_is_closed_is_of_its_own_month(
    told: Boost, shop: Merchant, manager: User
) -> None:
    """In the hour between the end of a month and its closing the next one has begun already."""
    with at("2026-03-01T00:30:00"):
        payments.record(shop, amount_fen=100, reference="MARCH", by=manager)
    _january, february = close_all("2026-03-01T01:00:00")
    assert "MARCH" not in [line.document for line in drawing.kept(february).lines]
    with at("2026-03-02T00:00:00"):
        march = giving.give(shop, MARCH)
    assert march is not None
    assert [line.document for line in march.drawn.lines] == ["MARCH"]
    assert march.drawn.closing_fen == balance_of(ledger.wallet_of(shop))


def test_a_closed_month_is_given_again_with_the_same_bytes(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    close_all()
    client = client_of(alice)
    url = reverse("campaigns:statement-detail", args=[shop.code, "2026-01"])

    def files() -> list[bytes]:
        return [b"".join(client.get(url, {"export": kind})) for kind in ("csv", "xlsx", "json")]

    before = files()
    told.note.title = "Another title"
    told.note.save()
    assert files() == before
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.update(content=b"")
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.all().delete()


def test_the_word_closed_needs_a_kept_month(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    url = reverse("campaigns:statement-detail", args=[shop.code, "2026-02"])
    with at("2026-03-05T09:00:00"):
        page = client_of(alice).get(url).content.decode()
        assert "Open: it may still change" in page
        assert "SHA-256" not in page
    [_january, february] = close_all()
    page = client_of(alice).get(url).content.decode()
    assert "Open: it may still change" not in page
    assert "Closed 2026-03-05 09:00" in page
    assert february.sha256 in page


def test_the_csv_goes_from_balance_to_balance(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    close_all()
    url = reverse("campaigns:statement-detail", args=[shop.code, "2026-02"])
    answer: Any = client_of(alice).get(url, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["Balance (yuan)"] for row in rows] == [
        "4900", "4750", "4800", "4820", "4820",
    ]  # fmt: skip
    assert [row["Amount (yuan)"] for row in rows] == ["", "-150", "50", "20", ""]
    out = StringIO()
    call_command("statement", shop.code, "2026-02", "--format", "csv", stdout=out)
    assert list(csv.DictReader(StringIO(out.getvalue()))) == rows


def test_the_workbook_has_ids_as_text_and_sums_as_numbers(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    told.note.external_id, told.note.title = "0012345678901234567890", "=HYPERLINK(1)"
    told.note.save()
    close_all()
    url = reverse("campaigns:statement-detail", args=[shop.code, "2026-01"])
    answer: Any = client_of(alice).get(url, {"export": "xlsx"})
    [sheet] = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets
    head, *rows = list(sheet.iter_rows())
    place = {cell.value: number for number, cell in enumerate(head)}
    spent = rows[2]
    for column in ("Note", "Note id", "Document", "Ledger entries"):
        assert spent[place[column]].data_type == "s"
        assert spent[place[column]].hyperlink is None
    assert spent[place["Note id"]].value == "0012345678901234567890"
    assert spent[place["Note"]].value == "=HYPERLINK(1)"
    amounts = [row[place["Amount (yuan)"]].value or 0 for row in rows]
    assert amounts == [0, 5000, -100, 0]
    first, *_, last = (row[place["Balance (yuan)"]].value for row in rows)
    assert first + sum(amounts) == last == 4900


def test_json_and_command_say_what_the_page_says(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    close_all()
    url = reverse("campaigns:statement-detail", args=[shop.code, "2026-01"])
    found = json.loads(client_of(alice).get(url, {"export": "json"}).content)
    out = StringIO()
    call_command("statement", shop.code, "2026-01", "--format", "json", stdout=out)
    assert json.loads(out.getvalue()) == found
    assert found["closing_fen"] == 490_000
    page = client_of(alice).get(url).content.decode()
    out = StringIO()
    call_command("statement", shop.code, "2026-01", stdout=out)
    for said in ("¥4,900.00", "−¥100.00", "IN-1", told.external_id, told.note.title):
        assert said in page
        assert said in out.getvalue()


def test_what_a_late_clock_dates_before_its_own_money_is_of_the_next_month(
    shop: Merchant, manager: User, alice: User
) -> None:
    """By its moments January would end below 0; by the order of its ids nothing ever was."""
    with at("2026-01-30T09:00:00"):
        payments.record(shop, amount_fen=1_000, reference="JAN", by=manager)
    with at("2026-02-01T00:00:01"):
        payments.record(shop, amount_fen=400_000, reference="FEB", by=manager)
    with at("2026-01-31T23:59:59"):
        bank = {"bank": "ICBC", "bank_account": "62220000", "reason": ""}
        refunding.request(shop, amount_fen=300_000, by=alice, **bank)
    january, february = close_all()
    assert (january.free_fen, january.held_fen) == (1_000, 0)
    assert (february.free_fen, february.held_fen) == (101_000, 300_000)
    [held] = drawing.kept(february).aside
    assert (held.on, held.reason, held.amount_fen) == ("2026-01-31", "hold", 300_000)
    assert verify().broken == []


def test_a_merchant_whose_month_cannot_be_closed_keeps_no_other_open(
    told: Boost, rival: Merchant, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at("2026-01-30T09:00:00"):
        payments.record(rival, amount_fen=1_000, reference="RIVAL", by=manager)
    draw = drawing.to_close

    def drawn(merchant: Merchant, month: months.Month, **after: Any) -> Any:
        if merchant == told.merchant:
            raise ValueError("no")
        return draw(merchant, month, **after)

    assert told.merchant_id < rival.pk
    monkeypatch.setattr(drawing, "to_close", drawn)
    monkeypatch.setattr(closing, "MOST", 1)
    with pytest.raises(ExceptionGroup, match="could not be closed") as raised:
        close_all()
    assert raised.value.exceptions[0].__notes__ == [f"merchant {told.merchant_id}"]
    assert [statement.merchant for statement in Statement.objects.all()] == [rival, rival]


def scans(query: str, table: str) -> list[dict[str, Any]]:
    """How a query reads a table, with the rows it looked at."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        [[[plan]]] = cursor.fetchall()
    nodes, found = [plan["Plan"]], []
    for node in nodes:
        nodes.extend(node.get("Plans", []))
        if node.get("Relation Name") == table:
            left_out = node.get("Rows Removed by Filter", 0)
            node["looked_at"] = (node["Actual Rows"] + left_out) * node["Actual Loops"]
            found.append(node)
    return found


def _crowd() -> None:
    """Thousands of accounts and transfers of others, from before the month until after it."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO campaigns_account (kind, key, balance_fen)
            SELECT 'hold', 'hold:crowd:' || number, 0 FROM generate_series(1, 5000) AS number
            """
        )
        cursor.execute(
            """
            INSERT INTO campaigns_transfer (key, reference, source_id, target_id, amount_fen,
                reason, source_balance_fen, target_balance_fen, created_at)
            SELECT 'crowd:' || number, '', -number, -number - 1, 1, 'deposit', 0, 0,
                timestamptz '2025-12-01 00:00:00Z' + number * interval '20 minutes'
            FROM generate_series(1, 5000) AS number
            """
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(
            "ANALYZE campaigns_account, campaigns_balancerefund, campaigns_boost,"
            " campaigns_fundingline, campaigns_transfer"
        )


def test_closing_reads_its_own_accounts_and_what_is_new(told: Boost, shop: Merchant) -> None:
    close_all("2026-02-01T02:00:00")
    _crowd()
    with at("2026-03-05T09:00:00"), CaptureQueriesContext(connection) as queries:
        closing.close(shop, FEBRUARY)
    begins = ("SELECT", "-- What moved")
    read = [each["sql"] for each in queries if each["sql"].startswith(begins)]
    accounts = [scan for query in read for scan in scans(query, "campaigns_account")]
    moved = [scan for query in read for scan in scans(query, "campaigns_transfer")]
    assert 0 < sum(scan["looked_at"] for scan in accounts) < 100
    assert 0 < sum(scan["looked_at"] for scan in moved) < 100
    by_account = [scan for scan in moved if "account_id" in scan.get("Index Cond", "")]
    assert by_account
    assert all("created_at" in scan["Filter"] for scan in by_account)


@pytest.mark.parametrize("written", ["2026-13", "2025-12", "2027-01", "nonsense", "2026-1"])
def test_a_month_without_a_statement_is_absent(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf, written: str
) -> None:
    with at("2026-03-05T09:00:00"):
        url = reverse("campaigns:statement-detail", args=[shop.code, written])
        assert client_of(alice).get(url).status_code == 404
        with pytest.raises(CommandError, match="has no statement") as refused:
            call_command("statement", shop.code, written)
    assert refused.value.returncode == 2


def test_the_list_has_open_and_closed_months(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    close_all("2026-02-01T02:00:00")
    with at("2026-02-20T00:00:00"):
        page = client_of(alice).get(reverse("campaigns:statement-list", args=[shop.code]))
    assert page.context["open_months"] == [FEBRUARY]
    assert [row.record.month for row in page.context["table"].rows] == [JANUARY]


@pytest.mark.django_db(transaction=True)
def test_two_who_close_a_month_at_once_close_it_once(told: Boost, shop: Merchant) -> None:
    def close() -> object:
        with at("2026-02-10T09:00:00"):
            return closing.close(shop, JANUARY)

    made, _refused = at_once(*[close] * 4)
    assert sum(one is not None for one in made) == Statement.objects.count() == 1


def test_a_month_that_follows_an_open_one_has_its_own_lines_alone(
    told: Boost, shop: Merchant, alice: User, client_of: ClientOf
) -> None:
    """In the first hour of February January is not closed yet."""
    with at("2026-02-01T00:30:00"):
        january, february = (given(shop, month) for month in (JANUARY, FEBRUARY))
        assert (january.opening_fen, january.closing_fen) == (0, 490_000)
        assert february.opening_fen == 490_000
        assert {line.on[:7] for line in february.lines} == {"2026-02"}
        page = client_of(alice).get(
            reverse("campaigns:statement-detail", args=[shop.code, "2026-02"])
        )
        assert "2026-01-3" not in page.content.decode().split('id="table"')[1]
    with at("2026-02-01T01:00:00"):
        closing.close_due()
        assert given(shop, FEBRUARY) == february, "it stays as it was when January is closed"


def given(shop: Merchant, month: months.Month) -> drawing.Drawn:
    found = giving.give(shop, month)
    assert found
    assert found.kept is None
    return found.drawn


def test_closed_months_of_boosts_from_before_lines_had_accounts_are_proven_too(
    shop: Merchant, note: Note, fund: Fund, a_boost: RequestBoost, manager: User
) -> None:
    """¥400 of the wallet and ¥300 of a fund lie on one account; some of both comes back later."""
    Note.objects.update(published_at=datetime.fromisoformat("2025-06-01T00:00+08:00"))
    note.refresh_from_db()

    def move(source: Account, target: Account, amount_fen: int, reason: TransferReason) -> None:
        key = f"old:{source.pk}:{target.pk}:{amount_fen}"
        ledger.move([ledger.Move(source, target, amount_fen, key, reason)])

    def is_broken() -> bool:
        return "closed_months_lead_to_the_balance" in {row.rule for row in verify().broken}

    wallet = ledger.wallet_of(shop)
    with at("2026-01-30T09:00:00"):
        payments.record(shop, amount_fen=500_000, reference="IN-1", by=manager)
        boost = a_boost()
        hold = ledger.account_of(AccountKind.HOLD, f"boost:{boost.pk}")
        Boost.objects.filter(pk=boost.pk).update(hold=hold)
        move(wallet, hold, 40_000, TransferReason.HOLD)
        move(fund.account, hold, 30_000, TransferReason.HOLD)
    with at("2026-02-01T02:00:00"):
        closing.close_due()
    assert Statement.objects.get().closing_fen == 500_000
    assert not is_broken()
    with at("2026-02-02T09:00:00"):
        move(hold, fund.account, 30_000, TransferReason.RELEASE)
        move(hold, wallet, 10_000, TransferReason.RELEASE)
    assert not is_broken()
    execute(
        "ALTER TABLE campaigns_statement DISABLE TRIGGER USER",
        "UPDATE campaigns_statement SET lines_fen = lines_fen + 7, free_fen = free_fen + 7",
    )
    assert is_broken()

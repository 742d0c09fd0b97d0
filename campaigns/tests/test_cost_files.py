"""Costs of a file: looked at it changes nothing, added twice it is there once, and what is wrong is
said by its line."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.costs import files, importing
from campaigns.costs import verbs as costs
from campaigns.costs.files import Column
from campaigns.costs.judging import Verdict
from campaigns.costs.models import Channel, Cost, CostFile
from campaigns.tests.conftest import NOON, TODAY, RequestBoost
from campaigns.tests.test_costs import but, counted, paid
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal
from tests.racing import at_once

ClientOf = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

HEAD = "note_id,kind,channel,day,amount_yuan,own_number,boost_id,campaign"


def line(note: Note, **of: str) -> str:
    """A creator's fee of ¥800 today."""
    values = {
        "note_id": note.external_id,
        "kind": "creator_fee",
        "channel": "creator",
        "day": TODAY.isoformat(),
        "amount_yuan": "800",
        **of,
    }
    return ",".join(values.get(name, "") for name in HEAD.split(","))


def file_of(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def add(shop: Merchant, by: User, *lines: str) -> Verdict:
    return importing.add(shop, file_of(*lines), file_name="a.csv", by=by)


def told(verdict: Verdict) -> tuple[int, int, list[tuple[int, Column | None]]]:
    return (
        len(verdict.new), verdict.known, [(one.line, one.column) for one in verdict.faults],
    )  # fmt: skip


def everything() -> tuple[int, int, int]:
    return (Cost.objects.count(), CostFile.objects.count(), AuditEntry.objects.count())


def test_a_file_looked_at_changes_nothing_and_tells_what_adding_it_does(
    shop: Merchant, note: Note, alice: User
) -> None:
    data, before = file_of(line(note), line(note, amount_yuan="x")), everything()
    looked_at = importing.check(shop, data, by=alice)
    assert everything() == before
    added = importing.add(shop, data, file_name="a.csv", by=alice)
    assert told(looked_at) == told(added) == (1, 0, [(3, Column.AMOUNT)])
    assert (counted(shop), CostFile.objects.get().amount_fen) == (80_000, 80_000)


def test_the_same_file_twice_adds_nothing_new_whatever_was_corrected_since(
    shop: Merchant, note: Note, alice: User
) -> None:
    numbered = line(note, own_number="INV-1", amount_yuan="8")
    rows = [line(note), numbered, line(note, amount_yuan="9")]
    assert told(add(shop, alice, *rows)) == (3, 0, [])
    assert told(add(shop, alice, *rows)) == (0, 3, [])
    ninth = Cost.objects.get(amount_fen=900)
    with clock.at(NOON + timedelta(hours=1)):
        costs.correct(ninth, by=alice, **but(ninth, amount_fen=1, on=TODAY - timedelta(days=9)))
    assert told(add(shop, alice, *rows)) == (0, 3, [])
    assert CostFile.objects.count() == 1
    assert AuditEntry.objects.filter(verb="costfile.added").get().new["costs"] == 3
    # What was withdrawn comes back by nobody's file.
    costs.withdraw(ninth, by=alice)
    assert told(add(shop, alice, *rows)) == (0, 2, [(4, Column.REFERENCE)])


def test_what_a_form_has_said_a_file_does_not_say_again(
    shop: Merchant, note: Note, alice: User, a_boost: RequestBoost
) -> None:
    boost = a_boost()
    paid(shop, alice, note, reference="INV-1")
    paid(shop, alice, boost, channel=Channel.PAID)
    of_the_boost = line(note, note_id="", boost_id=boost.external_id, channel="paid")
    rows = [line(note), of_the_boost]
    assert told(add(shop, alice, *rows)) == (0, 2, [])
    assert told(add(shop, alice, line(note, own_number="inv-1", amount_yuan="5"))) == (
        0, 0, [(2, Column.REFERENCE)],
    )  # fmt: skip
    # Nor a form what a file has said.
    assert told(add(shop, alice, line(note, amount_yuan="7"))) == (1, 0, [])
    with pytest.raises(Refusal, match="the same cost already"):
        paid(shop, alice, note, amount_fen=700)
    assert counted(shop) == 160_700


WRONG: list[tuple[dict[str, str], Column | None]] = [
    ({"note_id": "6.5E+23"}, Column.NOTE),
    ({"note_id": ""}, Column.NOTE),
    ({"note_id": "' OR 1=1 --"}, Column.NOTE),
    ({"note_id": "=HYPERLINK(1)"}, Column.NOTE),
    ({"boost_id": "b0"}, Column.BOOST),
    ({"campaign": "618"}, Column.CAMPAIGN),
    ({"kind": "bribe"}, Column.KIND),
    ({"kind": ""}, Column.KIND),
    ({"channel": "creator_fee"}, Column.CHANNEL),
    ({"day": "2099-01-01"}, Column.DAY),
    ({"day": "31/12/25"}, Column.DAY),
    ({"day": "1926-03-02"}, Column.DAY),
    ({"amount_yuan": "-5"}, Column.AMOUNT),
    ({"amount_yuan": "0"}, Column.AMOUNT),
    ({"amount_yuan": "1e3"}, Column.AMOUNT),
    ({"amount_yuan": "0.001"}, Column.AMOUNT),
    ({"amount_yuan": "9" * 5000}, Column.AMOUNT),
    ({"own_number": "=1+1"}, Column.REFERENCE),
    ({"own_number": "x" * 81}, Column.REFERENCE),
    ({"campaign": ",,surplus"}, None),
]


def test_each_wrong_line_is_told_by_its_number_column_and_reason_beside_the_right_ones(
    shop: Merchant, note: Note, alice: User
) -> None:
    rows = [line(note, **{"own_number": f"n{at}", **wrong}) for at, (wrong, _c) in enumerate(WRONG)]
    verdict = add(shop, alice, line(note), *rows)
    assert [(one.line, one.column) for one in verdict.faults] == [
        (at, column) for at, (_wrong, column) in enumerate(WRONG, 3)
    ]
    assert all(one.reason and one.to_do and len(one.value) <= 40 for one in verdict.faults)
    assert (len(verdict.new), counted(shop)) == (1, 80_000)


def test_lines_that_say_the_same_are_told_and_the_first_counts(
    shop: Merchant, note: Note, alice: User
) -> None:
    rows = [
        line(note), line(note), line(note, own_number="A"), line(note, own_number="a"),
        line(note, amount_yuan="¥1,000.00".replace(",", "")), line(note, amount_yuan="1000元"),
    ]  # fmt: skip
    assert told(add(shop, alice, *rows)) == (
        2, 0, [(at, Column.REFERENCE) for at in (3, 4, 5, 7)],
    )  # fmt: skip


def test_a_cost_without_a_number_does_not_come_again_with_one(
    shop: Merchant, note: Note, alice: User
) -> None:
    first = paid(shop, alice, note)
    numbered = line(note, own_number="INV-1")
    verdict = add(shop, alice, numbered)
    assert told(verdict) == (0, 0, [(2, Column.REFERENCE)])
    assert "without a number of its own" in verdict.faults[0].reason
    # Also where it was corrected since: it is the same cost.
    costs.correct(first, by=alice, **but(first, amount_fen=5))
    assert told(add(shop, alice, numbered)) == (0, 0, [(2, Column.REFERENCE)])
    # There were two: each has its number, and the second time both are known.
    costs.correct(first, by=alice, **but(first, amount_fen=80_000, reference="INV-0"))
    assert told(add(shop, alice, numbered)) == (1, 0, [])
    assert told(add(shop, alice, numbered, line(note, own_number="INV-0"))) == (0, 2, [])
    assert counted(shop) == 160_000


def test_every_way_a_spreadsheet_writes_the_file_is_read(
    shop: Merchant, note: Note, alice: User
) -> None:
    with translation.override("zh-hans"):
        head = ",".join(files.template())
    assert head.startswith("笔记 ID,")
    row = f"{note.external_id},,,达人费用,达人,2026/3/2,{{}},合同"
    texts = [f"{head}\r\n{row.format(amount)}{amount}\r\n\r\n" for amount in range(1, 6)]
    written = [
        texts[0].encode(),
        texts[1].encode("utf-8-sig"),
        texts[2].encode("gb18030"),
        texts[3].encode("utf-16"),
        texts[4].replace(",", ";").encode("gb18030"),
    ]
    for data in written:
        verdict = importing.add(shop, data, file_name="a.csv", by=alice)
        assert told(verdict) == (1, 0, []), data
    assert counted(shop) == 1500
    assert set(Cost.objects.values_list("reference", flat=True)) == {
        f"合同{n}" for n in range(1, 6)
    }


@pytest.mark.parametrize(
    "data",
    [
        b"", b" \r\n", b"PK\x03\x04....", b"\xd0\xcf\x11\xe0....", b"\x00\x01\x02", b"\xff\xff\xff",
        b"a,b\n1,2\n", HEAD.encode(), f"{HEAD},kind\n1".encode(),
        b"kind,channel,day,amount_yuan\n1",
        f'{HEAD}\n"open'.encode(), f'{HEAD}\n{"x" * 200_000}'.encode(),
        f"{HEAD}\n".encode() + b"1\n" * (files.MOST_LINES + 1),
        b"x" * (files.MOST_BYTES + 1),
    ],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_file_of_costs_is_refused_with_what_to_do(
    client_of: ClientOf, shop: Merchant, alice: User, data: bytes
) -> None:
    page, before = reverse("campaigns:cost-file-new", args=[shop.code]), everything()
    sent = {"then": "add", "file": SimpleUploadedFile("a.csv", data)}
    answer = client_of(alice).post(page, sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert everything() == before


def test_ten_thousand_lines_take_few_queries_and_are_there_once(
    shop: Merchant, note: Note, alice: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    rows = [line(note, amount_yuan=f"{number}.07") for number in range(1, files.MOST_LINES + 1)]
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        assert told(add(shop, alice, *rows)) == (files.MOST_LINES, 0, [])
    assert told(add(shop, alice, *rows)) == (0, files.MOST_LINES, [])
    assert Cost.objects.current().count() == files.MOST_LINES


@pytest.mark.django_db(transaction=True)
def test_six_who_add_the_file_at_once_add_it_once(shop: Merchant, note: Note, alice: User) -> None:
    rows = [line(note, amount_yuan=str(number)) for number in range(1, 30)]
    done, refused = at_once(*[partial(add, shop, alice, *rows)] * 6)
    assert (sorted(len(one.new) for one in done), refused) == ([0] * 5 + [29], [])
    assert Cost.objects.current().count() == 29


def test_nobody_adds_to_the_notes_of_others_and_learns_nothing_of_them(
    shop: Merchant, rival: Merchant, note: Note, charlie: User
) -> None:
    verdict = add(rival, charlie, line(note), line(note, note_id="made-up"))
    assert told(verdict) == (0, 0, [(2, Column.NOTE), (3, Column.NOTE)])
    assert len({one.reason for one in verdict.faults}) == 1


def test_alice_looks_at_a_file_mends_it_and_adds_it(
    client_of: ClientOf, shop: Merchant, note: Note, alice: User
) -> None:
    page, client = reverse("campaigns:cost-file-new", args=[shop.code]), client_of(alice)
    head = client.get(page + "?template=csv").content.decode("utf-8-sig").strip()
    assert head.split(",") == files.template()

    def sent(then: str, *lines: str) -> dict[str, object]:
        return {"then": then, "file": SimpleUploadedFile("May.csv", file_of(*lines))}

    wrong = line(note, amount_yuan="<b>x</b>", own_number="2")
    mended = line(note, amount_yuan="700", own_number="2")
    answer = client.post(page, sent("check", line(note), wrong))
    shown = answer.content.decode()
    assert (answer.status_code, Cost.objects.count()) == (200, 0)
    assert ("nothing is changed yet" in shown, "&lt;b&gt;x" in shown) == (True, True)
    answer = client.post(page, sent("add", line(note), wrong))
    assert ("What was added" in answer.content.decode(), Cost.objects.count()) == (True, 1)
    answer = client.post(page, sent("add", line(note), mended), follow=True)
    assert "Added: 1. There already: 1." in answer.content.decode()
    made = Cost.objects.latest("pk")
    assert "May.csv" in client.get(made.get_absolute_url()).content.decode()

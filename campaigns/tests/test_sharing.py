"""A fund's page for its partner: who gets in, what stands there, and what never does."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from campaigns.boosts import awarding, decisions, funding
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, Objective
from campaigns.funds import rounds
from campaigns.funds.models import Fund, FundWay
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import AccountKind
from campaigns.sharing import aliases, codes, drawing, mails, verbs
from campaigns.sharing.models import FundGuest, FundPartner, FundReading
from campaigns.statements import months
from campaigns.tests.conftest import NOON, TODAY, RequestBoost, a_note_of, balance_of
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts import attempts
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "money")]
ClientOf = Callable[[User], Client]
Mails = list[Any]
ADDRESS = "partner@brand.example"
ENTER, PAGE = "/partner/", "/partner/fund/"
DAY = timedelta(days=1)


@pytest.fixture
def partner(fund: Fund, admin: User, second_admin: User) -> FundPartner:
    """The fund's partner, whose address two have signed."""
    verbs.ask_address(fund, email=ADDRESS, by=admin)
    return verbs.sign_address(fund, by=second_admin)


@pytest.fixture
def code(
    partner: FundPartner, admin: User, mailoutbox: Mails, django_capture_on_commit_callbacks: Any
) -> str:
    """A code as the mail has it."""
    with django_capture_on_commit_callbacks(execute=True):
        verbs.send_code(partner.fund, by=admin)
    (mail,) = mailoutbox
    assert mail.to == [ADDRESS]
    found = re.findall(r"^(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}$", mail.body, re.MULTILINE)
    assert len(set(found)) == 1, "one code, in both languages"
    return str(found[0])


def enter(code: str, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post(ENTER, {"code": code})
    assert (answer.status_code, answer.get("Location")) == (302, PAGE)
    return client


def a_boost_of(merchant: Merchant, note: Any, fund: Fund, *, by: User, grant_fen: int) -> Boost:
    made = boosts.request(
        merchant, note=note, objective=Objective.READS, starts_on=TODAY, ends_on=TODAY + 2 * DAY,
        budget_fen=150_000, fund=fund, grant_fen=grant_fen, request_key=uuid4(), by=by, beside=True,
    )  # fmt: skip
    return boosts.submit(made, by=by)


@pytest.fixture
def spent(
    fund: Fund, shop: Merchant, rival: Merchant, note: Any, alice: User, charlie: User,
    manager: User,
) -> list[Boost]:  # fmt: skip
    """Alice's boost drew ¥300 of the fund and cost ¥100, of which ¥20 were a mistake; it is over.
    Charlie's drew ¥200 and cost ¥50."""
    payments.record(rival, amount_fen=500_000, reference="bank-2", by=manager)
    theirs = a_note_of(rival, "rival-note-1")
    type(theirs).objects.filter(pk=theirs.pk).update(title="Rival secret linen")
    theirs.refresh_from_db()
    made = [
        a_boost_of(shop, note, fund, by=alice, grant_fen=30_000),
        a_boost_of(rival, theirs, fund, by=charlie, grant_fen=20_000),
    ]
    found = []
    for boost in made:
        approved = decisions.approve(boost, version=boost.version, by=manager)
        found.append(Boost.locked(approved.pk))
    funding.capture_to(found[0], 10_000)
    funding.capture_to(found[1], 5_000)
    funding.capture_to(found[0], 8_000)
    Boost.objects.filter(pk=found[0].pk).update(status=BoostStatus.COMPLETED)
    found[0].refresh_from_db()
    funding.settle(found[0], at=clock.now())
    return found


def test_the_statement_sums_to_the_balance_line_by_line(fund: Fund, spent: list[Boost]) -> None:
    drawn = drawing.draw(fund, months.this())
    sums = {(line.reason, line.merchant): line for line in drawn.lines}
    mine, theirs = (aliases.of(fund, [boost.merchant_id])[boost.merchant_id] for boost in spent)
    told = {key: (line.left_fen, line.held_fen, line.spent_fen) for key, line in sums.items()}
    assert told == {
        ("deposit", ""): (100_000, 0, 0),
        ("hold", mine): (-30_000, 30_000, 0),
        ("hold", theirs): (-20_000, 20_000, 0),
        ("capture", mine): (0, -10_000, 10_000),
        ("capture", theirs): (0, -5_000, 5_000),
        ("give_back", mine): (0, 2_000, -2_000),
        ("release", mine): (22_000, -22_000, 0),
    }
    assert drawn.closing.left_fen == balance_of(fund.account) == 72_000
    assert (drawn.closing.held_fen, drawn.closing.spent_fen) == (15_000, 13_000)
    (today,) = [day for day in drawn.days if day.on == TODAY]
    assert (today.drawn_fen, today.stand.spent_fen, today.stand.left_fen) == (
        28_000, 13_000, 72_000,
    )  # fmt: skip


def test_the_next_month_opens_where_this_one_closed(fund: Fund, spent: list[Boost]) -> None:
    closing = drawing.draw(fund, months.this()).closing
    with clock.at(NOON + 40 * DAY):
        later = drawing.draw(fund, months.this())
        assert later.lines == []
        assert later.opening == later.closing == closing
        assert drawing.draw(fund, months.of(TODAY)).opening.left_fen == 0


def test_a_correction_after_the_end_comes_back_to_the_fund(fund: Fund, spent: list[Boost]) -> None:
    boost = Boost.locked(spent[0].pk)
    funding.capture_to(boost, 3_000)
    assert drawing.draw(fund, months.this()).closing.left_fen == balance_of(fund.account) == 77_000


def told_of(others: list[str], *bodies: bytes) -> list[str]:
    """Which of `others` stand in one of `bodies`."""
    text = b"\n".join(bodies).decode()
    return [one for one in others if one in text]


def names_of(merchant: Merchant) -> list[str]:
    """All that tells who a merchant is, or what is his."""
    notes = merchant.notes.values_list("title", "external_id")
    kept = [merchant.name, merchant.code, merchant.credit_code]
    kept += [each for pair in notes for each in pair]
    kept += list(merchant.stores.values_list("name", flat=True))
    return kept + list(merchant.boosts.values_list("external_id", flat=True))


def test_no_byte_that_the_partner_gets_tells_who_a_merchant_is(
    fund: Fund, spent: list[Boost], code: str, shop: Merchant, rival: Merchant, mailoutbox: Mails
) -> None:
    client = enter(code)
    page = client.get(PAGE).content
    file = client.get(f"{PAGE}?export=csv").content
    mail = str(mailoutbox[0].message()).encode() + mailoutbox[0].body.encode()
    names = names_of(shop) + names_of(rival)
    assert told_of(names, page, file, mail, client.get(ENTER).content) == []
    called = aliases.of(fund, [shop.pk, rival.pk])
    assert told_of(list(called.values()), page) == list(called.values())
    assert told_of(list(called.values()), file) == list(called.values())
    assert told_of(names, shop.name.encode()) != [], "what is looked for would be found"


def test_a_merchant_has_another_name_in_each_fund_and_keeps_it(
    fund: Fund, shop: Merchant, rival: Merchant, admin: User
) -> None:
    first = aliases.of(fund, [shop.pk])
    assert aliases.of(fund, [shop.pk, rival.pk])[shop.pk] == first[shop.pk]
    other = Fund.objects.create(
        code="other", name_zh="其他", name_en="Other", account=ledger.account_of(
            AccountKind.FUND, "other"),
    )  # fmt: skip
    assert aliases.of(other, [shop.pk]) != first


def test_nobody_keeps_finds_or_leads_to_the_page_and_who_is_signed_in_is_nobody(
    fund: Fund, code: str, alice: User, client_of: ClientOf
) -> None:
    client = enter(code, client_of(alice))
    for url in (ENTER, PAGE, f"{PAGE}?export=csv", f"{PAGE}?month=1999-01"):
        answer = client.get(url)
        assert answer["Cache-Control"] == "no-store", url
        kept = "same-origin" if url in {ENTER, PAGE} else "no-referrer"
        assert answer["Referrer-Policy"] == kept, url
        assert answer["X-Robots-Tag"] == "noindex", url
    page = client.get(PAGE).content.decode()
    assert page.count('method="post"') == 1, "the one that leaves it"
    assert "Alice" not in page
    assert "¥1,000.00" in page


def test_each_reading_is_written_down_with_a_shortened_address(
    fund: Fund, code: str, admin: User, client_of: ClientOf
) -> None:
    client = enter(code)
    client.get(PAGE, REMOTE_ADDR="203.0.113.77")
    client.get(f"{PAGE}?export=csv", REMOTE_ADDR="2001:db8:1:2::77")
    read = FundReading.objects.order_by("pk").values_list("what", "network", "month", "at")
    assert list(read) == [
        ("page", "203.0.113.0/24", "2026-03", NOON), ("file", "2001:db8:1::/48", "2026-03", NOON),
    ]  # fmt: skip
    page = client_of(admin).get(reverse("campaigns:partner-detail", args=[fund.pk]))
    assert "203.0.113.0/24" in page.content.decode()
    assert "203.0.113.77" not in page.content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        FundReading.objects.update(network="")


def test_of_many_readings_in_a_minute_the_first_is_written_down_of_each_kind_and_network(
    fund: Fund, code: str
) -> None:
    client = enter(code)
    for _again in range(3):
        client.get(PAGE)
        client.get(f"{PAGE}?export=csv")
    assert sorted(FundReading.objects.values_list("what", flat=True)) == ["file", "page"]
    client.get(PAGE, REMOTE_ADDR="203.0.113.77")
    client.get(f"{PAGE}?month=2026-02")
    assert FundReading.objects.count() == 4, "what is another reading stands beside"
    with clock.at(NOON + timedelta(minutes=1)):
        client.get(PAGE)
    assert FundReading.objects.count() == 5


def test_a_code_reads_so_often_a_minute_and_another_is_not_kept_out(
    fund: Fund, code: str, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = (attempts.Limit(2, timedelta(minutes=1)),)
    monkeypatch.setattr(verbs, "READINGS", few)
    client = enter(code)
    assert [client.get(PAGE).status_code for _ in range(3)] == [200, 200, 429]
    late = client.get(f"{PAGE}?export=csv")
    assert (late.status_code, late["Cache-Control"]) == (429, "no-store")
    monkeypatch.setattr(codes, "code", lambda: "AAAA")
    verbs.send_code(fund, by=admin)
    assert enter("AAAA").get(PAGE).status_code == 200


def test_who_leaves_is_not_known_to_the_browser_any_more(code: str) -> None:
    client = enter(code)
    answer = client.post(f"{ENTER}leave/")
    assert (answer.status_code, answer["Location"]) == (302, ENTER)
    assert client.get(PAGE).status_code == 404
    enter(code, client)


@pytest.mark.django_db(transaction=True)
def test_a_code_whose_mail_could_not_be_sent_says_so_and_not_that_it_is_on_its_way(
    partner: FundPartner, admin: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, fund = client_of(admin), partner.fund.pk
    url = reverse("campaigns:partner-send", args=[fund])
    listed = reverse("campaigns:partner-detail", args=[fund])

    def press() -> str:
        read = client.get(url).context["form"].initial["version"]
        client.post(url, {"version": read})
        return str(client.get(listed).content.decode())

    with monkeypatch.context() as down:
        down.setattr(mails, "send_code", broken)
        page = press()
    assert "Not sent: mail another one" in page
    assert "could not be sent" in page
    assert "On its way" not in page
    page = press()
    assert "On its way" in page
    assert ">Holds<" in page
    assert FundGuest.objects.filter(mailed_at=None).count() == 1


def broken(*_mail: object) -> None:
    raise OSError("The mail server is down.")


@pytest.mark.parametrize("end", ["revoked", "expired", "forged", "another address"])
def test_a_code_that_does_not_hold_is_404_at_the_next_request(
    fund: Fund, code: str, admin: User, second_admin: User, end: str
) -> None:
    client = enter(code)
    assert client.get(PAGE).status_code == 200
    later = NOON
    if end == "revoked":
        verbs.revoke(FundGuest.objects.get(), by=admin)
    elif end == "expired":
        later = NOON + verbs.LIFE
    elif end == "forged":
        client.cookies["fund"] = "1:made:up"
    else:
        verbs.ask_address(fund, email="new@brand.example", by=admin)
        assert client.get(PAGE).status_code == 200, "until it is signed"
        verbs.sign_address(fund, by=second_admin)
    with clock.at(later):
        assert client.get(PAGE).status_code == 404
        assert client.get(f"{PAGE}?export=csv").status_code == 404
        if end != "forged":
            answer = client.post(ENTER, {"code": code})
            assert answer.status_code == 422
            assert "opens nothing" in answer.content.decode()


def test_guessing_is_limited_by_network_and_keeps_nobody_else_out(code: str) -> None:
    stranger = {"REMOTE_ADDR": "198.51.100.9"}
    said = [
        Client().post(ENTER, {"code": f"WRONG-{turn}"}, **stranger).content.decode()  # type: ignore[arg-type]
        for turn in range(6)
    ]
    assert ["opens nothing" in each for each in said] == [True] * 5 + [False]
    assert "Too many wrong codes" in said[5]
    assert Client().post(ENTER, {"code": code}, **stranger).status_code == 422  # type: ignore[arg-type]
    enter(code.lower().replace("-", " "))


def test_the_code_is_kept_nowhere(code: str, fund: Fund, admin: User, client_of: ClientOf) -> None:
    guest = FundGuest.objects.get()
    assert guest.code_hash == codes.hashed(code)
    page = client_of(admin).get(reverse("campaigns:partner-detail", args=[fund.pk]))
    kept = str(list(AuditEntry.objects.values())) + page.content.decode() + str(vars(guest))
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_the_address_takes_two_and_codes_go_nowhere_else(
    fund: Fund, admin: User, second_admin: User, alice: User
) -> None:
    with pytest.raises(Refusal, match="No address"):
        verbs.send_code(fund, by=admin)
    verbs.ask_address(fund, email=f" {ADDRESS.upper()} ", by=admin)
    with pytest.raises(Refusal, match="Another admin"):
        verbs.sign_address(fund, by=admin)
    with pytest.raises(Refusal, match="No address"):
        verbs.send_code(fund, by=admin)
    with pytest.raises(PermissionDenied):
        verbs.sign_address(fund, by=alice)
    assert verbs.sign_address(fund, by=second_admin).email == ADDRESS
    told = second_admin.notices.values_list("text", flat=True)
    assert any("waits for the signature" in text for text in told)
    assert verbs.send_code(fund, by=admin).email == ADDRESS


def test_admins_name_sign_mail_and_revoke_in_pages(
    fund: Fund, admin: User, second_admin: User, client_of: ClientOf
) -> None:
    def press(who: User, name: str, **data: str) -> Any:
        client, url = client_of(who), reverse(f"campaigns:{name}", args=[fund.pk])
        form = client.get(url).context["form"]
        return client.post(url, {"version": form.initial["version"], **data})

    assert press(admin, "partner-address", email=ADDRESS).status_code == 302
    assert press(admin, "partner-sign").status_code == 422
    assert press(second_admin, "partner-sign").status_code == 302
    client, url = client_of(admin), reverse("campaigns:partner-send", args=[fund.pk])
    read = client.get(url).context["form"].initial["version"]
    assert [client.post(url, {"version": read}).status_code == 302 for _twice in range(2)] == [
        True, False,
    ]  # fmt: skip
    guest = FundGuest.objects.get()
    client_of(admin).post(reverse("campaigns:guest-revoke", args=[guest.pk]))
    guest.refresh_from_db()
    assert not guest.holds


def test_what_a_round_gave_tells_a_merchant_nothing_of_others(
    fund: Fund, shop: Merchant, rival: Merchant, note: Any, alice: User, charlie: User,
    admin: User, manager: User, client_of: ClientOf, a_boost: RequestBoost,
) -> None:  # fmt: skip
    payments.record(rival, amount_fen=500_000, reference="bank-2", by=manager)
    Fund.objects.filter(pk=fund.pk).update(grants_by=FundWay.ROUNDS)
    rounds.open_round(fund, cut_at=NOON + timedelta(hours=1), by=admin)
    theirs = a_note_of(rival, "rival-note-1")
    for merchant, of, by, fen in ((shop, note, alice, 60_000), (rival, theirs, charlie, 87_654)):
        made = boosts.request(
            merchant, note=of, objective=Objective.READS, fund=fund, grant_fen=fen,
            request_key=uuid4(), by=by, beside=True, starts_on=TODAY + DAY,
            ends_on=TODAY + 2 * DAY, budget_fen=200_000,
        )  # fmt: skip
        boost = boosts.submit(made, by=by)
        decisions.approve(boost, version=boost.version, by=manager)
    with clock.at(NOON + timedelta(hours=1)):
        awarding.look()
        client = client_of(alice)
        url = reverse("campaigns:award-list", args=[shop.code])
        file = b"".join(client.get(f"{url}?export=csv").streaming_content)  # type: ignore[attr-defined]
        boost_page = client.get(shop.boosts.get().get_absolute_url()).content
        bodies = (client.get(url).content, file, boost_page)
    others = [*names_of(rival), "876.54", "87654", "500.00 of 876"]
    # Both notes are called alike here.
    others.remove("Three ways to wear linen")
    assert told_of(others, *bodies) == []
    assert told_of(["¥600.00", "¥500.00"], bodies[0]) == ["¥600.00", "¥500.00"]

"""Large payments: booked when a second person has signed, and told until then."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.funds import verbs as funds
from campaigns.funds.models import Fund
from campaigns.ledger import payments, proof
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Payment, PaymentStatus, Transfer
from campaigns.tests.conftest import balance_of, large
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts import audit, people, teams
from portal.accounts.models import AuditEntry, PlatformRole, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.review import concerned
from portal.words import yuan

ClientOf = Callable[[User], Client]
LIMIT = payments.TWO_PERSON_FEN


@pytest.mark.django_db
def test_one_person_books_up_to_the_limit_and_not_a_fen_more(shop: Merchant, manager: User) -> None:
    assert isinstance(payments.record(shop, amount_fen=LIMIT, reference="a", by=manager), Transfer)
    assert isinstance(
        payments.record(shop, amount_fen=LIMIT + 1, reference="b", by=manager), Payment
    )
    assert ledger.wallet_of(shop).balance_fen == LIMIT


@pytest.mark.django_db
def test_a_signature_books_it_once(
    shop: Merchant, payment: Payment, colleague: User, manager: User
) -> None:
    payments.sign(payment, version=payment.version, by=colleague)
    with pytest.raises(Refusal, match="waits for no decision any more"):
        payments.sign(payment, version=payment.version, by=colleague)
    assert ledger.wallet_of(shop).balance_fen == 6_000_000
    assert Transfer.objects.get().reference == "BIG-1"
    entries = AuditEntry.objects.filter(subject=f"payment:{payment.pk}").order_by("pk")
    assert [(entry.verb, entry.actor, entry.team) for entry in entries] == [
        ("payment.recorded", manager, shop.team),
        ("payment.booked", colleague, shop.team),
    ]


@pytest.mark.django_db
def test_the_same_payment_again_is_the_one_that_waits_and_then_the_one_that_was_booked(
    shop: Merchant, payment: Payment, manager: User, colleague: User
) -> None:
    again = {"amount_fen": 6_000_000, "reference": "BIG-1"}
    assert payments.record(shop, **again, by=manager) == payment  # type: ignore[arg-type]
    payments.sign(payment, version=payment.version, by=colleague)
    booked = payments.record(shop, **again, by=manager)  # type: ignore[arg-type]
    assert booked == Transfer.objects.get()
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_a_reference_that_waits_is_used_for_nothing_else(
    shop: Merchant, rival: Merchant, payment: Payment, manager: User
) -> None:
    for merchant, amount_fen in [(shop, 100), (shop, 7_000_000), (rival, 6_000_000)]:
        with pytest.raises(Refusal, match="already used for a payment of ¥60,000") as refused:
            payments.record(merchant, amount_fen=amount_fen, reference="BIG-1", by=manager)
        assert refused.value.field == "reference"


@pytest.mark.django_db
def test_an_unsigned_payment_leaves_its_reference_and_no_money(
    shop: Merchant, payment: Payment, manager: User, colleague: User
) -> None:
    with pytest.raises(Refusal, match="Write the reason"):
        payments.reject(payment, version=payment.version, reason=" ", by=colleague)
    payments.reject(payment, version=payment.version, reason="It says ¥6,000.", by=colleague)
    written = AuditEntry.objects.filter(subject=audit.name_of(payment)).latest("pk")
    assert (written.actor, written.reason) == (colleague, "It says ¥6,000.")
    assert not Transfer.objects.exists()
    payments.record(shop, amount_fen=600_000, reference="BIG-1", by=manager)
    assert ledger.wallet_of(shop).balance_fen == 600_000


@pytest.mark.django_db
@pytest.mark.parametrize("amount_fen", [1, LIMIT + 1])
def test_who_left_the_merchants_team_lately_writes_down_none_of_its_payments(
    shop: Merchant, rival: Merchant, bob: User, amount_fen: int
) -> None:
    teams.remove(shop.team.memberships.get(user=bob), by=bob)
    bob.platform_role = PlatformRole.ACCOUNT_MANAGER
    bob.save()
    with pytest.raises(Refusal, match="A colleague has to decide"):
        payments.record(shop, amount_fen=amount_fen, reference="own", by=bob)
    payments.record(rival, amount_fen=amount_fen, reference="other", by=bob)
    with clock.at(clock.now() + concerned.APART_FOR + timedelta(days=1)):
        payments.record(shop, amount_fen=amount_fen, reference="own", by=bob)


@pytest.mark.django_db
def test_many_colleagues_are_told_in_as_many_queries_as_one(
    shop: Merchant, bob: User, manager: User, colleague: User
) -> None:
    """The wallet is locked meanwhile. Bob, who left its team lately, is not told."""
    teams.remove(shop.team.memberships.get(user=bob), by=bob)
    User.objects.filter(pk=bob.pk).update(platform_role=PlatformRole.ACCOUNT_MANAGER)
    payments.record(shop, amount_fen=1, reference="first", by=manager)
    queries = []
    for reference, more in (("a", 0), ("b", 5)):
        for number in range(more):
            people.create(f"m{number}@example.com", None, name="M", platform_role="account_manager")
        with CaptureQueriesContext(connection) as asked:
            payments.record(shop, amount_fen=LIMIT + 1, reference=reference, by=manager)
        queries.append(len(asked))
    assert queries[0] == queries[1]
    told = Notice.objects.filter(text__contains="signature")
    assert told.count() == 1 + 6
    assert not told.filter(user=bob).exists()


@pytest.mark.django_db
def test_managers_sign_for_wallets_and_admins_for_funds(
    payment: Payment, manager: User, colleague: User, admin: User, second_admin: User
) -> None:
    fund = funds.create("spring", name_zh="春", name_en="Spring", by=admin)
    top_up = large(funds.pay_in(fund, amount_fen=LIMIT + 1, reference="top-up", by=admin))
    for row, person in [(payment, second_admin), (top_up, colleague)]:
        with pytest.raises(PermissionDenied):
            payments.sign(row, version=row.version, by=person)
    payments.sign(payment, version=payment.version, by=colleague)
    payments.sign(top_up, version=top_up.version, by=second_admin)
    assert balance_of(fund.account) == LIMIT + 1


@pytest.mark.django_db
def test_who_may_sign_is_led_to_the_payment_in_the_queue(
    colleague: User,
    second_admin: User,
    payment: Payment,
    fund: Fund,
    admin: User,
    client_of: ClientOf,
) -> None:
    top_up = large(funds.pay_in(fund, amount_fen=LIMIT + 1, reference="top-up", by=admin))
    for row, signer, other in [(payment, colleague, top_up), (top_up, second_admin, payment)]:
        client, notice = client_of(signer), signer.notices.latest("pk")
        assert row.reference in str(notice)
        assert client.get(notice.url).context["payment"] == row
        queue = client.get(reverse("review:review-list")).content.decode()
        assert notice.url in queue
        assert other.reference not in queue


@pytest.mark.django_db
@pytest.mark.parametrize("amount_fen", [10**13, 10**18])
def test_an_impossible_amount_waits_for_nobody(
    shop: Merchant, manager: User, amount_fen: int
) -> None:
    with pytest.raises(Refusal, match="less than"):
        payments.record(shop, amount_fen=amount_fen, reference="huge", by=manager)
    assert not Payment.objects.exists()


@pytest.mark.django_db
def test_the_merchant_reads_what_has_arrived_and_who_signs_it_by_when(
    shop: Merchant,
    rival: Merchant,
    payment: Payment,
    colleague: User,
    alice: User,
    charlie: User,
    client_of: ClientOf,
) -> None:
    theirs = reverse("campaigns:wallet-detail", args=[rival.code])
    assert "BIG-1" not in client_of(charlie).get(theirs).content.decode()
    page = reverse("campaigns:wallet-detail", args=[shop.code])
    shown = client_of(alice).get(page).content.decode()
    assert "¥60,000.00 (BIG-1) has arrived and is not in the balance yet." in shown
    assert "A second person of the platform signs it by" in shown
    payments.sign(payment, version=payment.version, by=colleague)
    assert "has arrived and is not" not in client_of(alice).get(page).content.decode()


@pytest.mark.django_db
def test_the_pages_ask_for_what_the_bank_shows_and_say_that_a_second_person_signs(
    shop: Merchant, manager: User, admin: User, fund: Fund, client_of: ClientOf
) -> None:
    typed = {"amount_fen": "60000", "reference": "X"}
    pages = [
        (manager, reverse("campaigns:wallet-deposit", args=[shop.code]), typed),
        (manager, reverse("campaigns:payment-new"), {**typed, "merchant": shop.pk}),
        (admin, reverse("campaigns:fund-pay-in", args=[fund.pk]), {**typed, "reference": "Y"}),
    ]
    for person, page, form in pages:
        fresh = client_of(person).get(page)
        assert "Only what the bank statement shows." in fresh.content.decode()
        answer = client_of(person).post(page, form, follow=True)
        assert "It is booked when a second person has signed it." in answer.content.decode()
    assert Payment.objects.filter(status=PaymentStatus.WAITING).count() == 2


@pytest.mark.django_db
def test_a_manager_finds_her_merchants_and_records_their_payments(
    shop: Merchant, rival: Merchant, manager: User, colleague: User, client_of: ClientOf
) -> None:
    Merchant.objects.filter(pk=rival.pk).update(account_manager=colleague)
    client = client_of(manager)
    mine = client.get(reverse("campaigns:merchant-list"))
    assert [row.record for row in mine.context["table"].rows] == [shop]
    new = reverse("campaigns:payment-new")
    assert f"{new}?merchant={shop.code}" in mine.content.decode()
    form = client.get(new, {"merchant": shop.code}).context["form"]
    assert str(form["merchant"].value()) == str(shop.pk)
    assert client.get(new, {"merchant": "\0"}).context["form"]["merchant"].value().key == ""
    assert list(form.fields["merchant"].queryset) == [shop]
    foreign = {"merchant": rival.pk, "amount_fen": "1", "reference": "X"}
    assert client.post(new, foreign).status_code == 422
    done = client.post(new, {**foreign, "merchant": shop.pk})
    assert done.headers["Location"] == reverse("campaigns:wallet-detail", args=[shop.code])
    assert ledger.wallet_of(shop).balance_fen == 100


@pytest.mark.django_db
def test_the_page_of_a_booked_payment_does_not_count_it_as_another(
    shop: Merchant, payment: Payment, manager: User, colleague: User, client_of: ClientOf
) -> None:
    page = reverse("review:review-detail", args=["payment", payment.pk])
    payments.sign(payment, version=payment.version, by=colleague, reason=" Seen. ")
    shown = client_of(manager).get(page)
    assert list(shown.context["others"]) == []
    assert "Seen." in shown.content.decode()
    deposit = payments.record(shop, amount_fen=100, reference="small", by=manager)
    assert list(client_of(manager).get(page).context["others"]) == [deposit]


@pytest.mark.django_db
def test_who_may_see_the_wallet_is_told_when_it_is_booked(
    payment: Payment, alice: User, bob: User, manager: User, colleague: User
) -> None:
    payments.sign(payment, version=payment.version, by=colleague)
    said = "A payment of ¥60,000.00 was signed and booked: BIG-1"
    for person in (alice, manager):
        assert said in [str(notice) for notice in person.notices.all()]
    assert said not in [str(notice) for notice in bob.notices.all()]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [PaymentStatus.BOOKED, PaymentStatus.WAITING])
def test_the_ledger_finds_what_was_signed_and_not_booked_or_booked_and_not_signed(
    payment: Payment, colleague: User, status: PaymentStatus
) -> None:
    rules = ["a_payment_is_booked_when_it_is_signed"]
    if status == PaymentStatus.WAITING:
        payments.sign(payment, version=payment.version, by=colleague)
        rules.insert(0, "a_large_payment_is_signed")
    assert not proof.verify().broken
    Payment.objects.update(status=status)
    assert [broken.rule for broken in proof.verify().broken] == rules


@pytest.mark.django_db
def test_the_ledger_finds_a_large_deposit_that_nobody_wrote_down(
    payment: Payment, colleague: User
) -> None:
    payments.sign(payment, version=payment.version, by=colleague)
    Payment.objects.all().delete()
    assert [broken.rule for broken in proof.verify().broken] == ["a_large_payment_is_signed"]


@pytest.mark.parametrize("amount_fen", [1_234, LIMIT + 1])
@pytest.mark.django_db
def test_a_payment_is_the_same_however_its_reference_is_typed(
    client_of: ClientOf, shop: Merchant, manager: User, amount_fen: int
) -> None:
    url = reverse("campaigns:wallet-deposit", args=[shop.code])
    for place, reference in enumerate(
        ["BUGS-DEP-1", " bugs-dep-1 ", "ＢＵＧＳ－ＤＥＰ－１", "bugs–\u200bDEP-1"]
    ):
        typed = {"amount_fen": yuan(amount_fen), "reference": reference}
        page = client_of(manager).post(url, typed, follow=True).content.decode()
        assert ("Nothing was recorded again" in page) == bool(place)
        assert "BUGS-DEP-1" in page
    made = Payment.objects.get()
    assert (made.reference, made.amount_fen) == ("BUGS-DEP-1", amount_fen)
    booked = amount_fen if made.status == PaymentStatus.BOOKED else 0
    assert sum(one.amount_fen for one in Transfer.objects.all()) == booked

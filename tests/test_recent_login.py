"""Money, members, keys and rules take a login of the last ten minutes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.tests.conftest import RequestBoost, a_boost, large, money  # noqa: F401 - fixtures
from merchants.companies.models import Merchant
from merchants.openings.models import Opening, OpeningState, Programme
from portal import clock
from portal.accounts import recent, teams, versions
from portal.accounts.models import AuditEntry, Role, Team, User
from portal.review.subjects import Reviewable
from portal.webhooks import verbs as webhooks
from tests import ruling

CONFIRM = "/accounts/reauthenticate/?next="
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Press:
    """A button or a form, of the action it takes; `url` and `data` are made of the stage."""

    action: str
    who: str
    url: Callable[[dict[str, Any]], str]
    data: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda stage: {})


def _at(name: str, *paths: str) -> Callable[[dict[str, Any]], str]:
    def url(stage: dict[str, Any]) -> str:
        return reverse(name, args=[stage[path] for path in paths])

    return url


def _a_rule(stage: dict[str, Any]) -> dict[str, Any]:
    rule = stage["proposed_rule"]
    return ruling.form(rule.category, state=OpeningState.CLOSED, reason="The agreement ends.")


PAID = {"amount_fen": "12.50", "reference": "bank-77"}
PRESSES = [
    Press("team.manage", "alice", _at("accounts:team-invite", "team"),
          lambda stage: {"email": "dora@example.com", "role": "finance"}),
    Press("team.manage", "alice", _at("accounts:membership-edit", "team", "member"),
          lambda stage: {"role": "finance", "version": stage["member_read"]}),
    Press("team.manage", "alice", _at("accounts:membership-remove", "team", "member"),
          lambda stage: {"version": stage["member_version"]}),
    Press("team.manage", "alice", _at("accounts:invitation-withdraw", "team", "invitation")),
    Press("boost.submit", "bob", _at("campaigns:boost-submit", "merchant", "boost"),
          lambda stage: {"version": stage["boost_version"]}),
    Press("boost.review", "manager", _at("review:review-detail", "boost_kind", "waiting_boost"),
          lambda stage: stage["sent_back"]),
    Press("boost.stop_any", "manager", _at("campaigns:boost-stop-any", "approved_boost"),
          lambda stage: {"reason": "Because."}),
    Press("payment.record", "manager", _at("campaigns:wallet-deposit", "merchant"),
          lambda stage: PAID),
    Press("payment.sign", "manager", _at("review:review-detail", "payment_kind", "payment"),
          lambda stage: stage["signed_payment"]),
    Press("refund.request", "alice", _at("campaigns:refund-new", "merchant"),
          lambda stage: {"amount_fen": "1", "bank": "ICBC", "bank_account": "62220000"}),
    Press("refund.review", "manager", _at("review:review-detail", "refund_kind", "refund"),
          lambda stage: stage["checked_refund"]),
    Press("refund.pay", "admin", _at("campaigns:payout-book", "payout"),
          lambda stage: {"reference": "out-1", "version": stage["payout_version"]}),
    Press("fund.manage", "admin", _at("campaigns:fund-new"),
          lambda stage: {"code": "autumn", "name_zh": "秋季", "name_en": "Autumn",
                         "source": "platform_grant"}),
    Press("fund.manage", "admin", _at("campaigns:fund-pay-in", "fund"), lambda stage: PAID),
    Press("fund.sign", "admin", _at("review:review-detail", "top_up_kind", "top_up"),
          lambda stage: stage["signed_top_up"]),
    Press("opening.propose", "admin", _at("merchants:rulechange-new"), _a_rule),
    Press("opening.propose", "admin", _at("merchants:rulechange-withdraw", "rule")),
    Press("opening.sign", "second_admin", _at("review:review-detail", "rule_kind", "rule"),
          lambda stage: stage["signed_rule"]),
    Press("adserver.manage", "admin", _at("campaigns:ad-server-new"),
          lambda stage: {"name_zh": "投放", "name_en": "Feed", "wait_hours": "48",
                         "endpoint": stage["endpoint"]}),
    Press("endpoint.manage", "admin", _at("webhooks:endpoint-new"),
          lambda stage: {"code": "partner", "url": "https://partner.example/"}),
]  # fmt: skip


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    team: Team,
    shop: Merchant,
    opening: Opening,
    alice: User,
    bob: User,
    admin: User,
    manager: User,
    hand_in: Callable[[str], Reviewable],
    money: None,  # noqa: F811
) -> dict[str, Any]:
    """What the presses are about, by name: the arguments of their addresses and more."""
    from campaigns.ledger.models import Payment
    from merchants.catalogue.models import Category
    from merchants.marketplaces.kinds import StoreKind
    from merchants.marketplaces.placements import Placement

    payment, top_up = hand_in("payment"), hand_in("top-up")
    assert isinstance(top_up, Payment)
    rule = ruling.propose(
        programme=Programme.objects.get(code="red-cat"),
        category=Category.objects.get(code="beauty"),
        placement=Placement.NOTE_BODY,
        store_kind=StoreKind.TMALL,
        state=OpeningState.CLOSED,
        effective_at=clock.now() + timedelta(days=1),
        reason="The agreement ends.",
        by=admin,
    )
    ask_for, today = request.getfixturevalue("a_boost"), clock.today()
    sign = {"version": "", "decision": "sign", "reason": "Because."}
    member = team.memberships.get(role=Role.ANALYST)
    boost = ask_for(starts_on=today, ends_on=today, by=bob)
    return {
        "team": team.pk,
        "member": member.pk,
        "member_version": versions.of(member),
        "member_read": json.dumps([versions.of(member), {"role": member.role}]),
        "invitation": teams.invite(team, email="n@x.example", role=Role.ANALYST, by=alice).pk,
        "merchant": shop.code,
        "boost": boost.pk,
        "boost_version": versions.of(boost),
        **_boosts(boost, ask_for, bob, manager),
        "payment_kind": "payment",
        "payment": payment.pk,
        "signed_payment": {**sign, "version": payment.version},
        "top_up_kind": "top-up",
        "top_up": top_up.pk,
        "signed_top_up": {**sign, "version": top_up.version},
        "fund": top_up.account.fund.pk,
        **_refunds(request, hand_in("merchant")),
        "rule_kind": "rulechange",
        "rule": rule.pk,
        "signed_rule": {**sign, "version": rule.version},
        "proposed_rule": rule.openings.get(),
        "endpoint": webhooks.open_endpoint("feed", url="https://feed.example/", by=admin).pk,
    }


def _boosts(draft: Boost, ask_for: RequestBoost, bob: User, manager: User) -> dict[str, Any]:
    """One that waits, and one that is approved, both of the days of `draft`."""
    days = {"starts_on": draft.starts_on, "ends_on": draft.ends_on, "by": bob}
    waiting, approved = (boosts.submit(ask_for(**days), by=bob) for _ in range(2))
    decisions.approve(approved, version=approved.version, by=manager)
    return {
        "boost_kind": "boost",
        "waiting_boost": waiting.pk,
        "sent_back": {"version": waiting.version, "decision": "send_back", "reason": "Because."},
        "approved_boost": approved.pk,
    }


def _refunds(request: pytest.FixtureRequest, company: Any) -> dict[str, Any]:
    """One that is to be checked, and one of another merchant that is to be paid."""
    from campaigns.ledger import payments, refunding
    from campaigns.ledger.refunds import BalanceRefund

    charlie, manager = request.getfixturevalue("charlie"), request.getfixturevalue("manager")
    rival = request.getfixturevalue("rival")
    account = {"bank": "ICBC", "bank_account": "62220000"}
    refund = BalanceRefund.objects.create(
        merchant=company, amount_fen=1, holder="Glow", asked_by=charlie, **account
    )
    payments.record(rival, amount_fen=100, reference="rival-1", by=manager)
    payout = refunding.request(rival, amount_fen=100, reason="", by=charlie, **account)
    payout = refunding.approve(payout, version=payout.version, by=manager)
    return {
        "refund_kind": "refund",
        "refund": refund.pk,
        "checked_refund": {
            "version": refund.version, "decision": "approve", "reason": "Because."
        },
        "payout": payout.pk,
        "payout_version": payout.version,
    }  # fmt: skip


def test_every_such_action_is_pressed_below() -> None:
    assert {press.action for press in PRESSES} == set(recent.ASKED_FOR)


def an_old_login(client: Client) -> None:
    session = client.session
    session["signed_in_at"] = (clock.now() - recent.RECENTLY).isoformat()
    session.save()


@pytest.mark.django_db
@pytest.mark.parametrize("press", PRESSES, ids=lambda press: f"{press.action}-{press.who}")
def test_it_takes_a_recent_login_and_what_was_typed_is_kept(
    press: Press,
    desk: dict[str, Any],
    request: pytest.FixtureRequest,
    client_of: Callable[[User], Client],
) -> None:
    client = client_of(request.getfixturevalue(press.who))
    url, data = press.url(desk), press.data(desk)
    an_old_login(client)
    assert client.get(url).status_code in (200, 405)
    written = AuditEntry.objects.count()
    for headers in ({}, {"HX-Request": "true"}):
        asked = client.post(url, data, headers=headers)
        assert str(asked.headers.get("HX-Redirect", asked.get("Location"))).startswith(CONFIRM)
    assert AuditEntry.objects.count() == written
    confirm = asked.headers["HX-Redirect"]
    assert client.post(confirm, {"password": "wrong"}).status_code == 200
    back = client.post(confirm, {"password": PASSWORD})
    assert back.headers["Location"] == reverse("accounts:carry-on")
    shown = client.get(back.headers["Location"])
    kept = shown.context["kept"]
    assert kept.url == url
    assert dict(kept.fields) == {name: str(value) for name, value in data.items()}
    assert str(recent.ASKED_FOR[press.action]) in shown.content.decode()
    done = client.post(kept.url, dict(kept.fields))
    assert done.status_code == 302, done.content.decode()
    assert not done.headers["Location"].startswith(CONFIRM)
    assert AuditEntry.objects.count() > written
    assert client.get(reverse("accounts:carry-on")).headers["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("mfa_activate_totp", {"code": "123456"}),
        ("mfa_add_webauthn", {"name": "Mine", "credential": "{}"}),
        ("mfa_generate_recovery_codes", {}),
        ("account_email", {"action_add": "", "email": "other@example.com"}),
    ],
)
def test_keys_take_a_recent_login(
    name: str, data: dict[str, str], alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    an_old_login(client)
    assert client.post(reverse(name), data).headers["Location"].startswith(CONFIRM)


@pytest.mark.django_db
def test_a_password_is_never_kept(
    alice: User, team: Team, client_of: Callable[[User], Client]
) -> None:
    client, url = client_of(alice), reverse("accounts:team-invite", args=[team.pk])
    an_old_login(client)
    invited = {"email": "d@x.example", "role": "finance", "new_password": "secret words"}
    assert client.post(url, invited).headers["Location"].startswith(CONFIRM)
    assert "secret words" not in str(dict(client.session))
    shown = client.get(reverse("accounts:carry-on")).content.decode()
    assert "passwords cannot be kept" in shown
    assert ">Send<" not in shown
    assert 'value="d@x.example"' in client.get(url).content.decode()


@pytest.mark.django_db
def test_what_waits_stands_under_the_labels_of_its_form(
    desk: dict[str, Any], admin: User, manager: User, client_of: Callable[[User], Client]
) -> None:
    """A role by its name and not by its code; a row by its name and not by its number."""
    alice = User.objects.get(email="alice@example.com")
    typed = {"email": "dora@example.com", "role": "finance"}
    assert _waits(client_of(alice), _at("accounts:team-invite", "team")(desk), typed) == [
        ("E-mail", "dora@example.com"), ("Role", "Finance"),
    ]  # fmt: skip
    waits = _waits(client_of(admin), _at("merchants:rulechange-new")(desk), _a_rule(desk))
    assert ("Programmes", str(desk["proposed_rule"].programme)) in waits
    assert ("Categories", str(desk["proposed_rule"].category)) in waits
    signed = {"decision": "sign", "reason": "Because.", "version": "0" * 32}
    payment = _at("review:review-detail", "payment_kind", "payment")(desk)
    labels = dict(_waits(client_of(manager), payment, signed))
    assert labels["Reason"] == "Because."
    assert labels["Decision"].startswith("Book it") or "Sign" in labels["Decision"]
    assert "Version" not in labels
    pressed = _at("merchants:rulechange-withdraw", "rule")(desk)
    assert _waits(client_of(admin), pressed, {}) == []


def _waits(client: Client, url: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """What the page says that carries on with this press."""
    an_old_login(client)
    client.post(url, data)
    shown = client.get(reverse("accounts:carry-on"))
    assert shown.context["kept"].url == url
    lines: list[tuple[str, str]] = shown.context["lines"]
    return lines


@pytest.mark.django_db
def test_ten_minutes_are_ten_minutes(alice: User, team: Team, client_of: Any) -> None:
    client, url = client_of(alice), reverse("accounts:team-invite", args=[team.pk])
    moment = clock.now()

    def is_asked(who: str) -> bool:
        answer = client.post(url, {"email": f"{who}@example.com", "role": "finance"})
        return bool(answer.headers["Location"].startswith(CONFIRM))

    with clock.at(moment + timedelta(minutes=10, seconds=1)):
        assert is_asked("dora")
    with clock.at(moment + timedelta(minutes=9)):
        assert not is_asked("dora")
    # Another server's clock may be behind; one that was set back by an hour tells nothing.
    with clock.at(moment - timedelta(minutes=1)):
        assert not is_asked("emil")
    with clock.at(moment - timedelta(hours=1)):
        assert is_asked("fritz")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "referer",
    ["https://evil.example/x", "//evil.example/", "http://testserver//evil.example/", "nonsense"],
)
def test_the_way_back_to_the_page_leads_to_this_site(
    referer: str, alice: User, team: Team, client_of: Callable[[User], Client]
) -> None:
    client, url = client_of(alice), reverse("accounts:team-invite", args=[team.pk])
    an_old_login(client)
    client.post(url, {"email": "d@x.example", "role": "finance"}, headers={"Referer": referer})
    shown = client.get(reverse("accounts:carry-on"))
    assert shown.context["kept"].page in (url, "/evil.example/")

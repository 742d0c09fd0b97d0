"""The stage of decisions: a subject of each kind that waits, and people who change sides."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.funds import verbs as funds
from campaigns.ledger import payments, refunding
from campaigns.ledger.models import Payment
from campaigns.ledger.refunds import BalanceRefund
from campaigns.tests.conftest import a_boost, large, money  # noqa: F401 - fixtures
from merchants.catalogue.models import Category
from merchants.companies import verbs as companies
from merchants.companies.models import Merchant
from merchants.notes import feed_requests
from merchants.openings import applications
from merchants.openings.models import OpeningApplication, OpeningState, Programme
from merchants.rulechanges.models import RuleChange
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal import clock
from portal.accounts import people, permissions, teams
from portal.accounts.models import PlatformRole, Role, Team, User
from portal.refusals import Refusal
from portal.review import concerned, kinds
from portal.review.concerned import ties_of
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable
from tests import ruling
from tests.papers import PDF

APART = concerned.APART_FOR
DAY = timedelta(days=1)
MANAGER, ADMIN = PlatformRole.ACCOUNT_MANAGER, PlatformRole.ADMIN
LARGE = {"amount_fen": payments.TWO_PERSON_FEN + 1}


@pytest.fixture
def hand_in(
    request: pytest.FixtureRequest,
    shop: Merchant,
    bob: User,
    charlie: User,
    cashier: User,
    treasurer: User,
    lawyer: User,
) -> Callable[[str], Reviewable]:
    """`hand_in("store")` waits: Bob handed it in, or one of the platform wrote it down."""

    def boost() -> Boost:
        request.getfixturevalue("money")
        ask_for, today = request.getfixturevalue("a_boost"), clock.today()
        return boosts.submit(ask_for(starts_on=today, ends_on=today, by=bob), by=bob)

    def refund() -> BalanceRefund:
        request.getfixturevalue("money")
        shop.team.memberships.filter(user=bob).update(role=Role.FINANCE)
        asked = {"bank": "ICBC", "bank_account": "62220000", "reason": ""}
        made = refunding.request(shop, amount_fen=100, **asked, by=bob)
        shop.team.memberships.filter(user=bob).update(role=Role.OPERATOR)
        return made

    made: dict[str, Callable[[], Reviewable]] = {
        "merchant": lambda: _company(owner=charlie, by=bob),
        "store": lambda: _store(shop, by=bob),
        "feed": lambda: feed_requests.ask(shop, account_name="Glow account", by=bob)[0],
        "application": lambda: _application(shop, by=bob),
        "rulechange": lambda: _rule(by=lawyer),
        "boost": boost,
        "payment": lambda: large(payments.record(shop, **LARGE, reference="large", by=cashier)),
        "top-up": lambda: _top_up(by=treasurer),
        "refund": refund,
    }
    return lambda code: made[code]()


def _company(*, owner: User, by: User) -> Merchant:
    """A company of two owners; the second hands it in."""
    company = companies.register(name="Glow", credit_code="91350100M000100Y43", by=owner)
    invitation = teams.invite(company.team, email=by.email, role=Role.OWNER, by=owner)
    teams.accept(invitation.token, by=by)
    return companies.submit(company, by=by)


def _store(shop: Merchant, *, by: User) -> Store:
    return stores.register(
        shop,
        kind="jd",
        name="At JD",
        external_id="1000001",
        url="https://mall.jd.com/index-1000001.html",
        by=by,
    )


def _application(shop: Merchant, *, by: User) -> OpeningApplication:
    return applications.submit(
        shop,
        programme=Programme.objects.get(code="red-cat"),
        category=shop.stores.first().products.get().category,  # type: ignore[union-attr]
        document=SimpleUploadedFile("a.pdf", PDF),
        by=by,
    )


def _rule(*, by: User) -> RuleChange:
    return ruling.propose(
        programme=Programme.objects.get(code="red-cat"),
        category=Category.objects.get(code="beauty"),
        placement="profile",
        store_kind="tmall",
        state=OpeningState.OPEN,
        effective_at=clock.now() + DAY,
        reason="The agreement.",
        by=by,
    )


def _top_up(*, by: User) -> Payment:
    fund = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=by)
    return large(funds.pay_in(fund, **LARGE, reference="top-up", by=by))


@pytest.fixture
def waiting(hand_in: Callable[[str], Reviewable]) -> dict[str, Reviewable]:
    """One subject of each kind."""
    return {kind.code: hand_in(kind.code) for kind in kinds.every()}


@pytest.fixture
def cashier(db: None) -> User:
    """An account manager who writes payments down."""
    return people.create("cashier@example.com", "x" * 20, name="Cas", platform_role=MANAGER)


@pytest.fixture
def treasurer(db: None) -> User:
    """An admin who writes payments into funds down."""
    return people.create("treasurer@example.com", "x" * 20, name="Tres", platform_role=ADMIN)


@pytest.fixture
def lawyer(db: None) -> User:
    """An admin who proposes rules."""
    return people.create("lawyer@example.com", "x" * 20, name="Lea", platform_role=ADMIN)


def every_answer(*but: str) -> list[Any]:
    """Each answer of each kind `but` some."""
    return [
        pytest.param(kind, answer, id=f"{kind.code}-{answer.name}")
        for kind in kinds.every()
        for answer in kind.answers
        if kind.code not in but
    ]


answers = pytest.mark.parametrize(("kind", "answer"), every_answer())
# Nobody's team asks for a payment into a fund, or for a rule.
answers_to_teams = pytest.mark.parametrize(("kind", "answer"), every_answer("top-up", "rulechange"))


def role_for(kind: Kind) -> PlatformRole:
    return MANAGER if MANAGER in permissions.ALLOWED[kind.action] else ADMIN


def leave_all_teams(person: User) -> None:
    for membership in person.memberships.select_related("team"):
        if membership.role == Role.OWNER:
            others = membership.team.memberships.exclude(pk=membership.pk)
            others.update(role=Role.OWNER)
        teams.remove(membership, by=person)


def changes_sides(person: User, kind: Kind) -> User:
    """`person` has left his teams and works for the platform."""
    User.objects.filter(pk=person.pk).update(platform_role=role_for(kind))
    return User.objects.get(pk=person.pk)


def typed(subject: Reviewable, answer: Answer, manager: User) -> dict[str, Any]:
    """The form of a page, filled in."""
    return {
        "version": subject.version,
        "decision": answer.name,
        "reason": "Because.",
        "field": "",
        "account_manager": manager.pk,
    }


def decide(
    subject: Reviewable, answer: Answer, *, by: User, manager: User, reason: str = "Because."
) -> object:
    form = {"reason": reason, "field": "", "codes": [], "account_manager": manager}
    given = {name: form[name] for name in answer.takes}
    return answer.decide(subject, version=subject.version, by=by, **given)


def is_open(subject: Reviewable) -> bool:
    fresh = type(subject)._default_manager.get(pk=subject.pk)
    return bool(fresh.status == fresh.WAITING)


def assert_refused(
    subject: Reviewable,
    kind: Kind,
    answer: Answer,
    *,
    by: User,
    manager: User,
    client_of: Callable[[User], Client],
    saying: str,
) -> None:
    """Refused by the verb, told by the page instead of a form, refused by the page; not queued."""
    with pytest.raises(Refusal, match=saying):
        decide(subject, answer, by=by, manager=manager)
    url, client = reverse("review:review-detail", args=[kind.code, subject.pk]), client_of(by)
    shown = client.get(url).content.decode()
    assert saying in shown
    assert 'name="decision"' not in shown
    assert client.post(url, typed(subject, answer, manager)).status_code == 422
    assert is_open(subject)
    assert not kind.waiting(ties_of(by)).filter(pk=subject.pk).exists()


@pytest.fixture
def neutral(db: None) -> Callable[[Kind], User]:
    """A colleague who has nothing to do with it."""
    return lambda kind: people.create(
        f"neutral-{kind.code}@example.com", "x" * 20, name="Nia", platform_role=role_for(kind)
    )


def team_and_owner(subject: Reviewable) -> tuple[Team, User]:
    """The team that asks, and who founded it."""
    team = subject.audit_team()
    assert team
    return team, team.memberships.filter(role=Role.OWNER).earliest("pk").user


def joins(person: User, subject: Reviewable) -> None:
    """`person` becomes an analyst in the team that asks, who wrote nothing of what waits."""
    team, owner = team_and_owner(subject)
    invitation = teams.invite(team, email=person.email, role=Role.ANALYST, by=owner)
    teams.accept(invitation.token, by=person)

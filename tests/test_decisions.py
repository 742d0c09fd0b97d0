"""Every decision passes the one door: not by those it concerns, and not about what changed.

Each kind of the queue is tried, each of its answers, by its verb and by its page.
"""

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
from campaigns.ledger import payments
from campaigns.ledger.models import Payment, Transfer
from campaigns.tests.conftest import a_boost, money  # noqa: F401 - fixtures
from merchants.companies import verbs as companies
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from merchants.openings import applications
from merchants.openings.models import OpeningApplication, Programme
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal import clock
from portal.accounts import audit, people, permissions, teams
from portal.accounts.models import AuditEntry, PlatformRole, Role, User
from portal.refusals import Refusal
from portal.review import concerned, kinds
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable

pytestmark = pytest.mark.django_db
APART = concerned.APART_FOR
DAY = timedelta(days=1)
PDF = b"%PDF-1.7 a licence"
MANAGER, ADMIN = PlatformRole.ACCOUNT_MANAGER, PlatformRole.ADMIN
LARGE = {"amount_fen": payments.TWO_PERSON_FEN + 1}


@pytest.fixture
def waiting(
    request: pytest.FixtureRequest,
    shop: Merchant,
    alice: User,
    bob: User,
    charlie: User,
    cashier: User,
    treasurer: User,
) -> dict[str, Reviewable]:
    """One subject of each kind: Bob handed it in, or a cashier or treasurer wrote it down."""
    company = companies.register(name="Glow", credit_code="91350100M000100Y43", by=charlie)
    teams.accept(
        teams.invite(company.team, email=bob.email, role=Role.OWNER, by=charlie).token, by=bob
    )
    category = shop.stores.first().products.get().category  # type: ignore[union-attr]
    request.getfixturevalue("money")
    today = clock.today()
    fund = funds.create("spring", name_zh="春季扶持金", name_en="Spring fund", by=treasurer)
    boost = request.getfixturevalue("a_boost")(starts_on=today, ends_on=today, by=bob)
    return {
        "merchant": companies.submit(company, by=bob),
        "store": stores.register(
            shop,
            kind="jd",
            name="At JD",
            external_id="1000001",
            url="https://mall.jd.com/index-1000001.html",
            by=bob,
        ),
        "application": applications.submit(
            shop,
            programme=Programme.objects.get(code="red-cat"),
            category=category,
            document=SimpleUploadedFile("a.pdf", PDF),
            by=bob,
        ),
        "boost": boosts.submit(boost, by=bob),
        "payment": large(payments.record(shop, **LARGE, reference="large", by=cashier)),
        "top-up": large(funds.pay_in(fund, **LARGE, reference="top-up", by=treasurer)),
    }


def large(made: Transfer | Payment) -> Payment:
    assert isinstance(made, Payment)
    return made


@pytest.fixture
def cashier(db: None) -> User:
    """An account manager who writes payments down."""
    return people.create("cashier@example.com", "x" * 20, name="Cas", platform_role=MANAGER)


@pytest.fixture
def treasurer(db: None) -> User:
    """An admin who writes payments into funds down."""
    return people.create("treasurer@example.com", "x" * 20, name="Tres", platform_role=ADMIN)


def every_answer(but: str = "") -> list[Any]:
    """Each answer of each kind `but` one."""
    return [
        pytest.param(kind, answer, id=f"{kind.code}-{answer.name}")
        for kind in kinds.every()
        for answer in kind.answers
        if kind.code != but
    ]


answers = pytest.mark.parametrize(("kind", "answer"), every_answer())
# Nobody's team asks for a payment into a fund.
answers_to_teams = pytest.mark.parametrize(("kind", "answer"), every_answer(but="top-up"))


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


def decide(subject: Reviewable, answer: Answer, *, by: User, manager: User) -> object:
    form = {"reason": "Because.", "field": "", "account_manager": manager}
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
    """Refused by the verb, told by the page instead of a form, refused by the page."""
    with pytest.raises(Refusal, match=saying):
        decide(subject, answer, by=by, manager=manager)
    url, client = reverse("review:review-detail", args=[kind.code, subject.pk]), client_of(by)
    shown = client.get(url).content.decode()
    assert saying in shown
    assert 'name="decision"' not in shown
    assert client.post(url, typed(subject, answer, manager)).status_code == 422
    assert is_open(subject)


@pytest.fixture
def neutral(db: None) -> Callable[[Kind], User]:
    """A colleague who has nothing to do with it."""
    return lambda kind: people.create(
        f"neutral-{kind.code}@example.com", "x" * 20, name="Nia", platform_role=role_for(kind)
    )


@answers
def test_who_wrote_it_does_not_decide_however_long_ago_he_left(
    waiting: dict[str, Reviewable],
    bob: User,
    cashier: User,
    treasurer: User,
    manager: User,
    neutral: Callable[[Kind], User],
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = waiting[kind.code]
    with clock.at(clock.now() - APART - DAY):
        leave_all_teams(bob)
    written_here = {"payment": cashier, "top-up": treasurer}
    author = written_here.get(kind.code) or changes_sides(bob, kind)
    assert_refused(
        subject, kind, answer, by=author, manager=manager, client_of=client_of,
        saying="You wrote, changed or handed in this yourself.",
    )  # fmt: skip
    reviewer = neutral(kind)
    decide(subject, answer, by=reviewer, manager=manager)
    assert not is_open(subject)
    written = AuditEntry.objects.filter(subject=audit.name_of(subject), actor=reviewer)
    assert written.latest("pk").reason == "Because."


@answers_to_teams
def test_who_left_the_team_lately_does_not_decide_and_after_90_days_he_does(
    waiting: dict[str, Reviewable],
    alice: User,
    charlie: User,
    ana: User,
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    """Ana analysed for the team: she wrote nothing of what waits."""
    subject = waiting[kind.code]
    team, owner = subject.audit_team(), charlie if kind.code == "merchant" else alice
    assert team
    teams.accept(teams.invite(team, email=ana.email, role=Role.ANALYST, by=owner).token, by=ana)
    assert subject.submitted_at
    with clock.at(subject.submitted_at - APART + DAY):
        leave_all_teams(ana)
    former = changes_sides(ana, kind)
    assert_refused(
        subject, kind, answer, by=former, manager=manager, client_of=client_of,
        saying="You belong, or belonged until 90 days before this request",
    )  # fmt: skip
    team.former_members.update(left_at=subject.submitted_at - APART - DAY)
    decide(subject, answer, by=former, manager=manager)
    assert not is_open(subject)


@answers_to_teams
def test_who_left_after_it_was_handed_in_does_not_decide(
    waiting: dict[str, Reviewable],
    alice: User,
    charlie: User,
    ana: User,
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = waiting[kind.code]
    team, owner = subject.audit_team(), charlie if kind.code == "merchant" else alice
    assert team
    teams.accept(teams.invite(team, email=ana.email, role=Role.ANALYST, by=owner).token, by=ana)
    leave_all_teams(ana)
    assert_refused(
        subject, kind, answer, by=changes_sides(ana, kind), manager=manager,
        client_of=client_of, saying="to the team that asks",
    )  # fmt: skip


@answers_to_teams
def test_who_is_invited_to_the_team_does_not_decide(
    waiting: dict[str, Reviewable],
    alice: User,
    charlie: User,
    ana: User,
    manager: User,
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    subject = waiting[kind.code]
    team, owner = subject.audit_team(), charlie if kind.code == "merchant" else alice
    assert team
    invitation = teams.invite(team, email=ana.email, role=Role.OWNER, by=owner)
    invited = changes_sides(ana, kind)
    assert_refused(
        subject, kind, answer, by=invited, manager=manager, client_of=client_of,
        saying="to the team that asks",
    )  # fmt: skip
    with clock.at(invitation.expires_at):
        assert concerned.objection(subject, invited) == ""
    teams.withdraw(invitation, by=owner)
    decide(subject, answer, by=invited, manager=manager)
    assert not is_open(subject)


@answers_to_teams
def test_a_member_does_not_decide_even_where_old_rows_let_him_be_both(
    waiting: dict[str, Reviewable],
    alice: User,
    charlie: User,
    manager: User,
    kind: Kind,
    answer: Answer,
) -> None:
    both = charlie if kind.code == "merchant" else alice
    both.platform_role = role_for(kind)
    subject = waiting[kind.code]
    with pytest.raises(Refusal, match="A colleague has to decide"):
        decide(subject, answer, by=both, manager=manager)
    assert is_open(subject)


def changed(subject: Reviewable) -> None:
    """Somebody changes what is judged, past the verbs or by one that is still allowed."""
    match subject:
        case Merchant():
            Merchant.objects.filter(pk=subject.pk).update(name="Gloss")
        case Store():
            Store.objects.filter(pk=subject.pk).update(external_id="1000002")
        case OpeningApplication():
            OpeningApplication.objects.filter(pk=subject.pk).update(document="applications/b.pdf")
        case Payment():
            Payment.objects.filter(pk=subject.pk).update(amount_fen=subject.amount_fen + 1)
        case Boost():
            Note.objects.filter(pk=subject.note_id).update(title="Another note")


@answers
def test_a_decision_about_what_changed_since_is_told_and_not_taken(
    waiting: dict[str, Reviewable],
    manager: User,
    neutral: Callable[[Kind], User],
    client_of: Callable[[User], Client],
    kind: Kind,
    answer: Answer,
) -> None:
    reviewer, read = neutral(kind), waiting[kind.code]
    client, url = client_of(reviewer), reverse("review:review-detail", args=[kind.code, read.pk])
    old = typed(read, answer, manager)
    changed(read)
    with pytest.raises(Refusal, match="Not taken: this was changed since you opened it"):
        decide(read, answer, by=reviewer, manager=manager)
    told = client.post(url, old)
    assert told.status_code == 422
    assert "Not taken: this was changed since you opened it." in told.content.decode()
    assert is_open(read)
    form = told.context["form"]
    assert form["version"].value() != old["version"]
    assert form["decision"].value() is None
    unanswered = client.post(url, {**old, "decision": ""}).context["form"]
    assert unanswered["version"].value() == form["version"].value()
    assert form["reason"].value() == "Because."
    again = {**old, "version": form["version"].value()}
    assert client.post(url, again).status_code == 302
    assert not is_open(read)


def test_all_that_a_page_says_of_the_subject_is_in_its_version(
    waiting: dict[str, Reviewable],
) -> None:
    """A note is another once it is a video or not public; a wallet, once its owner is renamed."""

    def version(kind: str) -> str:
        subject = waiting[kind]
        return type(subject)._default_manager.get(pk=subject.pk).version

    versions = [version("boost")]
    for change in ({"kind": "video"}, {"published_at": None}):
        Note.objects.update(**change)
        versions.append(version("boost"))
    assert len(set(versions)) == 3
    read = {kind: version(kind) for kind in ("store", "application", "payment")}
    Merchant.objects.update(name="Gloss")
    assert all(version(kind) != read[kind] for kind in read)


@answers
def test_what_was_handed_in_again_unchanged_is_another_version(
    waiting: dict[str, Reviewable], kind: Kind, answer: Answer
) -> None:
    subject = waiting[kind.code]
    assert subject.submitted_at
    before, subject.submitted_at = subject.version, subject.submitted_at + DAY
    assert subject.version != before


@pytest.mark.parametrize("kind", list(kinds.every()), ids=lambda kind: kind.code)
def test_nothing_is_chosen_before_the_reviewer_chooses(
    waiting: dict[str, Reviewable],
    neutral: Callable[[Kind], User],
    client_of: Callable[[User], Client],
    kind: Kind,
) -> None:
    url = reverse("review:review-detail", args=[kind.code, waiting[kind.code].pk])
    page = client_of(neutral(kind)).get(url).content.decode()
    assert page.count('name="decision"') == len(kind.answers)
    assert "checked" not in page
    assert all(str(answer.then) in page.replace("&#x27;", "'") for answer in kind.answers)


@pytest.mark.parametrize("kind", list(kinds.every()), ids=lambda kind: kind.code)
def test_whoever_returned_it_once_may_decide_again(
    waiting: dict[str, Reviewable], manager: User, neutral: Callable[[Kind], User], kind: Kind
) -> None:
    subject, reviewer = waiting[kind.code], neutral(kind)
    decide(subject, kind.answers[-1], by=reviewer, manager=manager)
    AuditEntry.objects.get(actor=reviewer)
    assert concerned.objection(subject, reviewer) == ""


def test_after_a_decision_the_next_of_the_queue_follows(
    waiting: dict[str, Reviewable], admin: User, client_of: Callable[[User], Client]
) -> None:
    """The store waits longest, then the company; with none left the queue says so."""
    Store.objects.filter(pk=waiting["store"].pk).update(submitted_at=clock.now() - DAY)
    waiting["store"].refresh_from_db()
    waiting["application"].delete()
    waiting["top-up"].delete()
    client, reject = client_of(admin), {"decision": "reject", "reason": "No."}
    store = reverse("review:review-detail", args=["store", waiting["store"].pk])
    company = reverse("review:review-detail", args=["merchant", waiting["merchant"].pk])
    queue = client.get(reverse("review:review-list")).content.decode()
    assert queue.index(store) < queue.index(company)
    done = client.post(store, {**reject, "version": waiting["store"].version})
    assert done.headers["Location"] == company
    back = {"decision": "send_back", "reason": "No.", "version": waiting["merchant"].version}
    assert client.post(company, back).headers["Location"] == reverse("review:review-list")


def test_what_one_wrote_is_in_the_queue_of_colleagues_alone(
    waiting: dict[str, Reviewable],
    cashier: User,
    manager: User,
    client_of: Callable[[User], Client],
) -> None:
    """The payment is first in the queue; its cashier decides a boost and is not sent to it."""
    Payment.objects.update(submitted_at=clock.now() - DAY)
    queue, payment = reverse("review:review-list"), waiting["payment"]
    page = reverse("review:review-detail", args=["payment", payment.pk])
    assert page in client_of(manager).get(queue).content.decode()
    mine = client_of(cashier).get(queue)
    assert page not in mine.content.decode()
    assert [count for kind, count in mine.context["tabs"]] == [1, 0]
    boost = waiting["boost"]
    url = reverse("review:review-detail", args=["boost", boost.pk])
    answer = client_of(cashier).post(url, {"version": boost.version, "decision": "approve"})
    assert answer.headers["Location"] == queue


def test_a_room_above_may_ask_one_more_question(
    waiting: dict[str, Reviewable],
    admin: User,
    client_of: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concerned, "_questions", [*concerned._questions])
    concerned.add(lambda subject, person: f"{person} acts for {subject}.")
    store = waiting["store"]
    with pytest.raises(Refusal, match="Admin acts for At JD"):
        stores.verify(store, version=store.version, by=admin)  # type: ignore[arg-type]
    other = reverse("review:review-detail", args=["merchant", waiting["merchant"].pk])
    assert "Admin acts for Glow." in client_of(admin).get(other).content.decode()


def test_a_kind_is_told_once() -> None:
    with pytest.raises(ValueError, match="two kinds of store"):
        kinds.add(*[kind for kind in kinds.every() if kind.code == "store"])


def test_the_queue_shows_one_kind_when_asked(
    waiting: dict[str, Reviewable], admin: User, client_of: Callable[[User], Client]
) -> None:
    client, queue = client_of(admin), reverse("review:review-list")
    every = {row["kind_code"] for row in client.get(queue).context["table"].data}
    assert every == {"merchant", "store", "application", "top-up"}
    for kind in ("merchant", "store", "application"):
        shown = client.get(queue, {"kind": kind}).context["table"].data
        assert {row["kind_code"] for row in shown} == {kind}
    for foreign in ("boost", "nonsense"):
        assert not client.get(queue, {"kind": foreign}).context["table"].data


def test_decisions_of_no_known_kind_or_row_are_not_found(
    waiting: dict[str, Reviewable], admin: User, client_of: Callable[[User], Client]
) -> None:
    for args in (["nothing", 1], ["store", 10**9]):
        assert client_of(admin).get(reverse("review:review-detail", args=args)).status_code == 404

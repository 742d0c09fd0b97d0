"""Rule changes: notice and signatures, what falls with a branch, what is stale, and rollback."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings import changing
from merchants.openings import verbs as openings
from merchants.openings.models import Opening, OpeningState, Programme
from merchants.openings.policy import Policy
from merchants.openings.verbs import Scope
from merchants.pages import judged
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock
from portal.accounts import history
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal
from portal.review import concerned, kinds, past
from portal.review.concerned import ties_of
from portal.review.models import Decision
from tests import ruling

NOON = datetime.fromisoformat("2026-03-01T12:00+08:00")
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
SignIn = Callable[[User], Client]
OPEN, PILOT, CLOSING, SUSPENDED, CLOSED = OpeningState


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def propose(by: User, code: str = "beauty", **fields: Any) -> RuleChange:
    known: dict[str, Any] = {
        "programme": Programme.objects.get(code="red-cat"),
        "category": category(code),
        "placement": Placement.NOTE_BODY,
        "store_kind": StoreKind.TMALL,
        "state": OPEN,
        "effective_at": clock.now(),
        "reason": "Agreed.",
    }
    return ruling.propose(**{**known, **fields}, by=by)


def sign(change: RuleChange, by: User, reason: str = "") -> RuleChange:
    return rulechanges.sign(change, version=change.version, by=by, reason=reason)


def state_at(at: datetime, code: str = "beauty", *, merchant: Merchant | None = None) -> str:
    """What is in force in a category, or for one merchant: where he leads, "open"."""
    programme = Programme.objects.get(code="red-cat")
    place = (programme.pk, category(code).pk, Placement.NOTE_BODY, StoreKind.TMALL)
    return Policy.read().cell(*place, at).state


@pytest.fixture
def opened(admin: User, second_admin: User) -> RuleChange:
    """Beauty is open from noon on."""
    return sign(propose(admin), second_admin)


@pytest.fixture
def admins(admin: User, second_admin: User, third_admin: User) -> list[User]:
    return [admin, second_admin, third_admin]


def test_five_days_notice_by_two_signers_is_refused(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    author, second, third = admins
    closing = propose(author, state=CLOSED, effective_at=NOON + 5 * DAY)
    page = client_of(second).get(kinds.page_of("rulechange", closing.pk)).content.decode()
    assert "Three persons have to say yes" in page
    assert sign(closing, second).status == ChangeStatus.PROPOSED
    assert state_at(NOON + 6 * DAY) == OPEN
    with pytest.raises(Refusal, match="A second person has to, too"):
        sign(closing, second)
    with pytest.raises(Refusal, match="You wrote, changed or handed in this yourself"):
        sign(closing, author)
    with pytest.raises(Refusal, match="Write the reason"):
        sign(closing, third)
    closed = sign(closing, third, "The partner stops on that day.")
    assert (closed.status, closed.needs) == (ChangeStatus.SIGNED, 3)
    assert [state_at(NOON + 5 * DAY - TICK), state_at(NOON + 5 * DAY)] == [OPEN, CLOSED]


def test_the_notice_runs_from_the_last_signature(opened: RuleChange, admins: list[User]) -> None:
    author, second, third = admins
    closing = propose(author, state=CLOSED, effective_at=NOON + 31 * DAY)
    read = closing.version
    with clock.at(NOON + 3 * DAY):
        assert rulechanges.needed(closing, at=clock.now()) == 3
        with pytest.raises(Refusal, match="Not taken: this was changed since you opened it"):
            rulechanges.sign(closing, version=read, by=second)
        assert sign(closing, second).status == ChangeStatus.PROPOSED
        assert sign(closing, third, "Late.").status == ChangeStatus.SIGNED


def test_with_thirty_days_two_are_enough_and_with_a_moment_less_they_are_not(
    opened: RuleChange, admins: list[User]
) -> None:
    closing = propose(admins[0], state=CLOSED, effective_at=NOON + 30 * DAY)
    assert rulechanges.needed(closing, at=NOON) == 2
    assert rulechanges.needed(closing, at=NOON + TICK) == 3
    assert sign(closing, admins[1]).needs == 2


@pytest.mark.parametrize(
    ("fields", "persons"),
    [
        ({"state": OPEN, "expires_at": NOON + 10 * DAY, "code": "digital"}, 3),
        ({"state": OPEN, "expires_at": NOON + 40 * DAY, "code": "digital"}, 2),
        ({"state": CLOSING, "last_on": date(2026, 3, 10)}, 3),
        ({"state": CLOSING, "last_on": date(2026, 4, 10)}, 2),
        ({"state": SUSPENDED, "code": "digital"}, 2),
        ({"state": SUSPENDED}, 3),
        ({"state": OPEN}, 2),
    ],
    ids=str,
)
def test_it_takes_as_many_as_its_end_its_last_day_or_its_state_takes(
    opened: RuleChange, admin: User, fields: dict[str, Any], persons: int
) -> None:
    change = propose(admin, **{"effective_at": NOON + DAY, **fields})
    assert rulechanges.needed(change, at=NOON) == persons


def test_whoever_falls_from_the_list_of_a_pilot_is_told_as_of_any_closing(
    shop: Merchant, rival: Merchant, admins: list[User]
) -> None:
    begins = {"state": PILOT, "code": "digital"}
    sign(propose(admins[0], merchants=[shop], **begins), admins[1])
    grows = propose(admins[0], merchants=[shop, rival], effective_at=NOON + DAY, **begins)
    assert rulechanges.needed(grows, at=NOON) == 2
    sign(grows, admins[1])
    shrinks = propose(admins[0], merchants=[rival], effective_at=NOON + 2 * DAY, **begins)
    assert rulechanges.needed(shrinks, at=NOON) == 3


def test_what_lies_in_a_branch_falls_with_it_unless_it_is_kept(
    opened: RuleChange, admins: list[User]
) -> None:
    for code in ("beauty-hair", "beauty-makeup"):
        sign(propose(admins[0], code), admins[1])
    closing = propose(
        admins[0], state=CLOSED, effective_at=NOON + 40 * DAY, kept=[category("beauty-hair")]
    )
    told = changing.told(closing, NOON)
    assert {(one.category.code, one.falls) for one in told.below} == {
        ("beauty-hair", False), ("beauty-makeup", True),
    }  # fmt: skip
    sign(closing, admins[1])
    then = NOON + 41 * DAY
    assert state_at(then, "beauty-hair") == OPEN
    assert state_at(then, "beauty-makeup") == CLOSED


def test_signers_read_what_is_kept_its_last_day_and_who_is_on_the_list(
    opened: RuleChange, admins: list[User], shop: Merchant, client_of: SignIn
) -> None:
    sign(propose(admins[0], "beauty-hair"), admins[1])
    closing = propose(
        admins[0],
        state=CLOSING,
        last_on=date(2026, 4, 20),
        kept=[category("beauty-hair")],
        effective_at=NOON + 40 * DAY,
    )
    pilot = propose(admins[0], "digital", state=PILOT, merchants=[shop])
    for page in (
        kinds.page_of("rulechange", closing.pk),
        reverse("merchants:rulechange-detail", args=[closing.pk]),
    ):
        text = client_of(admins[1]).get(page).content.decode()
        assert f"Yes, but keeps {category('beauty-hair')}" in text
    said = judged.RULECHANGE["lines"].text
    assert "last day 2026-04-20 / keeps beauty-hair" in said(closing.snapshot()["lines"])
    assert f"for {shop.code}" in said(pilot.snapshot()["lines"])


def test_what_fell_is_named_where_its_branch_opens_anew(
    opened: RuleChange, shop: Merchant, admins: list[User]
) -> None:
    for code, said in (
        ("beauty-hair", {"state": PILOT, "merchants": [shop]}),
        ("beauty-makeup", {"state": CLOSED}),
    ):
        sign(sign(propose(admins[0], code, **said), admins[1]), admins[2], "Now.")
    sign(propose(admins[0], state=CLOSED, effective_at=NOON + 40 * DAY), admins[1])
    opens = propose(admins[0], effective_at=NOON + 50 * DAY)
    told = changing.told(opens, NOON)
    assert {(one.category.code, one.state, one.falls) for one in told.below} == {
        ("beauty-hair", PILOT, True), ("beauty-makeup", CLOSED, False),
    }  # fmt: skip
    sign(opens, admins[1])
    then = NOON + 51 * DAY
    assert [state_at(then, code) for code in ("beauty-hair", "beauty-makeup")] == [OPEN, CLOSED]


def test_a_closing_during_a_suspension_takes_three(opened: RuleChange, admins: list[User]) -> None:
    stop = propose(
        admins[0], state=SUSPENDED, effective_at=NOON + DAY / 2, expires_at=NOON + 9 * DAY
    )
    sign(sign(stop, admins[1]), admins[2], "Now.")
    with clock.at(NOON + DAY):
        closing = propose(admins[0], state=CLOSED)
        assert rulechanges.needed(closing, at=clock.now()) == 3


def test_a_rule_below_that_is_signed_later_falls_all_the_same_and_its_page_says_when(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    falls_at = NOON + 40 * DAY
    sign(propose(admins[0], state=CLOSED, effective_at=falls_at), admins[1])
    with clock.at(NOON + DAY):
        child = sign(propose(admins[0], "beauty-hair", expires_at=None), admins[1])
        [effect] = changing.told(child, clock.now()).effects
        assert (effect.after.next_at, effect.comes) == (falls_at, CLOSED)
        page = client_of(admins[2]).get(reverse("merchants:rulechange-detail", args=[child.pk]))
        assert "2026-04-10 12:00" in page.content.decode()
    assert state_at(falls_at, "beauty-hair") == CLOSED


def test_what_only_gives_begins_with_a_late_signature_and_what_takes_is_refused(
    opened: RuleChange, admins: list[User]
) -> None:
    gives = propose(admins[0], "digital", effective_at=NOON + DAY)
    takes = propose(admins[0], state=CLOSED, effective_at=NOON + DAY)
    with clock.at(NOON + 2 * DAY):
        assert sign(gives, admins[1]).effective_at == NOON + 2 * DAY
        with pytest.raises(Refusal, match="its moment has passed"):
            sign(takes, admins[1])
    assert state_at(NOON + 3 * DAY) == OPEN


STALE: dict[str, Callable[[RuleChange, list[User]], object]] = {
    "a line is another": lambda change, admins: Opening.objects.filter(change=change).update(
        category=category("fashion")
    ),
    "it keeps something": lambda change, admins: Opening.objects.filter(change=change).update(
        kept=[category("beauty-hair").pk]
    ),
    "its reason is another": lambda change, admins: RuleChange.objects.filter(pk=change.pk).update(
        reason="Another."
    ),
    "a rule above was signed": lambda change, admins: sign(
        propose(admins[0], effective_at=NOON + 9 * DAY), admins[1]
    ),
    "a rule below was signed": lambda change, admins: sign(
        propose(admins[0], "beauty-hair"), admins[1]
    ),
}


@pytest.mark.parametrize("what", STALE)
def test_what_was_read_is_signed_and_nothing_else(
    opened: RuleChange, admins: list[User], what: str
) -> None:
    change = propose(admins[0], state=CLOSED, effective_at=NOON + 60 * DAY)
    read = change.version
    STALE[what](change, admins)
    with pytest.raises(Refusal, match="Not taken: this was changed since you opened it"):
        rulechanges.sign(change, version=read, by=admins[1])


def test_a_first_signature_under_another_version_counts_for_nothing(
    opened: RuleChange, admins: list[User]
) -> None:
    change = propose(admins[0], state=CLOSED, effective_at=NOON + 5 * DAY)
    sign(change, admins[1])
    sign(propose(admins[0], "beauty-hair"), admins[1])
    assert sign(change, admins[2], "Soon.").status == ChangeStatus.PROPOSED
    assert sign(change, admins[1], "Soon.").status == ChangeStatus.SIGNED


def test_whose_first_signature_has_lapsed_is_asked_again(
    opened: RuleChange, admins: list[User]
) -> None:
    def is_asked(person: User) -> bool:
        kind = kinds.of("rulechange")
        assert kind is not None
        return kind.waiting(ties_of(person)).filter(pk=change.pk).exists()

    change = propose(admins[0], state=CLOSED, effective_at=NOON + 5 * DAY)
    sign(change, admins[1])
    assert [is_asked(person) for person in admins] == [False, False, True]
    sign(propose(admins[0], "beauty-hair"), admins[1])
    assert [is_asked(person) for person in admins] == [False, True, True]


def test_the_very_same_change_waits_once(admin: User, second_admin: User) -> None:
    propose(admin)
    for person in (admin, second_admin):
        with pytest.raises(Refusal, match="This very change waits for a signature already"):
            propose(person)
    assert propose(admin, reason="Another.").status == ChangeStatus.PROPOSED


def test_a_signed_line_only_ends_once(opened: RuleChange) -> None:
    line = Opening.objects.get()
    for fields in ({"state": CLOSED}, {"effective_at": NOON + DAY}, {"signed_at": None}):
        with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
            Opening.objects.update(**fields)
    with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
        line.delete()
    assert Opening.objects.update(taken_back_at=NOON + DAY) == 1
    with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
        Opening.objects.update(taken_back_at=NOON + 2 * DAY)
    with ruling.behind_the_wall():
        assert Opening.objects.update(state=CLOSED) == 1


def test_the_list_of_a_signed_pilot_stays(shop: Merchant, admins: list[User]) -> None:
    change = propose(admins[0], state=PILOT, merchants=[shop])
    line = Opening.objects.get(change=change)
    sign(change, admins[1])
    with pytest.raises(IntegrityError, match="list of a signed rule"), transaction.atomic():
        line.pilots.all().delete()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"state": CLOSING}, "last_on"),
        ({"state": OPEN, "last_on": date(2026, 4, 1)}, "last_on"),
        ({"state": CLOSING, "last_on": date(2026, 2, 27)}, "last_on"),
        ({"state": PILOT}, "merchants"),
        ({"expires_at": NOON - DAY}, "expires_at"),
        ({"grandfather": "until_date", "state": CLOSED}, "grandfather_until"),
        ({"state": "shut"}, "state"),
    ],
    ids=str,
)
def test_what_can_be_no_rule_names_its_field(
    opened: RuleChange, admin: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        propose(admin, **{"effective_at": NOON + DAY, **fields})
    assert refused.value.field == field
    assert RuleChange.objects.count() == 1


def test_only_what_takes_away_keeps_something_and_only_of_its_branch(admin: User) -> None:
    hair, sports = category("beauty-hair"), category("sports")
    for fields in ({"kept": [hair]}, {"kept": [sports], "state": CLOSED}):
        with pytest.raises(Refusal) as refused:
            propose(admin, **fields)
        assert refused.value.field == "kept"


def test_a_change_has_no_more_lines_than_a_page_can_show(admin: User) -> None:
    programme = Programme.objects.get(code="red-cat")
    scopes = [
        Scope(programme, Category(pk=pk), Placement.NOTE_BODY, StoreKind.TMALL)
        for pk in range(openings.MOST_LINES + 1)
    ]
    with pytest.raises(Refusal, match="at most 2000"):
        openings.propose(scopes, state=OPEN, effective_at=NOON, reason="All.", by=admin)


def back(change: RuleChange, *people: User) -> RuleChange:
    """Taken back by as many as it takes."""
    author, *signers = people
    rollback = openings.roll_back(change, reason="It was wrong.", by=author)
    for signer in signers:
        if rollback.status == ChangeStatus.PROPOSED:
            rollback = sign(rollback, signer, "It was wrong.")
    assert rollback.status == ChangeStatus.SIGNED
    return rollback


def test_a_rollback_restores_what_was_and_the_past_stays_answerable(
    opened: RuleChange, admins: list[User]
) -> None:
    sign(propose(admins[0], "beauty-hair"), admins[1])
    places = [
        (Programme.objects.get(code="red-cat").pk, one.pk, Placement.NOTE_BODY, StoreKind.TMALL)
        for one in Category.objects.all()
    ]
    instants = [NOON + days * DAY for days in range(0, 90, 5)]
    before = Policy.read()
    closing = propose(admins[0], state=CLOSED, effective_at=NOON + 31 * DAY)
    sign(closing, admins[1])
    closed = Policy.read()
    with clock.at(NOON + 50 * DAY):
        rollback = back(closing, *admins)
        assert rollback.needs == 2
    after = Policy.read()
    for place in places:
        for at in instants:
            then = closed if at < NOON + 50 * DAY else before
            assert after.decides(*place, at) == then.decides(*place, at) or (
                after.cell(*place, at).state == then.cell(*place, at).state
            )
    assert [state_at(NOON + days * DAY) for days in (30, 31, 49, 50)] == [
        OPEN, CLOSED, CLOSED, OPEN,
    ]  # fmt: skip


def test_a_rollback_that_takes_away_takes_three_and_happens_once(
    opened: RuleChange, admins: list[User]
) -> None:
    with clock.at(NOON + DAY):
        rollback = openings.roll_back(opened, reason="Too early.", by=admins[0])
        assert sign(rollback, admins[1]).status == ChangeStatus.PROPOSED
        assert sign(rollback, admins[2], "Too early.").needs == 3
        assert state_at(clock.now()) == CLOSED
        for change in (opened, rollback):
            with pytest.raises(Refusal):
                openings.roll_back(change, reason="Again.", by=admins[0])


def test_a_rollback_of_what_has_not_begun_says_what_would_have_been(
    admins: list[User], client_of: SignIn
) -> None:
    opens = sign(propose(admins[0], effective_at=NOON + 9 * DAY), admins[1])
    url = reverse("merchants:rulechange-back", args=[opens.pk])
    page = client_of(admins[0]).get(url)
    [effect] = page.context["told"].effects
    assert (effect.was, effect.becomes, effect.at) == (OPEN, CLOSED, NOON + 9 * DAY)
    text = page.content.decode()
    assert "another rule decides here" not in text
    assert "as soon as it is signed" not in text
    assert page.context["told"].taken_at == NOON + 9 * DAY
    assert "A rollback that takes away takes three" in text


def test_two_who_read_it_in_different_languages_sign_the_same(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    rollback = openings.roll_back(opened, reason="Too early.", by=admins[0])
    page = kinds.page_of("rulechange", rollback.pk)
    for signer, language in zip(admins[1:], ("en", "zh-hans"), strict=True):
        client = client_of(signer)
        client.post(reverse("accounts:language-set"), {"language": language})
        version = client.get(page).context["form"]["version"].value()
        client.post(page, {"version": version, "decision": "sign", "reason": "Too early."})
    rollback.refresh_from_db()
    assert (rollback.status, rollback.approver) == (ChangeStatus.SIGNED, admins[2])


def test_two_rollbacks_of_one_change_are_one(opened: RuleChange, admins: list[User]) -> None:
    first = openings.roll_back(opened, reason="Too early.", by=admins[0])
    twin = openings.roll_back(opened, reason="Too wide.", by=admins[1])
    sign(first, admins[1])
    sign(first, admins[2], "Too early.")
    with pytest.raises(Refusal):
        sign(twin, admins[2])


def test_a_later_change_of_the_same_place_stays_when_the_earlier_is_taken_back(
    opened: RuleChange, admins: list[User]
) -> None:
    closing = propose(admins[0], state=CLOSED, effective_at=NOON + 31 * DAY)
    sign(closing, admins[1])
    sign(propose(admins[0], effective_at=NOON + 40 * DAY), admins[1])
    with clock.at(NOON + 45 * DAY):
        rollback = openings.roll_back(closing, reason="Wrong.", by=admins[0])
        [effect] = changing.told(rollback, clock.now()).effects
        assert effect.is_kept_from_us
        sign(rollback, admins[1])
    assert state_at(NOON + 46 * DAY) == OPEN


def answers(**fields: Any) -> dict[str, Any]:
    """The form of a change, filled in as a browser sends it."""
    known = {
        "programmes": [Programme.objects.get(code="red-cat").pk],
        "categories": [category("beauty").pk],
        "placements": [Placement.NOTE_BODY],
        "store_kinds": [StoreKind.TMALL],
        "state": OPEN,
        "effective_at": "2026-03-01T13:00",
        "grandfather": "none",
        "reason": "Agreed.",
        "seen": "",
    }
    return {**known, **fields}


def test_what_it_does_is_shown_before_it_is_proposed(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    sign(propose(admins[0], "beauty-hair"), admins[1])
    client, url = client_of(admins[0]), reverse("merchants:rulechange-new")
    known, typed = RuleChange.objects.count(), answers(state=CLOSED)
    shown = client.post(url, typed)
    assert RuleChange.objects.count() == known
    text = shown.content.decode()
    assert "Three persons have to say yes" in text
    assert "They fall with the branch unless you keep them." in text
    seen = shown.context["told"].seen
    # Another content is shown anew; the same is proposed.
    kept = {**typed, "kept": [category("beauty-hair").pk], "seen": seen}
    again = client.post(url, kept)
    assert RuleChange.objects.count() == known
    done = client.post(url, {**kept, "seen": again.context["told"].seen})
    change = RuleChange.objects.latest("pk")
    assert done.headers["Location"] == reverse("merchants:rulechange-detail", args=[change.pk])
    assert Opening.objects.get(change=change).kept == [category("beauty-hair").pk]


ANOTHER: dict[str, dict[str, Any]] = {
    "it begins later": {"effective_at": "2026-04-20T13:00"},
    "it ends": {"expires_at": "2026-04-21T12:00"},
    "its last day is another": {"last_on": "2026-04-18"},
    "it leaves alone what was there": {"grandfather": "until_edit"},
}


@pytest.mark.parametrize("what", ANOTHER)
def test_what_is_proposed_is_what_was_read(
    opened: RuleChange, admin: User, client_of: SignIn, what: str
) -> None:
    client, url = client_of(admin), reverse("merchants:rulechange-new")
    typed = answers(state=CLOSING, effective_at="2026-04-17T13:00", last_on="2026-04-20")
    seen = client.post(url, typed).context["told"].seen
    assert client.post(url, {**typed, **ANOTHER[what], "seen": seen}).status_code == 200
    assert RuleChange.objects.count() == 1
    with clock.at(NOON + timedelta(minutes=1)):
        assert client.post(url, {**typed, "seen": seen}).status_code == 302


def test_a_rollback_that_does_another_thing_than_was_read_is_shown_again(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    client, url = client_of(admins[0]), reverse("merchants:rulechange-back", args=[opened.pk])
    read = client.get(url).context["told"].seen
    sign(propose(admins[0], effective_at=NOON + DAY), admins[1])
    shown = client.post(url, {"reason": "Too early.", "seen": read})
    assert shown.status_code == 422
    assert not RuleChange.objects.filter(takes_back=opened).exists()
    with clock.at(NOON + timedelta(minutes=1)):
        typed = {"reason": "Too early.", "seen": shown.context["form"]["seen"].value()}
        assert client.post(url, typed).status_code == 302


def test_one_act_over_many_places(
    admin: User, client_of: SignIn, shop: Merchant, rival: Merchant
) -> None:
    client, url = client_of(admin), reverse("merchants:rulechange-new")
    typed = answers(
        programmes=[one.pk for one in Programme.objects.all()],
        categories=[category("beauty").pk, category("fashion").pk],
        placements=[Placement.NOTE_BODY, Placement.PROFILE],
        store_kinds=[StoreKind.TMALL, StoreKind.TAOBAO, StoreKind.JD, StoreKind.VIP],
        state=PILOT,
        merchants=f"{shop.code}\n {rival.credit_code}\n",
    )
    seen = client.post(url, typed).context["told"].seen
    client.post(url, {**typed, "seen": seen})
    lines = Opening.objects.filter(change=RuleChange.objects.get())
    assert lines.count() == 2 * 2 * 4
    assert {line.pilots.count() for line in lines} == {2}
    unknown = client.post(url, {**typed, "merchants": "nobody"})
    assert "“nobody” is the code of no merchant." in unknown.content.decode()


def test_a_signed_change_is_taken_back_and_proposed_anew_from_its_page(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    client = client_of(admins[0])
    url = reverse("merchants:rulechange-back", args=[opened.pk])
    shown = client.get(url)
    assert "Three persons have to say yes" in shown.content.decode()
    client.post(url, {"reason": "Too early.", "seen": shown.context["told"].seen})
    rollback = RuleChange.objects.get(takes_back=opened)
    assert (
        str(rollback)
        in client.get(reverse("merchants:rulechange-detail", args=[rollback.pk])).content.decode()
    )
    anew = client.get(reverse("merchants:rulechange-new"), {"like": opened.pk}).context["form"]
    assert anew["categories"].value() == [category("beauty").pk]
    assert client.get(reverse("merchants:rulechange-back", args=[rollback.pk])).status_code == 404


def test_what_was_said_of_a_rule_when_it_was_signed_by_itself_is_read_of_its_change(
    opened: RuleChange, admins: list[User], client_of: SignIn
) -> None:
    change = propose(admins[0], state=CLOSED, effective_at=NOON + 60 * DAY)
    called = {"subject": f"opening:{change.pk}", "label": "A rule"}
    AuditEntry.objects.create(verb="opening.proposed", actor=admins[1], **called)
    Decision.objects.create(
        noun="opening", number=change.pk, verdict="rejected", version="", judged={}, by=admins[2],
        asked_at=NOON,
    )  # fmt: skip
    assert "Opening proposed" in [told.act for told in history.of(change)]
    assert [told.sentence for told in past.of(change)] == ["Opening rejected"]
    kind = kinds.of("rulechange")
    assert kind is not None
    # Who wrote it then does not decide now; who decided then wrote nothing.
    for person, may in zip(admins[1:], (False, True), strict=True):
        assert kind.waiting(ties_of(person)).filter(pk=change.pk).exists() is may
        assert (concerned.objection(change, person) == "") is may
    old = reverse("review:review-detail", args=["opening", change.pk])
    page = client_of(admins[2]).get(old)
    assert page.headers["Location"] == kinds.page_of("rulechange", change.pk)


def test_a_rule_of_before_leads_to_its_change(
    opened: RuleChange, admin: User, client_of: SignIn
) -> None:
    line = Opening.objects.get()
    page = client_of(admin).get(reverse("merchants:opening-detail", args=[line.pk]))
    assert page.headers["Location"] == reverse("merchants:rulechange-detail", args=[opened.pk])

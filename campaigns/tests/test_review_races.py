"""What several reviewers do at the same moment counts once, on a real database."""

from collections.abc import Callable

import pytest

from campaigns.boosts import appealing, decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost
from portal.accounts import people
from portal.accounts.models import PlatformRole, User
from portal.review import comments
from portal.review.door import DecisionRefusal
from portal.review.models import SIGNED, Appeal, Decision, Outcome
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    return boosts.submit(a_boost(), by=alice)


def approval(boost: Boost, by: User) -> Callable[[], Boost]:
    version = boost.version
    return lambda: decisions.approve(boost, version=version, by=by)


def verdicts(boost: Boost) -> list[str]:
    return [one.verdict for one in Decision.objects.about(boost)]


def test_who_signs_twice_at_once_has_signed_once(
    waiting: Boost, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "FOUR_EYES_FEN", 1)
    acts = [approval(waiting, manager) for _number in range(4)]
    done, refused = at_once(*acts, refusal=DecisionRefusal)
    assert (len(done), len(refused)) == (1, 3)
    assert all("A second person has to, too" in str(one) for one in refused)
    assert verdicts(waiting) == [SIGNED]
    waiting.refresh_from_db()
    assert waiting.status == BoostStatus.SUBMITTED


def test_of_two_who_sign_at_once_one_is_first_and_the_other_approves(
    waiting: Boost, manager: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "FOUR_EYES_FEN", 1)
    done, refused = at_once(approval(waiting, manager), approval(waiting, colleague))
    assert (len(done), refused) == (2, [])
    assert verdicts(waiting) == [BoostStatus.APPROVED, SIGNED]
    assert len({one.by for one in Decision.objects.about(waiting)}) == 2
    assert verify().broken == []


def test_an_appeal_is_decided_by_one_of_two_at_once(
    waiting: Boost, manager: User, colleague: User, alice: User
) -> None:
    third = people.create(
        "third@example.com", "x" * 20, name="Tia", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    rejected = decisions.reject(waiting, version=waiting.version, reason="No.", by=manager)
    again = appealing.appeal(rejected, text="It is there.", by=alice)
    version = again.version
    done, refused = at_once(
        approval(again, colleague),
        lambda: decisions.reject(again, version=version, reason="No.", by=third),
        refusal=DecisionRefusal,
    )
    assert (len(done), len(refused)) == (1, 1)
    assert "waits for no decision any more" in str(refused[0])
    ended = Appeal.objects.get()
    fell = done[0].status == BoostStatus.SCHEDULED
    assert ended.outcome == (Outcome.OVERTURNED if fell else Outcome.UPHELD)
    assert len(verdicts(again)) == 2
    assert verify().broken == []


def test_no_comment_comes_after_the_answer(waiting: Boost, manager: User, alice: User) -> None:
    """Each waits for the other's lock: what is said was said while it waited, or is refused."""
    version = waiting.version
    _done, refused = at_once(
        lambda: decisions.reject(waiting, version=version, reason="No.", by=manager),
        lambda: comments.answer(waiting, text="Wait.", by=alice),
    )
    said = list(comments.read_by_all(waiting))
    assert len(said) + len(refused) == 1
    assert all(one.at <= Decision.objects.about(waiting).get().at for one in said)

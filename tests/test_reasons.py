"""Why somebody decided as he did is written down as it will be read."""

from collections.abc import Callable

import pytest

from portal.accounts import audit
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable
from tests.deciding import answers, decide, is_open

pytestmark = pytest.mark.django_db


@answers
def test_a_reason_is_kept_without_blanks_around_it_and_a_no_needs_one(
    hand_in: Callable[[str], Reviewable],
    manager: User,
    neutral: Callable[[Kind], User],
    kind: Kind,
    answer: Answer,
) -> None:
    subject, reviewer = hand_in(kind.code), neutral(kind)
    if answer.name not in {"approve", "verify", "sign"}:
        with pytest.raises(Refusal, match="Write the reason") as refused:
            decide(subject, answer, by=reviewer, manager=manager, reason=" \n ")
        assert refused.value.field == "reason"
        assert is_open(subject)
    decide(subject, answer, by=reviewer, manager=manager, reason=" \nBecause. ")
    written = AuditEntry.objects.filter(subject=audit.name_of(subject), actor=reviewer)
    assert written.latest("pk").reason == "Because."

"""The history of the seed is replayed: each event's date, state, notice and grandfathering."""

from datetime import timedelta

import pytest

from merchants.catalogue.models import Category
from merchants.openings.models import Programme
from merchants.openings.policy import Asked, Policy
from merchants.rulechanges.models import RuleChange
from merchants.tests import seed_history
from merchants.tests.seed_history import moment
from portal.accounts.models import User

TICK = timedelta(microseconds=1)


@pytest.fixture
def history(admin: User, second_admin: User, third_admin: User) -> dict[str, RuleChange]:
    return seed_history.enter(admin, [second_admin, third_admin])


# Where, when, and what was in force from then on.
SAID = [
    ("outside-links", "embedded_at_partner", "taobao", "2018-05-31", "closed"),
    ("outside-links", "embedded_at_partner", "taobao", "2018-06-01", "open"),
    ("outside-links", "embedded_at_partner", "taobao", "2018-06-28", "closed"),
    ("outside-links", "note_body", "tmall", "2020-07-31", "closed"),
    ("outside-links", "note_body", "tmall", "2020-08-01", "open"),
    ("outside-links", "note_body", "tmall", "2021-08-01", "open"),
    ("outside-links", "note_body", "tmall", "2021-08-02", "closed"),
    ("outside-links", "live_room", "tmall", "2021-08-02", "open"),
    ("red-cat", "note_body", "tmall", "2025-05-06", "closed"),
    ("red-cat", "note_body", "tmall", "2025-05-07", "open"),
    ("red-cat", "note_body", "taobao", "2025-05-07", "closed"),
    ("red-jing", "note_body", "jd", "2025-06-04", "closed"),
    ("red-jing", "note_body", "jd", "2025-06-05", "open"),
]


def test_every_event_is_in_force_from_its_day_on(history: dict[str, RuleChange]) -> None:
    policy, beauty = Policy.read(), Category.objects.get(code="beauty")
    programmes = dict(Programme.objects.values_list("code", "pk"))
    found = [
        (*at, policy.cell(programmes[at[0]], beauty.pk, at[1], at[2], moment(at[3])).state)
        for *at, _state in SAID
    ]
    assert found == SAID


def test_the_cut_with_eleven_days_notice_took_three_and_the_openings_two(
    history: dict[str, RuleChange],
) -> None:
    needs = {name: change.needs for name, change in history.items()}
    assert needs["the cut, with eleven days' notice"] == 3
    assert needs["the first opening"] == needs["the Red Jing plan"] == 2
    # It took away at its end, and was announced 39 days before.
    assert needs["the embed test, for less than a month"] == 2


def test_what_was_live_at_the_cut_stayed_until_it_was_edited(
    history: dict[str, RuleChange],
) -> None:
    policy, hair = Policy.read(), Category.objects.get(code="beauty-hair")
    programme, later = Programme.objects.get(code="outside-links").pk, moment("2022-01-01")
    asked = Asked(None, hair.pk, "note_body", "tmall")
    live_since = {"2021-01-01": True, "2021-08-02": True, "2021-08-03": False}
    for since, leads in live_since.items():
        asked = asked._replace(since_at=moment(since))
        assert policy.standing(programme, asked, later).leads is leads, since
    edited = asked._replace(since_at=moment("2021-08-02") + TICK)
    assert not policy.standing(programme, edited, later).leads

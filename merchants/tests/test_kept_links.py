"""Links kept ready in a process: they ask nobody, and follow whatever changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from merchants.links import asking, chain, finding, following, generation, kept, policy
from merchants.links.following import Follower
from merchants.links.kept import Kept
from merchants.links.log import Position
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.openings.models import Opening, Programme
from merchants.tests.test_links import follow, path_of
from merchants.tests.test_local_copy import CHANGES
from merchants.tests.test_local_copy import follow as follow_code
from portal import clock
from tests.ruling import another, rewrite


@pytest.fixture
def follower(live_listing: Listing, monkeypatch: pytest.MonkeyPatch) -> Follower:
    """What a process has heard that has just begun, and looked once."""
    monkeypatch.setattr(following, "_follower", Follower())
    monkeypatch.setattr(kept, "_kept", Kept())
    monkeypatch.setattr(finding, "_database", finding._Database())
    following.follow_here()
    return following.follower()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes that the database is asked for from now on."""
    codes: list[str] = []
    ask = asking.of_code

    def counted(code: str) -> Any:
        codes.append(code)
        return ask(code)

    monkeypatch.setattr(asking, "of_code", counted)
    return codes


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def begin() -> None:
        def silent(code: str) -> None:
            raise OperationalError("the server does not answer")

        monkeypatch.setattr(asking, "of_code", silent)
        monkeypatch.setattr(connection, "close", lambda: None)

    return begin


def is_outside(listing: Listing) -> bool:
    return path_of(follow(listing)) == "/item.htm"


def test_a_link_that_is_kept_asks_the_database_nothing(
    live_listing: Listing, follower: Follower, asked: list[str], django_assert_num_queries: Any
) -> None:
    assert is_outside(live_listing)
    with django_assert_num_queries(0):
        assert is_outside(live_listing)
    assert asked == [live_listing.code]


def test_whatever_changes_what_is_kept_leads_where_the_database_does(
    live_listing: Listing, follower: Follower
) -> None:
    for what, change in CHANGES.items():
        with transaction.atomic():
            finding.find(live_listing.code)
            change()
            follower.look()
            for code in (live_listing.code, "another"):
                answer = asking.of_code(code)
                led = answer and chain.resolve(answer[0], policy.current(), at=clock.now())
                for _time in ("read", "kept"):
                    found = finding.find(code)
                    assert (found and found.destination) == led, what
            transaction.set_rollback(True)
        # Nobody is told of what was taken back: it was never there.
        follower.look()
        follower._forget()
        follower.look()


def test_what_was_committed_while_it_was_read_is_read_again(
    live_listing: Listing, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = asking.of_code

    def slow(code: str) -> Any:
        answer = ask(code)
        Listing.objects.update(status="paused")
        follower.look()
        return answer

    monkeypatch.setattr(asking, "of_code", slow)
    assert is_outside(live_listing)
    monkeypatch.setattr(asking, "of_code", ask)
    assert not is_outside(live_listing)


def test_what_is_signed_for_the_future_happens_at_its_second_without_a_question(
    live_listing: Listing, opening: Opening, follower: Follower, asked: list[str]
) -> None:
    closes_at = clock.now() + timedelta(hours=1)
    another(opening, state="closed", effective_at=closes_at)
    follower.look()
    for _time in range(2):
        with clock.at(closes_at - timedelta(microseconds=1)):
            assert is_outside(live_listing)
        with clock.at(closes_at):
            assert not is_outside(live_listing)
    assert asked == [live_listing.code]


def test_a_programme_ends_with_its_day_without_a_question(
    live_listing: Listing, follower: Follower, asked: list[str]
) -> None:
    Programme.objects.update(ends_on=clock.today())
    follower.look()
    midnight = clock.start_of(clock.today() + timedelta(days=1))
    assert is_outside(live_listing)
    with clock.at(midnight - timedelta(microseconds=1)):
        assert is_outside(live_listing)
    with clock.at(midnight):
        assert not is_outside(live_listing)
    assert asked == [live_listing.code]


def test_who_has_heard_nothing_for_three_seconds_asks_the_database(
    live_listing: Listing, follower: Follower, asked: list[str]
) -> None:
    assert is_outside(live_listing)
    rewrite(state="closed")
    assert is_outside(live_listing), "nobody has told it yet"
    follower._heard -= following.HEARD_WITHIN_SECONDS
    assert not is_outside(live_listing)
    assert asked == [live_listing.code] * 2


def test_after_a_mark_on_this_machine_the_next_click_knows(
    live_listing: Listing, follower: Follower
) -> None:
    assert is_outside(live_listing)
    rewrite(state="closed")
    generation.raise_()
    assert not is_outside(live_listing)
    rewrite(state="open")
    generation.raise_()
    assert is_outside(live_listing)


def test_who_cannot_wait_for_another_ones_look_asks_the_database(
    live_listing: Listing, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_outside(live_listing)
    monkeypatch.setattr(following, "_WAIT_SECONDS", 0.001)
    rewrite(state="closed")
    generation.raise_()
    with follower._turn:
        assert not is_outside(live_listing)


def test_a_verb_leaves_a_mark_once_it_is_committed(
    live_listing: Listing, django_capture_on_commit_callbacks: Any
) -> None:
    before = generation.current()
    with django_capture_on_commit_callbacks(execute=True):
        listings.pause(live_listing, by=live_listing.created_by)
        assert generation.current() == before, "who looks before the commit finds nothing"
    assert generation.current() != before


def test_each_table_whose_changes_are_logged_leaves_marks(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT event_object_table FROM information_schema.triggers"
            " WHERE trigger_name LIKE 'changes_links_by_%'"
        )
        logged = {str(table) for (table,) in cursor.fetchall()}
    assert {f"merchants_{name.lower()}" for name in generation.WATCHED} == logged


def test_a_mark_that_cannot_be_left_stops_no_commit(
    live_listing: Listing, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    (settings.VAR_DIR / "links").write_text("a file where the folder should be")
    with django_capture_on_commit_callbacks(execute=True):
        listings.pause(live_listing, by=live_listing.created_by)
    assert generation.current() == b""


def test_a_code_of_no_link_is_asked_for_once_between_two_looks(
    live_listing: Listing, follower: Follower, asked: list[str]
) -> None:
    for _time in range(3):
        assert follow_code("nosuchcode").status_code == 404
    assert asked == ["nosuchcode"]
    Listing.objects.update(code="nosuchcode")
    follower.look()
    assert follow_code("nosuchcode").status_code == 302


def test_no_more_is_kept_than_allowed(
    live_listing: Listing, follower: Follower, settings: Any
) -> None:
    settings.LINKS_KEPT = 20
    answer = asking.of_code(live_listing.code)
    assert answer
    ready = kept.kept()
    for number in range(50):
        ready.put(f"c{number}", answer[0], follower.number)
        ready.put(f"u{number}" * 100, None, follower.number)
    assert len(ready) <= 20
    assert ready.find("c49", follower)
    assert not ready.find("c0", follower)
    for number in range(2_000):
        ready.put(f"u{number}", None, follower.number)
    assert len(ready._unknown) <= 1_000


def test_with_too_many_marks_all_is_read_again(
    live_listing: Listing, follower: Follower, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_MOST_MARKS", 0)
    assert is_outside(live_listing)
    Listing.objects.update(status="paused")
    follower.look()
    assert not is_outside(live_listing)
    follower.look()
    assert not is_outside(live_listing)
    assert len(asked) >= 2


def test_in_an_outage_what_is_kept_leads_on_as_long_as_a_copy_would(
    live_listing: Listing, follower: Follower, outage: Callable[[], None]
) -> None:
    assert is_outside(live_listing)
    outage()
    follower._heard -= following.HEARD_WITHIN_SECONDS
    assert is_outside(live_listing), "there is no copy, and none is needed"
    finding._database.answered_at = follower.heard_at + 11
    # Others heard later: what was kept may have missed a closing, and there is no copy.
    assert "Try again" in follow(live_listing).content.decode()


def test_another_database_at_the_same_place_is_followed_from_its_beginning(
    live_listing: Listing, follower: Follower
) -> None:
    assert is_outside(live_listing)
    assert follower._position
    later = Position(follower._position.database, "9000000:9000000:")
    follower._position = later
    rewrite(state="closed")
    follower.look()
    assert not is_outside(live_listing)

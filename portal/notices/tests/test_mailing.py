"""The mail of a notice: to whoever wants it, in their language, once, whenever the server can."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.accounts import mails, teams
from portal.accounts.models import Membership, Role, User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.notices import mailing
from portal.notices import verbs as notices
from portal.notices.models import Notice

TEXT = "“%(merchant)s” is verified."


class Broken(EmailBackend):
    """A mail server that takes nothing for Alice."""

    def send_messages(self, messages: Any) -> int:
        if any("alice@example.com" in message.to for message in messages):
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_NAME, settings.SITE_URL = "Redleaf", "https://portal.redleaf.test"


@pytest.fixture
def broken(settings: Any) -> Callable[[bool], None]:
    """`broken(True)` lets the mail server fail, `broken(False)` mends it."""
    good = settings.EMAIL_BACKEND

    def switch(is_broken: bool) -> None:
        settings.EMAIL_BACKEND = f"{__name__}.Broken" if is_broken else good

    return switch


def notify(*users: User, name: str = "Glow") -> None:
    notices.notify(users, TEXT, url="/m/glow/company/", merchant=name)


def work() -> Job:
    """Let a worker do the one job there is."""
    return queue.run_now(Job.objects.get(kind="notices.mail"))


def reached() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_a_mail_says_what_happened_where_and_how_to_stop_it(alice: User) -> None:
    User.objects.update(language="en")
    alice.refresh_from_db()
    notify(alice)
    work()
    [message] = mail.outbox
    assert message.to == [alice.email]
    assert message.subject == "“Glow” is verified."
    assert message.body.splitlines() == [
        "“Glow” is verified.",
        "",
        "Open it on Redleaf:",
        "https://portal.redleaf.test/m/glow/company/",
        "",
        "You get this mail because your account asks for it. Switch mails of notices off here:",
        "https://portal.redleaf.test" + reverse("accounts:account-settings"),
    ]


def test_a_mail_speaks_the_language_of_its_reader(alice: User) -> None:
    User.objects.update(language="zh-hans")
    notify(alice)
    work()
    assert mail.outbox[0].subject == "“Glow”已通过认证。"
    assert "前往 Redleaf 查看：" in mail.outbox[0].body
    assert "Open it" not in mail.outbox[0].body


def test_who_has_chosen_no_language_reads_both(alice: User) -> None:
    notify(alice)
    work()
    assert mail.outbox[0].subject == "“Glow”已通过认证。 / “Glow” is verified."
    assert "前往 Redleaf 查看：" in mail.outbox[0].body
    assert "Open it on Redleaf:" in mail.outbox[0].body


def test_who_wants_no_mail_has_the_bell_alone(
    alice: User, bob: User, client_of: Callable[[User], Client]
) -> None:
    client, url = client_of(alice), reverse("accounts:account-settings")
    version = client.get(url).context["form"]["version"].value()
    assert client.post(url, {"name": "Alice", "version": version}).status_code == 302
    alice.refresh_from_db()
    notify(alice, bob)
    work()
    assert reached() == [bob.email]
    assert alice.notices.count() == 1


def test_a_choice_holds_for_mails_that_have_not_left(alice: User, bob: User) -> None:
    notify(alice, bob)
    User.objects.filter(pk=alice.pk).update(mails_notices=False)
    work()
    assert reached() == [bob.email]


def test_who_has_left_gets_no_mail(alice: User, bob: User) -> None:
    notify(alice, bob)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    work()
    assert reached() == [bob.email]


def test_who_left_the_team_whose_affair_it_is_gets_no_mail(
    alice: User, bob: User, manager: User, charlie: User
) -> None:
    team = teams.create("Alice Ltd", owner=alice)
    Membership.objects.create(team=team, user=bob, role=Role.OPERATOR)
    Membership.objects.create(team=team, user=charlie, role=Role.OPERATOR)
    notices.notify(
        [alice, bob, charlie, manager], TEXT, url="/m/glow/company/", team=team, merchant="Glow"
    )
    teams.remove(team.memberships.get(user=bob), by=bob)
    work()
    assert reached() == [alice.email, charlie.email, manager.email]
    assert not Notice.objects.owed().exists()


def test_nobody_waits_for_a_mail_to_leave(
    alice: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[bool] = []
    monkeypatch.setattr(queue, "publish", lambda: published.append(True))
    with django_capture_on_commit_callbacks(execute=True):
        notify(alice)
    assert mail.outbox == []
    assert len(published) == Job.objects.filter(kind="notices.mail").count() == 1


def test_a_mail_that_cannot_leave_is_tried_again_and_holds_up_no_other(
    alice: User, bob: User, broken: Callable[[bool], None]
) -> None:
    notify(alice, bob)
    broken(True)
    assert work().state == JobState.QUEUED
    assert reached() == [bob.email]
    broken(False)
    assert work().state == JobState.DONE
    assert reached() == [alice.email, bob.email]
    assert not Notice.objects.owed().exists()


class Down(EmailBackend):
    """A mail server that answers nobody."""

    asked = 0

    def send_messages(self, messages: Any) -> int:
        type(self).asked += 1
        raise TimeoutError("timed out")


def test_a_server_that_is_down_is_not_asked_for_every_mail(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Down"
    monkeypatch.setattr(Down, "asked", 0)
    notify(*[alice] * (mailing.MOST_SILENCES + 2))
    assert work().state == JobState.QUEUED
    assert Down.asked == mailing.MOST_SILENCES
    assert Notice.objects.owed().count() == mailing.MOST_SILENCES + 2


class Moody(EmailBackend):
    """A mail server that refuses Alice and gives no answer for Bob."""

    def send_messages(self, messages: Any) -> int:
        (to,) = messages[0].to
        if to.startswith("alice"):
            raise smtplib.SMTPRecipientsRefused({to: (550, b"no such user")})
        if to.startswith("bob"):
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return super().send_messages(messages)


def test_only_silences_in_a_row_say_that_a_server_is_down(
    alice: User, bob: User, charlie: User, settings: Any
) -> None:
    """An answer between them, a refusal, too, says that somebody is there."""
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    silences = [bob] * (mailing.MOST_SILENCES - 1)
    refusals = [alice] * mailing.MOST_SILENCES
    row = [*refusals, *silences, charlie, *silences, alice, *silences, charlie]
    for person in row:
        notify(person)
    owed = list(Notice.objects.owed().order_by("pk").values_list("pk", flat=True))
    with pytest.raises(ExceptionGroup) as told:
        mailing.send_owed(owed)
    assert reached() == [charlie.email] * 2
    failed = [f"notice {pk}" for pk, person in zip(owed, row, strict=True) if person != charlie]
    assert [failure.__notes__ for failure in told.value.exceptions] == [[one] for one in failed]


def test_a_notice_is_mailed_once_however_often_it_is_asked_for(alice: User) -> None:
    notify(alice)
    owed = list(Notice.objects.owed().values_list("pk", flat=True))
    mailing.send_owed(owed)
    mailing.send_owed(owed)
    assert reached() == [alice.email]


def test_a_subject_is_one_line_whatever_a_name_holds(alice: User) -> None:
    User.objects.update(language="en")
    notify(alice, name="Glow\r\nBcc: everybody@example.com")
    work()
    assert mail.outbox[0].subject == "“Glow Bcc: everybody@example.com” is verified."
    assert reached() == [alice.email]


def test_mails_that_are_held_back_are_not_owed(alice: User, bob: User) -> None:
    with mails.held_back():
        notify(alice)
        mails.send(bob.email, "Welcome", "Hello.")
    assert alice.notices.count() == 1
    assert not Notice.objects.owed().exists()
    assert not Job.objects.exists()
    assert mail.outbox == []
    notify(alice)
    mails.send(bob.email, "Welcome", "Hello.")
    work()
    assert reached() == [alice.email, bob.email]


@pytest.mark.parametrize(
    ("minutes", "is_asked"), [(9, False), (11, True), (24 * 60 - 1, True), (24 * 60 + 1, False)]
)
def test_what_no_attempt_could_send_is_asked_for_again_for_a_day(
    alice: User, minutes: int, is_asked: bool
) -> None:
    moment = clock.now()
    with clock.at(moment - timedelta(minutes=minutes)):
        notify(alice)
    Job.objects.all().delete()
    with clock.at(moment):
        mailing.ask_again()
    asked = [job.args for job in Job.objects.filter(kind="notices.gather")]
    assert asked == ([{"people": [alice.pk]}] if is_asked else [])


def test_nothing_owed_asks_for_nothing(alice: User) -> None:
    with mails.held_back():
        notify(alice)
    mailing.ask_again()
    assert not Job.objects.exists()

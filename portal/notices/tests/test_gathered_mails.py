"""What a mailbox's budget of today has no place for comes gathered, in one mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from portal import clock
from portal.accounts import teams
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job
from portal.notices import mailing
from portal.notices import verbs as notices
from portal.notices.models import Notice
from portal.notices.tests.test_mailing import TEXT, notify, reached


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_URL = "https://portal.redleaf.test"


@pytest.mark.django_db
def test_a_mailbox_is_not_flooded_and_nothing_is_lost(
    alice: User, bob: User, settings: Any
) -> None:
    """Two single mails, then one that names the other three; Bob is held up by none of it."""
    settings.NOTICE_MAILS_A_DAY = 2
    User.objects.update(language="en")
    moment = clock.now().replace(hour=4)
    with clock.at(moment):
        for number in range(5):
            notify(alice, name=f"Glow {number}")
        notify(bob)
        mailing.send_owed(list(Notice.objects.order_by("pk").values_list("pk", flat=True)))
    assert reached() == [alice.email] * 2 + [bob.email]
    with clock.at(moment + timedelta(hours=1)):
        mailing.ask_again()
        queue.run_now(Job.objects.get(kind="notices.gather"))
    gathered = mail.outbox[-1]
    assert gathered.subject == "3 new notices"
    assert [f"“Glow {number}” is verified." in gathered.body for number in range(5)] == [
        False, False, True, True, True,
    ]  # fmt: skip
    assert not Notice.objects.owed().exists()
    assert alice.notices.count() == 5


def test_a_gathered_mail_names_some_and_counts_the_rest(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "MOST_LISTED", 1)
    User.objects.update(language="en")
    for number in range(3):
        notify(alice, name=f"Glow {number}")
    mailing.send_gathered([alice.pk])
    [message] = mail.outbox
    assert "And 2 more." in message.body
    assert "https://portal.redleaf.test" + reverse("notices:notice-list") in message.body


def test_what_is_gathered_is_no_mail_for_who_may_not_read_it(
    alice: User, bob: User, charlie: User
) -> None:
    team = teams.create("Alice Ltd", owner=alice)
    for _number in range(2):
        notices.notify([bob], TEXT, url="/m/glow/company/", team=team, merchant="Glow")
    notify(charlie)
    notify(charlie)
    User.objects.filter(pk=charlie.pk).update(mails_notices=False)
    mailing.send_gathered([bob.pk, charlie.pk, charlie.pk])
    assert reached() == []
    assert not Notice.objects.owed().exists()

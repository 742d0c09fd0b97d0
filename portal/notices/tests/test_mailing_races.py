"""Two workers at one mail: it leaves once. A reader waits for neither."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from portal.accounts import people
from portal.notices import mailing
from portal.notices import verbs as notices
from portal.notices.models import Notice
from tests.racing import alone, at_once

# How long the mail server waits for a second worker that is handing in the same mail.
SECONDS = 0.5


class Server(EmailBackend):
    """A mail server that is slow enough for two workers to meet at it."""

    both = Barrier(2)

    def send_messages(self, messages: Any) -> int:
        with suppress(BrokenBarrierError):
            self.both.wait(SECONDS)
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def nobody_waits() -> None:
    """A barrier that broke in another test lets everybody pass."""
    Server.both.reset()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_a_mail_once(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    alice = people.create("alice@example.com", None, name="Alice")
    notices.notify([alice], "One", url="/")
    pk = Notice.objects.get().pk
    at_once(*[lambda: mailing.send_owed([pk])] * 2)
    assert [message.to for message in mail.outbox] == [[alice.email]]
    assert not Notice.objects.owed().exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_two_mails(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    alice = people.create("alice@example.com", None, name="Alice")
    for text in ("One", "Two"):
        notices.notify([alice], text, url="/")
    owed = Notice.objects.values_list("pk", flat=True)
    at_once(*(partial(mailing.send_owed, [pk]) for pk in owed))
    assert len(mail.outbox) == 2
    assert not Notice.objects.owed().exists()


class Slow(EmailBackend):
    """A mail server that keeps a mail in hand until its reader has read the notice."""

    has_it, is_read = Event(), Event()
    read_meanwhile = False

    def send_messages(self, messages: Any) -> int:
        self.has_it.set()
        type(self).read_meanwhile = self.is_read.wait(timeout=5)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_a_reader_does_not_wait_for_the_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    alice = people.create("alice@example.com", None, name="Alice")
    notices.notify([alice], "One", url="/")
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(alone, lambda: mailing.send_owed([Notice.objects.get().pk]))
        assert Slow.has_it.wait(timeout=5)
        assert notices.read_all(by=alice) == 1
        Slow.is_read.set()
        sent.result()
    assert Slow.read_meanwhile
    notice = Notice.objects.get()
    assert (notice.read_at is None, notice.mail_due_at) == (False, None)


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_gathers_no_other_sends_alone(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    alice = people.create("alice@example.com", None, name="Alice")
    for text in ("One", "Two"):
        notices.notify([alice], text, url="/")
    owed = list(Notice.objects.values_list("pk", flat=True))
    at_once(lambda: mailing.send_gathered([alice.pk]), lambda: mailing.send_owed(owed))
    mailing.send_gathered([alice.pk])
    for text in ("One", "Two"):
        assert sum(text in str(message.body) for message in mail.outbox) == 1
    assert not Notice.objects.owed().exists()

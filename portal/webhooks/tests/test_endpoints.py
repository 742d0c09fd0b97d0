"""Admins name endpoints, sign their addresses, switch them and change their keys; nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from portal.webhooks import sending, signing, verbs
from portal.webhooks.models import Endpoint, EndpointState, OffCause
from portal.webhooks.signing import Direction
from portal.webhooks.tests.conftest import Tell
from portal.webhooks.tests.partner import Partner, says

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
URL = "https://partner.example/hooks"


def test_nothing_is_called_before_a_second_admin_has_signed(
    partner: Partner, admin: User, second_admin: User
) -> None:
    endpoint = verbs.open_endpoint("Ad-Server", url=partner.url, by=admin)
    assert (endpoint.code, endpoint.status) == ("ad-server", EndpointState.OFF)
    assert (endpoint.url, endpoint.off_cause) == ("", OffCause.NOT_SIGNED)
    with pytest.raises(Refusal, match="sign the address first"):
        verbs.switch_on(endpoint, by=admin)
    with pytest.raises(Refusal, match="Another admin"):
        verbs.sign(endpoint, by=admin)
    endpoint = verbs.sign(endpoint, by=second_admin)
    assert (endpoint.url, endpoint.status) == (partner.url, EndpointState.ON)
    with pytest.raises(Refusal, match="No address waits"):
        verbs.sign(endpoint, by=second_admin)


def test_messages_go_where_they_went_until_another_address_is_signed(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User, second_admin: User
) -> None:
    other = Partner()
    verbs.readdress(endpoint, url=other.url, by=second_admin)
    tell()
    sending.send_waiting(endpoint.pk)
    assert (len(partner.received), len(other.received)) == (1, 0)
    verbs.sign(endpoint, by=admin)
    tell()
    sending.send_waiting(endpoint.pk)
    other.close()
    assert (len(partner.received), len(other.received)) == (1, 1)


def test_what_is_signed_is_what_was_read(
    endpoint: Endpoint, admin: User, second_admin: User
) -> None:
    verbs.readdress(endpoint, url=URL, by=admin)
    read = str(AuditEntry.objects.latest("pk").pk)
    verbs.readdress(endpoint, url="https://evil.example/", by=admin)
    with pytest.raises(Outdated):
        verbs.sign(endpoint, by=second_admin, version=read)
    newest = str(AuditEntry.objects.latest("pk").pk)
    assert verbs.sign(endpoint, by=second_admin, version=newest).url == "https://evil.example/"


def test_signing_another_address_does_not_switch_on_what_somebody_switched_off(
    endpoint: Endpoint, admin: User, second_admin: User
) -> None:
    verbs.switch_off(endpoint, reason="They move.", by=admin)
    verbs.readdress(endpoint, url=URL, by=admin)
    assert verbs.sign(endpoint, by=second_admin).status == EndpointState.OFF


@pytest.mark.parametrize(
    "url",
    [
        "", "partner.example", "http://partner.example/", "ftp://partner.example/", "https://",
        "https://partner/", "https://com/", "https://93.184.216.34/", "https://[2606:2800::1]/",
        "https://me:word@partner.example/", "https://partner.example/#x", "https://10.0.0.1/",
        "https://partner.example:99999/", "https://partner.example:0/", "https://2130706433/",
        "https://0x7f.1/", "https://partner..example/", "https://-x.example/", "https://伙.example/",
        "https://partner.example/a b",
        "https://partner.example/\n", "https://p.example/" + "x" * 300,
        "https://partner.example./", "HTTPS://[::1", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_is_https_and_the_whole_name_of_a_host(url: str, admin: User) -> None:
    with pytest.raises(Refusal) as refused:
        verbs.open_endpoint("ad-server", url=url, by=admin)
    assert refused.value.field == "url"
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("url", [URL, "https://partner.example", "https://a.b.example:8443/x?y=1"])
def test_such_an_address_is_taken(url: str, admin: User) -> None:
    assert verbs.open_endpoint("ad-server", url=url, by=admin).asked_url == url


@pytest.mark.parametrize("url", ["http://localhost:1/", "https://127.0.0.1/", "https://[::1]:8/"])
@pytest.mark.parametrize("is_let", [True, False])
def test_this_machine_is_a_partner_in_a_demo_alone(
    url: str, is_let: bool, settings: Any, admin: User
) -> None:
    settings.WEBHOOK_LOOPBACK = is_let
    if is_let:
        assert verbs.open_endpoint("ad-server", url=url, by=admin)
    else:
        with pytest.raises(Refusal, match="this machine"):
            verbs.open_endpoint("ad-server", url=url, by=admin)


def test_codes_are_said_once(endpoint: Endpoint, admin: User) -> None:
    with pytest.raises(Refusal, match="already") as refused:
        verbs.open_endpoint(" AD-server ", url=URL, by=admin)
    assert refused.value.field == "code"


@pytest.mark.parametrize("who", ["manager", "alice"])
def test_only_admins_do_anything_to_endpoints(
    who: str, endpoint: Endpoint, tell: Tell, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    message = tell()
    for act in (
        lambda: verbs.open_endpoint("other", url=URL, by=person),
        lambda: verbs.readdress(endpoint, url=URL, by=person),
        lambda: verbs.sign(endpoint, by=person),
        lambda: verbs.switch_off(endpoint, reason="No.", by=person),
        lambda: verbs.switch_on(endpoint, by=person),
        lambda: verbs.rotate(endpoint, is_overlapping=True, by=person),
        lambda: verbs.show_keys(endpoint, by=person),
        lambda: verbs.replay(message, by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_admin_leads_an_endpoint_through_its_pages(
    partner: Partner,
    admin: User,
    second_admin: User,
    client_of: ClientOf,
) -> None:
    first, second = client_of(admin), client_of(second_admin)
    new = reverse("webhooks:endpoint-new")
    refused = first.post(new, {"code": "ad-server", "url": "http://partner.example"})
    assert refused.status_code == 422
    assert "The address begins with https://." in refused.content.decode()
    made = first.post(new, {"code": "ad-server", "url": partner.url}, follow=True)
    assert "A second admin has not signed its address yet." in made.content.decode()
    endpoint = Endpoint.objects.get()
    press(second, endpoint, "sign")
    off = press(second, endpoint, "off", reason="They move house.")
    assert "Somebody switched it off." in off
    assert "They move house." in off
    on = second.post(reverse("webhooks:endpoint-on", args=[endpoint.pk]), follow=True)
    assert "Somebody switched it off" not in on.content.decode()
    changed = press(second, endpoint, "rotate", is_overlapping="yes")
    assert "the ones before hold until" in changed
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.generation) == (EndpointState.ON, 2)
    rotate = reverse("webhooks:endpoint-rotate", args=[endpoint.pk])
    version = first.get(rotate).context["form"]["version"].value()
    again = first.post(rotate, {"version": version, "is_overlapping": "yes"})
    assert "promised to hold until" in again.content.decode()
    assert endpoint.old_until
    with clock.at(endpoint.old_until + timedelta(seconds=1)):
        later = first.get(endpoint.get_absolute_url()).content.decode()
    assert "the ones before hold until" not in later


def press(client: Client, endpoint: Endpoint, what: str, **fields: str) -> str:
    """Fill in the form and send it; the page it leads to."""
    page = reverse(f"webhooks:endpoint-{what}", args=[endpoint.pk])
    form: Any = client.get(page).context["form"]
    sent = client.post(page, {"version": form["version"].value(), **fields}, follow=True)
    assert sent.redirect_chain, sent.context["form"].errors
    return sent.content.decode()


def test_keys_are_shown_to_an_admin_who_asks_and_that_is_written_down(
    endpoint: Endpoint, admin: User, client_of: ClientOf
) -> None:
    page = reverse("webhooks:endpoint-keys", args=[endpoint.pk])
    assert client_of(admin).get(page).status_code == 405
    shown = client_of(admin).post(page)
    assert "no-store" in shown["Cache-Control"]
    found = re.findall(r"whsec_[A-Za-z0-9+/=]+", shown.content.decode())
    assert found == [
        signing.secret_of(signing.key_of(endpoint.code, way, 1))
        for way in (Direction.OUT, Direction.IN)
    ]
    kept = AuditEntry.objects.latest("pk")
    assert (kept.verb, kept.actor) == ("endpoint.keys_shown", admin)
    detail = client_of(admin).get(endpoint.get_absolute_url()).content.decode()
    assert "whsec_" not in detail


def test_a_message_shows_each_try_and_what_holds_now(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User, client_of: ClientOf
) -> None:
    message = tell("boost:1", state="<running>")
    partner.answers = [says(500, b"<b>oops</b>")]
    sending.send_waiting(endpoint.pk)
    page = client_of(admin).get(message.get_absolute_url()).content.decode()
    assert "HTTP 500" in page
    assert "&lt;b&gt;oops&lt;/b&gt;" in page
    assert "&lt;running&gt;" in page
    assert "Not yet" in page
    sent = client_of(admin).post(reverse("webhooks:message-replay", args=[message.pk]), follow=True)
    assert "It is sent now, under the same id." in sent.content.decode()
    sending.send_waiting(endpoint.pk)
    page = client_of(admin).get(message.get_absolute_url()).content.decode()
    assert "HTTP 200" in page
    assert "Not yet" not in page
    tell("boost:1")
    page = client_of(admin).get(message.get_absolute_url()).content.decode()
    assert "the newest is 2" in page


def test_the_list_says_who_takes_nothing_and_what_waits(
    tell: Tell, endpoint: Endpoint, partner: Partner, admin: User, client_of: ClientOf
) -> None:
    partner.always = 500
    tell("boost:1")
    tell("boost:2")
    sending.send_waiting(endpoint.pk)
    page: Any = client_of(admin).get(reverse("webhooks:endpoint-list"))
    [row] = page.context["table"].data
    assert row.waiting == 2
    assert row.failing_since is not None
    detail = client_of(admin).get(endpoint.get_absolute_url()).content.decode()
    assert "It has taken nothing since" in detail
    partner.always = 200
    Endpoint.objects.update(waits_until=None)
    endpoint.messages.update(next_at="2020-01-01T00:00Z")
    sending.send_waiting(endpoint.pk)
    detail = client_of(admin).get(endpoint.get_absolute_url()).content.decode()
    assert "It has taken nothing since" not in detail

"""The pages of sources: admins change what a source declares, account managers read it."""

from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import AuditEntry, User
from reports.events.contract import CONTRACTS
from reports.pages.source.words import KINDS
from reports.sources.models import Rhythm, Source, Unit

pytestmark = pytest.mark.django_db

EDIT = "/platform/sources/{}/edit/"
DECLARED = {
    "name_zh": "京东",
    "name_en": "JD",
    "sends": ["order", "refund"],
    "rhythm": Rhythm.EACH_WEEK,
    "delay_days": "3",
    "unit": Unit.YUAN,
    "most_fen": "50万",
    "zone": "Asia/Shanghai",
}


@pytest.fixture
def jd() -> Source:
    return Source.objects.get(code="jd")


def opened(client: Client, source: Source) -> dict[str, Any]:
    """The form as a browser would send it, with the version it carries."""
    page = client.get(EDIT.format(source.pk))
    assert page.status_code == 200
    return DECLARED | {"version": page.context["form"]["version"].value()}


def test_an_admin_changes_what_a_source_declares_and_the_log_says_what(
    admin: User, client_of: Any, jd: Source
) -> None:
    client = client_of(admin)
    done = client.post(EDIT.format(jd.pk), opened(client, jd), follow=True)
    assert done.status_code == 200
    jd.refresh_from_db()
    assert (jd.unit, jd.zone, jd.rhythm, jd.delay_days) == ("yuan", "Asia/Shanghai", "each_week", 3)
    assert jd.most_fen == 50_000_000
    assert jd.sends == ["order", "refund"]
    entry = AuditEntry.objects.get(verb="source.edit")
    assert entry.new["unit"] == "yuan"
    assert entry.old["zone"] == ""
    assert "name_zh" not in entry.new
    assert "Store visits" not in done.content.decode()
    assert "Orders · Refunds" in done.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Asia/Atlantis"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": "Asia"}, "zone"),
        ({"sends": []}, "sends"),
        ({"sends": ["view"]}, "sends"),
        ({"delay_days": "91"}, "delay_days"),
        ({"most_fen": "0"}, "most_fen"),
        ({"unit": "cent"}, "unit"),
        ({"rhythm": "never"}, "rhythm"),
    ],
)
def test_what_a_source_cannot_declare_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, admin: User, client_of: Any, jd: Source
) -> None:
    client = client_of(admin)
    page = client.post(EDIT.format(jd.pk), opened(client, jd) | wrong)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not AuditEntry.objects.filter(verb="source.edit").exists()


def test_a_form_that_somebody_overtook_shows_the_newer_state_and_overwrites_nothing(
    admin: User, client_of: Any, jd: Source
) -> None:
    client = client_of(admin)
    early = opened(client, jd) | {"sends": jd.sends}
    client.post(EDIT.format(jd.pk), opened(client, jd) | {"delay_days": "9"})
    page = client.post(EDIT.format(jd.pk), early)
    assert page.status_code == 422
    jd.refresh_from_db()
    assert (jd.delay_days, jd.sends) == (9, ["order", "refund"])
    # What the second person left as it was takes the newer value, also where there are several.
    assert page.context["form"]["sends"].value() == ["order", "refund"]
    client.post(EDIT.format(jd.pk), early | {"version": page.context["form"]["version"].value()})
    jd.refresh_from_db()
    assert jd.delay_days == 3


def test_every_kind_of_event_has_words() -> None:
    assert {kind for one in CONTRACTS.values() for kind in one.choices("kind")} <= set(KINDS)


def test_an_account_manager_reads_a_source_and_finds_no_way_to_change_it(
    manager: User, client_of: Any, jd: Source
) -> None:
    page = client_of(manager).get(f"/platform/sources/{jd.pk}/").content.decode()
    assert "Days until they are due" in page
    assert "/edit/" not in page

"""The pages of costs: a list with its sum, a form, and what became of a cost."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.campaigns.models import Campaign
from campaigns.costs import verbs as costs
from campaigns.costs.economics import Assumption
from campaigns.costs.models import Channel, Cost, CostKind
from campaigns.tests.conftest import RequestBoost
from campaigns.tests.test_costs import but, paid
from campaigns.tests.test_economics import margin
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock
from portal.accounts.models import Team, User
from tests.browser import PageOf, accessible, fits

ClientOf = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def typed(**fields: Any) -> dict[str, Any]:
    """What the form sends: ¥1,200 of a creator's fee, today."""
    return {
        "kind": "creator_fee",
        "channel": "creator",
        "amount_fen": "1,200",
        "on": clock.today().isoformat(),
        "reference": "",
        **fields,
    }


def at(merchant: Merchant, name: str, *args: Any) -> str:
    return reverse(f"campaigns:{name}", args=[merchant.code, *args])


def test_bob_records_a_cost_which_the_list_sums_and_the_file_has(
    client_of: ClientOf, shop: Merchant, note: Note, bob: User, a_boost: RequestBoost
) -> None:
    client, new, boost = client_of(bob), at(shop, "cost-new"), a_boost()
    key = client.get(f"{new}?note={note.pk}").context["form"]["key"].value()
    answer = client.post(new, typed(key=key, note=note.pk, reference="INV-7"))
    assert answer["Location"] == at(shop, "cost-detail", key)
    paid(shop, bob, boost, amount_fen=5_000, channel=Channel.PAID, kind=CostKind.AGENCY_FEE)
    page = client.get(at(shop, "cost-list")).content.decode()
    assert "¥1,250.00" in page
    page = client.get(at(shop, "cost-list") + "?channel=creator").content.decode()
    assert ("¥1,200.00" in page, "¥1,250.00" in page) == (True, False)
    for words, sum_of in [("inv-7", "¥1,200.00"), (boost.external_id, "¥50.00")]:
        page = client.get(at(shop, "cost-list"), {"about": words}).content.decode()
        assert f">{sum_of}</td></tr></tfoot>" in page.replace("\n", "") or sum_of in page
    lines = b"".join(client.get(at(shop, "cost-list") + "?export=csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert [(row["Note"], row["Amount"]) for row in rows] == [
        (note.external_id, "50"), (note.external_id, "1200"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "note"),
        ({"amount_fen": "0"}, "amount_fen"),
        ({"amount_fen": "1e3"}, "amount_fen"),
        ({"on": "2099-01-01"}, "on"),
        ({"reference": "+1"}, "reference"),
        ({"kind": "bribe"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    client_of: ClientOf, shop: Merchant, note: Note, alice: User, wrong: dict[str, str], field: str
) -> None:
    client, new = client_of(alice), at(shop, "cost-new")
    sent = typed(key=client.get(new).context["form"]["key"].value(), **wrong)
    if wrong:
        sent["note"] = note.pk
    answer = client.post(new, sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (answer.context["form"]["channel"].value(), Cost.objects.count()) == ("creator", 0)
    fixed = {**sent, "note": note.pk, **{name: typed()[name] for name in wrong}}
    assert client.post(new, fixed).status_code == 302


def test_a_cost_tells_its_versions_and_that_it_was_withdrawn(
    client_of: ClientOf, shop: Merchant, note: Note, alice: User, bob: User
) -> None:
    made = paid(shop, alice, note)
    client, page = client_of(bob), at(shop, "cost-detail", made.key)
    form = client.get(at(shop, "cost-edit", made.key)).context["form"]
    sent = {one.html_name: one.value() for one in form} | {"amount_fen": "700", "boost": ""}
    sent = {name: value for name, value in sent.items() if value is not None}
    assert client.post(at(shop, "cost-edit", made.key), sent)["Location"] == page
    told = client.get(page).content.decode()
    assert ("¥700.00" in told, "¥800.00" in told, "Cost corrected" in told) == (True, True, True)
    assert "counts no more" not in told
    # Who opened it before is shown what Bob did.
    again = client_of(alice).post(at(shop, "cost-edit", made.key), {**sent, "amount_fen": "1"})
    assert (again.status_code, "Bob" in again.content.decode()) == (422, True)
    costs.withdraw(made, by=alice)
    told = client.get(page).content.decode()
    assert "counts no more" in told
    assert at(shop, "cost-edit", made.key) not in told
    assert "¥700.00" not in client.get(at(shop, "cost-list")).content.decode()
    assert client.post(at(shop, "cost-edit", made.key), sent).status_code == 422


def test_pages_say_that_reports_count_it_since_they_read_it(
    client_of: ClientOf, shop: Merchant, note: Note, bob: User
) -> None:
    """Were no report to read costs and assumptions, no page could say so."""
    code = [one for one in Path("reports").rglob("*.py") if "tests" not in one.parts]
    read = [one.as_posix() for one in code if "campaigns.costs" in one.read_text("utf-8")]
    assert {"reports/answers/spend.py", "reports/answers/worth.py"} <= {*read}
    client, new = client_of(bob), at(shop, "cost-new")
    key = client.get(new).context["form"]["key"].value()
    made = client.post(new, typed(key=key, note=note.pk), follow=True)
    assert "From now on it counts in reports." in made.content.decode()
    form = client.get(at(shop, "cost-edit", key)).context["form"]
    sent = {one.html_name: one.value() or "" for one in form} | {"amount_fen": "700"}
    mended = client.post(at(shop, "cost-edit", key), sent, follow=True)
    assert "Reports as of an earlier moment stay as they were." in mended.content.decode()
    assumed = client.get(at(shop, "assumption-list")).content.decode()
    assert "Reports name it with its day wherever they use it." in assumed


def test_nobody_finds_the_costs_of_others(
    client_of: ClientOf, shop: Merchant, rival: Merchant, note: Note, alice: User, charlie: User
) -> None:
    made = paid(shop, alice, note)
    for name in ("cost-detail", "cost-edit"):
        assert client_of(charlie).get(at(rival, name, made.key)).status_code == 404
    assert client_of(charlie).post(at(rival, "cost-withdraw", made.key)).status_code == 404
    new = at(rival, "cost-new")
    key = client_of(charlie).get(f"{new}?note={note.pk}").context["form"]["key"].value()
    answer = client_of(charlie).post(new, typed(key=key, note=note.pk))
    assert (answer.status_code, note.title in answer.content.decode()) == (422, False)
    assert Cost.objects.count() == 1


def test_economics_say_what_holds_today_since_when_by_whom_and_from_what(
    client_of: ClientOf, team: Team, shop: Merchant, fin: User, ana: User
) -> None:
    url = at(shop, "assumption-list")
    assert client_of(ana).get(url).content.decode().count("Not assumed<") == 3
    new = at(shop, "assumption-new")
    sent = {"what": "margin", "permille": "35.5%", "from_on": "2025-05-01", "source": "Books"}
    assert client_of(fin).post(new, sent)["Location"] == url
    page = client_of(ana).get(url)
    shown = page.content.decode()
    assert [said.permille for _what, said, _use in page.context["shares"] if said] == [355]
    assert ("2025-05-01" in shown, "by Fin<" in shown) == (True, True)
    assert ("Books" in shown, "35.5%" in shown, new in shown) == (True, True, False)
    # The twin: what ended is not said to hold.
    margin(shop, fin, None)
    page = client_of(ana).get(url)
    assert page.content.decode().count("Not assumed<") == 3
    assert Assumption.objects.count() == 2


@pytest.mark.parametrize("share", ["100.1", "-1", "35.55", "a third", "1e1"])
def test_a_share_that_cannot_be_is_refused(
    client_of: ClientOf, shop: Merchant, alice: User, share: str
) -> None:
    sent = {"what": "margin", "permille": share, "from_on": "2025-05-01", "source": "Books"}
    answer = client_of(alice).post(at(shop, "assumption-new"), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["permille"])
    sent["permille"] = "35.5"
    assert client_of(alice).post(at(shop, "assumption-new"), sent).status_code == 302


def test_the_same_cost_is_told_apart_from_a_slip(
    client_of: ClientOf, shop: Merchant, note: Note, alice: User
) -> None:
    made = paid(shop, alice, note)
    client, new = client_of(alice), at(shop, "cost-new")
    sent = typed(key=client.get(new).context["form"]["key"].value(), note=note.pk, amount_fen="800")
    answer = client.post(new, sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reference"])
    # The first has no number: the second may be that one, until both have theirs.
    assert client.post(new, {**sent, "reference": "second"}).status_code == 422
    costs.correct(made, by=alice, **but(made, reference="first"))
    assert client.post(new, {**sent, "reference": "second"}).status_code == 302
    assert Cost.objects.current().total_fen() == 2 * but(made)["amount_fen"]


@pytest.mark.parametrize("of", ["note", "boost", "campaign"])
def test_the_page_of_what_it_was_paid_for_shows_it_and_leads_to_it(
    client_of: ClientOf, team: Team, shop: Merchant, note: Note, alice: User, ana: User,
    a_boost: RequestBoost, of: str,
) -> None:  # fmt: skip
    promotion = Campaign.objects.create(
        merchant=shop, name="618", starts_on=clock.today(), ends_on=clock.today(),
        created_by=alice, request_key=uuid4(),
    )  # fmt: skip
    boost = a_boost(campaign=promotion)
    row, page = {
        "note": (note, reverse("merchants:note-detail", args=[shop.code, note.pk])),
        "boost": (boost, boost.get_absolute_url()),
        "campaign": (promotion, promotion.get_absolute_url()),
    }[of]
    assert "costs-title" not in client_of(ana).get(page).content.decode()
    assert f"costs/new/?{of}={row.pk}" in client_of(alice).get(page).content.decode()
    made = paid(shop, alice, boost, amount_fen=12_345)
    shown = client_of(ana).get(page).content.decode()
    assert ("¥123.45" in shown, "costs/new/" in shown) == (True, False)
    [link] = re.findall(r'href="([^"]*costs/\?about=[^"]*)"', shown)
    assert made.get_absolute_url() in client_of(ana).get(link).content.decode()
    costs.withdraw(made, by=alice)
    assert "¥123.45" not in client_of(ana).get(page).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_phone_and_paper_show_all_of_it_in_both_languages(
    page_of: PageOf, shop: Merchant, note: Note, alice: User, language: str
) -> None:
    made = paid(shop, alice, note, amount_fen=1_234_567_890, reference="INV-2026-0001")
    margin(shop, alice, 355)
    pages: list[tuple[str, list[Any]]] = [
        ("cost-list", []), ("cost-detail", [made.key]), ("cost-new", []), ("cost-file-new", []),
        ("assumption-list", []),
    ]  # fmt: skip
    page = page_of(alice, language=language)
    for width, medium in [(360, "screen"), (703, "print")]:
        page.set_viewport_size({"width": width, "height": 700})
        for name, args in pages:
            page.emulate_media(media="screen")
            page.goto(at(shop, name, *args))
            page.emulate_media(media=medium)  # type: ignore[arg-type]
            fits(page)
            if name in {"cost-list", "cost-detail"}:
                assert "¥12,345,678.90" in page.locator("main").inner_text()
    page.emulate_media(media="screen")
    page.goto(at(shop, "cost-new"))
    accessible(page)

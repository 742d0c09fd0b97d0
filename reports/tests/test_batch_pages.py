"""People upload files and read what became of every row."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.stores.models import Store
from portal.accounts.models import User
from portal.jobs.queue import run_now
from reports.events.contract import CONVERSIONS
from reports.sources.models import Batch, BatchState, Source
from reports.sources.own import source_of

pytestmark = pytest.mark.django_db

HEAD = "event_id,occurred_at,user_id,store_id,kind,value_fen\n"
As = Callable[[User], Client]


def upload(client: Client, url: str, content: str, *, source: str) -> Any:
    file = SimpleUploadedFile("orders.csv", content.encode())
    return client.post(url, {"source": source, "file": file})


def test_a_merchant_uploads_orders_and_reads_what_became_of_them(
    client_of: As, alice: User, shop: Merchant, tmall_store: Store
) -> None:
    row = "c{},2026-01-31T08:00:00Z,u1,{},order,{}\n"
    content = HEAD + row.format(1, tmall_store.external_id, 100) + row.format(2, "x", 1)
    client = client_of(alice)
    answer = upload(
        client, reverse("reports:data-new", args=[shop.code]), content, source="taobao_tmall"
    )
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("reports:data-detail", args=[shop.code, batch.pk])
    waiting = client.get(answer["Location"])
    assert "hx-get" in waiting.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in waiting.content.decode()
    assert batch.job is not None
    run_now(batch.job)
    page = client.get(answer["Location"]).content.decode()
    assert "1 accepted + 0 duplicate + 1 quarantined = 2 sent" in page
    assert "not a verified store of this merchant" in page
    url = reverse("reports:data-quarantine", args=[shop.code, batch.pk])
    download = b"".join(client.get(url)).decode()
    assert "store_not_yours" in download
    assert "u1" not in download
    assert (
        "orders.csv" in client.get(reverse("reports:data-list", args=[shop.code])).content.decode()
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_count_reads_the_same_in_the_sentence_and_in_the_list(
    client_of: As, alice: User, shop: Merchant, language: str
) -> None:
    batch = Batch.objects.create(
        source=Source.objects.get(code="jd"), merchant=shop, file_name="orders.csv", bytes=1,
        state=BatchState.COMMITTED, sent=12_345, accepted=12_345,
    )  # fmt: skip
    User.objects.filter(pk=alice.pk).update(language=language)
    client = client_of(alice)
    for url in (batch.get_absolute_url(), reverse("reports:data-list", args=[shop.code])):
        page = client.get(url).content.decode()
        assert f'lang="{language}"' in page
        assert page.count("12,345") == 2


def test_a_stranger_cannot_find_the_batch(
    client_of: As, alice: User, charlie: User, shop: Merchant, rival: Merchant
) -> None:
    upload(client_of(alice), reverse("reports:data-new", args=[shop.code]), HEAD, source="jd")
    batch = Batch.objects.get()
    for merchant in (shop, rival):
        for name in ("data-detail", "data-quarantine"):
            url = reverse(f"reports:{name}", args=[merchant.code, batch.pk])
            assert client_of(charlie).get(url).status_code == 404


def test_owner_and_admin_each_follow_the_links_of_their_list(
    client_of: As, admin: User, alice: User, shop: Merchant
) -> None:
    data_list = reverse("reports:data-list", args=[shop.code])
    upload(client_of(alice), reverse("reports:data-new", args=[shop.code]), HEAD, source="jd")
    pk = Batch.objects.get().pk
    for person, table, detail in [
        (alice, data_list, reverse("reports:data-detail", args=[shop.code, pk])),
        (admin, reverse("reports:batch-list"), reverse("reports:batch-detail", args=[pk])),
    ]:
        assert f'href="{detail}"' in client_of(person).get(table).content.decode()
        assert client_of(person).get(detail).status_code == 200


def test_the_admin_uploads_touchpoints_and_merchants_may_not(
    client_of: As, admin: User, alice: User, shop: Merchant
) -> None:
    assert upload(client_of(admin), reverse("reports:batch-new"), "", source="community").url
    batch = Batch.objects.get()
    assert batch.job is not None
    run_now(batch.job)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    page = client_of(admin).get(reverse("reports:batch-detail", args=[batch.pk]))
    assert "The file is empty." in page.content.decode()
    assert client_of(admin).get(reverse("reports:batch-list")).status_code == 200
    assert client_of(alice).get(reverse("reports:batch-list")).status_code == 403
    url = reverse("reports:data-new", args=[shop.code])
    assert upload(client_of(alice), url, HEAD, source="community").status_code == 422


def test_the_upload_page_names_every_column_before_the_upload(
    client_of: As, alice: User, admin: User, shop: Merchant
) -> None:
    page = client_of(alice).get(reverse("reports:data-new", args=[shop.code])).content.decode()
    for column in CONVERSIONS.columns:
        assert f">{column.name}</code>" in page
    assert "¥199.00 is 19900" in page
    assert "presale_deposit" in page
    assert "note_id" not in page
    everything = client_of(admin).get(reverse("reports:batch-new")).content.decode()
    assert ">note_id</code>" in everything


def test_the_upload_page_says_amounts_in_the_unit_that_is_declared_by_whoever_reads_the_file(
    client_of: As, alice: User, admin: User, shop: Merchant
) -> None:
    theirs, hers = reverse("reports:batch-new"), reverse("reports:data-new", args=[shop.code])

    def shown(user: User, url: str) -> str:
        return client_of(user).get(url).content.decode()

    assert "in fen: ¥199.00 is 19900" in shown(admin, theirs)
    Source.objects.filter(code="jd").update(unit="yuan")
    assert "In yuan (¥199.00 is 199.00): JD. In fen" in shown(admin, theirs)
    # What she hands in for JD is read as her own source for it has declared, which is fen.
    assert "in fen: ¥199.00 is 19900" in shown(alice, hers)
    source_of(shop, "jd")
    Source.objects.filter(merchant=shop).update(unit="yuan")
    assert "In yuan (¥199.00 is 199.00): JD. In fen" in shown(alice, hers)
    Source.objects.filter(events="conversions").update(unit="yuan")
    page = shown(admin, theirs)
    assert "in yuan: ¥199.00 is 199.00" in page
    assert "19900" not in page
    assert (
        ",199.00," in client_of(admin).get(theirs, {"sample": "conversions.csv"}).content.decode()
    )


@pytest.mark.parametrize("dialect", ["csv", "jsonl"])
def test_a_sample_is_taken_once_it_names_the_merchants_store(
    client_of: As, alice: User, shop: Merchant, tmall_store: Store, dialect: str
) -> None:
    client, page = client_of(alice), reverse("reports:data-new", args=[shop.code])
    sample = client.get(page, {"sample": f"conversions.{dialect}"})
    assert sample["Content-Disposition"] == f'attachment; filename="conversions.{dialect}"'
    content = sample.content.decode().replace("28449459", tmall_store.external_id)
    upload(client, page, content, source="taobao_tmall")
    batch = Batch.objects.get()
    assert batch.job is not None
    run_now(batch.job)
    batch.refresh_from_db()
    assert (batch.accepted, batch.quarantined) == (1, 0)


def test_what_is_no_sample_is_the_page(client_of: As, alice: User, shop: Merchant) -> None:
    page = reverse("reports:data-new", args=[shop.code])
    for asked in ["touchpoints.csv", "conversions.exe", "conversions", "x"]:
        assert "form" in client_of(alice).get(page, {"sample": asked}).context


def whole(client: Client, url: str, content: str, **said: str) -> Any:
    file = SimpleUploadedFile("orders.csv", content.encode())
    return client.post(url, {"source": "taobao_tmall", "file": file, **said})


TICKED = {"is_whole": "on", "first_on": "2026-01-31", "last_on": "2026-02-01"}


def test_a_tick_says_that_a_file_holds_all_orders_of_its_days_also_of_a_file_that_is_there(
    client_of: As, alice: User, shop: Merchant, tmall_store: Store
) -> None:
    content = HEAD + f"c1,2026-01-31T08:00:00Z,u1,{tmall_store.external_id},order,5\n"
    client, url = client_of(alice), reverse("reports:data-new", args=[shop.code])
    assert "never changes it" in client.get(url).content.decode()
    for said in ({}, TICKED, TICKED, {}):
        assert whole(client, url, content, **said).status_code == 302
    first, ticked = Batch.objects.order_by("pk")
    assert not first.is_whole
    assert ticked.is_whole
    assert (str(ticked.period_first_on), str(ticked.period_last_on)) == ("2026-01-31", "2026-02-01")
    for batch in (first, ticked):
        assert batch.job is not None
        run_now(batch.job)
        batch.refresh_from_db()
    assert (first.accepted, ticked.duplicate) == (1, 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"is_whole": "on", "last_on": "2026-02-01"}, "first_on"),
        ({"first_on": "2026-02-01"}, "is_whole"),
        (TICKED | {"first_on": "2026-02-02"}, "last_on"),
        (TICKED | {"first_on": "2020-02-02"}, "last_on"),
    ],
)
def test_a_tick_without_its_days_is_refused_at_its_field(
    said: dict[str, str], field: str, client_of: As, alice: User, shop: Merchant
) -> None:
    url = reverse("reports:data-new", args=[shop.code])
    page = whole(client_of(alice), url, HEAD + "c1,2026-01-31T08:00:00Z,u1,s,order,5\n", **said)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not Batch.objects.exists()


def test_a_file_with_orders_outside_the_days_of_its_tick_is_refused(
    client_of: As, alice: User, shop: Merchant, tmall_store: Store
) -> None:
    content = HEAD + f"c1,2026-03-31T08:00:00Z,u1,{tmall_store.external_id},order,5\n"
    whole(client_of(alice), reverse("reports:data-new", args=[shop.code]), content, **TICKED)
    batch = Batch.objects.get()
    assert batch.job is not None
    run_now(batch.job)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "2026-01-31 – 2026-02-01 for period" in batch.sentence

"""What a sender says of a sample is compared with what is agreed, day by day and by category."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.listings.models import Listing
from portal.accounts.models import User
from portal.jobs.queue import run_now
from reports.sources import agreeing
from reports.sources.models import Batch, BatchState, Source
from reports.sources.regimes import Regime
from reports.tests.sending import HEAD

pytestmark = pytest.mark.django_db

HALF = Decimal("0.5")
ORDERS = "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen\n"


def agreed(source: str, first: int, last: int, ratio: str, **of: Any) -> Regime:
    return Regime.objects.create(
        source=Source.objects.get(code=source), ratio=Decimal(ratio),
        valid_from=date(2026, 1, first), valid_to=date(2026, 1, last), **of,
    )  # fmt: skip


@pytest.fixture
def sent(tmp_path: Path) -> Any:
    """Send rows of days of January with what a manifest says, and see the batch."""

    def sending(source: str, content: str, said: dict[str, Any]) -> Batch:
        file, manifest = tmp_path / "a.csv", tmp_path / "a.json"
        file.write_text(content)
        manifest.write_text(json.dumps(said))
        call_command(
            "ingest", source, str(file), manifest=manifest, stdout=StringIO(), stderr=StringIO()
        )
        return Batch.objects.latest("pk")

    def tried(*given: Any) -> Batch:
        try:
            return sending(*given)
        except Exception:  # The command ends with a status; the batch says why.
            return Batch.objects.latest("pk")

    return tried


def reads(*days: int) -> str:
    return HEAD + "".join(
        f"t{day},2026-01-{day:02}T08:00:00+08:00,u{day},n1,view\n" for day in days
    )


def test_a_sample_that_is_agreed_is_taken_and_another_is_refused_by_its_day(sent: Any) -> None:
    agreed("community", 10, 20, "0.5")
    assert sent("community", reads(10, 20), {"sampling_ratio": 0.5}).accepted == 2
    batch = sent("community", reads(12, 21), {"sampling_ratio": 0.5})
    assert batch.state == BatchState.FAILED
    assert "has 50% of the users" in batch.error
    assert "For Community on 2026-01-21 100% is agreed" in batch.error
    batch = sent("community", reads(13), {"sampling_ratio": 1})
    assert "has 100% of the users" in batch.error
    assert "on 2026-01-13 50% is agreed" in batch.error
    assert sent("community", reads(21), {"sampling_ratio": 1.0}).accepted == 1


def test_a_third_is_a_third_to_six_digits(sent: Any) -> None:
    agreed("community", 10, 20, "0.333333")
    assert sent("community", reads(10), {"sampling_ratio": 1 / 3}).accepted == 1
    assert "33.3%" in sent("community", reads(11), {"sampling_ratio": 0.333}).error


def test_who_says_nothing_sends_what_is_agreed(sent: Any) -> None:
    agreed("community", 10, 20, "0.5")
    assert sent("community", reads(10, 21), {}).accepted == 2


def test_the_same_bytes_with_another_statement_are_not_the_same_batch(sent: Any) -> None:
    agreed("community", 10, 20, "0.5")
    first = sent("community", reads(10), {})
    again = sent("community", reads(10), {"sampling_ratio": 0.5})
    assert (again.pk != first.pk, again.duplicate) == (True, 1)
    assert sent("community", reads(10), {"sampling_ratio": 0.5}).pk == again.pk
    assert "100%" in sent("community", reads(10), {"sampling_ratio": 1}).error


def orders(*rows: tuple[str, str]) -> str:
    return ORDERS + "".join(
        f"c{k},2026-01-12T08:00:00+08:00,u{k},{store},{product},order,100\n"
        for k, (store, product) in enumerate(rows)
    )


def test_a_category_of_another_ratio_travels_in_a_file_of_its_own(
    sent: Any, sunscreen: Listing
) -> None:
    """Of a product that nobody lists the source's ratio is asked."""
    agreed("taobao_tmall", 10, 20, "0.5")
    agreed("taobao_tmall", 10, 20, "1", category=Category.objects.get(code="beauty"))
    mine = (sunscreen.product.store.external_id, sunscreen.product.external_id)
    unlisted = (mine[0], "unlisted")
    batch = sent("taobao_tmall", orders(unlisted, mine), {"sampling_ratio": 0.5})
    assert batch.state == BatchState.FAILED
    assert "50% of the users" in batch.error
    assert "on 2026-01-12 100% is agreed" in batch.error
    assert "in a file of its own" in batch.error
    assert sent("taobao_tmall", orders(unlisted), {"sampling_ratio": 0.5}).accepted == 1
    assert sent("taobao_tmall", orders(mine), {"sampling_ratio": 1}).accepted == 1


def test_without_the_comparison_the_wrong_sample_would_be_taken(
    sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(agreeing, "require", lambda *given: None)
    assert sent("community", reads(12), {"sampling_ratio": 0.5}).accepted == 1


def test_a_file_by_page_says_its_sample_too(admin: User, client_of: Any, tmp_path: Path) -> None:
    agreed("community", 10, 20, "0.5")
    for said, state in (("50", BatchState.COMMITTED), ("100", BatchState.FAILED)):
        path = tmp_path / "reads.csv"
        path.write_text(reads(10 if said == "50" else 11))
        with path.open("rb") as file:
            form = {"source": "community", "file": file, "sampling_ratio": said}
            answer = client_of(admin).post(reverse("reports:batch-new"), form)
        assert answer.status_code == 302
        batch = Batch.objects.latest("pk")
        assert batch.job
        run_now(batch.job)
        batch.refresh_from_db()
        assert batch.state == state
    page = client_of(admin).get(reverse("reports:batch-detail", args=[batch.pk]))
    assert "on 2026-01-11 50% is agreed" in page.content.decode()

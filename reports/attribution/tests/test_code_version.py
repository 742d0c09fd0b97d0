"""Which changes of the code are another version, and what a page says of days of another one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.attribution import code
from reports.attribution.models import Run
from reports.tests.conftest import list_product, sunscreen
from reports.tests.factory import credit, day, publish

__all__ = ["list_product", "sunscreen"]


def test_comments_are_no_other_version() -> None:
    said = code.python_without_comments
    plain = said("def f(x):\n    return x + 1\n")
    assert said('"""Doc."""\ndef f(x):\n    """Adds."""\n    # One.\n    return x + 1\n') == plain
    assert said("def f(x):\n    return x + 2\n") != plain


def test_what_decides_numbers_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {name for name, _said in code._said()}
    assert {
        "attribution/weights.py", "sql/splits.sql", "events/rules.py", "sql/lake_conversions.sql",
        "metrics/registry.py", "attribution/dimensions.py", "sources/regimes.py",
    } <= names  # fmt: skip
    assert not any(name.startswith("tests/") for name in names)
    before = code.code_version.__wrapped__()
    read_text = Path.read_text

    def changed(path: Path, *args: str, **kwargs: str) -> str:
        text = read_text(path, *args, **kwargs)
        return text.replace("168", "167") if path.name == "weights.py" else text

    monkeypatch.setattr(Path, "read_text", changed)
    assert code.code_version.__wrapped__() != before


@pytest.mark.django_db
def test_a_day_of_other_code_is_marked_until_it_is_checked(
    shop: Merchant, sunscreen: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    """The twin of the mark: a run of this version that found the day equal takes it away."""
    [report_day] = publish(shop, day(1))
    credit(report_day, sunscreen, "order")
    address = f"/m/{shop.code}/reports/"
    assert "earlier version" not in client_of(alice).get(address).content.decode()
    Run.objects.update(code_version="older")
    assert "1 day computed by an earlier version" in client_of(alice).get(address).content.decode()
    [other] = publish(shop, day(2))
    report_day.checked_by = other.run
    report_day.save()
    assert "earlier version" not in client_of(alice).get(address).content.decode()

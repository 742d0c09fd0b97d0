"""manage.py attribute: whatever is wrong is one line on stderr and exit code 2."""

from datetime import date

import pytest
from django.core.management import CommandError

from reports.attribution.models import Run
from reports.attribution.tests.steps import attribute
from reports.management.commands.attribute import Command


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--to=2026-01-01"], "the following arguments are required: --from"),
        (["--from=2026-02-30"], "argument --from: a day is YYYY-MM-DD, not '2026-02-30'"),
    ],
)
def test_wrong_arguments_are_told_without_the_usage(
    options: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "attribute", *options])
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines() == [line]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first_on", "last_on", "more", "sentence"),
    [
        (date(2026, 1, 3), date(2026, 1, 2), {}, "on or after the first"),
        (date(2998, 1, 1), date(2998, 1, 1), {}, "in the future"),
        (date(2020, 1, 1), date(2026, 1, 1), {}, "At most 400 days"),
        (date(2026, 1, 1), date(2026, 1, 1), {"merchant": "nobody"}, "no merchant 'nobody'"),
        (date(2026, 1, 1), date(2026, 1, 1), {"engine": "abacus"}, "invalid choice: 'abacus'"),
    ],
)
def test_days_that_cannot_be_computed_are_refused(
    first_on: date, last_on: date, more: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        attribute(first_on, last_on, **more)
    assert refused.value.returncode == 2
    assert not Run.objects.exists()

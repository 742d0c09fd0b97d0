"""manage.py attribute: whatever is wrong is one line on stderr and exit code 2."""

import pytest

from reports.management.commands.attribute import Command
from reports.models import Run

GOOD = {"--from": "2026-01-01", "--to": "2026-01-02"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"--from": "2026-02-30"}, "argument --from: a day is YYYY-MM-DD, not '2026-02-30'"),
        ({"--from": "2026-01-03"}, "The last day is on or after the first."),
        ({"--from": "2998-12-31", "--to": "2998-12-31"}, "The last day is in the future."),
        ({"--merchant": "nobody"}, "There is no merchant 'nobody'."),
        ({"--engine": "abacus"}, "argument --engine: invalid choice: 'abacus'"),
    ],
)
def test_what_is_wrong_is_one_line(
    wrong: dict[str, str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [f"{name}={value}" for name, value in {**GOOD, **wrong}.items()]
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "attribute", "--skip-checks", *options])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
    assert not Run.objects.exists()

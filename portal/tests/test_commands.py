"""Commands speak the language of the terminal they are typed in."""

import io
import os
import subprocess
import sys
from argparse import ArgumentTypeError

import pytest
from allauth.account.models import EmailAddress
from django.core.management import (
    CommandError,
    call_command,
    get_commands,
    load_command_class,
)
from django.utils import translation

from portal import commands
from portal.accounts.models import User
from portal.runtime import places
from tests.sources import APPS


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh-hans"),
        ({}, "en"),
    ],
)
def test_the_first_variable_that_is_set_names_the_language(
    variables: dict[str, str], language: str, terminal: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        terminal.setenv(name, value)
    assert commands.terminal_language() == language


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("LANG", "zh_CN.UTF-8", "该邮箱已有账号。"),
        ("LC_ALL", "C", "This address has an account already."),
    ],
)
def test_a_refusal_is_read_in_the_language_of_the_terminal(
    variable: str, value: str, sentence: str, terminal: pytest.MonkeyPatch, alice: User
) -> None:
    terminal.setenv(variable, value)
    terminal.setenv("NEW_PASSWORD", "correct horse battery staple")
    EmailAddress.objects.create(user=alice, email="private@example.com", verified=True)
    for address in (alice.email, "private@example.com"):
        with pytest.raises(CommandError, match=f"^{sentence}$") as refused:
            call_command("create_person", address, role="admin", stdout=io.StringIO())
        assert refused.value.returncode == 2
    assert User.objects.get() == alice


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("zh_CN.UTF-8", "日期应写作 YYYY-MM-DD，“bad”无效"),
        ("C", "a day is YYYY-MM-DD, not 'bad'"),
    ],
)
@pytest.mark.parametrize("days", [("bad", "2026-01-01"), ("2026-01-01", "bad")])
def test_a_wrong_argument_is_told_in_the_language_of_the_terminal(
    language: str,
    sentence: str,
    days: tuple[str, str],
    terminal: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.setenv("LC_ALL", language)
    wrong = "--from" if days[0] == "bad" else "--to"
    typed = ["x", "--from", days[0], "--to", days[1]]
    with pytest.raises(SystemExit) as ended:
        load_command_class("reports", "report").run_from_argv(["manage.py", "report", *typed])
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"argument {wrong}: {sentence}\n"
    assert translation.get_language() == "en"


def test_every_command_of_ours_does_so() -> None:
    ours = {
        name: app
        for name, app in get_commands().items()
        if str(app).partition(".")[0] in {*APPS, "demo"}
    }
    assert {"demo", "ledger", "mirror_notes", "create_person", "translations"} <= ours.keys()
    for name, app in ours.items():
        assert isinstance(load_command_class(app, name), commands.Command), name


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal that says nothing about its language yet."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "2026-02-30", "x"])
def test_what_is_no_day_to_count_from_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        commands.day(text)
    assert str(commands.day("2026-02-28")) == "2026-02-28"


def test_where_nobody_can_type_a_password_it_is_said_how_to_give_one() -> None:
    asked = subprocess.run(
        [sys.executable, "manage.py", "create_person", "root@example.com", "--role", "admin"],
        stdin=subprocess.DEVNULL, start_new_session=True, capture_output=True, text=True,
        cwd=places.CHECKOUT, env=os.environ | {"LANG": "en_US.UTF-8"}, check=False,
    )  # fmt: skip
    assert "set NEW_PASSWORD." in asked.stderr
    assert "Traceback" not in asked.stderr
    assert asked.returncode == 2

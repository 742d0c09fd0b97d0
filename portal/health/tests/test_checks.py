"""What `check --deploy` names, and what no process starts without."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from portal.runtime import places
from portal.runtime.check import PRODUCTION_LIKE
from portal.ui import catalogues

# Puts one catalogue in the place of all, then becomes the program that is named.
WITH_CATALOGUE = """
import runpy, sys
from pathlib import Path
from portal.ui import catalogues
po = Path(sys.argv[1])
catalogues.po_path = lambda app: po
del sys.argv[:2]
runpy.run_module(sys.argv[0], run_name="__main__")
"""
WEB = ["gunicorn", "-c", "python:portal.runtime.web"]
WORKER = ["celery", "-A", "portal", "worker", "-P", "solo"]
# Keeps no schedule on disk: as root, a file named /dev/null would replace the device.
BEAT = ["celery", "-A", "portal", "beat", "--pidfile=", "-S", "celery.beat:Scheduler"]


def _found(tag: str) -> list[str]:
    return [found.id or "" for found in run_checks(tags=[tag], include_deployment_checks=True)]


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one catalogue of every app, not compiled."""
    copy = tmp_path / "django.po"
    shutil.copy(catalogues.po_path("portal/jobs"), copy)
    monkeypatch.setattr(catalogues, "po_path", lambda app: copy)
    return copy


def test_a_catalogue_that_is_not_compiled_is_named(catalogue: Path) -> None:
    assert _found("catalogues") == ["health.E001"]
    catalogues.compile_stale()
    assert _found("catalogues") == []


def test_a_catalogue_that_changed_since_is_named(catalogue: Path) -> None:
    catalogues.compile_stale()
    compiled = catalogue.with_suffix(".mo").stat()
    os.utime(catalogue, (compiled.st_atime + 60, compiled.st_mtime + 60))
    assert _found("catalogues") == ["health.E001"]


@pytest.mark.parametrize("name", ["VAR_DIR", "LAKE_URL"])
def test_a_folder_that_cannot_be_written_is_named(settings: Any, tmp_path: Path, name: str) -> None:
    setattr(settings, name, tmp_path / "new")
    assert _found("folders") == []
    assert (tmp_path / "new").is_dir()
    # Nobody makes a folder there, not even who may do anything.
    setattr(settings, name, Path("/proc/portal"))
    assert _found("folders") == ["health.E007"]


@pytest.fixture
def collected_copy(collected_var: Path, tmp_path: Path, settings: Any) -> Path:
    """Collected static files of the test's own, served as in production."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    shutil.copytree(collected_var / "static", settings.STATIC_ROOT)
    return tmp_path / "static"


def test_collected_files_are_enough(collected_copy: Path) -> None:
    assert _found("static") == []


@pytest.mark.parametrize("lost", ["staticfiles.json", "css/portal.*.css", "vendor/tabler*"])
def test_a_file_that_is_not_collected_is_named(collected_copy: Path, lost: str) -> None:
    for file in collected_copy.glob(lost):
        file.unlink()
    assert _found("static") == ["health.E002"]


def test_a_broken_list_of_files_is_named(collected_copy: Path) -> None:
    (collected_copy / "staticfiles.json").write_text("{")
    assert _found("static") == ["health.E002"]


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ({}, []),
        ({"SITE_URL": "https://elsewhere.example"}, ["health.E003"]),
        ({"SITE_URL": "http://portal.example"}, ["health.E004"]),
        ({"CELERY_BROKER_URL": "memory://"}, ["health.E005"]),
        ({"USER_HASH_KEY": "s" * 50}, ["health.E006"]),
    ],
)
def test_settings_that_cannot_work_together_are_named(
    values: dict[str, str], ids: list[str], settings: Any
) -> None:
    good = {"CELERY_BROKER_URL": "redis://broker.example", "SITE_URL": "https://portal.example"}
    keys = {"SECRET_KEY": "s" * 50, "USER_HASH_KEY": "h" * 50, "LINK_SIGNING_KEY": "l" * 50}
    keys["WEBHOOK_KEY"] = "w" * 50
    settings.ALLOWED_HOSTS, settings.HTTPS = ["portal.example"], True
    for name, value in {**good, **keys, **values}.items():
        setattr(settings, name, value)
    assert _found("settings") == ids


def _start(catalogue: Path, var: Path, program: list[str]) -> subprocess.CompletedProcess[str]:
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": str(places.CHECKOUT)}
    return subprocess.run(
        [sys.executable, "-c", WITH_CATALOGUE, str(catalogue), *program],
        env={**PRODUCTION_LIKE, **paths, "PORTAL_VAR": str(var)},
        # Beat keeps its schedule where it is started.
        cwd=catalogue.parent,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("program", [WEB, WORKER, BEAT], ids=["web", "worker", "beat"])
def test_nothing_starts_without_compiled_catalogues(
    catalogue: Path, collected_var: Path, program: list[str]
) -> None:
    done = _start(catalogue, collected_var, program)
    assert done.returncode == 2, done.stderr
    assert "translations --compile" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_web_server_starts_without_static_files(catalogue: Path, tmp_path: Path) -> None:
    catalogues.compile_stale()
    done = _start(catalogue, tmp_path, WEB)
    assert done.returncode == 2, done.stderr
    assert "collectstatic" in done.stderr
    assert "Traceback" not in done.stderr

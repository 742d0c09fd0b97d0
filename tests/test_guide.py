"""The guide for operators keeps up with the code, and each decision has its number."""

import re
from collections.abc import Iterator

from portal.runtime import places
from tests.sources import APPS

GUIDE = (places.CHECKOUT / "docs" / "operate.md").read_text()
FOLDER = re.compile(r'VAR_DIR\)? / "(\w+)"')


def _folders() -> Iterator[str]:
    """What the code keeps in PORTAL_VAR, beside the lake, which has a variable of its own."""
    for app in APPS:
        for file in (places.CHECKOUT / app).rglob("*.py"):
            if "tests" not in file.relative_to(places.CHECKOUT).parts:
                yield from FOLDER.findall(file.read_text())


def test_backups_name_every_folder_and_every_key() -> None:
    backups = GUIDE.partition("## Backups")[2].partition("\n## ")[0]
    folders = set(_folders()) - {"lake"}
    assert {"media", "inbox", "quarantine", "clicks"} <= folders
    for folder in folders:
        assert re.search(rf"[`/]{folder}`", backups), folder
    for name in (
        "LAKE_URL", "SECRET_KEY", "USER_HASH_KEY", "LINK_SIGNING_KEY", "WEBHOOK_KEY",
    ):  # fmt: skip
        assert f"`{name}`" in backups


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = []
    for file in sorted((places.CHECKOUT / "docs" / "adr").glob("*.md")):
        number = file.name.partition("-")[0]
        assert file.read_text().startswith(f"# {number} "), file.name
        numbers.append(number)
    assert len(numbers) == len(set(numbers))

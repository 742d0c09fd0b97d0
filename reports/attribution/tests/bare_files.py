"""Bare files, and what `attribute_files` makes of them, for tests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command

from reports.attribution.tests.worlds import world
from reports.events.contract import MAX_VALUE_FEN

WORLDS = [world(seed) for seed in range(500)]
Rows = list[dict[str, Any]]
Run = Callable[..., tuple[Rows, Rows, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Attribute the files of a folder; return credit, conversions and summary."""

    def attribute(folder: Path, *more: str) -> tuple[Rows, Rows, dict[str, Any]]:
        out = tmp_path / "out"
        paths = [
            f"--{name}={next(folder.glob(f'{name}.*'))}"
            for name in ("touchpoints", "conversions", "listings")
        ]
        # The worlds hold amounts that no line of an order has.
        paths = [*paths, f"--most-value-fen={MAX_VALUE_FEN}"]
        call_command("attribute_files", *paths, f"--out={out}", "--json", *more)
        summary = json.loads((out / "summary.json").read_text())
        credit = pq.read_table(out / "credit.parquet").to_pylist()
        return credit, pq.read_table(out / "conversions.parquet").to_pylist(), summary

    return attribute

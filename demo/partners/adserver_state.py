"""What the demo's ad server keeps on disk, so that it goes on where it was stopped."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from demo.partners.pacing import Order, Paced

# An hour of a boost.
Key: TypeAlias = tuple[str, datetime]

_TABLES = """
CREATE TABLE IF NOT EXISTS heard (message_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS orders (
    boost_id TEXT PRIMARY KEY, sequence INTEGER, data TEXT, heard_at TEXT
);
CREATE TABLE IF NOT EXISTS told (
    boost_id TEXT, hour TEXT, revision INTEGER, impressions INTEGER, clicks INTEGER,
    spend_fen INTEGER, is_final INTEGER, PRIMARY KEY (boost_id, hour)
);
CREATE TABLE IF NOT EXISTS corrected (
    boost_id TEXT, hour TEXT, factor REAL, PRIMARY KEY (boost_id, hour)
);
CREATE TABLE IF NOT EXISTS begun (once INTEGER PRIMARY KEY CHECK (once = 1), at TEXT);
CREATE TABLE IF NOT EXISTS visited (boost_id TEXT, hour TEXT, PRIMARY KEY (boost_id, hour));
"""


class State:
    """One SQLite file, of one process; its threads take turns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.executescript(_TABLES)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def hear(self, message_id: str, data: Mapping[str, Any], at: datetime) -> bool:
        """Keep an announcement: each id once, and of a boost the highest sequence alone.

        Whether it was new. Raises KeyError, TypeError or ValueError for what is no order.
        """
        order = Order.read(data)
        with self._lock, self._db:
            known = self._db.execute("INSERT OR IGNORE INTO heard VALUES (?)", [message_id])
            if not known.rowcount:
                return False
            self._db.execute(
                "INSERT INTO orders VALUES (?, ?, ?, ?) ON CONFLICT (boost_id) DO UPDATE SET"
                " sequence = excluded.sequence, data = excluded.data, heard_at = excluded.heard_at"
                " WHERE excluded.sequence > sequence",
                [order.boost_id, order.sequence, json.dumps(dict(data)), at.isoformat()],
            )
        return True

    def orders(self, *, heard_until: datetime) -> list[Order]:
        """The newest word on each boost, of those on which nothing newer came since a moment."""
        with self._lock:
            rows = self._db.execute("SELECT data, heard_at FROM orders ORDER BY boost_id")
            return [
                Order.read(json.loads(data))
                for data, heard_at in rows.fetchall()
                if datetime.fromisoformat(heard_at) <= heard_until
            ]

    def heard_ids(self) -> int:
        """How many announcements were heard, each id once."""
        with self._lock:
            count: int = self._db.execute("SELECT count(*) FROM heard").fetchone()[0]
            return count

    def told(self, boost_id: str) -> dict[Key, Paced]:
        """What the portal has taken of a boost, the newest of each hour."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM told WHERE boost_id = ?", [boost_id]).fetchall()
        return {(row.boost_id, row.hour_at): row for row in map(_paced, rows)}

    def keep_told(self, rows: Iterable[Paced]) -> None:
        """The portal has taken `rows`."""
        with self._lock, self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        row.boost_id,
                        row.hour_at.isoformat(),
                        row.revision,
                        row.impressions,
                        row.clicks,
                        row.spend_fen,
                        row.is_final,
                    )
                    for row in rows
                ),
            )

    def begun_at(self, now: datetime) -> datetime:
        """When it was asked this for the first time."""
        with self._lock, self._db:
            self._db.execute("INSERT OR IGNORE INTO begun VALUES (1, ?)", [now.isoformat()])
            return datetime.fromisoformat(self._db.execute("SELECT at FROM begun").fetchone()[0])

    def unvisited(self, since: datetime) -> list[Paced]:
        """Hours from `since` on that are over and were clicked on, whose visits nobody has."""
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM told WHERE is_final AND clicks > 0 AND (boost_id, hour) NOT IN"
                " (SELECT boost_id, hour FROM visited) ORDER BY hour, boost_id"
            ).fetchall()
        return [row for row in map(_paced, rows) if row.hour_at >= since]

    def keep_visited(self, rows: Iterable[Paced]) -> None:
        """The community has the visits of these hours."""
        with self._lock, self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO visited VALUES (?, ?)",
                ((row.boost_id, row.hour_at.isoformat()) for row in rows),
            )

    def correct(self, boost_id: str, hour_at: datetime, factor: float) -> None:
        """From now on the hour counts `factor` times what was paced."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO corrected VALUES (?, ?, ?)",
                [boost_id, hour_at.isoformat(), factor],
            )

    def corrections(self) -> dict[Key, float]:
        """By which factor hours are corrected."""
        with self._lock:
            rows = self._db.execute("SELECT boost_id, hour, factor FROM corrected").fetchall()
        return {(boost, datetime.fromisoformat(hour)): factor for boost, hour, factor in rows}


def _paced(row: tuple[Any, ...]) -> Paced:
    """A row of `told`."""
    boost, hour, revision, shown, clicks, fen, is_final = row
    return Paced(boost, datetime.fromisoformat(hour), revision, shown, clicks, fen, bool(is_final))

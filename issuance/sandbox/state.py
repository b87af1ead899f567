"""What the sandbox holds, in SQLite, so that a restart keeps it; its switches; its accounts."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from issuance.sandbox.door import Door
from issuance.sandbox.faults import Arrivals, Faults
from issuance.sandbox.routing import Row

CREDLY_TOKEN = "sandbox-credly-token"
CREDLY_ORGANIZATION = "5a4d0c1e-0000-4000-8000-000000000001"
ACCREDIBLE_KEY = "sandbox-accredible-key"
CANVAS_USERNAME = "issuer@sandbox.example"
CANVAS_PASSWORD = "sandbox-canvas-password"
CANVAS_ISSUER = "SandboxUniversityIssuer"


def settings_at(url: str) -> dict[str, str]:
    """The variables that point the product at a sandbox at this address."""
    return {
        "CREDLY_BASE_URL": f"{url}/credly/v1",
        "CREDLY_TOKEN": CREDLY_TOKEN,
        "CREDLY_ORGANIZATION": CREDLY_ORGANIZATION,
        "ACCREDIBLE_BASE_URL": f"{url}/accredible",
        "ACCREDIBLE_API_KEY": ACCREDIBLE_KEY,
        "CANVAS_BASE_URL": f"{url}/canvas",
        "CANVAS_USERNAME": CANVAS_USERNAME,
        "CANVAS_PASSWORD": CANVAS_PASSWORD,
        "CANVAS_ISSUER": CANVAS_ISSUER,
    }


SCHEMA = """
CREATE TABLE IF NOT EXISTS badges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL,
    template TEXT NOT NULL, email TEXT NOT NULL, earner TEXT, own_key TEXT, created REAL NOT NULL, body TEXT NOT NULL,
    UNIQUE (platform, id));
CREATE INDEX IF NOT EXISTS badges_template ON badges (platform, template, email);
CREATE INDEX IF NOT EXISTS badges_earner ON badges (platform, template, earner);
CREATE INDEX IF NOT EXISTS badges_own_key ON badges (platform, own_key);
CREATE TABLE IF NOT EXISTS templates (
    number INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL,
    body TEXT NOT NULL, UNIQUE (platform, id));
CREATE TABLE IF NOT EXISTS accounts (
    platform TEXT NOT NULL, token TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (platform, token));
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

SWITCHES: dict[str, Any] = {
    "latency_ms": 0,
    "index_lag_seconds": 0,  # how late lists and searches see what was created
    "accredible_credits": 100_000,
    "accredible_rate": [20_000, 30],  # the real one is [200, 30]
    "accredible_bulk_error_key": "errors",  # or "error": the vendor's documents show both
    "credly_token_days": 180,  # how many its access token still has
    "credly_rate": None,  # Credly publishes none
    "canvas_rate": None,  # Canvas Credentials lists 429 without a number
    "canvas_token_seconds": 86_400,
    "credly_template_creation": True,
    "strict_auth": True,
}

BADGE_COLUMNS = ("platform", "account", "id", "template", "email", "earner", "own_key")


class State:
    """Everything held. One connection under one lock: a check and the insert after it are one step."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(folder / "sandbox.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)
        self.faults = Faults()
        self._late = threading.local()
        self.door = Door()
        self.arrivals = {"credly": Arrivals(), "accredible": Arrivals(), "canvas": Arrivals()}
        self._switches = SWITCHES | {
            name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM switches")
        }
        self.add_account("credly", CREDLY_TOKEN, CREDLY_ORGANIZATION, "Sandbox University")
        self.add_account("accredible", ACCREDIBLE_KEY, "1", "Sandbox University")
        self.add_account(
            "canvas", f"{CANVAS_USERNAME}:{CANVAS_PASSWORD}", CANVAS_ISSUER, "Sandbox University"
        )

    @contextmanager
    def step(self) -> Iterator[None]:
        """All inside happens as one, or not at all."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def shown_late(self, seconds: float) -> Iterator[None]:
        """What this thread makes inside is not in lists and searches for so long."""
        self._late.seconds = seconds
        try:
            yield
        finally:
            self._late.seconds = 0.0

    def switch(self, name: str) -> Any:
        """The value of a switch."""
        return self._switches[name]

    def switches(self) -> Row:
        """All switches."""
        return dict(self._switches)

    def set_switches(self, changes: Row) -> None:
        """Change switches; KeyError for one that does not exist."""
        unknown = set(changes) - set(SWITCHES)
        if unknown:
            raise KeyError(f"no such switch: {', '.join(sorted(unknown))}")
        with self._lock:
            self._switches.update(changes)
            for name, value in changes.items():
                self._run("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, json.dumps(value)))

    def add_account(self, platform: str, token: str, account: str, name: str) -> None:
        """An account that may sign in with a token."""
        self._run("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?)", (platform, token, account, name))

    def account(self, platform: str, token: str) -> str:
        """The account that a token opens; "" for none."""
        found = self._rows("SELECT account FROM accounts WHERE platform = ? AND token = ?", (platform, token))
        return found[0][0] if found else ""

    def account_name(self, platform: str, account: str) -> str:
        """The name of an account."""
        found = self._rows(
            "SELECT name FROM accounts WHERE platform = ? AND account = ?", (platform, account)
        )
        return found[0][0] if found else ""

    def next_number(self) -> int:
        """A number larger than that of any badge that ever was. Inside `step`."""
        return self._next("badges")

    def next_template(self) -> int:
        """A number larger than that of any template that ever was. Inside `step`."""
        return self._next("templates")

    def add_badge(self, body: Row, **columns: str | None) -> None:
        """Keep a new badge."""
        values = [columns.get(name) for name in BADGE_COLUMNS]
        marks = ", ".join("?" * (len(BADGE_COLUMNS) + 2))
        names = ", ".join((*BADGE_COLUMNS, "created", "body"))
        shown = time.time() + getattr(self._late, "seconds", 0.0)
        self._run(f"INSERT INTO badges ({names}) VALUES ({marks})", (*values, shown, json.dumps(body)))

    def badges(self, platform: str, wanted: Mapping[str, str], *, lagging: bool = False) -> list[Row]:
        """Badges whose columns have these values, oldest first; `lagging` as the vendor's index shows them."""
        where, values = ["platform = ?"], [platform]
        for column, value in wanted.items():
            where.append(f"{column} = ?")
            values.append(value)
        newest = time.time() - self.switch("index_lag_seconds") if lagging else float("inf")
        sql = f"SELECT body FROM badges WHERE {' AND '.join(where)} AND created <= ? ORDER BY number"
        return [json.loads(body) for (body,) in self._rows(sql, (*values, newest))]

    def badge(self, platform: str, badge_id: str) -> Row | None:
        """One badge by the vendor's id."""
        found = self.badges(platform, {"id": badge_id})
        return found[0] if found else None

    def change_badge(self, platform: str, badge_id: str, body: Row) -> None:
        """Keep a badge's new state."""
        self._run(
            "UPDATE badges SET body = ? WHERE platform = ? AND id = ?", (json.dumps(body), platform, badge_id)
        )

    def drop_badge(self, platform: str, badge_id: str) -> None:
        """Delete a badge for good."""
        self._run("DELETE FROM badges WHERE platform = ? AND id = ?", (platform, badge_id))

    def held(self, platform: str = "") -> list[Row]:
        """Every badge with the columns it is found by, oldest first."""
        names = ", ".join(BADGE_COLUMNS)
        sql = f"SELECT {names}, body FROM badges WHERE ? IN ('', platform) ORDER BY number"
        found = self._rows(sql, (platform,))
        return [dict(zip(BADGE_COLUMNS, row, strict=False)) | {"body": json.loads(row[-1])} for row in found]

    def save_template(self, platform: str, account: str, template_id: str, body: Row) -> None:
        """Keep a template or group, new or changed."""
        sql = """INSERT INTO templates (platform, account, id, body) VALUES (?, ?, ?, ?)
                 ON CONFLICT (platform, id) DO UPDATE SET body = excluded.body"""
        self._run(sql, (platform, account, template_id, json.dumps(body)))

    def templates(self, platform: str, account: str) -> list[Row]:
        """The templates of an account, oldest first."""
        sql = "SELECT body FROM templates WHERE platform = ? AND account = ? ORDER BY number"
        return [json.loads(body) for (body,) in self._rows(sql, (platform, account))]

    def template(self, platform: str, template_id: str) -> tuple[str, Row] | None:
        """A template of any account: (account, body)."""
        sql = "SELECT account, body FROM templates WHERE platform = ? AND id = ?"
        found = self._rows(sql, (platform, template_id))
        return (found[0][0], json.loads(found[0][1])) if found else None

    def drop_template(self, platform: str, template_id: str) -> None:
        """Delete a template for good."""
        self._run("DELETE FROM templates WHERE platform = ? AND id = ?", (platform, template_id))

    def reset(self) -> None:
        """Forget badges, templates, switches, faults and calls; accounts stay."""
        with self.step():
            for table in ("badges", "templates", "switches"):
                self._db.execute(f"DELETE FROM {table}")
        self._switches = dict(SWITCHES)
        self.faults.clear()
        self.door.clear()
        for arrivals in self.arrivals.values():
            arrivals.clear()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _next(self, table: str) -> int:
        found = self._rows("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(found[0][0]) + 1 if found else 1

    def _run(self, sql: str, values: Iterable[Any]) -> None:
        with self._lock:
            self._db.execute(sql, tuple(values))

    def _rows(self, sql: str, values: Iterable[Any]) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, tuple(values)).fetchall()

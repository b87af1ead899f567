"""Servers of one's own for the length of a block: for tests and measurements. Nothing is shared or kept."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.services.identity import let_through, servers_account
from config.services.servers import postgres_server, valkey_server

CHECKOUT = Path(__file__).resolve().parents[2]
PASSWORD = "of-a-throw-away-server"


@contextmanager
def temporary_servers(*, safe: bool = False) -> Iterator[dict[str, str]]:
    """Start what DATABASE_URL and REDIS_URL do not name; yields both addresses, stops and removes at the end.

    `safe=False` gives up durability (fsync off), which only tests may.
    """
    with tempfile.TemporaryDirectory(prefix="imprimatur-", ignore_cleanup_errors=True) as name:
        folder, account, started = Path(name), servers_account(CHECKOUT), []
        account.own(folder)
        let_through(Path(__file__), account, print)
        addresses = {"DATABASE_URL": os.environ.get("DATABASE_URL"), "REDIS_URL": os.environ.get("REDIS_URL")}
        try:
            if not addresses["DATABASE_URL"]:
                postgres = postgres_server(
                    folder / "postgres", folder / "postgres.log", PASSWORD, account, safe=safe
                )
                started.append(postgres)
                addresses["DATABASE_URL"] = postgres.start()
            if not addresses["REDIS_URL"]:
                valkey = valkey_server(folder / "valkey", folder / "valkey.log", PASSWORD, account)
                started.append(valkey)
                addresses["REDIS_URL"] = valkey.start()
            yield {key: str(value) for key, value in addresses.items()}
        finally:
            for server in started:
                server.stop()

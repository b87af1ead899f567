"""As whom the servers run: PostgreSQL refuses root, so root lends them an unprivileged account."""

import os
import pwd
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The account that the servers run under; `switch` says whether we must change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, object]:
        """What `subprocess.Popen` needs to start a program as this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to the account (root only; else it is ours already)."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def servers_account(*paths: Path) -> Account:
    """Ourselves; for root the first owner of these paths who is not root, else `postgres` or `nobody`.

    Give the data folder first (its owner alone can serve it), then the checkout.
    """
    if os.geteuid() != 0:
        # A container may run under a number without a name.
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    owners = [path.stat().st_uid for path in paths if path.exists()]
    known = {entry.pw_uid: entry for entry in pwd.getpwall()}
    entry = next((known[uid] for uid in owners if uid and uid in known), None) or _unprivileged()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def hand_over(folder: Path, checkout: Path) -> None:
    """Root leaves what it made in the run's folder to that folder's owner, else to the checkout's."""
    owners = [path.stat() for path in (folder, checkout)]
    owner = next((found for found in owners if found.st_uid), None)
    if os.geteuid() or owner is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, owner.st_uid, owner.st_gid)


def _unprivileged() -> pwd.struct_passwd:
    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in entries:
            return entries[name]
    message = (
        "PostgreSQL does not run as root and this machine has no account `nobody`. Run as an ordinary user."
    )
    raise SystemExit(message)


def let_through(path: Path, account: Account, say: Callable[[str], None]) -> None:
    """Let the account pass the folders above `path` (o+x and no more), and say which were changed."""
    if not account.switch:
        return
    for folder in reversed(path.absolute().parents):
        found = folder.stat()
        if not found.st_mode & stat.S_IXOTH and found.st_uid != account.uid:
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
            say(
                f"{folder}: others may now pass through (o+x), so that {account.name} reaches the servers' files."
            )

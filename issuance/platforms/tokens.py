"""Access tokens that a platform gives for a user name and password: asked for once, shared by all workers.

They lie encrypted in the cache until shortly before they end. With the cache away each process keeps its own.
"""

import base64
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from issuance.platforms.failures import PlatformError

SALT = "issuance.platforms.tokens"
SHARE = 0.9  # of its life that a token is used for
ASKING_SECONDS = 30  # at most, that others wait for the one who asks
PAUSE_SECONDS = 0.1
REMEMBERED_SECONDS = 30.0  # a refused password is not tried again at once: platforms count that


@dataclass(frozen=True)
class Token:
    """A token and how many seconds it lives, as the platform gave them."""

    value: str
    seconds: float


class SharedToken:
    """The token of one account. Thread-safe; `fetch` asks the platform and may raise PlatformError."""

    def __init__(self, account: str, fetch: Callable[[], Token]) -> None:
        """`account` tells accounts apart; it may hold secrets, since only a digest of it is kept."""
        self._key = "platform-token:" + salted_hmac(SALT, account, algorithm="sha256").hexdigest()
        self._fetch = fetch
        self._lock = threading.Lock()
        self._own: tuple[str, float] = "", 0.0
        self._failure: tuple[PlatformError, float] | None = None

    def get(self) -> str:
        """A token that was not refused yet: kept, or asked for now."""
        return self._kept("") or self.instead_of("")

    def instead_of(self, refused: str) -> str:
        """Another token than one that the platform refused."""
        with self._lock:
            if self._failure and time.monotonic() < self._failure[1]:
                raise self._failure[0]
            return self._kept(refused) or self._theirs(refused) or self._asked()

    @property
    def known(self) -> str:
        """What this process holds, to be kept out of texts."""
        return self._own[0]

    def _kept(self, refused: str) -> str:
        """The token that this process or any other has, if it is not the refused one."""
        value, until = self._own
        if value and value != refused and time.monotonic() < until:
            return value
        found = cache.get(self._key)
        value, until = _opened(found) if isinstance(found, bytes) else ("", 0.0)
        left = until - time.time()
        if not value or value == refused or left <= 0:
            return ""
        self._own = value, time.monotonic() + left
        return value

    def _theirs(self, refused: str) -> str:
        """What another worker is asking for just now; "" when it is our turn to ask."""
        for _ in range(int(ASKING_SECONDS / PAUSE_SECONDS)):
            if cache.add(f"{self._key}:asking", 1, ASKING_SECONDS):
                return self._kept(refused)
            time.sleep(PAUSE_SECONDS)
            if value := self._kept(refused):
                return value
        return ""

    def _asked(self) -> str:
        try:
            token = self._fetch()
        except PlatformError as error:
            self._failure = (error, time.monotonic() + REMEMBERED_SECONDS) if error.account_wide else None
            raise
        finally:
            cache.delete(f"{self._key}:asking")
        lives = token.seconds * SHARE
        self._own = token.value, time.monotonic() + lives
        cache.set(self._key, _closed(token.value, time.time() + lives), max(int(lives), 1))
        return token.value


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{SALT}{settings.SECRET_KEY}".encode()).digest()))


def _closed(value: str, until: float) -> bytes:
    return _fernet().encrypt(f"{until!r} {value}".encode())


def _opened(kept: bytes) -> tuple[str, float]:
    """The token and when it ends; nothing when another key closed it."""
    try:
        until, _, value = _fernet().decrypt(kept).decode().partition(" ")
    except InvalidToken:
        return "", 0.0
    return value, float(until)

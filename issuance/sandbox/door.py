"""Access tokens that a vendor gives for a password, and how it slows down who fails."""

import secrets
import threading
import time

LONGEST_THROTTLE = 3600
MOST_DOUBLINGS = 12


class Door:
    """Access tokens and failed attempts. A restart forgets them: clients must bear that, as with the real one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, float]] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    def admit(self, issuer: str, seconds: float) -> tuple[str, str]:
        """A new access token and a new refresh token."""
        access, refresh = secrets.token_urlsafe(22), secrets.token_urlsafe(22)
        with self._lock:
            self._tokens[access] = issuer, time.monotonic() + seconds
            self._tokens[f"refresh {refresh}"] = issuer, float("inf")
        return access, refresh

    def issuer(self, token: str) -> str:
        """Whose token it is; "" when it is unknown or over."""
        with self._lock:
            issuer, until = self._tokens.get(token, ("", 0.0))
            return issuer if time.monotonic() < until else ""

    def expire(self) -> None:
        """End all access tokens."""
        with self._lock:
            self._tokens = {t: held for t, held in self._tokens.items() if t.startswith("refresh ")}

    def throttled(self, who: str) -> float:
        """Seconds that this user still has to stay away."""
        with self._lock:
            return max(self._failures.get(who, (0, 0.0))[1] - time.monotonic(), 0.0)

    def failed(self, who: str) -> None:
        """One more failed attempt: twice as long as the last time."""
        with self._lock:
            number = min(self._failures.get(who, (0, 0.0))[0] + 1, MOST_DOUBLINGS)
            self._failures[who] = number, time.monotonic() + min(2**number, LONGEST_THROTTLE)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._tokens, self._failures = {}, {}

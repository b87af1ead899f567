"""The one error of the platforms, and its causes in words."""


class PlatformError(Exception):
    """A call that did not end well.

    message: words that a registrar can act on; no secrets. permanent: waits for a person; else it is
    tried again later. retry_after: seconds that the platform (or our limiter) asks for. ambiguous: it may
    have been done, so ask with `find` before sending again. account_wide: every delivery of the account
    would meet the same. code: the cause, for grouping (`CAUSES`).
    """

    def __init__(
        self,
        message: str,
        permanent: bool,
        *,
        retry_after: float | None = None,
        ambiguous: bool = False,
        account_wide: bool = False,
        code: str = "refused",
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.retry_after = retry_after
        self.ambiguous = ambiguous
        self.account_wide = account_wide
        self.code = code
        self.status = status


CAUSES: dict[str, str] = {
    "unreachable": "The platform could not be reached",
    "timeout": "The platform did not answer in time",
    "server_error": "The platform had a fault of its own",
    "unreadable": "The platform's answer could not be read",
    "rate_limited": "The platform asked us to slow down",
    "limit": "Waiting for room under the platform's limit",
    "limiter_away": "Redis is away, so nothing is sent",
    "token_refused": "The platform refused our access token",
    "configuration": "The account is not set up",
    "template": "The badge template or group cannot be used",
    "duplicate": "The platform says that the person already holds it",
    "refused": "The platform refused the data",
}


class Throttled(PlatformError):
    """Our own limiter has no room now: nothing was sent; come back after `retry_after` seconds."""

    def __init__(self, label: str, wait: float) -> None:
        super().__init__(
            f"Waiting for room under the limit of {label}.",
            False,
            retry_after=wait,
            account_wide=True,
            code="limit",
        )

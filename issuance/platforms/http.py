"""One HTTP request to a platform: counted before it leaves, never repeated, bounded in time and size.

The caller gets an `Answer` for every status and a PlatformError for everything else. Whether a broken
request may have been carried out (`ambiguous`) is decided here, because only here is known whether it left.
"""

import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from issuance.platforms.answers import Answer, failure, retry_after
from issuance.platforms.base import Platform
from issuance.platforms.failures import PlatformError
from issuance.platforms.tokens import SharedToken

LARGEST_ANSWER = 5 * 1024 * 1024
CHUNK = 64 * 1024
USER_AGENT = "Imprimatur"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, ProxyError)
BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


class HeaderAuth(AuthBase):
    """Sets the Authorization header; as `auth` so that no .netrc file can put another in its place."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Called by requests for each request."""
        if self.value:
            request.headers["Authorization"] = self.value
        return request


class Http:
    """The requests of one account. Thread-safe: each thread has a session of its own.

    It signs in with a steady `authorization` header, or with a bearer `token` that is renewed once it is refused.
    """

    def __init__(
        self, platform: Platform, *, authorization: str = "", token: SharedToken | None = None
    ) -> None:
        self.account = platform.account
        self.gate = platform.gate
        self.label = platform.label
        self.token_variable = platform.token_variable
        self._authorization = authorization
        self._token = token
        self._local = threading.local()

    def ask(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        params: Mapping[str, str] | None = None,
        paid: bool = False,
    ) -> Answer:
        """A request that changes nothing there (also a search by POST): broken, it is simply not done."""
        return self._counted(method, url, {"json": json, "params": params}, writes=False, paid=paid)

    def change(self, method: str, url: str, *, json: Any = None, paid: bool = False) -> Answer:
        """A request that changes something there: broken after it left, it is ambiguous."""
        return self._counted(method, url, {"json": json}, writes=True, paid=paid)

    def sign_in(self, url: str, form: Mapping[str, str]) -> Answer:
        """A form sent without signing in, for a token. It changes nothing that could be done twice."""
        self.gate.pay(1)
        return self._held_back(self._request("POST", url, {"data": form}, "", writes=False))

    def refusal(self, answer: Answer, *, writes: bool = False) -> PlatformError:
        """The error for an answer that is not what was hoped for."""
        return failure(
            answer,
            label=self.label,
            token_variable=self.token_variable,
            writes=writes,
            now=datetime.now(UTC),
        )

    def _counted(
        self, method: str, url: str, content: Mapping[str, Any], *, writes: bool, paid: bool
    ) -> Answer:
        used = self._token.get() if self._token else ""
        if endpoint := self.account.endpoint(urlsplit(url).path):
            self.gate.narrowed(endpoint).pay(1)
        if not paid:
            self.gate.pay(1)
        answer = self._request(method, url, content, used, writes=writes)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._token:
            # It was refused at the door, so nothing was done: with another token it is the same first request.
            used = self._token.instead_of(used)
            self.gate.pay(1)
            answer = self._request(method, url, content, used, writes=writes)
        return self._held_back(answer)

    def _held_back(self, answer: Answer) -> Answer:
        """The answer; after 429, and when the platform is not available until a moment, every worker is held back."""
        wait = retry_after(answer.headers, datetime.now(UTC))
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.gate.pause(self.account.pause_seconds if wait is None else wait)
        elif answer.status == HTTPStatus.SERVICE_UNAVAILABLE and wait:
            self.gate.pause(wait)
        return answer

    def _request(
        self, method: str, url: str, content: Mapping[str, Any], token: str, *, writes: bool
    ) -> Answer:
        deadline = time.monotonic() + self.account.connect_seconds + self.account.read_seconds
        header = f"Bearer {token}" if token else self._authorization
        try:
            with self._session().request(
                method,
                url,
                **content,
                auth=HeaderAuth(header),
                timeout=(self.account.connect_seconds, self.account.read_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, deadline, token, writes=writes)
        except requests.RequestException as error:
            raise self._broken(error, writes=writes) from None

    def _read(self, response: requests.Response, deadline: float, token: str, *, writes: bool) -> Answer:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                message = f"{self.label} sent an answer that is too large to read."
                raise PlatformError(message, False, ambiguous=writes, code="unreadable")
            if time.monotonic() > deadline:
                raise requests.ReadTimeout
        # A platform that quotes our token back must not bring it onto a page or into a log.
        text = body.decode("utf-8", "replace")
        for secret in filter(None, (self.account.token, token)):
            text = text.replace(secret, "[token]")
        return Answer(response.status_code, text, dict(response.headers))

    def _broken(self, error: requests.RequestException, *, writes: bool) -> PlatformError:
        causes = list(_causes(error))
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            message = f"The secure connection to {self.label} ({self.account.host}) failed its check."
            return PlatformError(message, False, account_wide=True, code="unreachable")
        # The connection was never made, so the platform cannot have seen the request.
        if any(isinstance(cause, (*NEVER_LEFT, requests.ConnectTimeout)) for cause in causes):
            message = f"{self.label} ({self.account.host}) could not be reached. It is tried again by itself."
            return PlatformError(message, False, account_wide=True, code="unreachable")
        if isinstance(error, BAD_ADDRESS):
            message = f"The base URL of the account at {self.label} is not a web address."
            return PlatformError(message, True, account_wide=True, code="configuration")
        after = " We ask it what it holds before sending again." if writes else ""
        if isinstance(error, requests.Timeout):
            message = f"{self.label} did not answer in time.{after}"
            return PlatformError(message, False, ambiguous=writes, code="timeout")
        message = f"The connection to {self.label} broke before its answer was complete.{after}"
        return PlatformError(message, False, ambiguous=writes, code="timeout")

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            adapter = requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=2, max_retries=0)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            # Proxies from the environment are for the outside only.
            session.trust_env = urlsplit(self.account.base_url).hostname not in LOOPBACK
            session.headers.update({"Accept": "application/json", "User-Agent": USER_AGENT})
        return session


def versioned(base_url: str, version: str) -> str:
    """The base URL of one version of an API, whether the account names the version or not."""
    return f"{re.sub(r'/v[12]$', '', base_url.rstrip('/'))}/{version}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps: requests and urllib3 hide causes in `args` and `reason`."""
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException):
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None)]

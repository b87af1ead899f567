"""Which platforms there are, and the object for an account of one of them.

Accounts come from the settings and the environment. An account with a name reads the variables with its name
at the end first: for "NORTH" `CREDLY_TOKEN_NORTH`, then `CREDLY_TOKEN`.
"""

import os
import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from issuance.platforms.accredible import Accredible
from issuance.platforms.base import Account, Platform, PlatformError, Rate
from issuance.platforms.canvas import Canvas
from issuance.platforms.credly import Credly
from issuance.sending import limiter

PLATFORMS: dict[str, type[Platform]] = {cls.kind: cls for cls in (Credly, Accredible, Canvas)}
KINDS = tuple(PLATFORMS)
TOKEN = re.compile(r"[!-~]+")  # what may stand in a header
MOST_SECONDS = 300
RATE = re.compile(r"(\d+)\s*/\s*(\d+)")


def label(kind: str) -> str:
    """The platform's name for people; the kind itself when it is not one that we push to."""
    return PLATFORMS[kind].label if kind in PLATFORMS else kind


def platform_class(kind: str) -> type[Platform]:
    """The class, for what it offers; PlatformError when there is no such platform."""
    if kind not in PLATFORMS:
        raise PlatformError(f"There is no platform “{kind}”.", True, account_wide=True, code="configuration")
    return PLATFORMS[kind]


def connect(kind: str, account: str = "") -> Platform:
    """The platform for one account, made once a process. Nothing is connected yet.

    Raises a permanent PlatformError (`configuration`) that names the variable which is missing or wrong.
    """
    return _connected(platform_class(kind), read_account(kind, account))


def read_account(kind: str, name: str = "") -> Account:
    """The account as the settings and the environment describe it; refusals as in `connect`."""
    cls, prefix = platform_class(kind), kind.upper()
    base_url = (value(f"{prefix}_BASE_URL", name) or cls.default_base_url).rstrip("/")
    if not _is_web_address(base_url):
        raise _wrong(cls, f"{prefix}_BASE_URL", name, "is not a web address")
    token = value(cls.token_variable, name)
    organization = value(cls.organization_variable, name) if cls.organization_variable else ""
    options = tuple((variable, value(variable, name)) for variable in (*cls.needed, *cls.options))
    given = {**dict(options), cls.token_variable: token, cls.organization_variable: organization}
    for variable in (cls.token_variable, cls.organization_variable, *cls.needed):
        if variable and not given[variable]:
            raise _wrong(cls, variable, name, "is not set")
    if cls.token_in_header and not TOKEN.fullmatch(token):
        raise _wrong(cls, cls.token_variable, name, "holds a character that no token has")
    return Account(
        platform=kind,
        label=cls.label,
        key=name,
        base_url=base_url,
        token=token,
        organization=organization,
        outgoing_address=value("OUTGOING_ADDRESS") or "default",
        rates=_rates(cls, name),
        endpoints=cls.endpoints,
        connect_seconds=_seconds(cls, "CONNECT_SECONDS", name, 5.0),
        read_seconds=_seconds(cls, "READ_SECONDS", name, 20.0),
        index_lag_seconds=_seconds(cls, "INDEX_LAG_SECONDS", name, cls.default_index_lag),
        pause_seconds=_seconds(cls, "PAUSE_SECONDS", name, 30.0),
        options=options,
    )


def value(variable: str, name: str = "") -> str:
    """A variable of the account `name`, else of all; from the settings first, then the environment."""
    suffix = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    for full in (f"{variable}_{suffix}" if suffix else "", variable):
        given = str(getattr(settings, full, None) or os.environ.get(full, "")).strip() if full else ""
        if given:
            return given
    return ""


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


@lru_cache(maxsize=64)
def _connected(cls: type[Platform], account: Account) -> Platform:
    return cls(account, limiter.gate(account))


def _rates(cls: type[Platform], name: str) -> tuple[Rate, ...]:
    """CREDLY_RATE=500/10 is 500 requests in any 10 seconds; several, parted by commas, hold together."""
    variable = f"{cls.kind.upper()}_RATE"
    given = value(variable, name)
    if not given:
        return cls.default_rates
    found = [RATE.fullmatch(part.strip()) for part in given.split(",")]
    rates = [Rate(int(match[1]), int(match[2])) for match in found if match]
    if len(rates) < len(found) or any(not rate.amount or not rate.seconds for rate in rates):
        raise _wrong(cls, variable, name, "is not of the form 200/30 (requests/seconds)")
    return tuple(rates)


def _seconds(cls: type[Platform], what: str, name: str, default: float) -> float:
    variable = f"{cls.kind.upper()}_{what}"
    given = value(variable, name)
    try:
        seconds = float(given) if given else default
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST_SECONDS:  # leases are as long as several calls, and end within the hour
        raise _wrong(cls, variable, name, f"is not a number of seconds up to {MOST_SECONDS}")
    return seconds


def _wrong(cls: type[Platform], variable: str, name: str, what: str) -> PlatformError:
    whose = f" (account {name})" if name else ""
    message = f"The account at {cls.label}{whose} is not set up: {variable} {what}."
    return PlatformError(message, True, account_wide=True, code="configuration")

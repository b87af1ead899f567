"""The values that pass between us and a platform of badges. No database, no network."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit

State = Literal["delivered", "accepted", "rejected", "unpublished", "revoked", "expired", "replaced"]

# What of an issued badge can be wrong, or be renewed.
Facet = Literal["name", "address", "evidence", "narrative", "issued", "expiry"]

# The figures that pages may ask for. What a platform does not list is "not offered", never zero.
FIGURES = frozenset(
    {
        "issued",
        "acceptance",
        "privacy",
        "opened",
        "engaged",
        "clicks",
        "views",
        "own_views",
        "shares",
        "geography",
        "labour_market",
    }
)


@dataclass(frozen=True)
class Rate:
    """At most `amount` requests in any `seconds`."""

    amount: int
    seconds: int


@dataclass(frozen=True)
class Endpoint:
    """A part of a platform that has a limit of its own, beside that of the whole: paths that end so."""

    name: str
    beginning: str
    end: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class Account:
    """One account at one platform: where it is and the secret that opens it (never shown by repr)."""

    platform: str
    label: str
    key: str
    base_url: str
    token: str = field(repr=False)
    organization: str = ""
    outgoing_address: str = "default"
    rates: tuple[Rate, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    counted_as: str = ""  # the endpoint, where this stands for one of them
    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    index_lag_seconds: float = 60.0
    pause_seconds: float = 30.0  # after a 429 that does not say how long
    options: tuple[tuple[str, str], ...] = ()

    def option(self, name: str, default: str = "") -> str:
        """A further setting of this account, e.g. the design of its badges."""
        return dict(self.options).get(name, default)

    @property
    def host(self) -> str:
        """Host and port that the platform counts requests at."""
        return urlsplit(self.base_url).netloc

    @property
    def longest_call_seconds(self) -> float:
        """No single request takes longer than this, so that a lease can be longer."""
        return self.connect_seconds + self.read_seconds

    @property
    def limiter_key(self) -> str:
        """What the shared limiter counts by: the platform's host and our outgoing address."""
        whole = f"{self.platform}|{self.host}|{self.outgoing_address}"
        return f"{whole}|{self.counted_as}" if self.counted_as else whole

    def endpoint(self, path: str) -> Endpoint | None:
        """The part of the platform with a limit of its own that this path belongs to."""
        found = (e for e in self.endpoints if e.beginning in path and path.endswith(e.end))
        return next(found, None)


@dataclass(frozen=True)
class Evidence:
    """A link or a note that shows what the recipient did."""

    name: str
    url: str = ""
    description: str = ""


@dataclass(frozen=True)
class Outgoing:
    """One award on its way to a platform.

    `key` is our own name for the delivery: the same in every attempt, other for every award, not a number,
    at most 64 characters (the award's UUID serves). `issuer_earner_id` is our steady id of the person.
    `issued_at` carries the institution's time zone, because Accredible takes the local date from it.
    `last_sent_at` is when an earlier attempt left, if one did: then a duplicate that the platform's list does
    not show yet is waited for instead of given to a person.
    """

    key: str
    template_id: str
    recipient_name: str
    recipient_email: str
    issued_at: datetime
    expires_on: date | None = None
    evidence: tuple[Evidence, ...] = ()
    issuer_earner_id: str = ""
    given_name: str = ""
    family_name: str = ""
    award_id: str = ""
    award_url: str = ""
    narrative: str = ""
    last_sent_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuses what would make two awards indistinguishable at the platform."""
        if not self.key or self.key.isdigit() or len(self.key) > 64:
            raise ValueError("Outgoing.key is 1 to 64 characters and not a number")
        if self.issued_at.tzinfo is None:
            raise ValueError("Outgoing.issued_at needs a time zone")

    @property
    def email(self) -> str:
        """The address as it is sent and compared: platforms compare letter case differently."""
        return self.recipient_email.strip().lower()


@dataclass(frozen=True)
class Alignment:
    """A skill or standard elsewhere that the badge stands for."""

    name: str
    url: str
    description: str = ""
    framework: str = ""
    code: str = ""


@dataclass(frozen=True)
class TemplateFacts:
    """What a badge template (Credly), a group (Accredible) or a badge class (Canvas Credentials) is made from.

    `definition_key` is our steady key of the definition's version; it finds the template again.
    `image` is a PNG; `image_url` is used instead where the platform can fetch it.
    `criteria` is the whole text of what is asked, `activity_title` its first words. `design` is the platform's own number of
    the badge's picture, where it takes none.
    """

    definition_key: str
    name: str
    description: str
    criteria_url: str
    activity_title: str = ""
    skills: tuple[str, ...] = ()
    learning_outcomes: tuple[str, ...] = ()
    image: bytes = field(default=b"", repr=False)
    image_url: str = ""
    achievement_type: str = ""
    design: str = ""
    criteria: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What the platform holds for one award.

    `state` is one of our delivery states, or `revoked`, `expired` or `replaced` (by another badge there) when the platform
    says so.
    `claim_url` is where the recipient goes; `adopted` says that it was there before this call.
    `own_key` is our key as the platform gives it back ("" where it does not).
    """

    state: State
    remote_id: str
    remote_url: str = ""
    claim_url: str = ""
    detail: str = ""
    own_key: str = ""
    email: str = ""
    earner_id: str = ""
    published: bool = True
    adopted: bool = False
    opened: bool | None = None
    engaged: bool | None = None
    public: bool | None = None
    changed_at: str = ""


@dataclass(frozen=True)
class Health:
    """Whether an account can be used, in a sentence; figures are None where the platform gives none.

    `lasting` says that only a person can mend what is wrong; otherwise it was only not to be asked now.
    """

    ok: bool
    message: str
    credits_left: int | None = None
    token_expires_on: date | None = None
    lasting: bool = True

"""What every platform of badges looks like to the rest: one interface over values and one error.

A platform is one file that subclasses `Platform`; `registry.connect` hands out the object. Nothing here
touches the database: the caller records the attempt before a call and the outcome after it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Protocol

from issuance.platforms.failures import CAUSES, PlatformError, Throttled
from issuance.platforms.values import (
    FIGURES,
    Account,
    Alignment,
    Endpoint,
    Evidence,
    Facet,
    Health,
    Outcome,
    Outgoing,
    Rate,
    State,
    TemplateFacts,
)

__all__ = [
    "CAUSES",
    "FIGURES",
    "Account",
    "Alignment",
    "Endpoint",
    "Evidence",
    "Facet",
    "Gate",
    "Health",
    "OpenGate",
    "Outcome",
    "Outgoing",
    "Platform",
    "PlatformError",
    "Rate",
    "State",
    "TemplateFacts",
    "Throttled",
]

# How long after our own sending a duplicate that is not listed is put down to a lagging list.
PATIENCE = timedelta(hours=1)


class Gate(Protocol):
    """Counts requests before they leave. `limiter.Limiter` makes one for an account."""

    def pay(self, cost: int) -> None:
        """Take `cost` requests from the limit, or raise Throttled or LimiterUnavailable."""

    def pause(self, seconds: float) -> None:
        """Hold every worker of this account back for so long (the platform said 429)."""

    def narrowed(self, endpoint: Endpoint) -> "Gate":
        """The gate of a part of the platform with a limit of its own; this very gate where nothing is counted."""
        return self


class OpenGate:
    """A gate that lets all through: for tests of the clients alone."""

    def pay(self, cost: int) -> None:
        """Counts nothing."""

    def pause(self, seconds: float) -> None:
        """Holds nobody back."""

    def narrowed(self, endpoint: Endpoint) -> "Gate":
        """Counts nothing there either."""
        return self


class Platform(ABC):
    """One account at one platform. Thread-safe; every method may raise PlatformError and nothing else.

    Each HTTP request passes the gate just before it leaves. `paid=True` says that the caller has already
    taken the place of the method's first request (see `limiter.Limiter.acquire`).
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    default_base_url: ClassVar[str]
    default_rates: ClassVar[tuple[Rate, ...]]
    endpoints: ClassVar[tuple[Endpoint, ...]] = ()  # those with a stricter limit of their own
    token_variable: ClassVar[str]
    token_in_header: ClassVar[bool] = True  # so it can hold only what may stand there
    organization_variable: ClassVar[str] = ""  # where the platform wants an organisation named
    needed: ClassVar[tuple[str, ...]] = ()  # further variables without which the account is not set up
    options: ClassVar[tuple[str, ...]] = ()  # further variables; `Account.option` reads both kinds
    batch_size: int = 1
    requests_a_call: ClassVar[int] = 4  # a call that finds a duplicate asks which one it is
    accepts: ClassVar[bool]  # the recipient must accept before the badge is theirs
    offers: ClassVar[frozenset[str]]  # of FIGURES
    template_word: ClassVar[str]  # what stands for a definition there, for people
    takes_image: ClassVar[bool] = True  # else the picture is a design made there, named by its number
    token_days: ClassVar[int | None] = None  # how long a token lives, where it ends by itself
    revocation: ClassVar[str]  # what `revoke` does there, for people
    replaces: ClassVar[frozenset[Facet]] = frozenset()  # what `replace` can put right
    default_index_lag: ClassVar[float] = 60.0

    def __init__(self, account: Account, gate: Gate) -> None:
        self.account = account
        self.gate = gate

    @property
    def index_lag_seconds(self) -> float:
        """How long after an ambiguous end "not found" proves nothing."""
        return self.account.index_lag_seconds

    @abstractmethod
    def ensure_template(self, facts: TemplateFacts) -> str:
        """The template's id at the platform: found by our key, else created. Raises PlatformError."""

    @property
    def updates_templates(self) -> bool:
        """Whether `update_template` is offered."""
        return False

    def update_template(self, template_id: str, facts: TemplateFacts) -> None:
        """Have a template that we made say and show what `facts` say. Platforms that do not offer it refuse."""
        raise PlatformError(f"{self.label} lets it be changed only on its own pages.", True, code="template")

    @abstractmethod
    def check_template(self, template_id: str) -> None:
        """Returns if badges can be issued from it; else raises a permanent PlatformError saying why."""

    @abstractmethod
    def send(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome:
        """Issue one badge with one POST. A duplicate is looked up and adopted."""

    def send_batch(self, batch: Sequence[Outgoing], *, paid: bool = False) -> list[Outcome | PlatformError]:
        """Issue up to `batch_size` badges; one result a row, in the order of the input.

        Raises PlatformError when the whole call failed: then it holds for every row.
        """
        results: list[Outcome | PlatformError] = []
        for row in batch:
            try:
                results.append(self.send(row, paid=paid))
            except PlatformError as error:
                results.append(error)
            paid = False
        return results

    def cost(self, rows: int) -> int:
        """How many requests a call that sends so many rows counts for at the platform: one, where nothing else is known."""
        return 1

    @abstractmethod
    def find(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome | None:
        """What the platform already holds for this award, or None. Never sends.

        None within `index_lag_seconds` of an ambiguous end proves nothing: ask again later.
        """

    @abstractmethod
    def status(self, outgoing: Outgoing, remote_id: str, *, paid: bool = False) -> Outcome | None:
        """The state of a badge we know the id of; None when the platform does not know it."""

    @abstractmethod
    def statuses(self, template_id: str) -> Iterator[Outcome]:
        """All that the platform holds of one template, page by page: for polling and comparing."""

    @abstractmethod
    def revoke(self, outgoing: Outgoing, remote_id: str, reason: str) -> Outcome:
        """Withdraw a badge; doing it twice is harmless. `revocation` says what people will see."""

    def replace(self, outgoing: Outgoing, remote_id: str) -> Outcome:
        """Have an issued badge say what `outgoing` says, as far as `replaces` goes; doing it twice is harmless.

        The badge may get another id. Platforms that can change nothing refuse.
        """
        raise PlatformError(f"{self.label} changes no badge that was issued.", True)

    def publish(self, outgoing: Outgoing, remote_id: str) -> Outcome:
        """Publish what was created unpublished (no credits). Platforms without drafts refuse."""
        raise PlatformError(f"{self.label} has no unpublished badges.", True)

    def event(self, event_id: str) -> Outcome | None:
        """The badge that an event of a webhook is about; without `remote_id` where it is about something else.

        None when the platform knows no such event. Platforms without webhooks refuse.
        """
        raise PlatformError(f"{self.label} sends no webhooks.", True)

    @abstractmethod
    def health(self) -> Health:
        """Can the account be used, and for how long? Never raises for a refused token."""

    def own_views(self, template_id: str, known: frozenset[str], first: date) -> Iterator[date]:
        """The days, from `first` on, on which holders looked at their own badge, once for each time. `known` are the ids of
        the template's badges. For platforms that offer it.
        """
        return iter(())

    def not_offered(self, figures: Iterable[str]) -> frozenset[str]:
        """Of these figures, those that the platform does not give."""
        return frozenset(figures) - self.offers

    def _adopt(self, outgoing: Outgoing, look: Callable[[], Outcome | None]) -> Outcome:
        """What made the platform refuse a duplicate, found by `look`.

        Not found: a list that lags is waited for when we sent this before, else a person must look.
        """
        says = f"{self.label} says that the person already holds this badge"
        try:
            found = look()
        except PlatformError as error:
            message, wait = f"{says}; asking which. {error.message}", error.retry_after
            raise PlatformError(message, False, retry_after=wait, ambiguous=True, code="duplicate") from error
        if found:
            return found
        if outgoing.last_sent_at and datetime.now(UTC) - outgoing.last_sent_at < PATIENCE:
            message, wait = f"{says}, but does not list it yet.", self.index_lag_seconds
            raise PlatformError(message, False, retry_after=wait, ambiguous=True, code="duplicate")
        message = (
            f"{says}, but lists none in force under their address or our number for them. "
            f"Look for it at {self.label}, then cancel or retry."
        )
        raise PlatformError(message, True, code="duplicate")

"""Pushing the demo's badges: only to the local sandbox of the platforms, where also the faults are caused."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests
from django.conf import settings

from accounts.models import Institution
from credentials.models import Award
from issuance.models import Delivery, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import Outgoing, Platform, PlatformError
from issuance.sending import lanes, leases, limiter, polling
from issuance.sending.outgoing import told
from journal import clock

PATIENCE = 60.0  # seconds that a lane may wait for the limiter, all in all
IDLE = 3600.0


@dataclass(frozen=True)
class Sandbox:
    """The sandbox's own routes. Without an address (`url` empty) nothing is pushed and nothing goes wrong."""

    url: str = ""

    def tell(self, route: str, **body: Any) -> None:
        """Turn a switch, or do what a learner would do there."""
        requests.post(f"{self.url}/_control/{route}", json=body, timeout=10).raise_for_status()

    def delete(self, route: str) -> None:
        """Have the sandbox forget something."""
        requests.delete(f"{self.url}/_control/{route}", timeout=10).raise_for_status()


def find() -> Sandbox:
    """The sandbox, if one answers where the settings point; else one that is not there."""
    parts = urlsplit(settings.CREDLY_BASE_URL)
    url = f"{parts.scheme}://{parts.netloc}"
    if not _is_loopback(parts.hostname or ""):
        return Sandbox()
    try:
        requests.get(f"{url}/_control/switches", timeout=5).raise_for_status()
    except requests.RequestException:
        return Sandbox()
    return Sandbox(url)


def real_platforms() -> list[str]:
    """The platforms for which a token is given and whose address is not this machine's: made-up badges must not go there."""
    found = []
    for kind, cls in registry.PLATFORMS.items():
        base_url = getattr(settings, f"{kind.upper()}_BASE_URL")
        if getattr(settings, cls.token_variable) and not _is_loopback(urlsplit(base_url).hostname or ""):
            found.append(registry.label(kind))
    return found


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def no_calls_lately() -> None:
    """Start the limiter's windows in the past: a database without a campus has sent nothing yet."""
    for kind in registry.KINDS:
        try:
            limiter.current().start(registry.connect(kind), seconds_ago=IDLE)
        except PlatformError:
            continue


def push(sandbox: Sandbox, institution: Institution) -> None:
    """Run the lanes of the campus until nothing is due; what the platform refuses stays and says why."""
    if not sandbox.url:
        return
    until = time.monotonic() + PATIENCE
    for account in PlatformAccount.objects.filter(institution=institution, active=True):
        while leases.due(account).exists() and time.monotonic() < until:
            lanes.run(str(account.pk))
            if leases.due(account).exists():
                time.sleep(0.2)


def archive(sandbox: Sandbox, institution: Institution, title: str, state: str = "archived") -> None:
    """Somebody changes the badge template at Credly."""
    if not sandbox.url:
        return
    rows = PlatformTemplate.objects.filter(account__institution=institution, version__title=title)
    for template in rows.select_related("account"):
        sandbox.tell(f"templates/{template.account.platform}/{template.remote_id}", state=state)


def credits(sandbox: Sandbox, number: int) -> None:
    """So many credits are left at Accredible."""
    if sandbox.url:
        sandbox.tell("switches", accredible_credits=number)


def token_ends(sandbox: Sandbox, days: int) -> None:
    """The access token at Credly has so many days left."""
    if sandbox.url:
        sandbox.tell("switches", credly_token_days=days)


def fault(sandbox: Sandbox, kind: str, times: int) -> None:
    """The next calls that issue a badge at Credly meet this fault."""
    if sandbox.url:
        sandbox.tell("faults", kind=kind, platform="credly", method="POST", path="/badges", times=times)


def decide(sandbox: Sandbox, institution: Institution) -> None:
    """Learners accept their badges at the platform, one in thirty turns it down, one in five waits; then we ask."""
    if not sandbox.url:
        return
    rows = Delivery.objects.filter(account__institution=institution, state="delivered", act="issue")
    held = rows.filter(award__revoked_at__isnull=True, account__platform="credly")
    for place, delivery in enumerate(held.order_by("created_at", "award__recipient_email")):
        if place % 5:
            decision = "rejected" if place % 30 == 7 else "accepted"
            sandbox.tell(f"badges/{delivery.remote_id}/{decision}")
    for account in PlatformAccount.objects.filter(institution=institution, active=True):
        polling.poll(account)


@dataclass(frozen=True)
class AtHand:
    """One badge template as somebody tends it at the platform itself, of whose acts nothing is known here."""

    account: PlatformAccount
    template: str

    def delete(self, sandbox: Sandbox, award: Award) -> None:
        """A badge is deleted there."""
        sandbox.delete(f"badges/{self.account.platform}/{self._remote(award)}")

    def revoke(self, award: Award, reason: str) -> None:
        """A badge is revoked there."""
        known = told(award, self.template, ZoneInfo(self.account.institution.timezone))
        self._there().revoke(known, self._remote(award), reason)

    def make(self, name: str, address: str) -> None:
        """A badge is made there."""
        key = f"by hand: {address}"
        made = Outgoing(key, self.template, name, address, clock.now(), issuer_earner_id=key)
        self._there().send(made)

    def _there(self) -> Platform:
        return registry.connect(self.account.platform, self.account.name)

    def _remote(self, award: Award) -> str:
        return Delivery.objects.bringing().get(award=award, account=self.account).remote_id


def at_hand(institution: Institution, title: str) -> AtHand:
    """The badge template of the credential of this title."""
    rows = PlatformTemplate.objects.select_related("account__institution")
    found = rows.get(account__institution=institution, version__title=title)
    return AtHand(found.account, found.remote_id)

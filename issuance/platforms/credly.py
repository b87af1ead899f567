"""Credly v1, as its documentation and the clients in public use show it; what they leave open is a setting.

Credly refuses a second badge of one template for one address, user or `issuer_earner_id` (422, "already has
this badge"): that makes sending again safe. It keeps no key of ours for one badge, so after an ambiguous end
its list is asked by template and `issuer_earner_id`; whether one badge can be read by its id is not
documented, so status comes from the list too. Rows are checked again here: a filter it does not know may be
ignored and bring other people's badges.
"""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from issuance.platforms.answers import Answer, inner, moment, unreadable, words
from issuance.platforms.base import (
    Account,
    Gate,
    Health,
    Outcome,
    Outgoing,
    Platform,
    PlatformError,
    Rate,
    TemplateFacts,
)
from issuance.platforms.credly_rows import (
    Row,
    criteria,
    issue_body,
    lacking,
    outcome,
    same_evidence,
    same_person,
    template_body,
    template_of,
)
from issuance.platforms.http import Http, versioned
from issuance.platforms.names import first_and_last

MOST_PAGES = 40  # of 50 rows: more for one person and template means that the filter was ignored

DUPLICATES = (
    "The badge template allows several badges for one person, so that a lost answer could issue one twice. Switch that off at "
    "Credly, then retry."
)


class Credly(Platform):
    """One organisation at Credly. The recipient is mailed by Credly and must accept the badge."""

    kind = "credly"
    label = "Credly"
    default_base_url = "https://api.credly.com/v1"
    # Credly publishes no limit. This is a ceiling over all workers; CREDLY_RATE sets another.
    default_rates = (Rate(500, 10),)
    token_variable = "CREDLY_TOKEN"
    organization_variable = "CREDLY_ORGANIZATION"
    accepts = True
    offers = frozenset({"issued", "acceptance", "privacy"})
    options = ("CREDLY_TEMPLATE_UPDATES", "CREDLY_TOKEN_DAYS")
    template_word = "badge template"
    token_days = 180
    revocation = "The badge is revoked at Credly, which tells the learner."
    replaces = frozenset({"name", "evidence", "narrative", "issued", "expiry"})

    def __init__(self, account: Account, gate: Gate) -> None:
        super().__init__(account, gate)
        token = base64.b64encode(f"{account.token}:".encode()).decode()
        self.http = Http(self, authorization=f"Basic {token}")
        self.url = f"{versioned(account.base_url, 'v1')}/organizations/{quote(account.organization, safe='')}"

    def ensure_template(self, facts: TemplateFacts) -> str:
        """Found by its criteria address, which carries our key, among the active ones; else created."""
        missing = lacking(facts)
        if missing:
            raise PlatformError(f"Credly needs {' and '.join(missing)}.", True, code="template")
        name = f'name::"{facts.name}"|' if not set('"|:,') & set(facts.name) else ""
        for row in self._rows("badge_templates", f"{name}state::active"):
            if row.get("global_activity_url") == criteria(facts):
                return str(row["id"])
        answer = self.http.change("POST", f"{self.url}/badge_templates", json=template_body(facts))
        return str(self._one(answer, writes=True, code="template")["id"])

    @property
    def updates_templates(self) -> bool:
        """Only third parties describe how, so it is off unless CREDLY_TEMPLATE_UPDATES=1."""
        return self.account.option("CREDLY_TEMPLATE_UPDATES") == "1"

    def update_template(self, template_id: str, facts: TemplateFacts) -> None:
        """The whole template anew."""
        if not self.updates_templates:
            return super().update_template(template_id, facts)
        url = f"{self.url}/badge_templates/{quote(template_id, safe='')}"
        self._one(self.http.change("PUT", url, json=template_body(facts)), writes=True, code="template")
        return None

    def check_template(self, template_id: str) -> None:
        """Active and of this organisation, or a permanent error."""
        answer = self.http.ask("GET", f"{self.url}/badge_templates/{quote(template_id, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND:
            message = f"Credly does not know the badge template {template_id} in this organisation."
            raise PlatformError(message, True, code="template", status=answer.status)
        row = self._one(answer, writes=False, code="template")
        owner = inner(row, "owner").get("id", self.account.organization)
        if owner != self.account.organization:
            raise PlatformError("The badge template belongs to another organisation.", True, code="template")
        if row.get("state", "active") != "active":
            message = f"The badge template is {row['state']} at Credly. Make it active there, then retry."
            raise PlatformError(message, True, code="template")
        if row.get("allow_duplicate_badges") is True:
            raise PlatformError(DUPLICATES, True, code="template")

    def send(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome:
        """201 is done; the duplicate 422 is adopted; any other 422 waits for a person."""
        answer = self.http.change("POST", f"{self.url}/badges", json=issue_body(outgoing), paid=paid)
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and "already has" in words(answer).lower():
            return self._adopt(outgoing, lambda: self._held(outgoing))
        return outcome(self._one(answer, writes=True))

    def find(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome | None:
        """A badge of this person and template, issued on our date or later, neither revoked nor replaced."""
        earliest = outgoing.issued_at - timedelta(days=1)
        return self._first(
            self._badges(outgoing, paid=paid),
            lambda row: same_person(row, outgoing) and moment(row.get("issued_at"), earliest) >= earliest,
        )

    def status(self, outgoing: Outgoing, remote_id: str, *, paid: bool = False) -> Outcome | None:
        """From the person's badges of this template: one badge cannot be relied on to be readable by id."""
        rows = self._badges(outgoing, paid=paid)
        return next((outcome(row) for row in rows if row.get("id") == remote_id), None)

    def statuses(self, template_id: str) -> Iterator[Outcome]:
        """Every badge of the template, oldest first."""
        rows = self._rows("badges", f"badge_template_id::{template_id}", sort="created_at", most=100_000)
        return (outcome(row) for row in rows if template_of(row) == template_id)

    def revoke(self, outgoing: Outgoing, remote_id: str, reason: str) -> Outcome:
        """A badge that is revoked already counts as done."""
        url = f"{self.url}/badges/{quote(remote_id, safe='')}/revoke"
        answer = self.http.change("PUT", url, json={"reason": reason})
        if answer.status in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND):
            held = self.status(outgoing, remote_id)
            if held and held.state == "revoked":
                return held
        return outcome(self._one(answer, writes=True))

    def replace(self, outgoing: Outgoing, remote_id: str) -> Outcome:
        """Credly makes a new badge in its place. After an earlier try its list is asked first whether that is done."""
        if outgoing.last_sent_at and (done := self._replacement(outgoing, remote_id)):
            return done
        for _ in range(2):
            url = f"{self.url}/badges/{quote(remote_id, safe='')}/replace"
            answer = self.http.change("POST", url, json=issue_body(outgoing))
            current = str(inner(answer.mapping(), "metadata").get("current_badge_id") or "")
            if answer.ok or not current or current == remote_id:
                break
            if done := self._replacement(outgoing, remote_id):
                return done
            remote_id = current  # somebody replaced it there: the live one is to be put right
        row = self._one(answer, writes=True)
        if row.get("replacement_badge_id"):  # the old one, with the new one's id
            return outcome(row | {"id": row["replacement_badge_id"], "replacement_badge_id": None})
        return outcome(row)

    def event(self, event_id: str) -> Outcome | None:
        """Its messages are not signed, so the event is read here; that the badge stands under `badge` is presumed."""
        answer = self.http.ask("GET", f"{self.url}/events/{quote(event_id, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if not answer.ok:
            raise self.http.refusal(answer)
        if not (said := inner(answer.mapping(), "data")):
            raise unreadable(self.label, "without the event that it was asked for", writes=False)
        return outcome(inner(said, "badge"))

    def health(self) -> Health:
        """The organisation can be read; when the token ends, where Credly tells."""
        try:
            row = self._one(self.http.ask("GET", self.url), writes=False)
            return Health(True, f"Credly knows us as {row.get('name', '?')}.", None, self._token_expiry())
        except PlatformError as error:
            return Health(False, error.message, lasting=error.permanent)

    def _token_expiry(self) -> date | None:
        answer = self.http.ask("GET", f"{self.url}/authorization_tokens")
        rows = answer.mapping().get("data") if answer.ok else None
        for row in rows if isinstance(rows, list) else []:
            # Our own token is blanked out of every answer before it gets here.
            if isinstance(row, dict) and row.get("token") == "[token]" and row.get("expires_at"):
                return moment(row["expires_at"], datetime.max.replace(tzinfo=UTC)).date()
        return None

    def _replacement(self, outgoing: Outgoing, remote_id: str) -> Outcome | None:
        """The live badge that stands in the place of this one and says what it should; None when there is none."""
        first, last = first_and_last(outgoing.recipient_name, outgoing.given_name, outgoing.family_name)
        wanted = same_evidence(outgoing)
        for row in self._badges(outgoing):
            named = (row.get("issued_to_first_name"), row.get("issued_to_last_name")) == (first, last)
            if named and row.get("id") != remote_id and not row.get("replacement_badge_id") and wanted(row):
                return outcome(row, adopted=True)
        return None

    def _held(self, outgoing: Outgoing) -> Outcome | None:
        """The live badge that made Credly refuse: by our id of the person, else by address."""
        found = self._first(self._badges(outgoing), lambda row: same_person(row, outgoing))
        if found or not outgoing.issuer_earner_id:
            return found
        rows = self._badges(outgoing, by_email=True)
        return self._first(rows, lambda row: same_person(row, outgoing, by_email=True))

    def _badges(self, outgoing: Outgoing, *, by_email: bool = False, paid: bool = False) -> Iterator[Row]:
        """The person's badges of this template: by our id of them, else by address."""
        who = f"issuer_earner_id::{outgoing.issuer_earner_id}"
        if by_email or not outgoing.issuer_earner_id:
            who = f"recipient_email::{outgoing.email}"
        rows = self._rows("badges", f"{who}|badge_template_id::{outgoing.template_id}", paid=paid)
        return (row for row in rows if template_of(row) == outgoing.template_id)

    def _first(self, rows: Iterator[Row], fits: Callable[[Row], bool]) -> Outcome | None:
        """The live badge that fits, an accepted one before a pending one before a refused one."""
        order = ["accepted", "delivered", "rejected"]
        found = [
            outcome(row, adopted=True) for row in rows if fits(row) and not row.get("replacement_badge_id")
        ]
        live = [outcome for outcome in found if outcome.state in order]
        return min(live, key=lambda outcome: order.index(outcome.state), default=None)

    def _rows(
        self, what: str, filters: str, *, sort: str = "", most: int = MOST_PAGES, paid: bool = False
    ) -> Iterator[Row]:
        """All rows of a list, following `next_page_url`, but always at our own base URL."""
        url, params = f"{self.url}/{what}", {"filter": filters, **({"sort": sort} if sort else {})}
        for _ in range(most):
            answer = self.http.ask("GET", url, params=params, paid=paid)
            if not answer.ok:
                raise self.http.refusal(answer)
            data, metadata = answer.mapping().get("data"), inner(answer.mapping(), "metadata")
            if not isinstance(data, list):
                raise unreadable(self.label, "its list has no rows", writes=False)
            yield from (row for row in data if isinstance(row, dict))
            following = urlsplit(str(metadata.get("next_page_url") or ""))
            if not following.query:
                return
            home = urlsplit(self.url)
            url, params, paid = f"{home.scheme}://{home.netloc}{following.path}?{following.query}", {}, False
        message = "Credly gave too many pages for one question; its filter seems not to work."
        raise PlatformError(message, False, code="unreadable")

    def _one(self, answer: Answer, *, writes: bool, code: str = "") -> Row:
        """The object under `data`, which must have an id."""
        if not answer.ok:
            error = self.http.refusal(answer, writes=writes)
            if error.code == "refused" and (code or "template" in error.message.lower()):
                error.code = "template"
            raise error
        data = answer.mapping().get("data")
        if not isinstance(data, dict) or not data.get("id"):
            raise unreadable(self.label, "without the id that it must give", writes=writes)
        return data

"""Accredible v1 and v2, by the vendor's published OpenAPI file; what it leaves open is a setting.

A credential is published at once, nobody has to accept it. It carries our own key (`id` in the request,
`license_id` in lists), so after an ambiguous end it is read by that key first and searched for second: the
search index may lag behind. A second credential for one address in one group is refused unless the group
allows it. Without credits left it is created but not published: published later, never created again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from issuance.platforms.accredible_events import own_views
from issuance.platforms.accredible_rows import (
    DEFINITION,
    TAKEN,
    Row,
    credential_body,
    email_of,
    evidence_changes,
    group_body,
    group_of,
    is_duplicate,
    outcome,
)
from issuance.platforms.answers import Answer, inner, said, unreadable, words
from issuance.platforms.base import (
    Account,
    Endpoint,
    Gate,
    Health,
    Outcome,
    Outgoing,
    Platform,
    PlatformError,
    Rate,
    TemplateFacts,
)
from issuance.platforms.http import Http, versioned

PAGE = 50
SEARCHABLE = 10_000  # rows that `from` reaches; the cursor goes further
NOT_BY_ID = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)

DUPLICATES = (
    "The group allows several credentials for one person, so that a lost answer could issue one twice. Switch that off at "
    "Accredible, then retry."
)


class Accredible(Platform):
    """One account (or department) at Accredible. Accredible mails the recipient if the group says so."""

    kind = "accredible"
    label = "Accredible"
    default_base_url = "https://api.accredible.com"
    # 2000 in 5 minutes from one address, counted by 30 s; a batch is one. 100 in 60 s on v1 search: we count all of v1.
    default_rates = (Rate(200, 30),)
    endpoints = (Endpoint("v1 search", "/v1/", "/search", (Rate(100, 60),)),)
    token_variable = "ACCREDIBLE_API_KEY"
    options = ("ACCREDIBLE_BADGE_DESIGN_ID",)
    batch_size = 30
    accepts = False
    offers = frozenset({"issued", "privacy", "opened", "engaged", "own_views"})
    template_word = "group"
    takes_image = False
    revocation = "The credential is set to expired at Accredible; its page stays and no longer verifies."
    replaces = frozenset({"name", "evidence", "narrative", "issued", "expiry"})
    own_views = own_views

    def __init__(self, account: Account, gate: Gate) -> None:
        super().__init__(account, gate)
        self.http = Http(self, authorization=f"Token token={account.token}")
        self.v1 = versioned(account.base_url, "v1")
        self.v2 = versioned(account.base_url, "v2")

    def ensure_template(self, facts: TemplateFacts) -> str:
        """The group that carries our definition's key, else a new one."""
        marks = {DEFINITION: facts.definition_key}
        answer = self.http.ask("POST", f"{self.v1}/issuer/groups/search", json={"meta_data": marks})
        if not answer.ok:
            raise self.http.refusal(answer)
        groups = answer.mapping().get("groups")
        for group in groups if isinstance(groups, list) else []:
            if isinstance(group, dict) and inner(group, "meta_data").get(DEFINITION) == facts.definition_key:
                return str(group["id"])
        body = group_body(facts, self.account.option("ACCREDIBLE_BADGE_DESIGN_ID"))
        answer = self.http.change("POST", f"{self.v1}/issuer/groups", json={"group": body})
        return str(self._one(answer, "group", writes=True)["id"])

    @property
    def updates_templates(self) -> bool:
        """Groups can be changed."""
        return True

    def update_template(self, template_id: str, facts: TemplateFacts) -> None:
        """What the group says, and its design."""
        body = group_body(facts, self.account.option("ACCREDIBLE_BADGE_DESIGN_ID"))
        url = f"{self.v1}/issuer/groups/{quote(template_id, safe='')}"
        self._one(self.http.change("PUT", url, json={"group": body}), "group", writes=True)

    def check_template(self, template_id: str) -> None:
        """The group is there, or a permanent error."""
        answer = self.http.ask("GET", f"{self.v1}/issuer/groups/{quote(template_id, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND:
            message = f"Accredible does not know the group {template_id} in this account."
            raise PlatformError(message, True, code="template", status=answer.status)
        row = self._one(answer, "group", writes=False)
        if row.get("allow_duplicate_credentials") is True:
            raise PlatformError(DUPLICATES, True, code="template")

    def send(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome:
        """200 with a credential is done; a duplicate is adopted; any other refusal waits for a person."""
        body = {"credential": credential_body(outgoing)}
        answer = self.http.change("POST", f"{self.v1}/credentials", json=body, paid=paid)
        if is_duplicate(answer):
            return self._adopt(outgoing, lambda: self._held(outgoing))
        return outcome(self._one(answer, "credential", writes=True))

    def send_batch(self, batch: Sequence[Outgoing], *, paid: bool = False) -> list[Outcome | PlatformError]:
        """One request for up to 30 rows; each row is read on its own (200, 207 or 422)."""
        if not 0 < len(batch) <= self.batch_size:
            raise ValueError(f"a batch holds 1 to {self.batch_size} rows")
        body = {"credentials": [credential_body(outgoing) for outgoing in batch]}
        answer = self.http.change("POST", f"{self.v2}/credentials/bulk_create", json=body, paid=paid)
        results = answer.mapping().get("results")
        if not isinstance(results, list):
            self._one(answer, "results", writes=True)
        rows: list[Any] = [*results, *[None] * len(batch)] if isinstance(results, list) else []
        return [self._row(outgoing, row) for outgoing, row in zip(batch, rows, strict=False)]

    def find(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome | None:
        """By our own key: read directly, then searched for."""
        answer = self._read(outgoing.key, paid=paid)
        row = inner(answer.mapping(), "credential") if answer.ok else {}
        if row.get("id") and email_of(row) == outgoing.email:
            return outcome(row, own_key=outgoing.key, adopted=True)
        return self._first({"license_id": outgoing.key}, lambda row: row.get("license_id") == outgoing.key)

    def status(self, outgoing: Outgoing, remote_id: str, *, paid: bool = False) -> Outcome | None:
        """Read by Accredible's id. Whether it was opened is only in `statuses`."""
        answer = self._read(remote_id, paid=paid)
        return None if not answer.ok else outcome(self._one(answer, "credential", writes=False))

    def statuses(self, template_id: str) -> Iterator[Outcome]:
        """Every credential of the group, with opened and engaged."""
        rows = self._search({"group.id": template_id}, most=100_000)
        return (outcome(row) for row in rows if group_of(row) == template_id)

    def revoke(self, outgoing: Outgoing, remote_id: str, reason: str) -> Outcome:
        """Expire it yesterday, or on its day of issue if that is later: there is no revocation there."""
        ends = max(datetime.now(UTC).date() - timedelta(days=1), outgoing.issued_at.date())
        row = self._update(remote_id, {"expired_on": ends.isoformat()})
        return replace(outcome(row), state="revoked", detail=reason)

    def replace(self, outgoing: Outgoing, remote_id: str) -> Outcome:
        """The credential keeps its id. Evidence has addresses of its own there: ours is put right item by item."""
        body = credential_body(outgoing)
        wanted = body.pop("evidence_items")
        changes = {name: body[name] for name in ("recipient", "issued_on")}
        row = self._update(remote_id, changes | {"expired_on": body.get("expired_on")})
        url = f"{self.v1}/credentials/{quote(remote_id, safe='')}/evidence_items"
        held = row.get("evidence_items")
        for change in evidence_changes(held if isinstance(held, list) else [], wanted):
            answer = self.http.change(change.method, f"{url}{change.path}", json=change.body)
            if not answer.ok and not (change.method == "DELETE" and answer.status == HTTPStatus.NOT_FOUND):
                raise self._refusal(answer, writes=True)
        found = outcome(row)
        return found if found.published else self.publish(outgoing, remote_id)

    def publish(self, outgoing: Outgoing, remote_id: str) -> Outcome:
        """Publish a credential that was created without credits; still `unpublished` if there are none."""
        return outcome(self._update(remote_id, {"approve": True}))

    def health(self) -> Health:
        """The account can be read; how many credits are left."""
        try:
            row = self._one(self.http.ask("GET", f"{self.v1}/issuer/details"), "issuer", writes=False)
        except PlatformError as error:
            return Health(False, error.message, lasting=error.permanent)
        left = str(row.get("certificate_left", ""))
        if not left.lstrip("-").isdigit():
            return Health(True, "Accredible knows our account; it does not say how many credits are left.")
        message = f"Accredible knows our account. Credits left: {left}."
        return Health(int(left) > 0, message, credits_left=int(left))

    def _row(self, outgoing: Outgoing, row: Any) -> Outcome | PlatformError:
        """One entry of a batch's answer: a credential, an error, or both (created but unpublished)."""
        row = row if isinstance(row, dict) else {}
        credential = inner(row, "credential")
        if credential.get("id"):
            if email_of(credential) in ("", outgoing.email):
                return outcome(credential)
            return unreadable(self.label, "its results are not in our order", writes=True)
        if not (row.get("errors") or row.get("error")):
            return unreadable(self.label, "one row of the batch has no result", writes=True)
        if TAKEN not in said(row):
            code = "template" if "group" in said(row).lower() else "refused"
            return PlatformError(f"Accredible refused it: {said(row)}", True, code=code, status=422)
        try:
            return self._adopt(outgoing, lambda: self._held(outgoing))
        except PlatformError as error:
            return error

    def _held(self, outgoing: Outgoing) -> Outcome | None:
        """The live credential that made Accredible refuse: by our key, else by group and address."""
        query = {"group.id": outgoing.template_id, "recipient_email": outgoing.email}
        return self.find(outgoing) or self._first(
            query, lambda row: group_of(row) == outgoing.template_id and email_of(row) == outgoing.email
        )

    def _read(self, credential_id: str, *, paid: bool) -> Answer:
        """One credential by Accredible's id or by our key; an answer of "not there" is no error."""
        url = f"{self.v1}/credentials/{quote(credential_id, safe='')}"
        answer = self.http.ask("GET", url, paid=paid)
        if not answer.ok and answer.status not in NOT_BY_ID:
            raise self.http.refusal(answer)
        return answer

    def _update(self, remote_id: str, changes: Row) -> Row:
        url = f"{self.v1}/credentials/{quote(remote_id, safe='')}"
        answer = self.http.change("PUT", url, json={"credential": changes})
        return self._one(answer, "credential", writes=True)

    def _first(self, query: Row, fits: Callable[[Row], bool]) -> Outcome | None:
        """The credential in force that fits; published before unpublished."""
        found = [outcome(row, adopted=True) for row in self._search(query) if fits(row)]
        live = [outcome for outcome in found if outcome.state != "expired"]
        return min(live, key=lambda outcome: not outcome.published, default=None)

    def _search(self, query: Row, *, most: int = 40) -> Iterator[Row]:
        """Every row of a search, by cursor where there is one."""
        page: Row = {"size": PAGE}
        for number in range(1, most + 1):
            body = {"query": query, "sort": {"id": "asc"}, "page": page}
            answer = self.http.ask("POST", f"{self.v2}/credentials/search", json=body)
            if not answer.ok:
                raise self.http.refusal(answer)
            rows = answer.mapping().get("credentials")
            if not isinstance(rows, list):
                raise unreadable(self.label, "its search has no rows", writes=False)
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < PAGE:
                return
            cursor = inner(answer.mapping(), "meta").get("cursor")
            page = {"cursor": cursor, "size": PAGE} if cursor else {"from": number * PAGE, "size": PAGE}
            if page.get("from", 0) >= SEARCHABLE:
                break
        raise PlatformError("Accredible gave more rows than can be read.", False, code="unreadable")

    def _one(self, answer: Answer, name: str, *, writes: bool) -> Row:
        """The object under `name`, which must have an id. A 200 that holds errors is a refusal."""
        if answer.ok and said(answer.mapping()) and not inner(answer.mapping(), name):
            answer = replace(answer, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not answer.ok:
            raise self._refusal(answer, writes=writes)
        row = inner(answer.mapping(), name)
        if not row or (name != "issuer" and not row.get("id")):
            raise unreadable(self.label, f"without the {name} that it must give", writes=writes)
        return row

    def _refusal(self, answer: Answer, *, writes: bool) -> PlatformError:
        error = self.http.refusal(answer, writes=writes)
        if error.code == "refused" and "group" in words(answer).lower():
            error.code = "template"
        return error

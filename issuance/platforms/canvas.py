"""Canvas Credentials (Badgr API v2, now Parchment Digital Badges): by its published pages and open source server.

An award needs no acceptance to exist, but its recipient may accept or reject it. The platform keeps no key of ours:
what tells two awards apart is the address of our own award among the evidence, else recipient, badge class and day.
A second award of one badge for one person is refused only when each call asks for that, and every call here does;
addresses are compared before they are lower-cased there, so they are sent in lower case. The access token lives a
day; all workers share one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
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
from issuance.platforms.canvas_rows import (
    award_body,
    class_body,
    criteria,
    first_live,
    is_duplicate,
    is_for,
    next_page,
    outcome,
    own_key,
    row_id,
)
from issuance.platforms.http import Http, versioned
from issuance.platforms.tokens import SharedToken, Token

Row = dict[str, Any]

PAGE = 100  # rows a page; up to 500 are allowed
BATCH = 10  # the largest size is not published; CANVAS_BATCH_SIZE sets another
MOST_PAGES = 10_000
TOKEN_SECONDS = 3600.0  # where the answer does not say how long the token lives
EVER = {"include_expired": "true", "include_revoked": "true"}
SINCE = "2000-01-01T00:00:00Z"
NOT_OFFERED = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


class Canvas(Platform):
    """One issuer at Canvas Credentials, opened by the user name and password of one of its staff."""

    kind = "canvas"
    label = "Canvas Credentials"
    default_base_url = "https://api.badgr.io"
    # Its pages list 429 without a number. This is a careful ceiling over all workers; CANVAS_RATE sets another.
    default_rates = (Rate(100, 10),)
    token_variable = "CANVAS_PASSWORD"
    token_in_header = False
    organization_variable = "CANVAS_ISSUER"
    needed = ("CANVAS_USERNAME",)
    options = ("CANVAS_CLIENT_ID", "CANVAS_SCOPE", "CANVAS_NOTIFY", "CANVAS_BATCH_SIZE")
    accepts = True
    template_word = "badge class"
    offers = frozenset({"issued", "acceptance"})
    revocation = "The badge is revoked at Canvas Credentials; its page stays and says so."
    # It holds no name. Its hosted pages let only narrative and dates be changed.
    replaces = frozenset({"name", "narrative", "issued", "expiry"})
    requests_a_call = 7  # a refused token is renewed, and the call made again

    def __init__(self, account: Account, gate: Gate) -> None:
        super().__init__(account, gate)
        root = re.sub(r"/v2$", "", account.base_url)
        size = account.option("CANVAS_BATCH_SIZE")
        self.batch_size = max(int(size), 1) if size.isdigit() else BATCH
        self.notify = account.option("CANVAS_NOTIFY") != "0"
        self.url = versioned(account.base_url, "v2")
        self.door = Http(self)
        form = {"username": account.option("CANVAS_USERNAME"), "password": account.token}
        for name in ("client_id", "scope"):
            if given := account.option(f"CANVAS_{name.upper()}"):
                form[name] = given
        whose = "|".join((root, form["username"], account.token, account.option("CANVAS_SCOPE")))
        self.http = Http(self, token=SharedToken(whose, lambda: self._sign_in(f"{root}/o/token", form)))

    def ensure_template(self, facts: TemplateFacts) -> str:
        """The badge class whose criteria address carries our key, else a new one."""
        if not facts.image and not facts.image_url:
            raise PlatformError("Canvas Credentials needs a badge image.", True, code="template")
        for row in self._badge_classes():
            if row.get("criteriaUrl") == criteria(facts):
                return row_id(row)
        url = f"{self.url}/issuers/{quote(self.account.organization, safe='')}/badgeclasses"
        answer = self.http.change("POST", url, json=class_body(facts))
        return row_id(self._one(answer, writes=True, code="template"))

    @property
    def updates_templates(self) -> bool:
        """Badge classes can be changed; earlier awards are then shown anew."""
        return True

    def update_template(self, template_id: str, facts: TemplateFacts) -> None:
        """The whole badge class anew."""
        answer = self.http.change("PUT", self._class(template_id), json=class_body(facts))
        self._one(answer, writes=True, code="template")

    def check_template(self, template_id: str) -> None:
        """Of this issuer, or a permanent error. What may not be seen is answered like what is not there."""
        answer = self.http.ask("GET", f"{self.url}/badgeclasses/{quote(template_id, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND:
            message = f"Canvas Credentials does not know the badge class {template_id}, or our account may not use it."
            raise PlatformError(message, True, code="template", status=answer.status)
        row = self._one(answer, writes=False, code="template")
        if str(row.get("issuer") or self.account.organization) != self.account.organization:
            raise PlatformError("The badge class belongs to another issuer.", True, code="template")
        if row.get("archived") is True:
            message = "The badge class is archived at Canvas Credentials. Restore it there, then retry."
            raise PlatformError(message, True, code="template")

    def send(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome:
        """201 is done; a duplicate is looked up and adopted; any other refusal waits for a person."""
        url = f"{self._class(outgoing.template_id)}/assertions"
        answer = self.http.change("POST", url, json=self._body(outgoing), paid=paid)
        if is_duplicate(answer):
            return self._adopt(outgoing, lambda: self._held(outgoing))
        return outcome(self._one(answer, writes=True))

    def send_batch(self, batch: Sequence[Outgoing], *, paid: bool = False) -> list[Outcome | PlatformError]:
        """One request; a bad row has it refused as a whole, and then nothing was made."""
        if not 0 < len(batch) <= self.batch_size or len({row.template_id for row in batch}) > 1:
            raise ValueError(f"a batch holds 1 to {self.batch_size} rows of one badge class")
        body = {"assertions": [self._body(one) for one in batch], "create_notification": self.notify}
        answer = self.http.change("POST", f"{self._class(batch[0].template_id)}/issue", json=body, paid=paid)
        rows = self._all(answer, writes=True)
        return [self._of_batch(outgoing, rows) for outgoing in batch]

    def find(self, outgoing: Outgoing, *, paid: bool = False) -> Outcome | None:
        """The live award that names ours among its evidence; of those that name none, one of our day or later."""
        earliest = outgoing.issued_at - timedelta(days=1)
        rows = list(self._awards(outgoing, paid=paid))
        ours = [row for row in rows if own_key(row) == outgoing.key]
        unnamed = (r for r in rows if not own_key(r) and moment(r.get("issuedOn"), earliest) >= earliest)
        return first_live([*ours, *unnamed])

    def status(self, outgoing: Outgoing, remote_id: str, *, paid: bool = False) -> Outcome | None:
        """Read by the platform's id."""
        answer = self.http.ask("GET", self._award(remote_id), paid=paid)
        return None if answer.status == HTTPStatus.NOT_FOUND else outcome(self._one(answer, writes=False))

    def statuses(self, template_id: str) -> Iterator[Outcome]:
        """Every award of the badge class, revoked and expired ones too."""
        rows = self._pages(f"{self._class(template_id)}/assertions", {**EVER, "num": str(PAGE)})
        return (outcome(row) for row in rows if row.get("badgeclass", template_id) == template_id)

    def revoke(self, outgoing: Outgoing, remote_id: str, reason: str) -> Outcome:
        """What is revoked already counts as done."""
        answer = self.http.change("DELETE", self._award(remote_id), json={"revocation_reason": reason})
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
            held = self.status(outgoing, remote_id)
            if held and held.state == "revoked":
                return held
        if answer.ok and not answer.text.strip():  # 204, as some describe it
            return Outcome("revoked", remote_id, detail=reason)
        return replace(outcome(self._one(answer, writes=True)), state="revoked")

    def replace(self, outgoing: Outgoing, remote_id: str) -> Outcome:
        """Narrative and dates anew; the award keeps its id and its acceptance."""
        body = {"expires": None, "narrative": "", **award_body(outgoing)}
        return outcome(self._one(self.http.change("PUT", self._award(remote_id), json=body), writes=True))

    def health(self) -> Health:
        """The issuer can be read. The token is renewed by itself; credits are not told."""
        try:
            answer = self.http.ask("GET", f"{self.url}/issuers/{quote(self.account.organization, safe='')}")
            if answer.status == HTTPStatus.NOT_FOUND:
                return Health(False, "Canvas Credentials does not know our issuer, or we may not use it.")
            row = self._one(answer, writes=False)
        except PlatformError as error:
            return Health(False, error.message, lasting=error.permanent)
        return Health(True, f"Canvas Credentials knows us as {row.get('name', '?')}.")

    def _sign_in(self, url: str, form: Mapping[str, str]) -> Token:
        """A token for the password. Failures are counted there: after 429 it says how long to stay away."""
        answer = self.door.sign_in(url, {"grant_type": "password", **form})
        data = answer.mapping()
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            error = self.door.refusal(answer)
            seconds = data.get("expires")
            error.retry_after = float(seconds) if isinstance(seconds, int | float) else error.retry_after
            raise error
        if 400 <= answer.status < 500:
            message = (
                f"Canvas Credentials did not let us in: {words(answer) or answer.status}. Check CANVAS_USERNAME "
                "and CANVAS_PASSWORD, then retry."
            )
            raise PlatformError(message, True, account_wide=True, code="token_refused", status=answer.status)
        if not answer.ok:
            raise self.door.refusal(answer)
        if not isinstance(data.get("access_token"), str) or not data["access_token"]:
            raise unreadable(self.label, "without the token that it must give", writes=False)
        lives = data.get("expires_in")
        return Token(data["access_token"], float(lives) if isinstance(lives, int | float) else TOKEN_SECONDS)

    def _class(self, template_id: str) -> str:
        return f"{self.url}/badgeclasses/{quote(template_id, safe='')}"

    def _award(self, remote_id: str) -> str:
        return f"{self.url}/assertions/{quote(remote_id, safe='')}"

    def _badge_classes(self) -> Iterator[Row]:
        """The issuer's badge classes; where the issuer has no list of them, from the list of changes."""
        issuer = self.account.organization
        try:
            yield from self._pages(f"{self.url}/issuers/{quote(issuer, safe='')}/badgeclasses", {})
            return
        except PlatformError as error:
            if error.status not in NOT_OFFERED:
                raise
        rows = self._pages(f"{self.url}/badgeclasses/changed", {"since": SINCE})
        yield from (row for row in rows if row.get("issuer") == issuer)

    def _body(self, outgoing: Outgoing) -> Row:
        return award_body(outgoing) | {"notify": self.notify, "allowDuplicateAwards": False}

    def _of_batch(self, outgoing: Outgoing, rows: Sequence[Row]) -> Outcome | PlatformError:
        """The row of the answer for this award, by its evidence or recipient: their order is not documented."""
        mine = [row for row in rows if own_key(row) == outgoing.key]
        mine = mine or [row for row in rows if not own_key(row) and is_for(row, outgoing.email)]
        if mine:
            return outcome(mine[0])
        return unreadable(self.label, "one row of the batch is not in its answer", writes=True)

    def _held(self, outgoing: Outgoing) -> Outcome | None:
        """The live award that made the platform refuse: ours if it is there, else whichever."""
        return self.find(outgoing) or first_live(list(self._awards(outgoing)))

    def _awards(self, outgoing: Outgoing, *, paid: bool = False) -> Iterator[Row]:
        """Awards of this badge class for this address. Each row is looked at again: filters may be ignored."""
        params = {"recipient": outgoing.email, **EVER, "num": str(PAGE)}
        for row in self._pages(f"{self._class(outgoing.template_id)}/assertions", params, paid=paid):
            if row.get("badgeclass", outgoing.template_id) == outgoing.template_id and is_for(
                row, outgoing.email
            ):
                yield row

    def _pages(self, url: str, params: Mapping[str, str], *, paid: bool = False) -> Iterator[Row]:
        """All rows of a list: the next page stands in the Link header or in `pagination`; always asked at home."""
        home = urlsplit(self.url)
        for _ in range(MOST_PAGES):
            answer = self.http.ask("GET", url, params=params, paid=paid)
            yield from self._all(answer, writes=False)
            following = urlsplit(next_page(answer))
            if not following.query:
                return
            url, params, paid = f"{home.scheme}://{home.netloc}{following.path}?{following.query}", {}, False
        raise PlatformError("Canvas Credentials gave more pages than can be read.", False, code="unreadable")

    def _all(self, answer: Answer, *, writes: bool) -> list[Row]:
        """The rows under `result`."""
        if not answer.ok or inner(answer.mapping(), "status").get("success") is False:
            refused = answer if not answer.ok else replace(answer, status=HTTPStatus.BAD_REQUEST)
            raise self.http.refusal(refused, writes=writes)
        rows = answer.mapping().get("result")
        if not isinstance(rows, list):
            raise unreadable(self.label, "without the result that it must give", writes=writes)
        return [row for row in rows if isinstance(row, dict)]

    def _one(self, answer: Answer, *, writes: bool, code: str = "") -> Row:
        """The only row of an answer, which must have an id."""
        try:
            rows = self._all(answer, writes=writes)
        except PlatformError as error:
            error.code = code if code and error.code == "refused" else error.code
            raise
        if len(rows) != 1 or not row_id(rows[0]):
            raise unreadable(self.label, "without the id that it must give", writes=writes)
        return rows[0]

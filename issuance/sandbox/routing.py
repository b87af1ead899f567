"""A request, a reply and a table of routes: all that the sandbox needs of a web framework."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from issuance.sandbox.faults import Fault
    from issuance.sandbox.state import State

Row = dict[str, Any]


@dataclass
class Request:
    """One request as the handlers see it. `account` is filled in by the vendor's own sign-in."""

    state: "State"
    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes
    public_url: str
    fault: "Fault | None" = None
    account: str = ""

    def meets(self, kind: str) -> bool:
        """Whether this call meets a fault of that kind, which its handler carries out."""
        return self.fault is not None and self.fault.kind == kind

    def json(self) -> Row:
        """The body as an object; empty when it is none."""
        try:
            data = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    def rows(self) -> list[Row]:
        """The body as a list of objects; empty when it is none."""
        try:
            data = json.loads(self.body or b"[]")
        except ValueError:
            return []
        return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


@dataclass(frozen=True)
class Reply:
    """What goes back: JSON unless `content_type` says otherwise."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    def content(self) -> bytes:
        """The body's bytes."""
        if isinstance(self.data, bytes):
            return self.data
        if isinstance(self.data, str):
            return self.data.encode()
        return json.dumps(self.data, ensure_ascii=False).encode()


class Refusal(Exception):
    """Raised by a handler to answer at once."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


Handler = Callable[..., Reply]


class Routes:
    """Method and path to handler; `{name}` in a path becomes an argument."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._table: list[tuple[str, re.Pattern[str], Handler]] = []

    def on(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Decorates the handler of a method and path."""
        # Our paths hold no other character that means something in a pattern.
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.prefix + path) + "$")

        def keep(handler: Handler) -> Handler:
            self._table.append((method, pattern, handler))
            return handler

        return keep

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
        """The handler and its arguments."""
        for wanted, pattern, handler in self._table:
            if wanted == method and (match := pattern.match(path)):
                return handler, match.groupdict()
        return None

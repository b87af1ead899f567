"""Why deliveries wait for a person, in words: what it is, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from issuance.platforms.base import CAUSES


class Cause(NamedTuple):
    """A cause as people read it. `again` says whether sending again may help as things stand."""

    title: str
    remedy: str
    again: bool = True


REMEDIES = {
    "unreachable": "It was tried for hours. Ask whether the platform is up, then send again.",
    "timeout": "It was tried for hours. Ask whether the platform is up, then send again; it is asked first, so nothing arrives twice.",
    "server_error": "It was tried for hours. Ask the platform's support, then send again; it is asked first, so nothing arrives twice.",
    "unreadable": "Ask the system's operator to look at the log, then send again; the platform is asked first.",
    "rate_limited": "Send again later.",
    "token_refused": "Get a new token at the platform and give it to the system's operator. Then send all of them again.",
    "configuration": "The system's operator must set what the message names. Then send all of them again.",
    "template": "Look at the badge template at the platform: it must be there, active, and complete. Then send all of them again.",
    "duplicate": "Look at both badges at the platform. Correct them there and send again, or cancel.",
    "refused": "Read what the platform says. Correct it there or with the requester; then send again, or cancel and request anew.",
    "unpublished": "Buy credits at the platform, or take the account out of its trial mode. Then send again: it is published, not made anew.",
    "ours": "Tell the system's operator. The award stands; send again once it is repaired.",
}
TITLES = {
    "suspended": "Waits for its award",
    "older_first": "Waits for the older one’s withdrawal",
    "unpublished": "Created at the platform, but not published",
    "ours": "Something broke on our side",
    "restored": "Waits until both sides are compared",
    "": "Needs a person",
}


def cause_of(code: str) -> Cause:
    """The words for a cause; one that nobody listed is shown by its name."""
    title = TITLES.get(code) or CAUSES.get(code) or code.replace("_", " ").capitalize()
    remedy = REMEDIES.get(code, "Read what the platform says, then send again or cancel.")
    return Cause(title, remedy, again=code not in ("duplicate",))

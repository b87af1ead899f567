"""Mail about sessions and enquiries. All of it goes to an address; each carries the link that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.authority import people_with
from accounts.models import Role
from journal import clock
from journal.actions import mail
from journal.actions.mail import Addressed
from journal.actions.notices import tell
from outreach.links import ENQUIRY, REGISTRATION, token
from outreach.wording import when

if TYPE_CHECKING:
    from outreach.models import Enquiry, Registration, Session


def _about(session: Session) -> dict[str, Any]:
    return {
        "title": session.title,
        "when": when(session),
        "place": session.place,
        "page": session.get_absolute_url(),
    }


def registration_path(registration: Registration) -> str:
    """The page of one registration, for whoever has the link."""
    return reverse("registration", args=[token(REGISTRATION, registration.pk)])


def _message(kind: str, key: str, one: Registration, about: dict[str, Any]) -> Addressed:
    own = {"name": one.name, "path": registration_path(one), "place_word": one.state}
    return Addressed(kind, f"{kind}:{one.pk}:{key}", one.email, {**about, **own})


def confirm_registration(registration: Registration) -> None:
    """The link that confirms the address; at most once a quarter of an hour."""
    session, now = registration.session, clock.now()
    quarter = f"{now:%Y%m%d%H}{now.minute // 15}"
    _send(session, [_message("registration_confirm", quarter, registration, _about(session))])


def placed(registration: Registration, *, moved_up: bool = False) -> None:
    """A seat, or a place on the waiting list, with the address of the call, a calendar file and the way to step back."""
    session, key = registration.session, f"{registration.placed_at}:{registration.state}"
    about = {**_about(session), "address": session.address, "moved_up": moved_up}
    _send(session, [_message("registration_placed", key, registration, about)])


def changed(session: Session, people: Iterable[Registration]) -> None:
    """Another time or place."""
    about = {**_about(session), "address": session.address}
    _send(session, [_message("session_changed", str(session.sequence), one, about) for one in people])


def cancelled(session: Session, people: Iterable[Registration], why: str) -> None:
    """It does not take place."""
    about = {**_about(session), "why": why}
    _send(session, [_message("session_cancelled", "", one, about) for one in people])


def remind(session: Session, people: Iterable[Registration]) -> None:
    """It begins soon."""
    about = {**_about(session), "address": session.address}
    key = f"{session.starts_at.astimezone(dt.UTC):%Y%m%d%H%M}"
    _send(session, [_message("session_reminder", key, one, about) for one in people])


def _send(session: Session, messages: list[Addressed]) -> None:
    mail.post_many(messages=messages, institution=session.institution)


# --- enquiries -----------------------------------------------------------------------------------
def enquiry_path(enquiry: Enquiry) -> str:
    """The page of one enquiry, for whoever has the link."""
    return reverse("enquiry", args=[token(ENQUIRY, enquiry.pk)])


def confirm_enquiry(enquiry: Enquiry) -> None:
    """The link that sends it off."""
    _write("enquiry_confirm", enquiry, {})


def enquiry_arrived(enquiry: Enquiry) -> None:
    """Those who run the office find it on their home page; its writer has the link by which to follow it."""
    office = people_with(Role.PROGRAMME_MANAGER, enquiry.institution)
    text = f"{enquiry.get_kind_display()} from {enquiry.name or 'a visitor'}"
    tell(people=office, kind="enquiry", text=text, path=reverse("office_enquiry", args=[enquiry.pk]))
    _write("enquiry_arrived", enquiry, {})


def enquiry_answered(enquiry: Enquiry) -> None:
    """The office's words, and the session that came of it."""
    session = enquiry.session
    about = {**_about(session)} if session else {}
    _write("enquiry_answered", enquiry, {**about, "words": enquiry.answer, "asked": enquiry.text})


def _write(kind: str, enquiry: Enquiry, context: dict[str, Any]) -> None:
    own = {"name": enquiry.name, "path": enquiry_path(enquiry), "is_request": enquiry.kind == "session"}
    message = Addressed(kind, f"{kind}:{enquiry.pk}", enquiry.email, {**context, **own})
    mail.post_many(messages=[message], institution=enquiry.institution)

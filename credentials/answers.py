"""How far an award has come on its way to its holder, in words for those who issue: mailed, opened, answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials.models import Award, ClaimLink
from journal import clock
from journal.models import Mail, MailState

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from accounts.models import Person

STILL_OUT = (MailState.QUEUED, MailState.SENDING)


@dataclass(frozen=True)
class Way:
    """One step of the way. `state` is one of the component's (done, waiting, failed ...)."""

    state: str
    word: str
    sentence: str = ""


def ways_of(awards: Iterable[Award]) -> dict[uuid.UUID, Way]:
    """How each of these awards stands with its holder, in two queries."""
    awards = list(awards)
    rows = ClaimLink.objects.filter(award__in=[award.pk for award in awards]).order_by("created_at")
    links = {link.award_id: link for link in rows}  # the last one stays
    keys = [link.mail_key for link in links.values()]
    mails = {mail.key: mail for mail in Mail.objects.filter(key__in=keys).defer("text", "html")}
    return {award.pk: _way(award, links.get(award.pk), mails) for award in awards}


def ways_for(person: Person, keys: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Way]:
    """The same for those of these awards that the person keeps."""
    rows = Award.objects.visible_to(person).exclude(holder=person).filter(pk__in=[key for key in keys if key])
    return ways_of(rows.defer("document"))


def _way(award: Award, link: ClaimLink | None, mails: dict[str, Mail]) -> Way:
    if award.accepted_at:
        return Way("done", "Accepted", f"On {_day(award.accepted_at)}.")
    if award.declined_at:
        said = f" They wrote: “{award.decline_reason}”" if award.decline_reason else ""
        return Way("declined", "Declined", f"On {_day(award.declined_at)}.{said}")
    if link is None:
        return Way("waiting", "No answer yet")
    return _of_mail(link, mails.get(link.mail_key))


def _of_mail(link: ClaimLink, mail: Mail | None) -> Way:
    """No answer yet: what is known of the last mail and its link."""
    if mail and mail.state == MailState.FAILED:
        return Way("not_met", "The mail failed", f"To {mail.to}: {mail.error}")
    if link.opened_on:
        return Way("waiting", "Opened", f"First on {link.opened_on:%-d %B %Y}, not answered yet.")
    if mail and mail.state in STILL_OUT:
        return Way("waiting", "The mail is on its way", f"To {mail.to}.")
    sent = f"To {mail.to} on {_day(mail.sent_at or mail.created_at)}; not opened yet. " if mail else ""
    if link.expires_at < clock.now():
        return Way("late", "The link ran out", f"{sent}It worked until {_day(link.expires_at)}.")
    return Way("waiting", "Mailed", f"{sent}The link works until {_day(link.expires_at)}.")


def _day(moment: dt.datetime) -> str:
    return f"{moment:%-d %B %Y}"

"""Answer a survey by a personal link, or stop being asked. Whoever has the link acts; no account is needed.

That somebody answered and what was answered are written in one transaction and never point at each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from evaluation import questions as rules
from evaluation.actions.asking import address_hash, token_hash
from evaluation.models import Invitation, InvitationState, Response, SurveyLink, SurveyStop
from journal import clock
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Institution, Person

UNKNOWN = "This link is not known. Copy the whole address from the mail."
ANSWERED = "This survey was answered with this link already. Each is answered once; thank you."
TOO_OLD = "The time for this survey is over. You need not do anything."
STOPPED = "You asked not to be asked this any more, so this link opens nothing."
DROPPED = "This survey was taken back. You need not do anything."
REVOKED = "This link was replaced or taken back. Use the one from the last mail, if there is one."
OTHERS = "This link was sent to somebody else. Sign out if it is yours; otherwise leave it to them."
OPEN = (InvitationState.PLANNED, InvitationState.ASKED)
_WORDS = {
    InvitationState.ANSWERED: ANSWERED,
    InvitationState.STOPPED: STOPPED,
    InvitationState.DROPPED: DROPPED,
    InvitationState.CLOSED: TOO_OLD,
}


def find(token: str) -> SurveyLink | None:
    """The link behind a token, with all that its page shows."""
    related = ("invitation__survey", "invitation__version", "invitation__institution__in_force",
               "invitation__definition__current", "invitation__offering", "invitation__person")  # fmt: skip
    return SurveyLink.objects.select_related(*related).filter(token_hash=token_hash(token)).first()


def problem(link: SurveyLink | None) -> str:
    """Why the link opens nothing, and what to do; "" while it does."""
    if link is None:
        return UNKNOWN
    row = link.invitation
    if words := _WORDS.get(InvitationState(row.state)):
        return words
    if link.revoked_at:
        return REVOKED
    return TOO_OLD if row.closes_at is None or row.closes_at <= clock.now() else ""


@transaction.atomic
def answer(*, token: str, answers: Mapping[str, Any]) -> Invitation:
    """Keep the answers, once. Effects: a Response that names nobody; the invitation says that it was answered.

    Refused when the link is unknown, used, taken back or too old, when nothing at all was answered, and for what cannot
    be an answer (by the id of its question; nothing is kept then).
    """
    row = _locked(token)
    assert row.version is not None  # noqa: S101  (only an asked one opens)
    kept, wrong = rules.checked(rules.read(row.version.questions), answers)
    if wrong:
        raise Refused([Reason(text, field=key) for key, text in wrong.items()])
    if not kept:
        raise Refused("Answer at least one question, then send it.")
    Response.objects.create(
        version=row.version,
        survey_id=row.survey_id,
        definition_id=row.definition_id,
        offering_id=row.offering_id,
        wave=row.wave,
        about=row.about,
        year=None if row.offering_id else _year(row),
        answers=kept,
    )
    _settle(row, InvitationState.ANSWERED)
    return row


def _year(row: Invitation) -> int:
    """Partners have no cohort: they are told by the year in which they were asked."""
    assert row.asked_at is not None  # noqa: S101
    return row.asked_at.year


@transaction.atomic
def decline(*, token: str) -> Invitation:
    """Not this survey: nobody reminds of it. Refused like answering."""
    row = _locked(token)
    _settle(row, InvitationState.STOPPED)
    return row


@transaction.atomic
def stop(*, token: str) -> Invitation:
    """No survey of this campus any more, by any link that was ever sent, also of one that was answered.

    Effects: a stop, and everything planned or open for them is stopped. Doing it twice is harmless. Refused: an unknown
    link.
    """
    link = find(token)
    if link is None:
        raise Refused(UNKNOWN)
    row = link.invitation
    _stop(row.institution, row.person, row.email)
    return row


@transaction.atomic
def stop_all(*, institution: Institution, by: Person) -> None:
    """The same, for whoever is signed in."""
    _stop(institution, by, "")


@transaction.atomic
def ask_again(*, institution: Institution, by: Person) -> None:
    """Take one's stop back; what is planned from now on is asked again."""
    SurveyStop.objects.filter(institution=institution, person=by).delete()


def _stop(institution: Institution, person: Person | None, email: str) -> None:
    mine = Invitation.objects.filter(institution=institution, state__in=OPEN)
    if person:
        SurveyStop.objects.get_or_create(
            institution=institution, person=person, defaults={"made_at": clock.now()}
        )
        mine = mine.filter(person=person)
    elif email:
        SurveyStop.objects.get_or_create(
            institution=institution, address_hash=address_hash(email), defaults={"made_at": clock.now()}
        )
        mine = mine.filter(email=email)
    else:
        return  # whoever it was has been erased
    for row in mine.select_for_update().order_by("pk"):
        _settle(row, InvitationState.STOPPED)


def _locked(token: str) -> Invitation:
    link = find(token)
    if link is None:
        raise Refused(UNKNOWN)
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("version")
        .get(pk=link.invitation_id)
    )
    link.invitation = row
    if wrong := problem(link):
        raise Refused(wrong)
    return row


def _settle(row: Invitation, state: InvitationState) -> None:
    """No more is asked of it. When an answer was given is not kept."""
    row.state, row.remind_at = state, None
    row.save(update_fields=["state", "remind_at"])

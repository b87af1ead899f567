"""Ask the office a question or for a session; answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from outreach.actions import asking, telling
from outreach.actions.noting import note
from outreach.models import Enquiry, EnquiryKind, SessionKind
from outreach.office import require_office
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution, Person, Unit
    from outreach.models import Session

NOTHING = {
    EnquiryKind.QUESTION: "Write your question.",
    EnquiryKind.SESSION: "Say what the session should be about, and which days suit you.",
}


@transaction.atomic
def ask(
    *,
    institution: Institution,
    kind: str,
    text: str,
    name: str = "",
    email: str = "",
    group: str = "",
    unit: Unit | None = None,
    wanted: str = "",
    by: Person | None = None,
) -> Enquiry:
    """Keep a question, or a request for a session. Of somebody who is signed in it is sent at once; a stranger's waits
    until the link in the mail is followed.

    Effects: an Enquiry, mail; once it is sent the office is told and the record has an entry. Refused: no text, no
    name or address, a request that names nobody it is for, too often.
    """
    name, email = (by.name, by.email) if by else (name.strip(), email.strip().lower())
    refuse_if(_problems(institution, kind, text, group, unit, wanted))
    refuse_if([] if by else asking.person_reasons(name, email))
    refuse_if([] if by else asking.crowd_reasons(institution, email))
    enquiry = Enquiry.objects.create(
        institution=institution,
        kind=kind,
        name=name,
        email=email,
        text=text.strip(),
        group=group.strip(),
        unit=unit,
        wanted=wanted,
        asked_at=clock.now(),
    )
    if by:
        return confirm(enquiry=enquiry, by=by)
    telling.confirm_enquiry(enquiry)
    return enquiry


@transaction.atomic
def confirm(*, enquiry: Enquiry, by: Person | None = None) -> Enquiry:
    """Send it off. Twice does nothing more."""
    rows = Enquiry.objects.select_for_update(of=("self",)).select_related("institution", "unit")
    locked = rows.get(pk=enquiry.pk)
    if locked.confirmed_at is None:
        locked.confirmed_at = clock.now()
        locked.save(update_fields=["confirmed_at"])
        telling.enquiry_arrived(locked)
        note(locked.institution, f"{locked.kind} asked for" if locked.kind == "session" else "question asked", by,
             enquiry=locked.pk)  # fmt: skip
    return locked


@transaction.atomic
def answer(
    *, enquiry: Enquiry, text: str, by: Person, session: Session | None = None, published: bool = False
) -> Enquiry:
    """Answer in words, which go out by mail; with the session that came of a request. Answered once.

    `published` puts question and answer on the page of resources, without who asked. Refused: no words, a second
    answer, a session of another campus, publishing a request.
    """
    require_office(by, enquiry.institution)
    rows = Enquiry.objects.select_for_update(of=("self",)).select_related("institution", "unit")
    locked = rows.get(pk=enquiry.pk)
    if locked.answered_at:
        raise Refused("It was answered already.")
    if locked.confirmed_at is None:
        raise Refused("Its writer has not confirmed it yet.")
    found = text_reasons(text, "text", empty="Write the answer.")
    if session and session.institution_id != locked.institution_id:
        found.append(Reason("Choose a session of this campus.", field="session"))
    if published and locked.kind != EnquiryKind.QUESTION:
        found.append(Reason("Only a question is put on the page.", field="published"))
    refuse_if(found)
    locked.answer, locked.answered_by, locked.answered_at = text.strip(), by, clock.now()
    locked.session, locked.published = session, published
    locked.save()
    telling.enquiry_answered(locked)
    note(locked.institution, "enquiry answered", by, enquiry=locked.pk, published=published)
    return locked


def _problems(
    institution: Institution, kind: str, text: str, group: str, unit: Unit | None, wanted: str
) -> list[Reason]:
    if kind not in EnquiryKind.values:
        return [Reason(f"Nothing called {kind} can be asked.", field="kind")]
    found = text_reasons(text, "text", empty=NOTHING[EnquiryKind(kind)])
    found += text_reasons(group, "group", longest=LONGEST_NAME)
    if kind == EnquiryKind.SESSION and not group.strip() and unit is None:
        found.append(Reason("Name the unit or group that it is for.", field="group"))
    if unit and unit.institution_id != institution.pk:
        found.append(Reason("This is no unit of the campus.", field="unit"))
    if wanted and wanted not in SessionKind.values:
        found.append(Reason("Choose what kind of session.", field="wanted"))
    return found

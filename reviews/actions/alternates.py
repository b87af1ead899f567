"""Who votes for a member while they cannot: named by the member, for a seat whose rules allow it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.actions.ending import end_row
from accounts.hooks import Message, journal
from accounts.models import Institution
from journal.actions import mail, notices
from policies.reasons import Reason, refuse_if
from reviews import alternates as rules
from reviews.models import Alternate

if TYPE_CHECKING:
    from accounts.models import Person


@transaction.atomic
def name(
    *,
    institution: Institution,
    body: str,
    delegate: Person,
    by: Person,
    ends_on: dt.date,
    starts_on: dt.date | None = None,
) -> Alternate:
    """Name who votes for `by` on a body from today or `starts_on` to `ends_on`, the whole of that day included.

    Effects: Alternate, an entry in the campus's record, mail and a notice to the alternate. Refused: a seat whose rules
    know no alternate, a second one at the same time, somebody who sits on the body, who is not at the campus or who
    is oneself, a last day that is past or comes before the first; who votes for somebody cannot pass that on.
    PermissionDenied: who does not sit on the body.
    """
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    first = starts_on or institution.today()
    refuse_if(rules.passing_on(institution, body, by))
    seat = rules.seat_of(institution, body, by)
    if seat is None:
        raise PermissionDenied("Only a member of the body names an alternate.")
    refuse_if(rules.name_reasons(institution, body, seat, by, delegate, first, ends_on))
    row = Alternate.objects.create(
        institution=institution,
        body=body,
        principal=by,
        delegate=delegate,
        starts_on=first,
        ends_on=ends_on,
        granted_by=by,
    )
    detail = {"person": delegate.pk, "body": body, "starts_on": first, "ends_on": ends_on}
    journal().record(institution, "alternate named", by, detail)
    _tell(row)
    return row


def _tell(row: Alternate) -> None:
    body = row.institution.policy.pack.body(row.body).name
    path = reverse("alternates")
    notices.tell(
        people=[row.delegate],
        kind="alternate_named",
        text=f"You vote for {row.principal} in {body} from {row.starts_on:%-d %B} to {row.ends_on:%-d %B %Y}.",
        path=path,
    )
    context = {"path": path, "body": body, "principal": str(row.principal)}
    message = Message("alternate_named", f"alternate_named:{row.pk}", row.delegate, context)
    mail.post_many(messages=[message], institution=row.institution)


@transaction.atomic
def end(*, alternate: Alternate, by: Person) -> Alternate:
    """End it now; votes already cast stand. Effects: the row, an entry in the campus's record.

    Refused: what is over. PermissionDenied: anyone but the member, the alternate and a campus administrator.
    """
    rows = Alternate.objects.select_for_update(of=("self",)).select_related("institution")
    row = rows.get(pk=alternate.pk)
    if not rules.may_end(row, by):
        raise PermissionDenied("The member, the alternate or a campus administrator ends this.")
    refuse_if([Reason("This is over already.")] if row.is_over else [])
    end_row(row, by)
    journal().record(row.institution, "alternate ended", by, {"person": row.delegate_id, "body": row.body})
    return row

"""What accounts keeps of a learner: the account itself. Closing it is the last part of erasing (`actions.erasing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress

from accounts.addresses import proven_by
from accounts.forgetting import forget_lists_of
from accounts.keepers import Told, works_here
from accounts.models import UploadedList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person
    from policies.reasons import Reason

CLOSED = "Name, addresses and ways to sign in are taken out, and the account is closed."
STAYS = "Kept, since you work here under it."


def told(person: Person) -> list[Told]:
    """The account, and the campuses that the person belonged to as staff."""
    works = works_here(person)
    return [
        Told(
            "account",
            "Your account",
            "So that you can sign in and find your badges.",
            STAYS if works else CLOSED,
            [_account(person)],
        ),
        Told(
            "places",
            "Campuses where you worked",
            "So that what was decided in office can be traced.",
            "Kept." if works else "Kept, without your name and address.",
            [_place(row) for row in person.affiliations.select_related("institution").order_by("joined_at")],
        ),
        Told(
            "lists",
            "Lists that name you and are still looked through",
            "So that what is recorded of many learners, or requested for them, is checked first.",
            "Deleted. They would be deleted after a week at the latest.",
            [
                _list(row)
                for row in UploadedList.objects.naming(proven_by(person)).select_related("institution")
            ],
        ),
    ]


def _list(row: UploadedList) -> dict[str, Any]:
    return {"campus": row.institution.name, "list": row.get_kind_display(), "sent": row.uploaded_at}


def _account(person: Person) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=person).order_by("pk")
    return {
        "name": person.name,
        "email": person.email,
        "addresses": [{"email": row.email, "proven": row.verified} for row in addresses],
        "since": person.created_at,
        "last_signed_in": person.last_login,
    }


def _place(row: Any) -> dict[str, Any]:
    return {"campus": row.institution.name, "from": row.joined_at, "to": row.left_at}


def refusals(person: Person) -> list[Reason]:
    """None."""
    return []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Lists that name the person. The account is closed, or stops being a learner's, when all others are done."""
    forget_lists_of(proven_by(person))
    return ()

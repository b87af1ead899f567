"""Stop a vote that should not go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from policies.reasons import refuse_if
from reviews import rules
from reviews.actions import opening
from reviews.actions.locking import locked_ballot
from reviews.viewpoint import Viewpoint

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import Ballot


@transaction.atomic
def stop(*, ballot: Ballot, reason: str, by: Person) -> Ballot:
    """Stop an open ballot. Nothing is decided; the step stays open, and the vote can be held again.

    Effects: the ballot is void, votes cast count for nothing; record, mail and notices to everyone on its roll.
    Refused: a ballot that is not open (someone was faster, void, on hold), a missing or too long reason.
    PermissionDenied: who does not close this ballot.
    """
    ballot = locked_ballot(ballot)
    rules.require_closer(Viewpoint(ballot, by))
    refuse_if(rules.stop_reasons(ballot, reason))
    opening.void(ballot=ballot, reason=reason.strip(), by=by)
    return ballot

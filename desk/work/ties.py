"""What ties a person to any work at all, found in one question: what they cannot have is not looked for."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, Q

from accounts.models import Person
from issuance.models import IssuanceRequest, RequestState
from journal import clock
from proposals import undoing
from proposals.models import Step
from reviews.models import AskedView, BallotSeat, Comment, Meeting

LONGEST_UNDO = dt.timedelta(days=1)  # no policy can give more
OVER = (RequestState.DONE, RequestState.CANCELLED)


class Ties(NamedTuple):
    """True where there may be something; only False is certain. Roles are in `Standing.roles`."""

    proposes: bool
    sits: bool  # holds a seat of a standing body today
    on_rolls: bool  # stands on the roll of a ballot, open or over
    on_panels: bool
    called: bool  # to a meeting, or keeps its minutes
    named: bool  # a step was added for them
    raised: bool  # a concern that nobody has settled
    asked_units: bool  # for a view that has not come in
    asked_badges: bool  # by a request that is not done with
    recorded: bool  # completed a step since yesterday

    @property
    def reads_bodies(self) -> bool:
        """Whether what bodies say among themselves is the person's to read."""
        return self.on_rolls or self.on_panels

    @property
    def meets(self) -> bool:
        """Whether a meeting may be theirs to attend."""
        return self.called or self.sits or self.on_panels


def ties_of(person: Person) -> Ties:
    """One query, whatever there is."""
    meetings = Meeting.objects.filter(keeper=person)
    concerns = Comment.objects.filter(author=person, concern=True, withdrawn_at=None, settled_at=None)
    requests = IssuanceRequest.objects.filter(requested_by=person).exclude(state__in=OVER)
    done = Step.objects.filter(completed_by=person, completed_at__gte=clock.now() - LONGEST_UNDO)
    found = {
        "proposes": Exists(person.proposerships.all()),
        "sits": Exists(person.holdings.in_force()),
        "on_rolls": Exists(BallotSeat.objects.filter(person=person)),
        "on_panels": Exists(person.panel_seats.all()),
        "called": Q(Exists(person.meeting_seats.all()))
        | Q(Exists(person.attendances.all()))
        | Q(Exists(meetings)),
        "named": Exists(Step.objects.filter(person=person)),
        "raised": Exists(concerns),
        "asked_units": Exists(AskedView.objects.waiting().filter(asked_by=person)),
        "asked_badges": Exists(requests),
        "recorded": Exists(done.filter(kind__in=undoing.KINDS)),
    }
    return Ties(**Person.objects.filter(pk=person.pk).values(**found).get())

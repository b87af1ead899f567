"""What issuing keeps of a learner: lines of requests, and what went to platforms, where copies may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from accounts.addresses import proven_by
from accounts.keepers import Told
from issuance.models import (
    BRINGING,
    STUCK,
    Attempt,
    BulkLine,
    Delivery,
    DeliveryState,
    RequestLine,
    StackCandidate,
    StackReview,
)
from issuance.platforms import registry
from journal import clock
from policies.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person

UNDER_WAY = "A badge of yours is on its way to {platform} just now. Try again in a few minutes."
BLANK = "Erased"
GONE = "The learner had what was known of them erased."


def told(person: Person) -> list[Told]:
    """Lines and deliveries, oldest first."""
    lines = (
        _lines(person).select_related("request__institution", "request__definition__current").order_by("pk")
    )
    deliveries = _deliveries(person).select_related("account").order_by("created_at")
    return [
        Told(
            "requests",
            "Requests to give you a badge",
            "So that it can be told why a badge was given.",
            "Your name, address, evidence and what was written about you are taken out.",
            [_line(line) for line in lines],
        ),
        Told(
            "deliveries",
            "Badges sent to other platforms",
            "So that a badge is sent there once, and revoked there too.",
            "Kept as numbers and days. What the platform has of you lies there: ask it to delete that.",
            [_delivery(delivery) for delivery in deliveries],
        ),
    ]


def _line(line: RequestLine) -> dict[str, Any]:
    return {
        "campus": line.request.institution.name,
        "badge": str(line.request.definition),
        "asked_at": line.request.submitted_at,
        "name": line.name,
        "email": line.email,
        "evidence_url": line.evidence_url,
        "narrative": line.narrative,
        "comment": line.comment,
        "problem": line.problem,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "platform": delivery.account.platform,
        "act": delivery.act,
        "state": delivery.state,
        "address_there": delivery.remote_url,
        "settled_at": delivery.settled_at,
    }


def _lines(person: Person) -> QuerySet[RequestLine]:
    """Those of requests for the person, also by any address of theirs that nobody else was found under."""
    unknown = Q(learner=None, award=None, email__in=proven_by(person))
    return RequestLine.objects.filter(Q(learner=person) | Q(award__holder=person) | unknown)


def _deliveries(person: Person) -> QuerySet[Delivery]:
    return Delivery.objects.filter(award__holder=person)


def refusals(person: Person) -> list[Reason]:
    """While a call to a platform is under way: its answer is still to be written."""
    sending = _deliveries(person).filter(state=DeliveryState.SENDING).select_related("account").first()
    return [Reason(UNDER_WAY.format(platform=registry.label(sending.account.platform)))] if sending else []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Take the person out of lines; what was not awarded or sent yet is given up.

    Lines that are not awarded are locked first: whoever is awarding one is done before, or finds nothing after.
    """
    lines = _lines(person)
    list(lines.filter(award=None).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    campuses = {line.request.institution for line in lines.select_related("request__institution")}
    blank = {
        "name": BLANK,
        "email": f"{person.pk}@erased.invalid",
        "evidence_url": "",
        "narrative": "",
        "comment": "",
    }
    lines.filter(award=None).update(problem=GONE, **blank)
    lines.exclude(award=None).update(**blank)
    RequestLine.objects.filter(learner=person).update(learner=to)
    deliveries = _deliveries(person)
    deliveries.update(message="", claim_url="")
    given_up = deliveries.filter(act__in=BRINGING, state__in=[DeliveryState.QUEUED, *STUCK])
    given_up.update(state=DeliveryState.CANCELLED, message=GONE, settled_at=clock.now())
    Attempt.objects.filter(delivery__in=deliveries).update(message="")
    BulkLine.objects.filter(award__holder=person).exclude(said={}).update(said={})
    StackCandidate.objects.filter(learner=person).delete()
    StackReview.objects.filter(award__holder=person).exclude(reason="").update(reason=BLANK)
    return campuses

"""For those who requested badges: where a request is, how far the batch is, mending it, taking it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.clauses import marked
from accounts.staff import person_of
from accounts.upload_forms import ListForm
from credentials.answers import ways_for
from issuance import lists
from issuance.actions import requests
from issuance.checking import decisions
from issuance.forms import NothingForm
from issuance.models import IssuanceRequest, RequestState
from issuance.recorded import entries
from issuance.views.frame import on_site
from issuance.views.progress import batch
from issuance.views.requesting import take_list
from policies.reasons import Refused

A_PAGE = 100
RELATED = (
    "institution",
    "definition__institution",
    "definition__unit",
    "definition__current__policy",
    "version__policy",
    "requested_by",
    "decided_by",
    "job",
)


def found_of(request: HttpRequest, key: uuid.UUID) -> IssuanceRequest:
    """The request with what its pages read; one that this person may not see is 404."""
    rows = IssuanceRequest.objects.visible_to(person_of(request)).counted()
    return get_object_or_404(rows.select_related(*RELATED), pk=key)


@require_safe
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One request: who has it, what was said, how far the batch is, each line, the record."""
    found, person = found_of(request, key), person_of(request)
    own = found.requested_by_id == person.pk
    order = "-comment" if found.state == RequestState.RETURNED else "-problem"
    page = Paginator(found.lines.order_by(order, "number"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "who": who_has_it(found),
        "page": page,
        "ways": ways_for(person, [line.award_id for line in page]),
        "batch": batch(found) if released(found) else None,
        "may_mend": own and found.state == RequestState.RETURNED,
        "may_cancel": own and not decisions.cancel_reasons(found),
        "certifies": decisions.certifying(found, person) is not None,
        "entries": entries(found),
    }
    return on_site(request, "issuance/request.html", found.institution, context)


def released(found: IssuanceRequest) -> bool:
    """Whether there is a batch to look at."""
    return found.state in (RequestState.APPROVED, RequestState.DONE)


def who_has_it(found: IssuanceRequest) -> dict[str, Any]:
    """One sentence: with whom it is, and what comes next."""
    office = found.version.policy.pack.actor_name(f"office:{found.certifier}")
    said = {
        RequestState.SUBMITTED: (
            f"It is with {office}.",
            "They check each line, then release it or send it back",
        ),
        RequestState.RETURNED: (f"{office} sent it back.", "Mend it and send it again, or take it back"),
        RequestState.APPROVED: (f"{office} has released it.", _coming(found)),
        RequestState.DONE: (f"{office} has released it, and all of it is done.", ""),
        RequestState.CANCELLED: ("It was taken back. Nothing was issued.", ""),
    }
    sentence, following = said.get(RequestState(found.state), ("It has not been sent yet.", ""))
    return {"sentence": sentence, "next": following}


def _coming(found: IssuanceRequest) -> str:
    if found.due_on and found.due_on > found.institution.today():
        return f"The badges are made and sent on {found.due_on:%-d %B %Y}"
    return "The badges are being made and sent"


@require_safe
def progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The bar alone, for htmx; without scripts the page itself shows it when it is opened again."""
    found = found_of(request, key)
    tends = decisions.certifying(found, person_of(request)) is not None
    return render(request, "components/progress.html", {"batch": batch(found, tends=tends)})


def mend(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A request that came back: its list to mend, with a dry run, then filed again."""
    found, person = found_of(request, key), person_of(request)
    if found.requested_by_id != person.pk:
        raise PermissionDenied("Only the requester files it again.")
    if found.state != RequestState.RETURNED:
        messages.error(request, "This request was not sent back, so there is nothing to mend.")
        return redirect("request", found.pk)
    sent = request.method == "POST"
    form = ListForm(request.POST if sent else None, request.FILES or None, initial={"text": _as_text(found)})
    if sent and (answer := take_list(request, found.definition, form, found.pk)):
        return answer
    said = found.lines.exclude(comment="").order_by("number")
    context = {
        "found": found,
        "form": form,
        "said": said[:A_PAGE],
        "more_said": max(said.count() - A_PAGE, 0),
    }
    return on_site(
        request,
        "issuance/mend.html",
        found.institution,
        context,
        status=409 if form.errors else 200,
    )


def _as_text(found: IssuanceRequest) -> str:
    return lists.text_of(decisions.lines_of(found))


def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page before a request is taken back, and the act."""
    found, person = found_of(request, key), person_of(request)
    if found.requested_by_id != person.pk:
        raise PermissionDenied("Only the requester takes a request back.")
    reasons = decisions.cancel_reasons(found)
    if request.method == "POST":
        try:
            requests.cancel(request=found, by=person)
        except Refused as error:
            reasons = error.reasons
        else:
            messages.success(request, "The request is taken back. Nothing was issued.")
            return redirect("request", found.pk)
    context = {
        "found": found,
        "form": NothingForm(),
        "reasons": marked(found.version.policy, reasons),
        "changes": ["The request ends here, and its lines are not awarded."],
        "final": ["A request that was taken back is not taken up again; you can file a new one."],
    }
    return on_site(
        request, "issuance/cancel.html", found.institution, context, status=409 if reasons else 200
    )

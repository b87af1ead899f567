"""The pages before a request is released, wholly or in part, now or for a day, or sent back; and the acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.clauses import marked
from accounts.staff import dashboard, person_of
from credentials.actions import transcripts
from issuance.actions import marking, requests
from issuance.checking import decisions, looking
from issuance.checking.checks import policy_of
from issuance.checking.looking import Tally
from issuance.forms_deciding import DecisionForm, ReleaseForm, ReturnForm
from issuance.models import IssuanceRequest
from issuance.platforms import registry
from issuance.views.following import found_of
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused


@dashboard
def release(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page before a release: what will happen, what is left out, who is told; and the release."""
    found = found_of(request, key)
    tally = looking.tally(found)
    form = ReleaseForm(found, tally.held, request.POST if request.method == "POST" else None)
    return _decide(request, found, form, requests.approve, _released(found, tally))


@dashboard
def send_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send it back, with a note, with comments on its lines, or both."""
    found = found_of(request, key)
    tally = looking.tally(found)
    form = ReturnForm(found, tally.commented, request.POST if request.method == "POST" else None)
    return _decide(request, found, form, requests.send_back, _sent_back(found, tally))


def _decide(
    request: HttpRequest,
    found: IssuanceRequest,
    form: DecisionForm,
    act: Callable[..., IssuanceRequest],
    context: dict[str, Any],
) -> HttpResponse:
    """One decision of the certifier by one action; refusals stay on the page with what was typed."""
    person = person_of(request)
    standing = decisions.require_certifier(found, person)
    against = decisions.return_reasons(found) if act is requests.send_back else []
    reasons = (decisions.standing_reasons(found, person) or against) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            done = act(request=found, by=person, **form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
            _look_again(found, request)
        else:
            messages.success(request, _word(done, act is requests.send_back))
            return redirect("request_check", found.pk)
    if standing.on_behalf_of:
        acting = f"You act for {standing.on_behalf_of}; the record says so."
        context["changes"] = [acting, *context["changes"]]
    whole = {"found": found, "form": form, "reasons": marked(policy_of(found.definition), reasons), **context}
    status = 409 if reasons or form.errors else 200
    return inside(request, "issuance/decide.html", found.institution, whole, status=status)


def _look_again(found: IssuanceRequest, request: HttpRequest) -> None:
    """What stood against it just now is to be seen on its page, too."""
    marking.look_again(request=found, by=person_of(request))


def _word(done: IssuanceRequest, back: bool) -> str:
    if back:
        return f"Sent back to {done.requested_by} with what you wrote."
    if done.due_on:
        return f"Released for {done.due_on:%-d %B %Y}. The badges are made that day."
    return "Released. The badges are being made; this page shows how far it is."


def _released(found: IssuanceRequest, tally: Tally) -> dict[str, Any]:
    number, platform = f"{tally.released:,}", found.version.policy.pack.platform.kind
    how = "made and signed" if found.version.badge else "made, without a badge"
    changes = [f"{number} awards of “{found.definition}” are {how}, each under the lines’ names."]
    if tally.held:
        left = "1 line is" if tally.held == 1 else f"{tally.held:,} lines are"
        changes.append(f"{left} left out; below you say what becomes of that.")
    if found.version.notation:
        changes.append(
            f"{transcripts.keeper_of(found.version)} is asked to note each on the learner’s transcript."
        )
    if found.version.badge and platform in registry.KINDS:
        changes.append(f"Each badge is sent to {registry.label(platform)}.")
    return {
        "title": f"Release {number} {'award' if tally.released == 1 else 'awards'}",
        "submit": "Release them",
        "changes": changes,
        "told": [
            f"Each of the {number} learners, by mail with a link.",
            *([f"{found.requested_by}, once it is done."] if found.requested_by else []),
        ],
        "final": ["Awards can be revoked, with a reason, but not unmade."],
    }


def _sent_back(found: IssuanceRequest, tally: Tally) -> dict[str, Any]:
    changes = ["Nothing is awarded. The requester can mend the list and send it again."]
    if tally.commented:
        said = "comment stands at its line" if tally.commented == 1 else "comments stand at their lines"
        changes.append(f"Your {tally.commented:,} {said}.")
    return {
        "title": "Send the request back",
        "submit": "Send it back",
        "changes": changes,
        "told": [f"{found.requested_by}, with your note."],
        "final": [],
        "no": True,
    }

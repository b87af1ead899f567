"""The policy of a campus, for those who manage it: what is in force, what its file holds, putting a revision in force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actions import policies
from accounts.clauses import marked
from accounts.forms import add_refusal
from accounts.models import Institution
from accounts.offered import Offer, offered
from accounts.staff import person_of
from accounts.views.common import administered_campus, campus_page, managed_campus, require_form, sent
from desk.forms import InForceForm
from desk.rules.revisions import affected, clause_counts, differences
from desk.views.policies import revisions_of
from policies.reasons import Reason, Refused

CHANGED_MEANWHILE = "The file has changed since this page was drawn. Look at what it holds now, then decide."


@require_safe
def campus_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """The revision in force, all that were, and what the file holds beside it with a preview of what would change."""
    campus = managed_campus(request, slug)
    adopted, offer = revisions_of(campus), offered(campus)
    context = {
        "adopted": [(row, older) for row, older in zip(adopted, [*adopted[1:], None], strict=True)],
        "policy": campus.policy,
        "offer": offer,
        "reasons": marked(campus.policy, offer.reasons),
        **_preview(campus, offer),
    }
    return campus_page(request, "desk/campus_policy.html", campus, "campus_policy", **context)


def _preview(campus: Institution, offer: Offer) -> dict[str, Any]:
    if offer.pack is None or offer.same:
        return {}
    pack = campus.policy.pack
    return {
        "parts": differences(pack, offer.pack),
        "counts": clause_counts(pack, offer.pack),
        "affected": affected(campus, offer.pack),
    }


@require_form
def campus_policy_in_force(request: HttpRequest, slug: str) -> HttpResponse:
    """The page before a revision is put in force: what changes, who is told, what is final. POST does it."""
    campus, offer = administered_campus(request, slug), offered(administered_campus(request, slug))
    if offer.pack is None or offer.same:
        return redirect("campus_policy", slug)
    form = InForceForm(sent(request), initial={"hash": offer.hash})
    if request.method == "POST" and form.is_valid():
        try:
            _put_in_force(request, campus, offer, form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"Revision {offer.pack.policy.revision} is in force.")
            return redirect("campus_policy", slug)
    context = {
        "form": form,
        "offer": offer,
        **_consequences(campus, offer),
        "back": reverse("campus_policy", args=[slug]),
    }
    status = 409 if form.errors else 200
    return campus_page(request, "desk/campus_policy_in_force.html", campus, "", status=status, **context)


def _put_in_force(request: HttpRequest, campus: Institution, offer: Offer, given: dict[str, Any]) -> None:
    if given["hash"] != offer.hash or offer.pack is None:
        raise Refused(Reason(CHANGED_MEANWHILE))
    policies.adopt(institution=campus, pack=offer.pack, by=person_of(request), note=given["note"])


def _consequences(campus: Institution, offer: Offer) -> dict[str, Any]:
    """`changes`, `told` and `final`, each a list of sentences."""
    if offer.pack is None:
        return {}
    found, revision = affected(campus, offer.pack), offer.pack.policy.revision
    changes = [
        f"Revision {revision} takes the place of revision {campus.policy.revision} for everything that begins from now on.",
        f"Proposals that were submitted stay under theirs: {found['number']}.",
        f"Drafts follow it: {found['following']}.",
    ]
    if found["stuck"]:
        changes.append(f"Drafts that do not fit it and must be begun anew: {found['stuck']}.")
    told = ["The proposers of each draft that follows it."] if found["following"] else []
    final = ["Its text is kept as it is, for good. To change a rule again, give the file a new revision."]
    return {"changes": changes, "told": told, "final": final}

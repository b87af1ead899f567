"""Awards of stacks that lost a part: which they are, and the page before it is said whether one stands."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import dashboard, person_of
from credentials.models import Award, Definition
from credentials.models.stack import held_awards, rules_of, stack_of
from credentials.stacks.pathways import Progress, progress
from credentials.views.paths import path_of
from issuance.actions import reviews
from issuance.forms import ReviewForm
from issuance.models import Outcome, StackReview
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

A_PAGE = 50
DONE = {
    Outcome.REVOKED: "Revoked. The learner is told, and everyone who checks the badge sees it.",
    Outcome.KEPT: "The award stands. The learner is told.",
}


@dashboard
@require_safe
def stack_reviews(request: HttpRequest) -> HttpResponse:
    """Those that wait, the oldest first."""
    rows = StackReview.objects.visible_to(person_of(request)).waiting()
    related = rows.select_related("award__version", "award__institution", "cause__version").defer(
        "award__document", "cause__document"
    )
    page = Paginator(related, A_PAGE).get_page(request.GET.get("page"))
    context = {"title": "Stacks to look at again", "page": page}
    return inside(request, "issuance/reviews.html", None, context)


@dashboard
def stack_review(request: HttpRequest, key: int) -> HttpResponse:
    """What was lost, what is left, and the decision: revoke the award, or keep it with a reason."""
    person = person_of(request)
    rows = StackReview.objects.visible_to(person).select_related(*reviews.RELATED)
    review = get_object_or_404(rows, pk=key)
    if not reviews.may_decide(person, review):
        raise PermissionDenied(reviews.NOT_YOURS)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = reviews.decide(review=review, by=person, **form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, DONE[Outcome(done.outcome)])
            return redirect("stack_reviews")
    award = review.award
    policy, left = award.version.policy, _left(award)
    policy.institution = award.institution
    context = {
        "title": f"“{award.version.title}” of {award.recipient_name}",
        "review": review,
        "award": award,
        "progress": left,
        "path": path_of(left, rules_of(award.version).within_years, Definition.objects.known(), starts=False),
        "form": form,
        "rule": mark(policy, policy.pack.issuance.collection_clause),
        "back": reverse("stack_reviews"),
        "reasons": [{"text": one.text} for one in reviews.decision_reasons(review, person)],
    }
    status = 409 if form.errors or review.decided_at else 200
    return inside(request, "issuance/review.html", award.institution, context, status=status)


def _left(award: Award) -> Progress:
    """The stack as its holder fulfils it today."""
    stack, day, address = stack_of(award.version), award.institution.today(), award.holder.email
    return progress(stack, held_awards(stack.slots, [address], day).get(address, {}), day)
